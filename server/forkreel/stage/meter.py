"""How well a show keeps up: counted by the render thread, read by anybody."""

from __future__ import annotations

import statistics
import threading
from collections import deque
from dataclasses import dataclass

from forkreel.model.protocol import Quality
from forkreel.stage.histogram import Histogram

_WINDOW = 120  # paintings that the median and the rate look back on: five seconds at 24 a second


@dataclass(frozen=True, slots=True)
class Stats:
    """`painted`, `repeated` and `skipped` count ticks: a new picture, the last one again, or none in time.

    `paint_ms` is the median of the last paintings, `fps` the rate of new pictures over them; both 0 before the second.
    `quality` is how they are painted: `draft` on a machine that could not keep up, until full quality is tried again.
    `branches_hit` counts the answers whose branch had been made ready, `branches_missed` the others, and `branches_ms`
    is what making ready has cost in all.
    """

    painted: int = 0
    repeated: int = 0
    skipped: int = 0
    paint_ms: float = 0.0
    fps: float = 0.0
    quality: Quality = "full"
    branches_hit: int = 0
    branches_missed: int = 0
    branches_ms: float = 0.0


class Meter:
    """Counts paintings, repeats and skips."""

    def __init__(self) -> None:
        self.choices = Histogram()
        self._chosen: list[float] = []
        self._lock = threading.Lock()
        self._counts = {"painted": 0, "repeated": 0, "skipped": 0}
        self._quality: Quality = "full"
        self._branches = {"branches_hit": 0, "branches_missed": 0}
        self._branches_s = 0.0
        self._paintings: deque[tuple[float, float]] = deque(maxlen=_WINDOW)  # (begun, ended) in seconds

    def painted(self, begun: float, ended: float, quality: Quality = "full") -> None:
        """A new picture was painted between two times of the clock, in seconds."""
        with self._lock:
            self._quality = quality
            self._counts["painted"] += 1
            self._paintings.append((begun, ended))

    def chosen(self, posted_s: float) -> None:
        """A choice that came at this time decides the picture that is painted next. The render thread's alone."""
        self._chosen.append(posted_s)

    def begun(self) -> tuple[float, ...]:
        """A picture is begun; when the choices came that it is the first to show. The render thread's alone."""
        chosen = tuple(self._chosen)
        self._chosen.clear()
        return chosen

    def shown(self, now_s: float, chosen: tuple[float, ...]) -> None:
        """A picture was handed out, the first to show what was `chosen` at these times. The render thread's alone."""
        for posted_s in chosen:
            self.choices.observe(now_s - posted_s)

    def branch_taken(self, ready: bool) -> None:
        """A question was answered, and what that leads to had been made ready or not."""
        with self._lock:
            self._branches["branches_hit" if ready else "branches_missed"] += 1

    def branch_cost(self, took_s: float) -> None:
        """Something was made ready, in so many seconds."""
        with self._lock:
            self._branches_s += took_s

    def repeated(self) -> None:
        """The last picture was shown again."""
        with self._lock:
            self._counts["repeated"] += 1

    def skipped(self, ticks: int) -> None:
        """Ticks went by without a picture because the machine was too slow."""
        with self._lock:
            self._counts["skipped"] += ticks

    def forget_pace(self) -> None:
        """The show stood still: the rate starts anew."""
        with self._lock:
            self._paintings.clear()

    def stats(self) -> Stats:
        """The figures as they are now."""
        with self._lock:
            counts, paintings, quality = self._counts | self._branches, list(self._paintings), self._quality
            branches_ms = 1000 * self._branches_s
        if len(paintings) < 2:
            return Stats(**counts, quality=quality, branches_ms=branches_ms)
        span = paintings[-1][0] - paintings[0][0]
        paint_s = statistics.median(ended - begun for begun, ended in paintings)
        fps = (len(paintings) - 1) / span if span > 0 else 0.0
        return Stats(**counts, paint_ms=paint_s * 1000, fps=fps, quality=quality, branches_ms=branches_ms)
