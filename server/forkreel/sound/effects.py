"""The effects of one show: what the picture does is heard, on the very sample where an axis passes a mark."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from forkreel.sound.bank import Bank, Signal, Timbre
from forkreel.sound.instruments import CUES, crackle, drop, paw
from forkreel.sound.mixer import LATENESS
from forkreel.sound.wind import RAIN, WATER, Noise, Wind

_PAW = 0.14
_WIND = 0.05
_RAIN = 0.05
_WATER = 0.035
_DROP = 0.03
_CRACKLE = 0.02
_CUE = 0.3
_HOUR = 0.12
_SECOND_CONTACT = 0.5  # the phase at which the other pair of feet comes down; the first does at 0
_WET = ("lake", "harbour")


class Effects:
    """Plays in blocks of `block` samples."""

    def __init__(self, seed: int, block: int, fps: int) -> None:
        self._seed = seed % 2**64
        self._block = block
        self._fps = fps
        self._struck = Bank(block)
        self._wind = Wind(self._seed, block, fps)
        self._rain = Noise(self._seed, RAIN, block, fps)
        self._water = Noise(self._seed, WATER, block, fps)
        self._before: Mapping[str, float] = {}
        self._cues: list[tuple[int, str]] = []

    def cue(self, cues: Iterable[tuple[int, str]]) -> None:
        """From now on these are to come: frames and names of sounds. Those of the moment before are forgotten."""
        self._cues = sorted(cues)

    def play(self, frame: int, axes: Mapping[str, float]) -> Signal:
        """The effects of one frame: `(2, block)`."""
        random = np.random.default_rng([self._seed, 4, frame])
        pan = 0.15 + 0.7 * axes.get("fox_x", 0.5)
        gait = max(axes.get("gait", 0.0), axes.get("run", 0.0))
        if axes.get("sit", 0.0) <= 0.5:
            self._walk_on(axes, pan, gait, axes.get("fox", 0.0), random)
        company = 1.0 - axes.get("other=none", 1.0)
        self._walk_on(axes, 0.15 + 0.7 * axes.get("other_x", 0.5), axes.get("other_gait", 0.0), company, random)
        self._strike_the_hour(axes)
        while self._cues and self._cues[0][0] <= frame:
            for delay_s, loud, timbre in CUES[self._cues.pop(0)[1]](random, pan):
                self._struck.strike(timbre, _CUE * loud, min(self._block - 1, int(delay_s * 48000)))
        rain, storm = _share(axes, "rain"), _share(axes, "storm")
        self._specks(rain, 9.0, _DROP, random, lambda: drop(random))
        self._specks(axes.get("lantern", 0.0), 2.5, _CRACKLE, random, lambda: crackle(random, pan))
        wind = max(_share(axes, "haze", 0.15), storm, _share(axes, "wind"))
        wet = max(_share(axes, f"place={place}") for place in _WET)
        played: Signal = self._struck.play() + np.float32(_WIND * (1.0 + storm)) * self._wind.blow(frame, wind)
        played += self._rain.play(frame, _RAIN * rain) + self._water.play(frame, _WATER * wet)
        self._before = dict(axes)
        return played

    def _specks(
        self, density: float, a_second: float, loud: float, random: np.random.Generator, timbre: Callable[[], Timbre]
    ) -> None:
        """Scattered small sounds, at random samples."""
        for _ in range(random.poisson(a_second * max(0.0, density) / self._fps)):
            self._struck.strike(timbre(), loud * float(random.uniform(0.3, 1.0)), int(random.integers(self._block)))

    def _walk_on(
        self, axes: Mapping[str, float], pan: float, gait: float, there: float, random: np.random.Generator
    ) -> None:
        """Strikes a step at the sample at which the stride passes a contact, less what the mixer is late.

        `gait` is whether somebody walks, `there` whether they are there at all, 0..1 both.
        """
        before, now = self._before.get("walk"), axes.get("walk")
        if before is None or now is None or gait <= 0.3 or there <= 0.5:
            return
        stride = (now - before) % 1.0
        if not 0.0 < stride < 0.25:  # standing, jumping or going backwards
            return
        for contact in (0.0, _SECOND_CONTACT):
            way = (contact - before) % 1.0
            if 0.0 < way <= stride:
                at = min(self._block - 1, max(0, int(way / stride * self._block) - LATENESS))
                self._struck.strike(paw(random, pan), _PAW * gait * there * float(random.uniform(0.75, 1.0)), at)

    def _strike_the_hour(self, axes: Mapping[str, float]) -> None:
        """The village has a bell that tells the hours as they pass."""
        before, now = self._before.get("hour"), axes.get("hour")
        if before is None or now is None or axes.get("place=village", 0.0) < 0.5:
            return
        if 0.0 < (now - before) % 24.0 < 0.5 and int(now) != int(before):
            random = np.random.default_rng([self._seed, 5, int(now)])
            for _, loud, timbre in CUES["bell"](random, 0.65):
                self._struck.strike(timbre, _HOUR * loud)


def _share(axes: Mapping[str, float], name: str, default: float = 0.0) -> float:
    return min(1.0, max(0.0, axes.get(name, default)))
