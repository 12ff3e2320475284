"""`VideoModel`: a video model that goes on for ever, chunk after chunk, behind the doors of `model.protocol`.

Helios (Yuan et al. 2026) denoises a chunk of nine latent frames at a time, which see the chunks before them: the last
nineteen latent frames, ever coarser, and the very first one, by which a film keeps its look. What a take has to
remember is no more than that. A point is the prompt's embedding and a seed; there are no axes.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import DiffusionPipeline
from diffusers.utils import logging as diffusers_logging
from numpy.typing import NDArray
from safetensors import SafetensorError

from forkreel.errors import AxisError, ModelError, PromptError
from forkreel.latent.space import Component, LatentPoint, Space
from forkreel.model.checkpoint import folder as folders
from forkreel.model.checkpoint.families import FILMS
from forkreel.model.checkpoint.memory import memory
from forkreel.model.checkpoint.reel import Past, VideoTake
from forkreel.model.protocol import AxisValue, Quality

Size = tuple[int, int]
LATENT_FRAMES = 9  # of a chunk
HISTORY = (16, 2, 1)  # latent frames that a chunk sees: coarse, middling, as they are
SIZE = (640, 384)  # that it was trained at
MULTIPLE = 64  # pixels: three halvings of patches of two latents
STEPS = 2  # at each of three sizes
TOKENS = 128  # of a prompt; the walker goes through an embedding for each
_SEEDS = 2**24  # what a float32 tells apart
_LARGEST = 1920 * 1088
_BROKEN = (OSError, ValueError, RuntimeError, AttributeError, TypeError, KeyError, SafetensorError)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Frames `(n, height, width, 3)` uint8, and the past that the next chunk sees."""

    frames: NDArray[np.uint8]
    past: Past


