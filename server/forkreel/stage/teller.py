"""The teller: how the votes stand, told when that has changed, but not with every frame: a full room has many ears."""

from __future__ import annotations

from forkreel.stage.messages import Tally

_EVERY_S = 0.15


class Teller:
    """Decides from tallies and their times alone."""

    def __init__(self) -> None:
        self._told: Tally | None = None
        self._told_s = -_EVERY_S

    def news(self, tally: Tally | None, now_s: float, *, hurry: bool = False) -> Tally | None:
        """The tally, where it has to be told now: it is another than the last, and that is a while ago or `hurry`."""
        if tally == self._told or (tally is not None and not hurry and now_s < self._told_s + _EVERY_S):
            return None
        self._told = tally
        if tally is not None:
            self._told_s = now_s
        return tally
