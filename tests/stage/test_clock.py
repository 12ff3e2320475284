from __future__ import annotations

import threading

from forkreel.stage.clock import MonotonicClock, Timeline
from tests.helpers.clock import SteppedClock


class ReadyClock(SteppedClock):
    """Jumps to the end of every wait."""

    def wait(self, woken: threading.Event, until: float | None) -> None:
        assert until is not None
        self._now = max(self._now, until)


def test_ticks_come_one_by_one_and_never_early() -> None:
    clock, never = ReadyClock(), threading.Event()
    timeline = Timeline(clock, 24)
    for tick in range(100_000):
        assert timeline.next(never) == 1
        assert timeline.tick == tick
    assert abs(clock.now() - 99_999 / 24) < 1e-6


def test_ticks_that_were_missed_are_counted() -> None:
    clock, never = ReadyClock(), threading.Event()
    timeline = Timeline(clock, 24)
    timeline.next(never)
    clock.spend(10.5 / 24)
    assert timeline.next(never) == 10
    assert timeline.tick == 10
    assert timeline.next(never) == 1


def test_who_is_woken_before_a_tick_is_due_has_no_tick_yet() -> None:
    clock, woken = SteppedClock(), threading.Event()
    timeline = Timeline(clock, 24)
    assert timeline.next(woken) == 1
    woken.set()
    assert timeline.next(woken) == 0
    clock.spend(1 / 24)
    assert timeline.next(woken) == 1, "a letter does not hold a tick up"
    assert timeline.tick == 1


def test_after_a_restart_nothing_is_made_up_for() -> None:
    clock, never = ReadyClock(), threading.Event()
    timeline = Timeline(clock, 24)
    timeline.next(never)
    clock.spend(1000)
    timeline.restart()
    assert timeline.next(never) == 1
    assert timeline.tick == 1


def test_the_machines_clock_waits_until_it_is_woken_and_not_for_the_past() -> None:
    clock, woken = MonotonicClock(), threading.Event()
    clock.wait(woken, clock.now() - 1)
    woken.set()
    clock.wait(woken, None)
    clock.wait(woken, clock.now() + 1000)
