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
class Expected:
    """A value that is expected, and where the author says so."""

    spot: Spot
    value: Value


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Picks, and what is to be so after them: where the story stands, its variables, and the lines that were seen.

    `file` is the story's. `seed` is None for the story's own. `lines` are ids or whole texts.
    """

    name: str
    file: str
    spot: Spot
    seed: int | None = None
    picks: tuple[Pick, ...] = ()
    scene: Expected | None = None
    ending: Expected | None = None
    variables: tuple[tuple[str, Expected], ...] = ()
    lines: tuple[Expected, ...] = ()
