"""Light by hour: keyed palettes that an illustrator would mix, and the way between two of them in OKLab.

Colours are linear arrays of three floats, sRGB-encoded, 0..1. OKLab: B. Ottosson, "A perceptual color space for image
processing", 2020.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Colour = NDArray[np.float64]

_TO_LMS = np.array(
    [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
     [0.0883024619, 0.2817188376, 0.6299787005]]
)  # fmt: skip
_TO_LAB = np.array(
    [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
     [0.0259040371, 0.7827717662, -0.8086757660]]
)  # fmt: skip
_FROM_LMS = np.linalg.inv(_TO_LMS)
_FROM_LAB = np.linalg.inv(_TO_LAB)


def rgb(code: str) -> Colour:
    """A colour from `#rrggbb`."""
    colour: Colour = np.asarray([int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return colour


def _to_oklab(colour: Colour) -> Colour:
    linear = np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
    return _TO_LAB @ np.cbrt(_TO_LMS @ linear)


def _from_oklab(lab: Colour) -> Colour:
    linear = np.clip(_FROM_LMS @ ((_FROM_LAB @ lab) ** 3), 0, 1)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


def mix(a: Colour, b: Colour, t: float) -> Colour:
    """From `a` (t=0) to `b` (t=1), straight through OKLab, so that no grey or mud lies half way."""
    if t <= 0:
        return a
    if t >= 1:
        return b
    return _from_oklab((1 - t) * _to_oklab(a) + t * _to_oklab(b))


def hue(turn: float, lightness: float, chroma: float) -> Colour:
    """A colour of OKLab: `turn` 0..1 goes round the hues from red over yellow, green and blue back to red."""
    angle = 2 * np.pi * (turn + 0.075)
    return _from_oklab(np.array([lightness, chroma * np.cos(angle), chroma * np.sin(angle)]))


@dataclass(frozen=True)
class Light:
    """The light of one hour.

    `sky` runs from the zenith to the horizon; `air` is what distance fades to; `light` multiplies a material,
    `shade` is
    where it leans in shadow and `shadow` how far; `glow` surrounds the sun or moon; `dark` is how much lamps own
    the picture.
    """

    sky: tuple[Colour, Colour, Colour, Colour]
    air: Colour
    light: Colour
    shade: Colour
    shadow: float
    glow: Colour
    glow_strength: float
    dark: float


def _key(sky: str, light: str, shade: str, shadow: float, glow: str, strength: float, dark: float) -> Light:
    top, middle, low, horizon = (rgb(code) for code in sky.split())
    return Light(
        (top, middle, low, horizon), mix(low, horizon, 0.42), rgb(light), rgb(shade), shadow, rgb(glow), strength, dark
    )


_KEYS: tuple[tuple[float, Light], ...] = (
    (0.0, _key("#0b1133 #131d4a #20305f #344877", "#5a6ca8", "#0b1230", 0.50, "#9fb6e8", 0.30, 1.0)),
    (4.3, _key("#111b44 #212f62 #464d80 #75688b", "#6a74a4", "#121a3c", 0.48, "#9fb0e0", 0.25, 1.0)),
    (5.5, _key("#254672 #4f7a93 #a8aa9d #f2b78d", "#a49cae", "#1e2c4c", 0.40, "#ffc48a", 0.42, 0.65)),
    (6.6, _key("#4077a6 #86b0ba #f0cfa2 #ffb680", "#f6d2b2", "#3a3a5c", 0.26, "#ffd9a0", 0.70, 0.20)),
    (8.5, _key("#569aca #8fc3d8 #cbe3df #f4ead2", "#fff4e0", "#2f5470", 0.10, "#fff0cc", 0.42, 0.0)),
    (12.0, _key("#57a3d6 #93c8e2 #cae5ea #e8f3ec", "#fffff8", "#3c6c84", 0.05, "#fffbe6", 0.34, 0.0)),
    (15.8, _key("#62a3cc #a0c7d2 #dfe0c8 #f7e4b8", "#fff2d6", "#3e5e72", 0.09, "#fff0c4", 0.42, 0.0)),
    (17.5, _key("#4f83ac #a7ae9c #f1c580 #ffd488", "#ffcf8e", "#3a2c48", 0.40, "#ffe09a", 0.80, 0.10)),
    (18.5, _key("#36497f #85598a #e6735f #ffb763", "#d8959a", "#251b44", 0.60, "#ffc073", 0.85, 0.45)),
    (19.3, _key("#1d2c62 #42478a #8a6a9c #e4938a", "#9d8ab4", "#181b44", 0.50, "#ff9d80", 0.45, 0.80)),
    (20.5, _key("#101b4b #1e2f67 #384c84 #5f6b9b", "#6c7cb4", "#0e1638", 0.50, "#a9b8ee", 0.26, 1.0)),
    (22.3, _key("#0b1338 #152352 #273f70 #41598a", "#6078b0", "#0b1434", 0.48, "#a8c0f0", 0.34, 1.0)),
    (24.0, _key("#0b1133 #131d4a #20305f #344877", "#5a6ca8", "#0b1230", 0.50, "#9fb6e8", 0.30, 1.0)),
)


@lru_cache(maxsize=4096)
def _at_step(step: int) -> Light:
    hour = step / 100
    for (start, a), (end, b) in pairwise(_KEYS):
        if start <= hour <= end:
            t = (hour - start) / (end - start)
            t = t * t * (3 - 2 * t)
            top, middle, low, horizon = (mix(x, y, t) for x, y in zip(a.sky, b.sky, strict=True))
            return Light(
                (top, middle, low, horizon),
                mix(a.air, b.air, t),
                mix(a.light, b.light, t),
                mix(a.shade, b.shade, t),
                a.shadow + t * (b.shadow - a.shadow),
                mix(a.glow, b.glow, t),
                a.glow_strength + t * (b.glow_strength - a.glow_strength),
                a.dark + t * (b.dark - a.dark),
            )
    raise AssertionError(f"no palette for hour {hour}")


def light_at(hour: float) -> Light:
    """The light at an hour of 0..24 (taken modulo 24), in steps of a hundredth of an hour."""
    return _at_step(round(hour % 24 * 100))
