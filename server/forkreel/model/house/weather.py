"""The weather over a painted frame: northern lights, an overcast sky, banks of fog, rain, snow and fireflies. No torch.

What hangs in the sky stays behind everything that the view says is not open sky; colours come from the frame itself,
so that the weather has the light of the hour. All of it is a function of the point alone; where an axis is 0 it
changes no bit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numba
import numpy as np
from numpy.typing import NDArray

from forkreel.model.house import heavens, particles
from forkreel.model.house.heavens import Curves
from forkreel.model.house.setting import Setting

FloatArray = NDArray[np.float32]
_ZERO, _ONE = np.float32(0), np.float32(1)
_FOOT, _MIDDLE, _HEAD = (np.array(c, np.float32) for c in ((96, 255, 176), (56, 205, 196), (140, 96, 226)))
_FLASH = np.array([226, 220, 255], np.float32)
_SLATE = np.array([38, 44, 66], np.float32)
_FOG_OPACITY = 0.75
_NEAR = 200.0  # levels of all three colours between the fog and what stands before it


class Bands(Protocol):
    """Whoever cuts a picture into bands of rows, and has several hands: `Compositor.bands`."""

    def __call__(self, rows: int, work: Callable[[int, int], object]) -> None:
        """Call `work(first, last)` for bands that together are all rows."""
        ...


def fall(picture: NDArray[np.uint8], noise: FloatArray, open_sky: FloatArray, setting: Setting, bands: Bands) -> None:
    """Lays the weather of a setting over a picture `(H, W, 3)` in place; `noise` and `open_sky` (0..1) are grids
    `(h, w)` over it."""
    height, width, _ = picture.shape
    dark = heavens.darkness(setting.hour)
    cover, fog = heavens.overcast(setting), heavens.fog(setting)
    lights = setting.aurora * dark * (1 - 0.75 * setting.haze)
    if cover <= 0 and fog <= 0 and lights <= 0 and setting.fireflies <= 0:
        return
    zenith, horizon, air = _colours(picture, open_sky)
    if cover > 0 or fog > 0 or lights > 0:
        flash = np.float32(setting.storm * heavens.lightning(setting.air, noise))
        sky, clouds = _gradient(setting, zenith, horizon, height)
        shapes = heavens.curves(setting, (width, height))
        wet = np.float32(0.16 * setting.rain + 0.16 * setting.snow + 0.30 * setting.snow * setting.storm)
        gloom = np.float32(setting.storm * (0.42 - 0.27 * dark) * (1 - 0.6 * setting.snow))
        bank = (horizon + np.float32(0.30 - 0.22 * dark) * (255 - horizon)).astype(np.float32)
        numbers = np.array(
            [cover, lights, fog * _FOG_OPACITY, wet, gloom, flash, 0.25 + 0.75 * setting.storm, dark], np.float32
        )
        colours = np.stack([air, bank, *clouds]).astype(np.float32)

        def veil(first: int, last: int) -> None:
            _veil_rows(picture, open_sky, sky, colours, *_arrays(shapes), numbers, first, last)

        bands(height, veil)
    strewn = particles.capsules(setting, noise, (width, height), air, dark)
    if len(strewn):
        bands(height, lambda first, last: particles.draw_rows(strewn, picture, first, last))


def _arrays(shapes: Curves) -> tuple[FloatArray, ...]:
    return (
        shapes.clouds, shapes.feet, shapes.heights, shapes.lights, shapes.middles, shapes.halves, shapes.densities,
    )  # fmt: skip


def _colours(picture: NDArray[np.uint8], open_sky: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The zenith, the horizon and the air of a frame, 0..255: means over a grid of its pixels, of open sky if any."""
    height, width, _ = picture.shape
    rows, columns = open_sky.shape
    every = 4
    ys = (np.arange(every // 2, rows, every) * height) // rows
    xs = (np.arange(every // 2, columns, every) * width) // columns
    seen = picture[ys][:, xs].astype(np.float32)
    weight = open_sky[every // 2 :: every, every // 2 :: every] + np.float32(1e-3)
    down = ((np.arange(len(ys)) + 0.5) / len(ys)).astype(np.float32)[:, None]
    top = _mean(seen, weight * (down < 0.22))
    low = _mean(seen, weight * ((down > 0.30) & (down < 0.56)))
    return top, low, _mean(seen, np.broadcast_to((down > 0.15) & (down < 0.75), weight.shape).astype(np.float32))


def _mean(seen: FloatArray, weight: FloatArray) -> FloatArray:
    mean: FloatArray = (seen * weight[..., None]).sum((0, 1)) / weight.sum()
    return mean


def _gradient(
    setting: Setting, zenith: FloatArray, horizon: FloatArray, height: int
) -> tuple[FloatArray, tuple[FloatArray, FloatArray, FloatArray]]:
    """The overcast sky row by row `(H, 3)`, and its three layers of clouds, the lowest and lightest first."""
    grey_top, grey_low = (c + np.float32(0.55) * (c.mean() - c) for c in (zenith, horizon))
    slate = _SLATE * np.float32(min(1.0, 0.35 + float(zenith.mean()) / 150))
    storm = np.float32(setting.storm * (1 - 0.65 * setting.snow))  # a blizzard is pale
    top = grey_top * np.float32(0.86) + storm * (slate * np.float32(1.25) - grey_top * np.float32(0.86))
    low = grey_low + (np.float32(0.12) + np.float32(0.22) * storm) * (np.float32(1.12) * horizon.max() - grey_low)
    low = np.minimum(low, 250)
    t = np.clip((np.arange(height, dtype=np.float32) + 0.5) / height / np.float32(0.56), 0, 1)
    t = (t ** np.float32(1.3))[:, None]
    sky = (top + t * (low - top)).astype(np.float32)
    deepest = slate * np.float32(0.62)
    layers = tuple(
        grey_top * calm + storm * (top + depth * (deepest - top) - grey_top * calm)
        for calm, depth in ((np.float32(0.93), np.float32(0.05)), (np.float32(0.86), np.float32(0.5)),
                            (np.float32(0.78), np.float32(0.95)))
    )  # fmt: skip
    return sky, (layers[0], layers[1], layers[2])


@numba.njit(inline="always", fastmath=True)
def _smooth(x: Any) -> Any:
    t = min(max(x, np.float32(0)), np.float32(1))
    return t * t * (3 - 2 * t)


@numba.njit(inline="always", fastmath=True)
def _towards(red: Any, green: Any, blue: Any, j: int, share: Any, r: Any, g: Any, b: Any) -> None:
    red[j] += share * (r - red[j])
    green[j] += share * (g - green[j])
    blue[j] += share * (b - blue[j])


@numba.njit(nogil=True, cache=True, fastmath=True)
def _veil_rows(
    out: Any, open_sky: Any, sky: Any, colours: Any, clouds: Any, feet: Any, heights: Any, lights: Any, middles: Any,
    halves: Any, densities: Any, numbers: Any, first: int, last: int,
) -> None:  # fmt: skip
    """The veil over the pixel rows `first` to `last`: a plain loop over the row for each thing in the air, so that the
    processor takes many pixels at once, and none for rows that it does not reach."""
    height, width = out.shape[0], out.shape[1]
    rows, columns = open_sky.shape
    cover, aurora, fog, wet, gloom, flash, hides, hours = numbers
    soft = height * np.float32(0.012)
    red, green, blue, free = (np.empty(width, np.float32), np.empty(width, np.float32), np.empty(width, np.float32),
                              np.empty(width, np.float32))  # fmt: skip
    glow_r, glow_g, glow_b = np.empty(width, np.float32), np.empty(width, np.float32), np.empty(width, np.float32)
    coarse = np.empty(columns + 1, np.float32)
    before, share_of = np.empty(width, np.int32), np.empty(width, np.float32)
    for j in range(width):
        at = min(max((j + np.float32(0.5)) * columns / width - np.float32(0.5), _ZERO), np.float32(columns - 1))
        before[j] = np.int32(at)
        share_of[j] = at - before[j]
    deepest, highest, lowest = -_ONE, np.float32(height), -_ONE
    for n in range(len(feet)):
        deepest = max(deepest, feet[n].max() + np.float32(0.15) * heights[n].max())
    for n in range(len(middles)):
        highest = min(highest, (middles[n] - 2 * halves[n]).min())
        lowest = max(lowest, (middles[n] + 2 * halves[n]).max())
    for row in range(first, last):
        y = np.float32(row + 0.5)
        shines = aurora > 0 and y < deepest
        foggy = fog > 0 and highest < y < lowest
        if not (shines or cover > 0 or foggy):
            continue
        line = out[row]
        for j in range(width):
            red[j], green[j], blue[j] = line[j, 0], line[j, 1], line[j, 2]
        if shines or cover > 0:
            at = min(max(y * rows / height - np.float32(0.5), _ZERO), np.float32(rows - 1))
            y0 = min(int(at), rows - 2)
            fy = at - y0
            for x in range(columns):
                coarse[x] = open_sky[y0, x] + fy * (open_sky[y0 + 1, x] - open_sky[y0, x])
            coarse[columns] = coarse[columns - 1]
            for j in range(width):
                left = coarse[before[j]]
                here = left + share_of[j] * (coarse[before[j] + 1] - left)
                free[j] = _smooth((here - np.float32(0.5)) * 2 + np.float32(0.5))
        if shines:
            glow_r[:], glow_g[:], glow_b[:] = _ZERO, _ZERO, _ZERO
            for n in range(len(feet)):
                foot, tall, light = feet[n], heights[n], lights[n]
                for j in range(width):
                    t = (foot[j] - y) / tall[j]
                    fade = max(_ONE - max(t, _ZERO), _ZERO)
                    strength = light[j] * _smooth(_ONE + t * np.float32(8)) * fade * fade
                    up = min(max(t * np.float32(1.8), _ZERO), _ONE)
                    end = min(max(t * np.float32(1.8) - np.float32(0.55), _ZERO), _ONE)
                    a, b, c = strength * (1 - up) * (1 - end), strength * up * (1 - end), strength * end
                    glow_r[j] += a * _FOOT[0] + b * _MIDDLE[0] + c * _HEAD[0]
                    glow_g[j] += a * _FOOT[1] + b * _MIDDLE[1] + c * _HEAD[1]
                    glow_b[j] += a * _FOOT[2] + b * _MIDDLE[2] + c * _HEAD[2]
            for j in range(width):
                share = aurora * (free[j] + (1 - free[j]) * np.float32(0.05)) / 255
                red[j] += (255 - red[j]) * min(share * glow_r[j], _ONE)
                green[j] += (255 - green[j]) * min(share * glow_g[j], _ONE)
                blue[j] += (255 - blue[j]) * min(share * glow_b[j], _ONE)
        if cover > 0:
            r, g, b = sky[row, 0], sky[row, 1], sky[row, 2]
            for j in range(width):
                _towards(red, green, blue, j, free[j] * cover * np.float32(0.94), r, g, b)
            hidden = min(cover * np.float32(1.4), _ONE) * hides
            pale_r, pale_g, pale_b = sky[height - 1, 0], sky[height - 1, 1], sky[height - 1, 2]
            for n in range(len(clouds)):
                edge = clouds[n]
                if edge.max() + soft < y:
                    continue
                r, g, b = colours[2 + n, 0], colours[2 + n, 1], colours[2 + n, 2]
                for j in range(width):
                    share = free[j] * hidden * _smooth((edge[j] - y) / soft + np.float32(0.5))
                    # each layer is lightest at its edge, as if the horizon shone on it
                    lit = np.float32(0.22) * max(_ZERO, _ONE - (edge[j] - y) / (height * np.float32(0.09)))
                    _towards(red, green, blue, j, share,
                             r + lit * (pale_r - r), g + lit * (pale_g - g), b + lit * (pale_b - b))  # fmt: skip
            r, g, b = colours[0, 0], colours[0, 1], colours[0, 2]
            for j in range(width):
                near = _ONE - free[j]
                lamp = hours * _smooth((red[j] - blue[j]) / np.float32(110) - np.float32(0.2))  # it is lit, or the fox
                dim = _ONE - gloom * near * (_ONE - lamp)
                _towards(red, green, blue, j, wet * near * (_ONE - np.float32(0.7) * lamp), r, g, b)
                red[j], green[j], blue[j] = red[j] * dim, green[j] * dim, blue[j] * dim
            if flash > 0:
                high = _ONE - _smooth((y / height - np.float32(0.05)) / np.float32(0.6))  # 1 at the top
                bright = np.float32(0.12) + np.float32(0.22) * high
                for j in range(width):
                    share = flash * (free[j] * bright + np.float32(0.05))
                    _towards(red, green, blue, j, share, _FLASH[0], _FLASH[1], _FLASH[2])
        if foggy:
            r, g, b = colours[1, 0], colours[1, 1], colours[1, 2]
            for n in range(len(middles)):
                middle, half, density = middles[n], halves[n], densities[n]
                for j in range(width):
                    t = min(abs(y - middle[j]) / (half[j] * 2), _ONE)
                    # what is far has the colour of the air already: the nearer a thing, the less lies before it
                    apart = abs(red[j] - r) + abs(green[j] - g) + abs(blue[j] - b)
                    near = _smooth(apart / np.float32(_NEAR) - np.float32(0.5))
                    share = fog * density[j] * (_ONE - t * t) * (_ONE - t * t) * (_ONE - near)
                    _towards(red, green, blue, j, share, r, g, b)
        for j in range(width):
            line[j, 0] = np.uint8(min(max(red[j], _ZERO), np.float32(255)) + np.float32(0.5))
            line[j, 1] = np.uint8(min(max(green[j], _ZERO), np.float32(255)) + np.float32(0.5))
            line[j, 2] = np.uint8(min(max(blue[j], _ZERO), np.float32(255)) + np.float32(0.5))
