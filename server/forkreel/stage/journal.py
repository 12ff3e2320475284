"""The journal: what happened to a show at which frame, written before anybody hears that it happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from forkreel.story.moment import Event


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. `seq` counts from 1 without gaps; `frame` is the frame boundary at which it was applied."""

    seq: int
    frame: int
    event: Event


class Journal(Protocol):
    """Append-only: what was written stays as it is."""

    def append(self, entry: Entry) -> None:
        """Keep an entry; when this returns the entry is safe. Called from the render thread."""
        ...

    def entries(self) -> tuple[Entry, ...]:
        """Everything so far, oldest first."""
        ...


class MemoryJournal:
    """A journal that lasts as long as the process."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def append(self, entry: Entry) -> None:
        """Keep an entry; asserts that it is the next one."""
        assert entry.seq == len(self._entries) + 1, f"entry {entry.seq} does not follow entry {len(self._entries)}"
        self._entries.append(entry)

    def entries(self) -> tuple[Entry, ...]:
        """Everything so far, oldest first."""
        return tuple(self._entries)
