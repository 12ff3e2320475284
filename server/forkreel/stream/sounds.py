"""The sound that waits to be sent: packets leave as far apart as they are heard. Knows no viewers and no network.

A tick gives two or three packets of 20 ms at once. Sent so, they would arrive up to 40 ms apart, and a browser keeps as
much sound in hand as its arrival is uneven; then it holds the picture back, too, to be in sync with it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from forkreel.stream.opus import AUDIO_RATE, PACKET_SAMPLES
from forkreel.stream.picture import Packed

EARLIEST = PACKET_SAMPLES + AUDIO_RATE // 120
"""Samples by which a tick's first packet may begin before its tick: what waited for a whole packet, and the codec's
look-ahead, 6.5 ms in libopus."""


class SoundQueue:
    """Packets with the times at which they leave, on the clock of who asks."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[float, Packed]] = deque()

    @property
    def due_s(self) -> float | None:
        """When the next packet leaves; None when none waits."""
        return self._waiting[0][0] if self._waiting else None

    def put(self, sounds: Sequence[Packed], start: int, now_s: float) -> None:
        """What a tick gave that began at sample `start`. What waited longer than that shall never go after it."""
        due_s = [now_s + max(0, sound.pts - start + EARLIEST) / AUDIO_RATE for sound in sounds]
        if due_s:
            self._waiting = deque((min(before_s, due_s[0]), sound) for before_s, sound in self._waiting)
        self._waiting.extend(zip(due_s, sounds, strict=True))

    def take(self, now_s: float) -> list[Packed]:
        """What leaves now."""
        taken = []
        while self._waiting and self._waiting[0][0] <= now_s:
            taken.append(self._waiting.popleft()[1])
        return taken
