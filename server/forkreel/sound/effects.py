"""The effects of one show: what the picture does is heard, on the very sample where an axis passes a mark."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from forkreel.sound.bank import Bank, Signal
from forkreel.sound.instruments import paw
from forkreel.sound.wind import Wind

_PAW = 0.14
_WIND = 0.05
_SECOND_CONTACT = 0.5  # the phase at which the other pair of feet comes down; the first does at 0


class Effects:
    """Plays in blocks of `block` samples."""

    def __init__(self, seed: int, block: int, fps: int) -> None:
        self._seed = seed % 2**64
        self._block = block
        self._steps = Bank(block)
        self._wind = Wind(self._seed, block, fps)
        self._walk: float | None = None

    def play(self, frame: int, axes: Mapping[str, float]) -> Signal:
        """The effects of one frame: `(2, block)`."""
        self._walk_on(frame, axes)
        haze = min(1.0, max(0.0, axes.get("haze", 0.15)))
        played: Signal = self._steps.play() + np.float32(_WIND) * self._wind.blow(frame, haze)
        return played

    def _walk_on(self, frame: int, axes: Mapping[str, float]) -> None:
        """Strikes a step at the very sample at which the stride passes a contact."""
        before, now = self._walk, axes.get("walk")
        self._walk = now
        gait, fox = axes.get("gait", 0.0), axes.get("fox", 0.0)
        if before is None or now is None or gait <= 0.3 or fox <= 0.5 or axes.get("sit", 0.0) > 0.5:
            return
        stride = (now - before) % 1.0
        if not 0.0 < stride < 0.25:  # standing, jumping or going backwards
            return
        for contact in (0.0, _SECOND_CONTACT):
            way = (contact - before) % 1.0
            if 0.0 < way <= stride:
                random = np.random.default_rng([self._seed, 4, frame])
                pan = 0.15 + 0.7 * axes.get("fox_x", 0.5)
                at = min(self._block - 1, int(way / stride * self._block))
                self._steps.strike(paw(random, pan), _PAW * gait * fox * float(random.uniform(0.75, 1.0)), at)
