"""The lean: while a room votes the picture bends a little towards where the votes would lead, and back when it is over.

A walker's point goes in and a point near it comes out, never further than `RADIUS` of the way to anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forkreel.latent.easing import ease
from forkreel.latent.interpolate import circular, linear, norm_preserving, slerp
from forkreel.latent.space import LatentPoint, Space

RADIUS = 0.14
"""The share of the way to the goals that all votes together go: seen at once, and still the same place."""
SETTLING_S = 1.2
_BLENDS: Mapping[str, Callable[[ArrayLike, ArrayLike, float], NDArray[np.float64]]] = MappingProxyType(
    {"linear": linear, "circular": circular, "slerp": slerp, "norm": norm_preserving}
)


@dataclass(frozen=True, slots=True)
class _Pull:
    """Towards `goal`: the share of the way, from `before` at `frame` - 1 to `after` once `frames` have passed."""

    goal: LatentPoint
    frame: int
    frames: int
    before: float
    after: float

    def at(self, frame: int) -> float:
        step = min(max((frame - self.frame + 1) / self.frames, 0.0), 1.0)
        return self.before + (self.after - self.before) * float(ease("in-out", step))


class Lean:
    """Pulls towards named goals, each with a share; what is asked last at a frame counts from that frame on."""

    def __init__(self, space: Space, fps: int) -> None:
        self._blends = [
            (component.name, _BLENDS[component.interpolation])
            for component in space.components
            if component.interpolation in _BLENDS
        ]
        self._frames = max(1, round(SETTLING_S * fps))
        self._pulls: dict[str, _Pull] = {}

    def aim(self, goals: Mapping[str, tuple[LatentPoint, float]], frame: int) -> None:
        """From `frame` on lean towards goals by their shares, which sum to 1 at most; away from all others."""
        pulls = {}
        for name, pull in self._pulls.items():
            if name not in goals and pull.at(frame - 1) > 0.0:
                pulls[name] = _Pull(pull.goal, frame, self._frames, pull.at(frame - 1), 0.0)
        for name, (goal, share) in goals.items():
            before = self._pulls[name].at(frame - 1) if name in self._pulls else 0.0
            pulls[name] = _Pull(goal, frame, self._frames, before, RADIUS * share)
        self._pulls = pulls

    def settle(self, frame: int) -> None:
        """From `frame` on come back to the walker's own point."""
        self.aim({}, frame)

    def at(self, point: LatentPoint, frame: int) -> LatentPoint:
        """What is painted at `frame` where the walker is at `point`."""
        shares = [(pull.goal, pull.at(frame)) for pull in self._pulls.values()]
        total = sum(share for _, share in shares)
        if total <= 0.0:
            return point
        scale = min(1.0, RADIUS / total)  # one poll's lean may still be fading while the next one's begins
        leaning = {name: np.asarray(point[name], np.float64) for name, _ in self._blends}
        taken = 0.0
        for goal, share in shares:
            taken += share * scale
            part = share * scale / (1.0 - total * scale + taken)  # what comes later thins it to its share
            for name, blend in self._blends:
                if not np.array_equal(leaning[name], goal[name]):
                    leaning[name] = blend(leaning[name], goal[name], part)
        return LatentPoint.of({**point, **leaning})
