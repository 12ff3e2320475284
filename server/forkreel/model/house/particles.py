"""Rain, snow and fireflies: seeded particles laid over a painted frame. No torch.

A particle is a capsule, a stroke with round ends. Where it is follows from the point alone: the weather's clock `air`,
the pan, the wind, and a drift of the whole field by the point's noise. All of them go whole times round in one turn of
the clock, so that the clock has no seam; each time a particle comes round it falls somewhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from forkreel.model.house.geometry import ASPECT
from forkreel.model.house.setting import Setting

FloatArray = NDArray[np.float32]
_SPREAD = ASPECT + 1.3  # how wide particles are strewn: beyond the picture, so that wind finds some to blow in


@dataclass(frozen=True)
class Kind:
    """One size of particle. Lengths are in picture heights, `rounds` and `sways` in turns of the weather's clock."""

    count: int
    radius: float
    soft: float
    length: float
    rounds: int
    opacity: float
    parallax: int  # widths of the picture that pass in one turn of the pan
    sway: float = 0.0
    sways: int = 0


RAIN = (
    Kind(count=300, radius=0.0011, soft=0.002, length=0.050, rounds=21, opacity=0.30, parallax=1),
    Kind(count=150, radius=0.0016, soft=0.003, length=0.085, rounds=29, opacity=0.34, parallax=2),
    Kind(count=56, radius=0.0026, soft=0.006, length=0.140, rounds=38, opacity=0.26, parallax=3),
)
SNOW = (
    Kind(count=340, radius=0.0022, soft=0.003, length=0.0, rounds=2, opacity=0.70, parallax=1, sway=0.012, sways=3),
    Kind(count=150, radius=0.0045, soft=0.005, length=0.0, rounds=3, opacity=0.85, parallax=2, sway=0.020, sways=4),
    Kind(count=40, radius=0.0095, soft=0.012, length=0.0, rounds=4, opacity=0.80, parallax=3, sway=0.030, sways=3),
)
DRIVEN = (  # what a storm makes of snow
    Kind(count=260, radius=0.0019, soft=0.003, length=0.012, rounds=9, opacity=0.60, parallax=1, sway=0.010, sways=5),
    Kind(count=110, radius=0.0036, soft=0.006, length=0.022, rounds=13, opacity=0.65, parallax=2, sway=0.015, sways=6),
)
FIREFLIES = (
    Kind(count=34, radius=0.0090, soft=0.018, length=0.0, rounds=0, opacity=0.9, parallax=2, sway=0.05, sways=2),
    Kind(count=16, radius=0.0150, soft=0.030, length=0.0, rounds=0, opacity=0.9, parallax=3, sway=0.07, sways=2),
)
_GOLDEN = 0.6180339887  # the golden ratio: its multiples are spread evenly round a circle, however many they are
_GLOW = np.array([255, 226, 120], np.float32)
CAPSULE = 10  # columns: x0, y0, x1, y1 (pixels), radius, softness, opacity, red, green, blue


def capsules(setting: Setting, noise: FloatArray, size: tuple[int, int], light: FloatArray, dark: float) -> FloatArray:
    """All particles of a setting as rows of ten numbers `(n, 10)`; none for still air.

    `light` is the colour that rain and snow take, 0..255, and `dark` 0..1 how much the night owns the picture.
    """
    wind = 0.12 + 0.5 * setting.storm
    snow_wind = 0.08 + 1.0 * setting.storm
    drops = light + 0.35 * (255 - light)
    flakes = light + 0.8 * (255 - light) * (1 - 0.45 * dark)
    fields = [
        *((kind, setting.rain, wind, drops) for kind in RAIN),
        *((kind, setting.snow * (1 - 0.6 * setting.storm), snow_wind, flakes) for kind in SNOW),
        *((kind, setting.snow * setting.storm, snow_wind, flakes) for kind in DRIVEN),
    ]
    rows = [
        _falling(n, kind, strength, slant, setting, noise, colour)
        for n, (kind, strength, slant, colour) in enumerate(fields)
        if strength > 0
    ]
    if setting.fireflies > 0:
        rows += [_hovering(n, kind, setting, noise, 0.12 + 0.88 * dark) for n, kind in enumerate(FIREFLIES)]
    if not rows:
        return np.empty((0, CAPSULE), np.float32)
    found = np.concatenate(rows)
    found[:, :6] *= size[1]
    found[:, 4] = np.maximum(found[:, 4], 0.25)
    found[:, 5] = np.maximum(found[:, 5], 1.0)  # a pixel's worth of softness: no edge flickers as it moves
    return found[found[:, 6] > 0.01].astype(np.float32)


