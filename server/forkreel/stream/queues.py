"""What waits to be sent to one viewer: a few pictures, paced, and no sound.

A picture that takes many packets is spread over part of its time: a keyframe in one burst would overflow the small
buffers on the way. Knows no network.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable

from forkreel.stream.picture import Packed

PICTURES = 8
"""A third of a second. Who is further behind is better served by a keyframe."""
BURST = 4
"""Packets that may go back to back at any time: those of a usual picture."""
SLOTS = 5
"""A picture is gone after so many slots at most, 25 ms of the 42 that a picture stands."""
SLOT_S = 0.005


class PictureQueue:
    """Pictures refer to those before them, so the queue begins with a keyframe and is never thinned, only emptied."""

    def __init__(self, on_lost: Callable[[], None], limit: int = PICTURES) -> None:
        self.dropped = 0
        self._on_lost = on_lost
        self._limit = limit
        self._broken = True
        self._pictures: deque[Packed] = deque()
        self._sent = 0
        self._share = 0

    @property
    def waiting(self) -> int:
        """How many packets wait."""
        return sum(len(picture.payloads) for picture in self._pictures) - self._sent

    def push(self, picture: Packed) -> None:
        """Queue a picture; a full queue gives way, and asks for a keyframe unless this is one."""
        full = len(self._pictures) >= self._limit
        if picture.keyframe:
            if full:
                self._drop()
            self._broken = False
        elif full and not self._broken:
            self._drop()
            self._broken = True
            self._on_lost()
        if self._broken:
            self.dropped += 1
            return
        self._pictures.append(picture)
        self._share = max(BURST, math.ceil(self.waiting / SLOTS))

    def clear(self) -> None:
        """Drop what waits, and take nothing before the next keyframe."""
        self._drop()
        self._broken = True

    def _drop(self) -> None:
        self.dropped += len(self._pictures)
        self._pictures.clear()
        self._sent = 0

    def take(self) -> list[tuple[Packed, int, int]]:
        """What may be sent in one slot: pictures with the first and the end of their payloads."""
        slices: list[tuple[Packed, int, int]] = []
        left = self._share
        while left > 0 and self._pictures:
            picture, first = self._pictures[0], self._sent
            end = min(len(picture.payloads), first + left)
            slices.append((picture, first, end))
            left -= end - first
            self._sent = end
            if end == len(picture.payloads):
                self._pictures.popleft()
                self._sent = 0
        return slices
