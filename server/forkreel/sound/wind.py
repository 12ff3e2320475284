"""Wind: three bands of noise that go round, each with gusts of its own, so that no ear finds the seam."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 48000
_LENGTHS = (216_000, 186_624, 131_220)  # samples, 4.5 to 2.7 s: quick to transform, and together round in an hour
_BANDS_HZ = ((60.0, 260.0), (320.0, 900.0), (1800.0, 5200.0))
_CALM = (0.55, 0.10, 0.02)  # loudness of each band in still air
_BLOWING = (0.75, 1.0, 0.10)  # what haze adds
_GUSTS_S = (7.3, 11.9, 23.0)

Signal = NDArray[np.float32]


class Wind:
    """Seeded wind, in blocks of `block` samples; `fps` blocks a second."""

    def __init__(self, seed: int, block: int, fps: int) -> None:
        random = np.random.default_rng([seed, 0x57494E44])
        self._block = block
        self._fps = fps
        self._bands = [_band(random, length, *band, block) for length, band in zip(_LENGTHS, _BANDS_HZ, strict=True)]
        self._phases = random.uniform(0.0, 2.0 * np.pi, (len(_BANDS_HZ), 2, len(_GUSTS_S)))
        self._place = 0
        self._levels = np.zeros((len(_BANDS_HZ), 2))

    def blow(self, frame: int, haze: float) -> Signal:
        """The next block, `(2, block)`, at a loudness of about 1; levels glide from block to block."""
        turns = 2.0 * np.pi * frame / self._fps / np.array(_GUSTS_S)
        gusts = 0.5 + 0.5 * np.sin(turns + self._phases).mean(axis=2)  # (band, side)
        strength = np.array(_CALM) + haze * np.array(_BLOWING)
        levels = strength[:, np.newaxis] * gusts ** np.array([1.0, 1.6, 2.2])[:, np.newaxis]
        ramp = np.linspace(0.0, 1.0, self._block, endpoint=False, dtype=np.float32)
        out = np.zeros((2, self._block), dtype=np.float32)
        for noise, before, now in zip(self._bands, self._levels, levels, strict=True):
            length = len(noise) - self._block
            for side in range(2):
                start = (self._place + side * (length // 2)) % length
                level = np.float32(before[side]) + np.float32(now[side] - before[side]) * ramp
                out[side] += level * noise[start : start + self._block]
        self._levels = levels
        self._place += self._block
        return out


def _band(random: np.random.Generator, length: int, low_hz: float, high_hz: float, block: int) -> Signal:
    """Noise of loudness 1 between two frequencies with soft slopes, that goes round; the first block is repeated."""
    hz = np.fft.rfftfreq(length, 1.0 / SAMPLE_RATE)
    shape = 1.0 / (1.0 + (low_hz / np.maximum(hz, 1.0)) ** 4) / (1.0 + (hz / high_hz) ** 3)
    shape[0] = 0.0
    noise = np.fft.irfft(np.fft.rfft(random.standard_normal(length)) * shape, length)
    noise /= np.sqrt(np.mean(noise**2))
    return np.concatenate([noise, noise[:block]]).astype(np.float32)


Shape = tuple[float, float, tuple[float, ...], float]
"""Of a noise: from and to which frequency, the periods of its swells in seconds, and how deep they go (0..1)."""

RAIN: Shape = (900.0, 5200.0, (9.1, 21.0), 0.25)
WATER: Shape = (140.0, 650.0, (2.9, 4.3, 11.0), 0.85)


class Noise:
    """One band of noise that swells and falls: rain, or the water at a shore."""

    def __init__(self, seed: int, shape: Shape, block: int, fps: int) -> None:
        low_hz, high_hz, periods_s, self._depth = shape
        random = np.random.default_rng([seed, round(low_hz)])
        self._block = block
        self._fps = fps
        self._band = _band(random, _LENGTHS[1], low_hz, high_hz, block)
        self._periods_s = np.array(periods_s)
        self._phases = random.uniform(0.0, 2.0 * np.pi, (2, len(periods_s)))
        self._place = 0
        self._levels = np.zeros(2)

    def play(self, frame: int, level: float) -> Signal:
        """The next block, `(2, block)`, at about `level` of full scale; levels glide from block to block."""
        swell = 0.5 + 0.5 * np.sin(2.0 * np.pi * frame / self._fps / self._periods_s + self._phases).mean(axis=1)
        levels = level * (1.0 - self._depth + self._depth * swell)  # (side,)
        before, self._levels = self._levels, levels
        length = len(self._band) - self._block
        start, self._place = self._place % length, self._place + self._block
        if not before.any() and not levels.any():
            return np.zeros((2, self._block), np.float32)
        ramps = np.linspace(before, levels, self._block, endpoint=False, axis=1).astype(np.float32)
        other = (start + length // 2) % length
        heard = np.stack([self._band[start : start + self._block], self._band[other : other + self._block]])
        played: Signal = ramps * heard
        return played
