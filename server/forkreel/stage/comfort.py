"""`Comfort`: what a viewer may ask of a show for their own ease, fixed as it begins: a replay stays exact."""

from __future__ import annotations

from dataclasses import dataclass, replace

from forkreel.director import Move


@dataclass(frozen=True, slots=True)
class Comfort:
    """`timers` multiplies the time of every timed question, and 0 takes it away; `cuts` makes every move a cut.

    `language` is the one of its languages that the story is told in, None for that it is written in.
    """

    timers: float = 1.0
    cuts: bool = False
    language: str | None = None

    def eased(self, move: Move | None) -> Move | None:
        """The move as this viewer gets it."""
        return replace(move, frames=1, via={}) if move is not None and self.cuts else move

    def time_s(self, timer_s: float | None) -> float | None:
        """How long a question that has `timer_s` stays open, None for as long as it takes."""
        return timer_s * self.timers if timer_s is not None and self.timers > 0 else None
