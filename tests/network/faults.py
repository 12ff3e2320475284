"""A bad network without a clock: which packets are lost, which come late, and which overtake others."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Faults:
    """What one direction of a way does to packets.

    `loss` and `late` are shares; what is late takes `late_s` longer than the `delay_s` of all, and is overtaken.
    `rates` are `(from_s, bits a second)` in order, counted from the first packet; what would wait longer than `queue_s`
    for the line is dropped.
    """

    loss: float = 0.0
    delay_s: float = 0.0
    late: float = 0.0
    late_s: float = 0.03
    rates: tuple[tuple[float, float], ...] = ()
    queue_s: float = 0.3


class Path:
    """One direction of a way. The same seed and the same packets give the same fate, whatever the machine does."""

    def __init__(self, faults: Faults, seed: int) -> None:
        self.passed = 0
        self.lost = 0
        self._faults = faults
        self._chance = random.Random(seed)
        self._began_s: float | None = None
        self._free_s = 0.0  # when the line has sent what waits for it

    def arrival_s(self, now_s: float, size: int) -> float | None:
        """When a packet of `size` bytes that leaves now arrives; None for one that never does."""
        if self._began_s is None:
            self._began_s = now_s
        lost, late = self._chance.random(), self._chance.random()  # two for each packet, whatever they decide
        sent_s = self._sent_s(now_s, size)
        if sent_s is None or lost < self._faults.loss:
            self.lost += 1
            return None
        self.passed += 1
        return sent_s + self._faults.delay_s + (self._faults.late_s if late < self._faults.late else 0.0)

    def _sent_s(self, now_s: float, size: int) -> float | None:
        rate = self._rate(now_s)
        if rate is None:
            return now_s
        begins_s = max(now_s, self._free_s)
        if begins_s - now_s > self._faults.queue_s:
            return None
        self._free_s = begins_s + 8 * size / rate
        return self._free_s

    def _rate(self, now_s: float) -> float | None:
        assert self._began_s is not None, "arrival_s says when it began"
        found = None
        for from_s, rate in self._faults.rates:
            if now_s - self._began_s >= from_s:
                found = rate
        return found
