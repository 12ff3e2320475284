"""The journal: what happened to a show at which frame, kept before anybody hears that it happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from forkreel.stage.events import ShowEvent

MessageId = str | int
Written = Callable[[Exception | None], None]
"""Told once, from any thread, when an entry is safe, or why it never will be."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. `seq` counts from 1 without gaps; `frame` is the frame boundary at which it was applied.

    `viewer` and `message` say who asked for it and by which message, None for what happened by itself: a message that
    is sent again, even to a server that was started anew, is then known.
    """

    seq: int
    frame: int
    event: ShowEvent
    viewer: int | None = None
    message: MessageId | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """What a show is resumed from: its entries, and the frame that it was at, the next to be painted."""

    entries: tuple[Entry, ...]
    frame: int = 0
    paused: bool = False

    @property
    def reached(self) -> int:
        """The frame to go on with: what was applied at it has been applied."""
        return max(self.frame, self.entries[-1].frame if self.entries else 0)


class Journal(Protocol):
    """Append-only: what was written stays as it is."""

    def append(self, entry: Entry, written: Written) -> None:
        """Keep an entry, soon; called from the render thread, which must not wait for a disk."""
        ...

    def reached(self, frame: int, paused: bool) -> None:
        """The show goes on, and is at `frame`: of several the last counts, and losing one does no harm."""
        ...


class MemoryJournal:
    """A journal that lasts as long as the process; `seq` is the entry that it goes on after."""

    def __init__(self, seq: int = 0) -> None:
        self._seq = seq
        self._entries: list[Entry] = []

    def append(self, entry: Entry, written: Written) -> None:
        """Keep an entry, at once; asserts that it is the next one."""
        assert entry.seq == self._seq + 1, f"entry {entry.seq} does not follow entry {self._seq}"
        self._seq = entry.seq
        self._entries.append(entry)
        written(None)

    def reached(self, frame: int, paused: bool) -> None:
        """Nothing that needs to be kept: the show lasts no longer than the journal."""

    def entries(self) -> tuple[Entry, ...]:
        """Everything so far, oldest first."""
        return tuple(self._entries)
