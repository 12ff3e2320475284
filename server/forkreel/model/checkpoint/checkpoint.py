"""`CheckpointModel`: a few-step text-to-image pipeline of diffusers behind the doors of `model.protocol`.

A point is a field of Gaussian noise and the prompt's embeddings; the walker goes through both. There are no axes. The
same noise enters every step of the sampler, so that frames differ by nothing but their points.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import AutoencoderTiny, DiffusionPipeline
from diffusers.utils import logging as diffusers_logging
from numpy.typing import NDArray
from safetensors import SafetensorError
from torch import Tensor

from forkreel.errors import AxisError, ModelError, PromptError
from forkreel.latent.space import Component, LatentPoint, Space
from forkreel.model.checkpoint import folder as folders
from forkreel.model.checkpoint.families import FAMILIES, Family
from forkreel.model.checkpoint.memory import memory
from forkreel.model.checkpoint.take import CheckpointTake
from forkreel.model.protocol import AxisValue, Quality

logger = logging.getLogger(__name__)

FloatArray = NDArray[np.float32]
Size = tuple[int, int]
SMALL_DECODER = "taesd"  # the part of a folder that holds an `AutoencoderTiny` for its latents, if there is one
_LARGEST = 4096 * 2304  # pixels
_BROKEN = (OSError, ValueError, RuntimeError, AttributeError, TypeError, KeyError, SafetensorError)


class CheckpointModel:
    """A pipeline in memory that paints at one size, shared by all takes; one of them paints at a time.

    `stride` is how many frames lie between two that are denoised: where the denoiser keeps up with the frame clock it
    is 1, else the decoder fills in between. None lets `warm` measure it.
    """

    def __init__(
        self,
        name: str,
        pipeline: Any,
        family: Family,
        decoder: Any,
        size: Size | None,
        fps: int,
        stride: int | None = None,
    ) -> None:
        self._name = name
        self._pipeline, self._family, self._decoder = pipeline, family, decoder
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._denoiser = pipeline.unet if hasattr(pipeline, "unet") else pipeline.transformer
        self._factor = int(pipeline.vae_scale_factor)
        self.size = self._checked(size or (self._denoiser.config.sample_size * self._factor,) * 2)
        self._fps, self._stride = fps, stride
        self._turn = threading.Lock()
        self._embedded = lru_cache(maxsize=64)(self._embed)
        dtype = torch.float16 if self._device.type == "cuda" else torch.float32  # whatever it was saved in
        pipeline.to(self._device, dtype)
        decoder.to(self._device, dtype)
        with self._turn:
            embeddings = self._embedded("a picture")
        channels, (width, height) = self._denoiser.config.in_channels, self.size
        self._noise = (channels, height // self._factor, width // self._factor)
        self._space = Space(
            (
                Component("noise", self._noise, "slerp"),
                *(
                    Component(part, array.shape, "step" if part in family.steps_at else "norm")
                    for part, array in embeddings.items()
                ),
            )
        )

    @classmethod
    def open(
        cls,
        name: str,
        folder: Path,
        size: Size | None = None,
        fps: int = 24,
        *,
        fetched: bool = False,
        stride: int | None = None,
    ) -> CheckpointModel:
        """The checkpoint in a folder; one that was fetched from the hub looks for its small decoder there too.

        Raises `ModelError`, or one of its kinds, that says what is wrong with it.
        """
        index = folders.read_index(folder)
        family = FAMILIES.get(index["_class_name"])
        if family is None:
            raise ModelError(
                f"{folder} is of the kind {index['_class_name']!r}; those that can be played: {list(FAMILIES)}"
            )
        folders.check_parts(folder, index, family.optional)
        half = {"torch_dtype": torch.float16} if torch.cuda.is_available() else {}
        try:
            diffusers_logging.disable_progress_bar()
            without = {part: None for part in family.optional if part in index}
            pipeline = DiffusionPipeline.from_pretrained(
                folder, local_files_only=True, use_safetensors=True, low_cpu_mem_usage=False,
                **half, **without,
                **({"requires_safety_checker": False} if "safety_checker" in without else {}),
            )  # fmt: skip
            pipeline.set_progress_bar_config(disable=True)
            decoder = _small_decoder(folder, family.decoder if fetched else None) or pipeline.vae
        except _BROKEN as error:
            raise ModelError(f"{folder} cannot be loaded as {family.title}: {error}") from error
        return cls(name, pipeline, family, decoder, size, fps, stride)

    @property
    def name(self) -> str:
        """The folder or hub id that it was asked for by."""
        return self._name

    @property
    def space(self) -> Space:
        """Noise and embeddings; no axes."""
        return self._space

    @property
    def stride(self) -> int:
        """How many frames lie between two that are denoised; 1 until `warm` has measured it."""
        return self._stride or 1

    def point(self, prompt: str, axes: Mapping[str, AxisValue], seed: int) -> LatentPoint:
        """A prompt and a seed as a point. Raises `AxisError` for any axis, `PromptError` for an empty or too long
        prompt."""
        if axes:
            raise AxisError(
                f"{self._name} has no axis {next(iter(axes))!r}: it is told what to paint by its prompt alone"
            )
        text = prompt.strip()
        if not text:
            raise PromptError(f"the prompt is empty: {self._name} has no axes, and must be told what to paint")
        limit = self._limit()
        if (
            len(text) > 16 * limit
            or len(self._pipeline.tokenizer(text, truncation=False, verbose=False).input_ids) > limit
        ):
            raise PromptError(
                f"the prompt has {len(text)} characters, and {self._name} reads no more than {limit} tokens (about"
                f" {limit * 3 // 4} words): it begins {text[:40]!r}"
            )
        with self._turn:
            embeddings = self._embedded(text)
        noise = np.random.default_rng([seed, 11]).standard_normal(self._noise, dtype=np.float32)
        return LatentPoint.of({"noise": noise, **embeddings})

    def take(self, size: Size | None = None) -> CheckpointTake:
        """A new take. A checkpoint paints at the size it was opened for: `ModelError` for any other."""
        if size is not None and self._checked(size) != self.size:
            opened, wanted = (f"{width}x{height}" for width, height in (self.size, size))
            raise ModelError(f"{self._name} is open for {opened}, not {wanted}: open it for the size that is wanted")
        return CheckpointTake(self, self.stride)

    def warm(self) -> None:
        """Paints twice, and finds the stride from the second time."""
        point = self.point("a fox by a lake at dusk", {}, 0)
        for _ in range(2):
            began = time.perf_counter()
            latents = self.denoise(point, "full")
            self.decode(latents)
            took_s = time.perf_counter() - began
        if self._stride is None:
            self._stride = max(1, math.ceil(took_s * self._fps * 1.1))
            logger.info("%s takes %.3f s a frame: every frame in %d is denoised", self._name, took_s, self._stride)

    def close(self) -> None:
        """Frees the weights."""
        self._embedded.cache_clear()
        self._pipeline = self._decoder = self._denoiser = None
        if self._device.type == "cuda":
            torch.cuda.empty_cache()

    @torch.inference_mode()
    def denoise(self, point: LatentPoint, quality: Quality) -> FloatArray:
        """A point to latents `(C, h, w)`; a draft takes half the steps."""
        width, height = self.size
        steps = self._family.steps if quality == "full" else max(1, self._family.steps // 2)
        more = dict(self._family.more)
        if steps != 2 and "use_resolution_binning" in more:
            more["intermediate_timesteps"] = None  # SANA-Sprint wants it for two steps alone
        with self._turn, memory(self._name):
            arrays = {part: self._tensor(point[part]) for part in point if part != "noise"}
            latents = self._pipeline(
                **arrays, latents=self._tensor(point["noise"]), num_inference_steps=steps,
                guidance_scale=self._family.guidance, width=width, height=height,
                generator=torch.Generator("cpu").manual_seed(0), output_type="latent", return_dict=False, **more,
            )[0]  # fmt: skip
            found: FloatArray = latents[0].float().cpu().numpy()
        return found

    @torch.inference_mode()
    def decode(self, latents: FloatArray) -> NDArray[np.uint8]:
        """Latents `(C, h, w)` to a picture `(height, width, 3)`."""
        with self._turn, memory(self._name):
            scaled = self._tensor(latents) / self._decoder.config.scaling_factor
            picture = self._decoder.decode(scaled.to(self._decoder.dtype), return_dict=False)[0][0].float()
            levels = (picture * 127.5 + 127.5).nan_to_num(0).clamp(0, 255).round().to(torch.uint8)
            seen: NDArray[np.uint8] = levels.permute(1, 2, 0).contiguous().cpu().numpy()
        return seen

    def _tensor(self, array: FloatArray) -> Tensor:
        return torch.tensor(array).unsqueeze(0).to(self._device, self._denoiser.dtype)

    @torch.inference_mode()
    def _embed(self, prompt: str) -> Mapping[str, FloatArray]:
        found = self._family.embed(self._pipeline, prompt, self._device)
        return {part: tensor[0].float().cpu().numpy() for part, tensor in found.items()}

    def _limit(self) -> int:
        return min(int(self._pipeline.tokenizer.model_max_length), 300)

    def _checked(self, size: Size) -> Size:
        width, height = size
        multiple = math.lcm(self._family.multiple, self._factor)
        if min(width, height) < 8 * self._factor or width * height > _LARGEST or width % multiple or height % multiple:
            raise ModelError(
                f"{self._name} paints multiples of {multiple} from {8 * self._factor} pixels on, up to 4096x2304 in"
                f" all, not {width}x{height}"
            )
        return size


def _small_decoder(folder: Path, hub_id: str | None) -> Any:
    """The `AutoencoderTiny` in the folder, or the one of the hub; None where there is none."""
    how: dict[str, Any] = {"use_safetensors": True, "low_cpu_mem_usage": False}
    if (folder / SMALL_DECODER).is_dir():
        return AutoencoderTiny.from_pretrained(folder / SMALL_DECODER, local_files_only=True, **how)
    if hub_id is None:
        return None
    try:
        return AutoencoderTiny.from_pretrained(hub_id, **how)
    except _BROKEN as error:
        logger.warning("%s decodes by its own decoder, which is slow: %s is not to be had (%s)", folder, hub_id, error)
        return None