class VideoModel:
    """A pipeline in memory that films at one size, shared by all takes; one of them films at a time."""

    def __init__(self, name: str, pipeline: Any, size: Size | None) -> None:
        self._name, self._pipeline = name, pipeline
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._dtype = torch.bfloat16 if self._device.type == "cuda" else torch.float32
        pipeline.to(self._device)
        self._turn = threading.Lock()
        self.size = self._checked(size or SIZE)
        self.chunk_frames = (LATENT_FRAMES - 1) * int(pipeline.vae_scale_factor_temporal) + 1
        self._embedded = lru_cache(maxsize=64)(self._embed)
        shape = self._embedded("a film").shape
        self._space = Space((Component("seed", (), "step"), Component("prompt_embeds", shape, "norm")))

    @classmethod
    def open(cls, name: str, folder: Path, size: Size | None = None) -> VideoModel:
        """The checkpoint in a folder. Raises `ModelError`, or one of its kinds, that says what is wrong with it."""
        index = folders.read_index(folder)
        title = FILMS[index["_class_name"]]
        folders.check_parts(folder, index, ())
        if find_spec("accelerate") is None:
            raise ModelError(f"{title} is loaded by accelerate, which is not there: pip install 'forkreel[video]'")
        dtype = torch.bfloat16 if torch.cuda.is_available() else torch.float32
        try:
            diffusers_logging.disable_progress_bar()
            pipeline = DiffusionPipeline.from_pretrained(
                folder, local_files_only=True, use_safetensors=True, low_cpu_mem_usage=True, torch_dtype=dtype
            )
            pipeline.set_progress_bar_config(disable=True)
        except _BROKEN as error:
            raise ModelError(f"{folder} cannot be loaded as {title}: {error}") from error
        if not pipeline.config.get("is_distilled"):
            raise ModelError(
                f"{folder} takes dozens of steps for a picture, too many to be live: only {title} is played"
            )
        return cls(name, pipeline, size)

    @property
    def name(self) -> str:
        """The folder or hub id that it was asked for by."""
        return self._name

    @property
    def space(self) -> Space:
        """A seed, which takes its new value at once, and the prompt's embedding; no axes."""
        return self._space

    def point(self, prompt: str, axes: Mapping[str, AxisValue], seed: int) -> LatentPoint:
        """A prompt and a seed as a point. Raises `AxisError` for any axis, `PromptError` for an empty or too long
        prompt."""
        if axes:
            raise AxisError(
                f"{self._name} has no axis {next(iter(axes))!r}: it is told what to film by its prompt alone"
            )
        text = prompt.strip()
        if not text:
            raise PromptError(f"the prompt is empty: {self._name} has no axes, and must be told what to film")
        if len(text) > 16 * TOKENS or len(self._pipeline.tokenizer(text, truncation=False).input_ids) > TOKENS:
            raise PromptError(
                f"the prompt has {len(text)} characters, and {self._name} reads no more than {TOKENS} tokens (about"
                f" {TOKENS * 3 // 4} words): it begins {text[:40]!r}"
            )
        embedding = self._embedded(text)
        return LatentPoint.of({"seed": np.float32(seed % _SEEDS), "prompt_embeds": embedding})

    def take(self, size: Size | None = None) -> VideoTake:
        """A new take. A checkpoint films at the size it was opened for: `ModelError` for any other."""
        if size is not None and self._checked(size) != self.size:
            opened, wanted = (f"{width}x{height}" for width, height in (self.size, size))
            raise ModelError(f"{self._name} is open for {opened}, not {wanted}: open it for the size that is wanted")
        return VideoTake(self)

    def warm(self) -> None:
        """Films one chunk."""
        self.film(self.point("a fox by a lake at dusk", {}, 0), Past(), "full")

    def close(self) -> None:
        """Frees the weights."""
        self._embedded.cache_clear()
        self._pipeline = None
        if self._device.type == "cuda":
            torch.cuda.empty_cache()

    @torch.inference_mode()
    def film(self, point: LatentPoint, past: Past, quality: Quality) -> Chunk:
        """The chunk that follows a past; a draft takes half the steps. The same three give the same chunk."""
        width, height = self.size
        drawn = np.random.SeedSequence([int(point["seed"]), past.chunks]).generate_state(1, np.uint64)
        generator = torch.Generator("cpu").manual_seed(int(drawn[0]) % 2**63)
        seen: dict[str, torch.Tensor] = {}
        if past.latents is not None:
            latents = torch.from_numpy(past.latents).to(self._device)
            seen = {"video_latents": latents[:, :, 1:], "image_latents": latents[:, :, :1]}
        with self._turn, memory(self._name):
            found = self._pipeline(
                prompt_embeds=torch.tensor(point["prompt_embeds"]).unsqueeze(0).to(self._device, self._dtype),
                width=width, height=height, num_frames=self.chunk_frames, guidance_scale=1.0,
                num_latent_frames_per_chunk=LATENT_FRAMES, history_sizes=list(HISTORY),
                add_noise_to_image_latents=False, add_noise_to_video_latents=False,
                generator=generator, output_type="latent", return_dict=False, **seen,
                pyramid_num_inference_steps_list=[STEPS if quality == "full" else 1] * 3,
                is_amplify_first_chunk=past.chunks == 0,
            )[0][:, :, -LATENT_FRAMES:]  # fmt: skip
            frames = self._decode(found)
        return Chunk(frames, past.then(found.float().cpu().numpy(), sum(HISTORY)))

    def _decode(self, latents: torch.Tensor) -> NDArray[np.uint8]:
        vae = self._pipeline.vae
        mean, std = (
            torch.tensor(values).view(1, -1, 1, 1, 1).to(self._device, vae.dtype)
            for values in (vae.config.latents_mean, vae.config.latents_std)
        )
        video = vae.decode(latents.to(vae.dtype) * std + mean, return_dict=False)[0][0].float()
        levels = (video * 127.5 + 127.5).nan_to_num(0).clamp(0, 255).round().to(torch.uint8)
        seen: NDArray[np.uint8] = levels.permute(1, 2, 3, 0).contiguous().cpu().numpy()
        return seen

    @torch.inference_mode()
    def _embed(self, prompt: str) -> NDArray[np.float32]:
        """The embeddings of a prompt's tokens, `(TOKENS, d)`, zero beyond its end."""
        with self._turn:
            read = self._pipeline.tokenizer(
                prompt, padding="max_length", max_length=TOKENS, truncation=True, return_tensors="pt"
            )
            mask = read.attention_mask.to(self._device)
            found = self._pipeline.text_encoder(read.input_ids.to(self._device), mask).last_hidden_state
            embedding: NDArray[np.float32] = (found[0] * mask[0, :, None]).float().cpu().numpy()
        return embedding

    def _checked(self, size: Size) -> Size:
        width, height = size
        multiple = MULTIPLE
        if width % multiple or height % multiple or min(width, height) < multiple or width * height > _LARGEST:
            raise ModelError(
                f"{self._name} films multiples of {multiple} from {multiple} pixels on, up to 1920x1088 in all, not"
                f" {width}x{height}"
            )
        return size
