"""Finds a model by the name that an operator gives it. An engine is imported only when it is asked for."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from forkreel.errors import MissingWeights, UnknownModel
from forkreel.model.protocol import Model
from forkreel.model.testcard import TestCard

PIPELINE = "HousePipeline"
INDEX = "model_index.json"

Size = tuple[int, int]
_KNOWN = (
    "There are `house` (the model in the package), `testcard`, and the folder of a model that `forkreel train` wrote; "
    "hub ids and other checkpoints come in a later version."
)


def open_model(name: str, *, size: Size | None = None, fps: int = 24) -> Model:
    """A name, or a folder in diffusers layout, as a model that is loaded but not warm.

    `size` (width, height) and `fps` are what the test card is drawn for; other models hear of a size in `Model.take`.
    Raises `UnknownModel` for a name that stands for nothing and a folder of another kind of model, and `MissingWeights`
    for a folder that is not there or lacks a file.
    """
    if name in _BUILT_IN:
        return _BUILT_IN[name](size, fps)
    folder = Path(os.path.expanduser(name))  # Path.expanduser raises for a user that is not there
    if name and folder.is_dir():
        _check_index(folder)
        return _house(folder)
    if name and folder.exists():
        raise UnknownModel(f"{name} is a file: a model is a folder with a {INDEX}. {_KNOWN}")
    if name.startswith((".", "/", "~")):
        raise MissingWeights(f"there is no folder {name}. {_KNOWN}")
    raise UnknownModel(f"there is no model {name!r}. {_KNOWN}")


def _check_index(folder: Path) -> None:
    index = folder / INDEX
    if not index.is_file():
        raise MissingWeights(f"{folder} has no {INDEX}: it is not the folder of a model. {_KNOWN}")
    try:
        read = json.loads(index.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise UnknownModel(f"{index} cannot be read as JSON: {error}") from error
    kind = read.get("_class_name") if isinstance(read, dict) else None
    if kind != PIPELINE:
        raise UnknownModel(f"{index} names the pipeline {kind!r}, and only {PIPELINE!r} can be played. {_KNOWN}")


def _house(folder: Path | None) -> Model:
    from forkreel.model.house import HouseModel

    return HouseModel.open(folder)


_BUILT_IN: Mapping[str, Callable[[Size | None, int], Model]] = MappingProxyType(
    {
        "house": lambda size, fps: _house(None),
        "testcard": lambda size, fps: TestCard(fps=fps) if size is None else TestCard(size, fps),
    }
)
