"""The outbox: what a stage says, in order, and nothing that follows from an event before the journal has it."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TypeVarTuple, Unpack

_Said = TypeVarTuple("_Said")


class Outbox:
    """From the render thread to the event loop. Bounded by `waiting`: who appends looks at it first.

    `written` and `waiting` count events: the last one that is safe, and those that are not yet.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, written: int = 0) -> None:
        self._loop = loop
        self._written = written
        self._appended = written
        self._broken = False
        self._held: deque[tuple[int, Callable[[], None]]] = deque()
        self._lock = threading.Lock()

    @property
    def waiting(self) -> int:
        """Events that were appended and are not safe yet."""
        return self._appended - self._written

    def appended(self, seq: int) -> None:
        """Event `seq` is on its way to the journal: what is said from now on waits for it."""
        with self._lock:
            self._appended = seq

    def say(self, listener: Callable[[Unpack[_Said]], None], *said: *_Said) -> None:
        """Call `listener` on the event loop, once everything that was appended is safe."""
        with self._lock:
            if self._broken:
                return
            if self._appended > self._written:
                self._held.append((self._appended, partial(listener, *said)))
            else:
                self._loop.call_soon_threadsafe(listener, *said)

    def say_at_once(self, listener: Callable[[Unpack[_Said]], None], *said: *_Said) -> None:
        """Call `listener` on the event loop, whatever became of the events."""
        self._loop.call_soon_threadsafe(listener, *said)

    def break_off(self) -> None:
        """An event will never be safe: what waits for it, and for those after it, stays unsaid."""
        with self._lock:
            self._broken = True
            self._held.clear()

    def written(self, seq: int) -> None:
        """Event `seq` and all before it are safe. Called from the journal's thread."""
        with self._lock:
            if self._broken:
                return
            self._written = max(self._written, seq)
            while self._held and self._held[0][0] <= self._written:
                self._loop.call_soon_threadsafe(self._held.popleft()[1])
