"""What the house model's speed is held against: its own network in other engines, and a well-known small decoder."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from diffusers import AutoencoderTiny

from forkreel.model.house.engine import Engine
from forkreel.model.house.parts import Parts
from forkreel.model.house.setting import Setting
from forkreel.model.house.tensors import tensors

YARDSTICK = "AutoencoderTiny (TAESD's shape) in torch"


def engines(threads: int) -> Mapping[str, Callable[[], object]]:
    """By name, how to run once: the look-up and the network of one 512x288 frame in each engine, without laying its
    papers; and as a yardstick `AutoencoderTiny` decoding latents of 64x36. torch gets `threads` threads, OpenVINO one.

    bf16 only where the processor has it: torch takes half a minute for a picture where it must emulate it.
    """
    parts = Parts.load()
    planes, view = (part.float().eval().requires_grad_(False) for part in (parts.planes, parts.view))
    engine = Engine(planes, view, 1)
    torch.set_num_threads(threads)
    precisions = {"fp32": torch.float32} | ({"bf16": torch.bfloat16} if engine.half else {})
    best, dtype = list(precisions.items())[-1]
    taesd = AutoencoderTiny().eval().requires_grad_(False).to(dtype)
    latents = torch.randn(1, 4, 36, 64, generator=torch.Generator().manual_seed(0)).to(dtype)
    setting = Setting(hour=18.0, lantern=0.5)

    def in_torch(dtype: torch.dtype) -> Callable[[], object]:
        @torch.inference_mode()
        def run() -> object:
            camera, scene = tensors([setting])
            with torch.autocast("cpu", torch.bfloat16, enabled=dtype is torch.bfloat16):
                return view(*planes(camera), scene)

        return run

    @torch.inference_mode()
    def decode() -> object:
        return taesd.decode(latents).sample

    return {
        "OpenVINO, one core": lambda: engine.cut(setting),
        **{f"torch, {name}, {threads} threads": in_torch(dtype) for name, dtype in precisions.items()},
        f"{YARDSTICK}, {best}, {threads} threads": decode,
    }
