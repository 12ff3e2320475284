"""Finds a checkpoint, a folder in diffusers layout or a hub id, and refuses what must not be loaded. No torch."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from forkreel.errors import MissingWeights, UnknownModel

INDEX = "model_index.json"
HUB_ID = re.compile(r"[\w-][\w.-]*/[\w.-]+")
_PICKLED = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")
_WEIGHTLESS = ("scheduler", "tokenizer", "feature_extractor", "image_processor")  # how their names begin


def read_index(folder: Path) -> Mapping[str, Any]:
    """What a folder's `model_index.json` says. Raises `MissingWeights` where there is none, `UnknownModel` where it is
    none."""
    index = folder / INDEX
    if not index.is_file():
        raise MissingWeights(f"{folder} has no {INDEX}: it is not the folder of a model")
    try:
        read = json.loads(index.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise UnknownModel(f"{index} cannot be read as JSON: {error}") from error
    if not isinstance(read, dict) or not isinstance(read.get("_class_name"), str):
        raise UnknownModel(f"{index} names no pipeline: it is not the index of a model")
    return read


def check_parts(folder: Path, index: Mapping[str, Any], optional: tuple[str, ...]) -> None:
    """Raises `MissingWeights` for a part that the index names and the folder lacks, and `UnknownModel` for weights that
    are pickled: to load those is to run whatever code they carry."""
    for part, kind in index.items():
        if part.startswith("_") or part in optional or not isinstance(kind, list) or kind[:1] in ([None], []):
            continue
        if not (folder / part).is_dir():
            raise MissingWeights(f"{folder} lacks the part {part}, which its {INDEX} names")
        if part.startswith(_WEIGHTLESS):
            continue
        files = [file for file in (folder / part).iterdir() if file.is_file()]
        if any(file.suffix == ".safetensors" for file in files):
            continue
        pickled = next((file.name for file in files if file.suffix in _PICKLED), None)
        if pickled is not None:
            raise UnknownModel(
                f"{folder / part / pickled} is pickled, and loading it would run whatever code it carries: only"
                " safetensors are loaded. Diffusers writes them by `pipeline.save_pretrained(FOLDER)`"
            )
        raise MissingWeights(f"{folder} lacks the weights of its part {part}: no .safetensors in {folder / part}")


def fetch(hub_id: str) -> Path:
    """The folder of a model of the hub, fetched unless it is on this machine already. Raises `MissingWeights`."""
    from diffusers import DiffusionPipeline

    try:
        return Path(DiffusionPipeline.download(hub_id, use_safetensors=True))
    except Exception as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise MissingWeights(f"the model {hub_id} is not on this machine and cannot be fetched: {first}") from error
