"""Requests for keyframes, many in, few out: viewers ask whenever they like, one keyframe serves them all."""

from __future__ import annotations

MIN_GAP = 90_000 // 4
"""At most one requested keyframe per 250 ms of media time, unless told otherwise; in ticks of the 90 kHz clock."""


class Keyframes:
    """Decides which pictures become keyframes. `request` may be called from any thread, the rest from the encoder's."""

    def __init__(self, min_gap: int = MIN_GAP) -> None:
        self._min_gap = min_gap
        self._wanted = True
        self._last: int | None = None

    def request(self) -> None:
        """Ask that a picture soon be a keyframe; requests made before it comes count as one."""
        self._wanted = True

    def due(self, pts: int) -> bool:
        """Whether the picture at `pts` (90 kHz) has to be a keyframe."""
        return self._wanted and (self._last is None or pts - self._last >= self._min_gap)

    def made(self, pts: int) -> None:
        """The picture at `pts` became a keyframe, asked for or not."""
        self._wanted = False
        self._last = pts
