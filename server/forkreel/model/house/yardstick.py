"""What the house model's speed is held against: its own network in other engines, and a well-known small decoder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import torch
from diffusers import AutoencoderTiny

from forkreel.model.house.engine import Engine, Kind
from forkreel.model.house.openvino_network import has_bf16
from forkreel.model.house.parts import Parts
from forkreel.model.house.setting import Setting
from forkreel.model.house.tensors import tensors

YARDSTICK = "AutoencoderTiny (TAESD's shape) in torch"


def engines(threads: int) -> Mapping[str, tuple[int, Callable[[], object]]]:
    """By name, how many pictures a run paints, and how to run: the look-up and the network of 512x288 frames in each
    engine, without laying their papers; and as a yardstick `AutoencoderTiny` decoding latents of 64x36.

    torch gets `threads` threads for one picture, the other engines paint as many pictures at a time, as a show's easel
    has them do. bf16 only where the processor has it: torch takes half a minute for a picture where it must emulate it.
    """
    parts = Parts.load()
    planes, view, figures = (
        part.float().eval().requires_grad_(False) for part in (parts.planes, parts.view, parts.figures)
    )
    kinds: tuple[Kind, ...] = ("OpenVINO", "MNN", *(("OpenVINO bf16",) if has_bf16() else ()))
    made = {engine.kind: engine for engine in (Engine(planes, view, figures, threads, kind) for kind in kinds)}
    painters = ThreadPoolExecutor(threads)
    torch.set_num_threads(threads)
    precisions = {"fp32": torch.float32} | ({"bf16": torch.bfloat16} if has_bf16() else {})
    best, dtype = list(precisions.items())[-1]
    taesd = AutoencoderTiny().eval().requires_grad_(False).to(dtype)
    latents = torch.randn(1, 4, 36, 64, generator=torch.Generator().manual_seed(0)).to(dtype)
    setting = Setting(hour=18.0, lantern=0.5)

    def in_engine(engine: Engine) -> Callable[[], object]:
        return lambda: list(painters.map(engine.cut, [setting] * threads))

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
        **{f"{kind}, {threads} at a time, each": (threads, in_engine(engine)) for kind, engine in made.items()},
        **{f"torch, {name}, {threads} threads": (1, in_torch(dtype)) for name, dtype in precisions.items()},
        f"{YARDSTICK}, {best}, {threads} threads": (1, decode),
    }
