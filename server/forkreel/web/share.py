"""Which of several workers a session or a room belongs to: its name alone says so."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass


def place_of(name: str, of: int) -> int:
    """The number of the worker, 0 to `of` - 1."""
    return zlib.crc32(name.encode("utf-8", "surrogatepass")) % of


@dataclass(frozen=True, slots=True)
class Share:
    """The part of worker `number` of so many."""

    number: int = 0
    of: int = 1

    @classmethod
    def of_text(cls, text: str) -> Share:
        """`1/2` as worker 1 of two, the second."""
        number, of = text.split("/")
        return cls(int(number), int(of))

    def draw(self, make: Callable[[], str]) -> str:
        """A fresh name that belongs to this worker; `make` gives random ones."""
        while place_of(name := make(), self.of) != self.number:
            pass
        return name


WHOLE = Share()
