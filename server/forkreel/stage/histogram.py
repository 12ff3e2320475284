"""How often something took how long: counted by one thread, read by any."""

from __future__ import annotations

import threading
from bisect import bisect_left
from itertools import accumulate

BOUNDS_S = (0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0, 2.0)


class Histogram:
    """Counts of times in seconds by upper bound, as Prometheus has them."""

    def __init__(self, bounds: tuple[float, ...] = BOUNDS_S) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)  # the last is beyond every bound
        self._sum_s = 0.0
        self._lock = threading.Lock()

    def observe(self, took_s: float) -> None:
        """It took so long once more."""
        with self._lock:
            self._counts[bisect_left(self._bounds, took_s)] += 1
            self._sum_s += took_s

    def add(self, other: Histogram) -> None:
        """Count what another one has counted, too; it has to have the same bounds."""
        assert other._bounds == self._bounds, "histograms of different bounds cannot be added"
        with other._lock:
            counts, sum_s = list(other._counts), other._sum_s
        with self._lock:
            self._counts = [mine + others for mine, others in zip(self._counts, counts, strict=True)]
            self._sum_s += sum_s

    def buckets(self) -> tuple[list[tuple[str, float]], float]:
        """Each upper bound with how many took at most so long, the last one `+Inf`; and the sum of all times."""
        names = [*(f"{bound:g}" for bound in self._bounds), "+Inf"]
        with self._lock:
            return list(zip(names, map(float, accumulate(self._counts)), strict=True)), self._sum_s
