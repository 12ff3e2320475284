"""Requests for keyframes, many in, few out: viewers ask whenever they like, one keyframe serves them all."""

from __future__ import annotations

MIN_GAP = 90_000 // 4
"""At most one requested keyframe per 250 ms of media time, unless told otherwise; in ticks of the 90 kHz clock."""
GATHER = 90_000 * 35 // 100
"""Who has just come waits so long for others who are about to: with what connecting takes, half a second at most."""


class Keyframes:
    """Decides which pictures become keyframes. `request` may be called from any thread, the rest from the encoder's."""

    def __init__(self, min_gap: int = MIN_GAP) -> None:
        self._min_gap = min_gap
        self._wanted = True
        self._urgent = False
        self._since: int | None = None
        self._last: int | None = None

    def request(self, *, urgent: bool = True) -> None:
        """Ask that a picture soon be a keyframe; requests made before it comes count as one.

        One that is not urgent, of a viewer who has just come, waits a little for others who are about to.
        """
        self._urgent = self._urgent or urgent
        self._wanted = True

    def due(self, pts: int, *, awaited: bool = False) -> bool:
        """Whether the picture at `pts` (90 kHz) has to be a keyframe; `awaited` says that viewers are about to come."""
        if not self._wanted:
            return False
        if self._last is None:
            return True
        self._since = pts if self._since is None else self._since
        gathers = awaited and not self._urgent and pts - self._since < GATHER
        return not gathers and pts - self._last >= self._min_gap

    def made(self, pts: int) -> None:
        """The picture at `pts` became a keyframe, asked for or not."""
        self._wanted = self._urgent = False
        self._since = None
        self._last = pts
