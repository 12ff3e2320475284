"""`Edition`: a story that was edited while it is told. A show takes it up as it comes to its next scene."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from forkreel.stage.protocol import Playthrough
from forkreel.story.cast import Manner


@dataclass(frozen=True, slots=True)
class Edited:
    """From here on a show tells the edited story: `save` is where its viewers were, as that story has it."""

    save: str


@dataclass(frozen=True, slots=True)
class Edition:
    """A story as it is now. `load` fits a save of what was told so far to it; raises `StoryError` where it cannot."""

    load: Callable[[str], Playthrough]
    cast: Mapping[str, str]
    manners: Mapping[str, Manner]