def _falling(
    n: int, kind: Kind, strength: float, slant: float, setting: Setting, noise: FloatArray, colour: FloatArray
) -> NDArray[np.float64]:
    start, across, rank, turn = _seeds(n, kind.count)
    way = start + kind.rounds * setting.air
    fall = np.floor(way)
    margin = kind.length + kind.radius + kind.soft
    y = (way - fall) * (1 + 2 * margin) - margin
    again = np.mod(fall, kind.rounds) * _GOLDEN  # no two falls in a row pass the same place
    x = np.mod(across + again + 0.05 * float(noise[0, n]) - kind.parallax * setting.pan * (ASPECT / _SPREAD), 1)
    x = (x - 0.5) * _SPREAD + ASPECT / 2 - slant * (y - 0.5)
    x += kind.sway * np.sin(2 * np.pi * (kind.sways * setting.air + turn))
    reach = np.hypot(1, slant)
    rows = np.empty((kind.count, CAPSULE))
    rows[:, 0], rows[:, 1] = x, y
    rows[:, 2], rows[:, 3] = x + slant * kind.length / reach, y - kind.length / reach
    rows[:, 4], rows[:, 5] = kind.radius * (0.8 + 0.4 * turn), kind.soft
    rows[:, 6] = kind.opacity * np.clip((strength - 0.92 * rank) * 6, 0, 1) * (0.6 + 0.4 * turn)
    rows[:, 7:] = colour
    return rows


def _hovering(n: int, kind: Kind, setting: Setting, noise: FloatArray, bright: float) -> NDArray[np.float64]:
    """Fireflies: the axis says how many there are, `bright` 0..1 how much they show."""
    height, _, phase, turn = _seeds(100 + n, kind.count)
    rank = (np.arange(kind.count) + 0.5) / kind.count  # each step of the axis brings as many,
    across = np.mod(np.arange(kind.count) * _GOLDEN, 1)  # and strews them evenly
    angle = 2 * np.pi * (setting.air * np.where(rank < 0.5, 1, kind.sways) + turn)
    x = np.mod(across + 0.05 * float(noise[1, n]) - kind.parallax * setting.pan * (ASPECT / _SPREAD), 1)
    x = (x - 0.5) * _SPREAD + ASPECT / 2 + kind.sway * np.sin(angle + 2 * height)
    y = 0.58 + 0.30 * height**0.7 + 0.5 * kind.sway * np.sin(2 * angle + 6 * rank)
    blink = 0.6 + 0.4 * np.sin(2 * np.pi * (setting.air * (3 + np.floor(4 * turn)) + phase))
    rows = np.empty((kind.count, CAPSULE))
    rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3] = x, y, x, y
    rows[:, 4], rows[:, 5] = kind.radius, kind.soft
    rows[:, 6] = kind.opacity * bright * np.clip((setting.fireflies - 0.9 * rank) * 5, 0, 1) * blink**2
    rows[:, 7:] = _GLOW
    return rows


@lru_cache(maxsize=32)
def _seeds(n: int, count: int) -> NDArray[np.float64]:
    seeds = np.random.default_rng([n, 0x5EED]).random((4, count))
    seeds.setflags(write=False)
    return seeds


@numba.njit(nogil=True, cache=True, fastmath=True)
def draw_rows(particles: Any, out: Any, first: int, last: int) -> int:
    """Lays capsules over the pixel rows `first` to `last` of `out` `(H, W, 3)`; returns how many pixels it looked at.

    A particle is never darker than what it falls before: what is lit by a lamp stays lit.
    """
    width = out.shape[1]
    looked = 0
    for n in range(len(particles)):
        x0, y0, x1, y1 = particles[n, 0], particles[n, 1], particles[n, 2], particles[n, 3]
        outer = particles[n, 4] + particles[n, 5] / 2
        opacity = particles[n, 6]
        dx, dy = x1 - x0, y1 - y0
        square = dx * dx + dy * dy
        top = max(first, int(np.floor(min(y0, y1) - outer)))
        bottom = min(last, int(np.ceil(max(y0, y1) + outer)) + 1)
        for row in range(top, bottom):
            y = row + np.float32(0.5)
            left, right = min(x0, x1), max(x0, x1)
            if square > 0 and abs(dy) > abs(dx):  # steep: only what lies near the stroke at this height
                here = x0 + dx * min(max((y - y0) / dy, np.float32(0)), np.float32(1))
                slack = outer * abs(dx / dy)
                left, right = max(left, here - slack), min(right, here + slack)
            for column in range(max(0, int(np.floor(left - outer))), min(width, int(np.ceil(right + outer)) + 1)):
                looked += 1
                x = column + np.float32(0.5)
                along = np.float32(0)
                if square > 0:
                    along = min(max(((x - x0) * dx + (y - y0) * dy) / square, np.float32(0)), np.float32(1))
                away = np.sqrt((x - x0 - along * dx) ** 2 + (y - y0 - along * dy) ** 2)
                t = min(max((outer - away) / particles[n, 5], np.float32(0)), np.float32(1))
                share = opacity * t * t * (3 - 2 * t)
                if share > 0:
                    for d in range(3):
                        under = np.float32(out[row, column, d])
                        over = min(max(particles[n, 7 + d], under * np.float32(1.2)), np.float32(255))
                        out[row, column, d] = np.uint8(under + share * (over - under) + np.float32(0.5))
    return looked
