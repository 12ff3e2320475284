"""Time for a show: a `Clock` that tests can wind by hand, and the `Timeline` that counts a show's ticks against it."""

from __future__ import annotations

import math
import threading
import time
from typing import Protocol


class Clock(Protocol):
    """Seconds that only go forward, and a way to wait for them."""

    def now(self) -> float:
        """Seconds since some fixed point."""
        ...

    def wait(self, woken: threading.Event, until: float | None) -> None:
        """Return at `until` (None: never by itself), or as soon as `woken` is set."""
        ...


class MonotonicClock:
    """The machine's monotonic clock."""

    def now(self) -> float:
        """Seconds since the machine started, or so."""
        return time.monotonic()

    def wait(self, woken: threading.Event, until: float | None) -> None:
        """Sleep until `until` or until `woken` is set."""
        woken.wait(None if until is None else max(0.0, until - self.now()))


class Timeline:
    """Ticks of media time, `fps` a second: they never stop by themselves, and those that were missed are skipped.

    `tick` is the last tick that was begun, -1 before the first.
    """

    def __init__(self, clock: Clock, fps: int) -> None:
        self.tick = -1
        self._clock = clock
        self._fps = fps
        self._origin = 0.0
        self.restart()

    def restart(self) -> None:
        """The next tick is due now: after a time in which nobody watched, nothing is made up for."""
        self._origin = self._clock.now() - (self.tick + 1) / self._fps

    @property
    def due_s(self) -> float:
        """When the next tick is due, in the clock's seconds."""
        return self._origin + (self.tick + 1) / self._fps

    def next(self, woken: threading.Event) -> int:
        """Wait until the next tick is due; returns how many ticks have passed, 1 unless the last one took too long.

        0 when `woken` was set before.
        """
        self._clock.wait(woken, self.due_s)
        # A hair of slack: a float that lands just short of a tick must not count as the tick before.
        due = math.floor((self._clock.now() - self._origin) * self._fps + 1e-6)
        passed = max(0 if woken.is_set() else 1, due - self.tick)
        self.tick += passed
        return passed
