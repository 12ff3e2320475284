"""`Rehearsal`: a test that a story carries, as its author wrote it. `rehearse` tries it."""

from __future__ import annotations

from dataclasses import dataclass

from forkreel.story.diagnostic import Spot
from forkreel.story.variables import Value

WAIT = "~"  # a pick that lets the timer run out


@dataclass(frozen=True, slots=True)
class Pick:
    """A choice to take, by its id or as `scene.choice`; `choice` is None to let the timer run out."""

    spot: Spot
    choice: str | None


@dataclass(frozen=True, slots=True)
class Typed:
    """A text to type, and the id of the answer that it is understood as; None when nothing is near to it."""

    spot: Spot
    text: str
    topic: str | None


@dataclass(frozen=True, slots=True)
class Expected:
    """A value that is expected, and where the author says so."""

    spot: Spot
    value: Value


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Picks, and what is to be so after them: where the story stands, its variables, and the lines that were seen.

    `inputs` are values for controls by their ids, given as soon as a question has them, and again at each that does.
    `file` is the story's. `seed` is None for the story's own. `lines` are ids or whole texts.
    """

    name: str
    file: str
    spot: Spot
    seed: int | None = None
    inputs: tuple[tuple[str, Expected], ...] = ()
    picks: tuple[Pick | Typed, ...] = ()
    scene: Expected | None = None
    ending: Expected | None = None
    variables: tuple[tuple[str, Expected], ...] = ()
    lines: tuple[Expected, ...] = ()
