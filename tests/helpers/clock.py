"""A clock for tests: whoever waits on it is taken to the end of the wait at once, up to a limit that the test moves."""

from __future__ import annotations

import threading


class SteppedClock:
    """Runs from wait to wait without sleeping. `advance` returns once the waiting thread wants to go past the limit."""

    def __init__(self) -> None:
        self._now = 0.0
        self._limit = 0.0
        self._change = threading.Condition()
        self._blocked = False

    def now(self) -> float:
        return self._now

    def wait(self, woken: threading.Event, until: float | None) -> None:
        with self._change:
            while not woken.is_set():
                if until is not None and until <= self._limit + 1e-6:
                    self._now = max(self._now, until)
                    break
                self._now = max(self._now, self._limit)
                self._blocked = True
                self._change.notify_all()
                self._change.wait(0.002)  # the woken event cannot notify this condition
            self._blocked = False

    def spend(self, seconds: float) -> None:
        """Time passes while the waiting thread works; the limit goes along."""
        with self._change:
            self._now += seconds

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass; returns when everything that was due in them has happened."""
        with self._change:
            self._limit = max(self._limit, self._now) + seconds
        self.settle()

    def settle(self) -> None:
        """Return when the waiting thread has nothing left to do before the limit."""
        with self._change:
            self._blocked = False
            assert self._change.wait_for(lambda: self._blocked, timeout=20), "nobody waits for the clock"
