"""Finds a model by the name that an operator gives it. An engine is imported only when it is asked for.

Names are looked for in this order: `house` and `testcard`; those that installed packages add under the entry point
group `forkreel.models`; a folder in diffusers layout; a hub id.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import MappingProxyType

from forkreel.errors import ForkreelError, MissingWeights, UnknownModel
from forkreel.model.checkpoint import folder as folders
from forkreel.model.checkpoint.families import FAMILIES, FILMS
from forkreel.model.protocol import Model
from forkreel.model.testcard import TestCard

PIPELINE = "HousePipeline"
LEARNED = "LearnedPipeline"
GROUP = "forkreel.models"

Size = tuple[int, int]
_DOORS = ("name", "space", "point", "take", "warm", "close")


def open_model(name: str, *, size: Size | None = None, fps: int = 24) -> Model:
    """A name, a hub id, or a folder in diffusers layout, as a model that is loaded but not warm.

    `size` (width, height) and `fps` are what the test card is drawn and a checkpoint opened for; the house model hears
    of a size in `Model.take`. Raises `UnknownModel` for a name that stands for nothing and a folder of a model that
    cannot be played, `MissingWeights` for a folder that is not there or lacks a file and for a hub id that cannot be
    fetched, and `ModelError` for a size that the model cannot paint.
    """
    if name in _BUILT_IN:
        return _BUILT_IN[name](size, fps)
    added = {entry.name: entry for entry in entry_points(group=GROUP)}
    if name in added:
        return _plugged_in(added[name], size, fps)
    folder = Path(os.path.expanduser(name))  # Path.expanduser raises for a user that is not there
    if name and folder.is_dir():
        return _from(name, folder, size, fps)
    if name and folder.exists():
        raise UnknownModel(f"{name} is a file: a model is a folder with a {folders.INDEX}. {_known(added)}")
    if name.startswith((".", "/", "~")):
        raise MissingWeights(f"there is no folder {name}. {_known(added)}")
    if folders.HUB_ID.fullmatch(name):
        return _from(name, folders.fetch(name), size, fps, fetched=True)
    raise UnknownModel(f"there is no model {name!r}. {_known(added)}")


def _from(name: str, folder: Path, size: Size | None, fps: int, *, fetched: bool = False) -> Model:
    try:
        kind = folders.read_index(folder)["_class_name"]
    except (MissingWeights, UnknownModel) as error:
        raise type(error)(f"{error}. {_known(())}") from error
    if kind == PIPELINE:
        return _house(folder)
    if kind == LEARNED:
        from forkreel.model.learned.learned import LearnedModel

        return LearnedModel.open(name, folder)
    if kind in FILMS:
        from forkreel.model.checkpoint.video import VideoModel

        return VideoModel.open(name, folder, size)
    if kind not in FAMILIES:
        playable = ", ".join((PIPELINE, LEARNED, *FAMILIES, *FILMS))
        raise UnknownModel(
            f"{folder / folders.INDEX} names the pipeline {kind!r}, which cannot be played; {playable} can."
            f" {_known(())}"
        )
    from forkreel.model.checkpoint.checkpoint import CheckpointModel

    return CheckpointModel.open(name, folder, size, fps, fetched=fetched)


def _plugged_in(entry: EntryPoint, size: Size | None, fps: int) -> Model:
    """What a package of somebody else's makes of `size` and `fps`."""
    package = entry.dist.name if entry.dist is not None else entry.value
    try:
        model: Model = entry.load()(size=size, fps=fps)
    except ForkreelError:
        raise
    except Exception as error:
        raise UnknownModel(
            f"the model {entry.name!r} of the package {package} cannot be opened: {type(error).__name__}: {error}"
        ) from error
    lacking = [door for door in _DOORS if not hasattr(model, door)]
    if lacking:
        raise UnknownModel(
            f"the model {entry.name!r} of the package {package} lacks {', '.join(lacking)}: it is no model"
        )
    return model


def _known(added: Iterable[str]) -> str:
    others = "".join(f", `{name}`" for name in added)
    return (
        f"There are `house` (the model in the package), `testcard`{others}, the folder of a model that `forkreel train`"
        " wrote, and the folders and hub ids of few-step text-to-image models in diffusers layout (docs/models.md)"
    )


def _house(folder: Path | None) -> Model:
    from forkreel.model.house import HouseModel

    return HouseModel.open(folder)


_BUILT_IN: Mapping[str, Callable[[Size | None, int], Model]] = MappingProxyType(
    {
        "house": lambda size, fps: _house(None),
        "testcard": lambda size, fps: TestCard(fps=fps) if size is None else TestCard(size, fps),
    }
)
