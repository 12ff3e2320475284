"""What hangs in the air as cut paper and light: storm clouds, the northern lights, lightning, banks of fog. No torch.

Everything here is a curve across the picture (the lower edge of a cloud, the foot of a curtain of light), one value a
column, so that it is as sharp as the picture is large and costs one look at each pixel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forkreel.model.house.geometry import ASPECT, CLOUDS_CIRCUMFERENCE, sun_at
from forkreel.model.house.setting import Setting

FloatArray = NDArray[np.float32]
TURN_S = 16.0  # how long one turn of the weather's clock takes
FLASHES = 3  # of lightning in a turn
_FOG_FROM = 0.3  # how hazy it must be for banks to lie in the valleys


def darkness(hour: float) -> float:
    """How much the night owns the picture, 0..1: it begins as the sun goes down."""
    dark = min(1.0, max(0.0, (sun_at(hour)[1] - 0.60) / 0.30))
    return dark * dark * (3 - 2 * dark)


def lightning(air: float, noise: FloatArray) -> float:
    """How bright the sky flashes, 0..1, at a time of the weather's clock 0..1.

    Two soft pulses half a second apart, three times in a turn of 16 s and never within 3 s of each other: far below the
    three flashes a second that WCAG 2.3.1 allows.
    """
    brightest = 0.0
    for n in range(FLASHES):
        begins = (n + 0.5 + 0.18 * np.tanh(float(noise[2, n]))) / FLASHES
        since_s = (air - begins) * TURN_S
        brightest = max(brightest, _pulse(since_s), 0.6 * _pulse(since_s - 0.5))
    return brightest


def _pulse(since_s: float) -> float:
    """0 before, up in a tenth of a second, and fading for a second."""
    if since_s <= 0:
        return 0.0
    rise = min(1.0, since_s / 0.12)
    return float(rise * rise * (3 - 2 * rise) * np.exp(-max(0.0, since_s - 0.12) / 0.28))


@dataclass(frozen=True)
class Curves:
    """Across the picture, one value a column, heights in pixels: lower edges of clouds `(L, W)`; feet, heights and
    brightness 0..1 of curtains `(C, W)`; middles, half heights and densities 0..1 of banks `(B, W)`."""

    clouds: FloatArray
    feet: FloatArray
    heights: FloatArray
    lights: FloatArray
    middles: FloatArray
    halves: FloatArray
    densities: FloatArray


def curves(setting: Setting, size: tuple[int, int]) -> Curves:
    """The curves of a setting; no rows for what is not there."""
    width, height = size
    x = (np.arange(width) + 0.5) / width * ASPECT
    sky = 2 * np.pi * (setting.pan + x / CLOUDS_CIRCUMFERENCE)  # angle round the sky
    clouds = _clouds(setting, sky) if overcast(setting) > 0 else np.empty((0, width))
    curtains = _curtains(setting, sky) if setting.aurora > 0 else np.empty((3, 0, width))
    banks = _banks(setting, x) if fog(setting) > 0 else np.empty((3, 0, width))
    scale = np.float32(height)
    return Curves(
        clouds.astype(np.float32) * scale,
        *(curtains.astype(np.float32) * np.array([scale, scale, 1], np.float32)[:, None, None]),
        *(banks.astype(np.float32) * np.array([scale, scale, 1], np.float32)[:, None, None]),
    )


def overcast(setting: Setting) -> float:
    """How much of the open sky is covered, 0..1."""
    return 1 - (1 - setting.storm) * (1 - 0.8 * setting.rain) * (1 - 0.7 * setting.snow)


def fog(setting: Setting) -> float:
    """How thick the banks of fog are, 0..1: only haze makes them."""
    return max(0.0, setting.haze - _FOG_FROM) / (1 - _FOG_FROM)


def _clouds(setting: Setting, sky: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bellies of cut paper, the lowest layer first: each hangs deeper the more the sky is covered."""
    cover = overcast(setting)
    edges = []
    for n, (hangs, bellies, depth) in enumerate(((0.40, 5, 0.050), (0.27, 4, 0.060), (0.145, 3, 0.055))):
        drift = 2 * np.pi * setting.clouds * (4 + 3 * n)
        angle = sky + drift + 1.7 * n
        large = np.abs(np.sin(bellies * angle / 2 + 0.35 * np.sin(2 * angle))) ** 0.6
        small = np.abs(np.sin((2 * bellies + 1) * angle / 2 + 0.8 * np.sin(angle) + n)) ** 0.7
        edges.append(
            hangs * (0.35 + 0.65 * cover) - depth + depth * (0.9 * large + 0.35 * small + 0.5 * np.sin(2 * angle + n))
        )
    return np.stack(edges)


def _curtains(setting: Setting, sky: NDArray[np.float64]) -> NDArray[np.float64]:
    """Feet, heights and brightness of the curtains of the northern lights, the farthest first."""
    turn = 2 * np.pi * setting.air
    found = []
    for n, (foot, tall, light) in enumerate(((0.41, 0.22, 0.6), (0.345, 0.32, 1.0), (0.25, 0.36, 0.8))):
        angle = sky + 2.1 * n
        fold = angle + 0.5 * np.sin(2 * angle + 0.15 * np.sin(turn + n)) + 0.16 * np.sin(5 * angle - turn)
        feet = foot + 0.045 * np.sin(fold + n) + 0.022 * np.sin(3 * fold - turn) + 0.006 * np.sin(11 * fold + turn)
        rays = 0.62 + 0.22 * np.sin(9 * fold + 1.5 * np.sin(2 * fold) + turn) + 0.16 * np.sin(23 * fold - 2 * turn)
        spread = np.clip(0.55 + 0.75 * np.sin(2 * angle + 1.3 * n + 0.25 * np.sin(turn)), 0, 1)
        heights = tall * (0.75 + 0.25 * np.sin(3 * fold + n) + 0.15 * (rays - 0.6))
        found.append((feet, heights, light * rays * spread * (0.9 + 0.1 * np.sin(turn + 2 * n))))
    return np.stack([np.stack(part) for part in zip(*found, strict=True)])


def _banks(setting: Setting, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Middles, half heights and densities of the banks of fog, the farthest first; none reaches the fox."""
    turn = 2 * np.pi * setting.air
    found = []
    for n, (middle, half) in enumerate(((0.475, 0.030), (0.540, 0.038), (0.605, 0.034))):
        angle = 2 * np.pi * (setting.pan * (n + 1) + x / ASPECT)  # nearer banks pass faster
        angle = angle + 2 * np.pi * setting.clouds * (9 + 5 * n) + 2.2 * n
        middles = middle + 0.012 * np.sin(2 * angle + n) + 0.004 * np.sin(5 * angle + turn)
        halves = half * (1 + 0.35 * np.sin(3 * angle + 2 * n) + 0.15 * np.sin(7 * angle - turn))
        densities = np.clip(0.55 + 0.40 * np.sin(angle + n) + 0.25 * np.sin(3 * angle + 1), 0, 1)
        found.append((middles, halves, densities))
    return np.stack([np.stack(part) for part in zip(*found, strict=True)])
