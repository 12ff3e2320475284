"""The families that can be played: how each turns a prompt into embeddings, and how it is asked to denoise. No torch.

Classifier-free guidance is off everywhere: these models are distilled to do without. LCM and SANA-Sprint take their
strength of guidance as a condition, at no cost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

Embeddings = Mapping[str, Any]
"""Tensors `(1, ...)` by the names under which the pipeline takes them."""


@dataclass(frozen=True, slots=True)
class Family:
    """One pipeline class of diffusers.

    `embed(pipeline, prompt, device)` encodes; what it gives moves by `norm`, but for the names in `steps_at`, which
    take their new value at once. `multiple` is what width and height must be multiples of. `decoder` is the hub id of a
    small decoder for its latents, where there is one.
    """

    title: str
    embed: Callable[[Any, str, Any], Embeddings]
    steps: int
    guidance: float
    multiple: int
    decoder: str | None = None
    steps_at: tuple[str, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)
    optional: tuple[str, ...] = ()


def _clip(pipeline: Any, prompt: str, device: Any) -> Embeddings:
    found, _ = pipeline.encode_prompt(prompt, device, 1, False)
    return {"prompt_embeds": found}


def _two_clips(pipeline: Any, prompt: str, device: Any) -> Embeddings:
    found, _, pooled, _ = pipeline.encode_prompt(prompt, device=device, do_classifier_free_guidance=False)
    return {"prompt_embeds": found, "pooled_prompt_embeds": pooled}


def _gemma(pipeline: Any, prompt: str, device: Any) -> Embeddings:
    found, mask = pipeline.encode_prompt(prompt, device=device)
    return {"prompt_embeds": found, "prompt_attention_mask": mask}


_CHECKER = ("safety_checker", "feature_extractor", "image_encoder")

FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        "StableDiffusionPipeline": Family(
            "Stable Diffusion (SD-Turbo)", _clip, steps=1, guidance=0.0, multiple=8, decoder="madebyollin/taesd",
            optional=_CHECKER,
        ),
        "StableDiffusionXLPipeline": Family(
            "Stable Diffusion XL (SDXL-Turbo)", _two_clips, steps=1, guidance=0.0, multiple=8,
            decoder="madebyollin/taesdxl", optional=_CHECKER,
        ),
        "LatentConsistencyModelPipeline": Family(
            "Latent Consistency Models (LCM)", _clip, steps=4, guidance=8.0, multiple=8, decoder="madebyollin/taesd",
            optional=_CHECKER,
        ),
        "SanaSprintPipeline": Family(
            "SANA-Sprint", _gemma, steps=2, guidance=4.5, multiple=32, steps_at=("prompt_attention_mask",),
            more={"use_resolution_binning": False},
        ),
    }
)  # fmt: skip

FILMS: Mapping[str, str] = MappingProxyType({"HeliosPyramidPipeline": "Helios-Distilled"})
"""Pipelines that film chunk after chunk: see `video`."""
