"""Stars over the painted night: the point's Gaussian noise, where it rises highest. No torch.

A star sits in the cell of its noise value and is as bright as the value is rare, so a walk through noise lets stars
fade
out and in; it hides behind everything that the view says is not open sky.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forkreel.model.house.geometry import sun_at
from forkreel.model.house.setting import Setting

_RARE = 2.35  # standard deviations: about ninety stars a picture
_LOWEST = 0.56  # no star shines through the air below this height of the picture


def visibility(setting: Setting) -> float:
    """How well stars show, 0..1: once the sun is well down, and less through haze."""
    dark = min(1.0, max(0.0, (sun_at(setting.hour)[1] - 0.74) / 0.22))
    return dark * dark * (3 - 2 * dark) * max(0.0, 1 - 1.1 * setting.haze)


def scatter(
    picture: NDArray[np.uint8], noise: NDArray[np.float32], open_sky: NDArray[np.float32], setting: Setting
) -> None:
    """Adds stars to a picture `(H, W, 3)` in place; `noise` and `open_sky` (0..1) are `(h, w)` grids over it."""
    strength = visibility(setting)
    if strength <= 0.01:
        return
    height, width, _ = picture.shape
    rows, columns = noise.shape
    cell = width / columns
    ys, xs = np.nonzero(noise > _RARE)
    for row, column in zip(ys.tolist(), xs.tolist(), strict=True):
        value = float(noise[row, column])
        height_fade = min(1.0, max(0.0, (_LOWEST - row / rows) / 0.3))
        light = strength * float(open_sky[row, column]) ** 2 * height_fade * min(1.0, (value - _RARE) * 1.3)
        if light < 0.02:
            continue
        beside = float(noise[row, (column + 1) % columns])  # any fixed number will do to shift it off the grid
        light *= 0.85 + 0.15 * np.sin(2 * np.pi * (3 * setting.walk + beside))
        x, y = (column + 0.5 + 0.4 * np.tanh(beside)) * cell, (row + 0.5 + 0.4 * np.sin(9 * beside)) * cell
        radius = cell * (0.14 + 0.10 * min(1.0, value - _RARE))
        reach = int(np.ceil(2.2 * radius))
        left, right = max(0, int(x) - reach), min(width, int(x) + reach + 1)
        top, bottom = max(0, int(y) - reach), min(height, int(y) + reach + 1)
        dx, dy = np.arange(left, right) + 0.5 - x, np.arange(top, bottom) + 0.5 - y
        dot = light * np.exp(-(dx[None, :] ** 2 + dy[:, None] ** 2) / (radius * radius))
        patch = picture[top:bottom, left:right]
        glow = np.array([255.0, 250.0, 235.0]) - patch
        picture[top:bottom, left:right] = (patch + glow * dot[:, :, None]).astype(np.uint8)
