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


@numba.njit(nogil=True, cache=True, fastmath=True)
def _veil_rows(
    out: Any, open_sky: Any, sky: Any, colours: Any, clouds: Any, feet: Any, heights: Any, lights: Any, middles: Any,
    halves: Any, densities: Any, numbers: Any, first: int, last: int,
) -> None:  # fmt: skip
    height, width = out.shape[0], out.shape[1]
    rows, columns = open_sky.shape
    cover, aurora, fog, wet, gloom, flash, hides, hours = numbers
    soft = height * np.float32(0.012)
    for row in range(first, last):
        y = np.float32(row + 0.5)
        at_y = min(max(y * rows / height - np.float32(0.5), np.float32(0)), np.float32(rows - 1))
        y0 = min(int(at_y), rows - 2)
        fy = at_y - y0
        high = _ONE - _smooth((y / height - np.float32(0.05)) / np.float32(0.6))  # 1 at the top, 0 at the horizon
        for column in range(width):
            at_x = min(max((column + np.float32(0.5)) * columns / width - np.float32(0.5), np.float32(0)),
                       np.float32(columns - 1))  # fmt: skip
            x0 = min(int(at_x), columns - 2)
            fx = at_x - x0
            above = open_sky[y0, x0] + fx * (open_sky[y0, x0 + 1] - open_sky[y0, x0])
            below = open_sky[y0 + 1, x0] + fx * (open_sky[y0 + 1, x0 + 1] - open_sky[y0 + 1, x0])
            free = _smooth((above + fy * (below - above) - np.float32(0.5)) * 2 + np.float32(0.5))
            red, green, blue = (
                np.float32(out[row, column, 0]),
                np.float32(out[row, column, 1]),
                np.float32(out[row, column, 2]),
            )
            if aurora > 0:
                glow_r, glow_g, glow_b = _ZERO, _ZERO, _ZERO
                for n in range(len(feet)):
                    t = (feet[n, column] - y) / heights[n, column]
                    if t < 1:
                        if t < 0:
                            strength = np.exp(-((t / np.float32(0.07)) ** 2))
                        else:
                            strength = (_ONE - t) ** 2 * (_ONE - np.float32(0.25) * t)
                        strength *= lights[n, column]
                        up = min(max(t * np.float32(1.8), np.float32(0)), np.float32(1))
                        end = min(max(t * np.float32(1.8) - np.float32(0.55), np.float32(0)), np.float32(1))
                        glow_r += strength * ((_FOOT[0] + up * (_MIDDLE[0] - _FOOT[0])) * (1 - end) + end * _HEAD[0])
                        glow_g += strength * ((_FOOT[1] + up * (_MIDDLE[1] - _FOOT[1])) * (1 - end) + end * _HEAD[1])
                        glow_b += strength * ((_FOOT[2] + up * (_MIDDLE[2] - _FOOT[2])) * (1 - end) + end * _HEAD[2])
                share = aurora * (free + (1 - free) * np.float32(0.05)) / 255
                red += (255 - red) * min(share * glow_r, _ONE)
                green += (255 - green) * min(share * glow_g, _ONE)
                blue += (255 - blue) * min(share * glow_b, _ONE)
            if cover > 0:
                share = free * cover * np.float32(0.94)
                red += share * (sky[row, 0] - red)
                green += share * (sky[row, 1] - green)
                blue += share * (sky[row, 2] - blue)
                if free > 0:
                    for n in range(len(clouds)):
                        share = (
                            free
                            * min(cover * np.float32(1.4), _ONE)
                            * hides
                            * _smooth((clouds[n, column] - y) / soft + np.float32(0.5))
                        )
                        if share > 0:
                            # each layer is lightest at its edge, as if the horizon shone on it
                            lit = np.float32(0.22) * max(
                                _ZERO, _ONE - (clouds[n, column] - y) / (height * np.float32(0.09))
                            )
                            red += share * (colours[2 + n, 0] + lit * (sky[height - 1, 0] - colours[2 + n, 0]) - red)
                            green += share * (
                                colours[2 + n, 1] + lit * (sky[height - 1, 1] - colours[2 + n, 1]) - green
                            )
                            blue += share * (colours[2 + n, 2] + lit * (sky[height - 1, 2] - colours[2 + n, 2]) - blue)
                lamp = hours * _smooth((red - blue) / np.float32(110) - np.float32(0.2))  # the warm is lit, or the fox
                dim = _ONE - gloom * (1 - free) * (_ONE - lamp)
                veil = wet * (_ONE - free) * (_ONE - np.float32(0.7) * lamp)
                red = (red + veil * (colours[0, 0] - red)) * dim
                green = (green + veil * (colours[0, 1] - green)) * dim
                blue = (blue + veil * (colours[0, 2] - blue)) * dim
                if flash > 0:
                    share = flash * (free * (np.float32(0.12) + np.float32(0.22) * high) + np.float32(0.05))
                    red += share * (_FLASH[0] - red)
                    green += share * (_FLASH[1] - green)
                    blue += share * (_FLASH[2] - blue)
            if fog > 0:
                for n in range(len(middles)):
                    t = abs(y - middles[n, column]) / (halves[n, column] * 2)
                    if t < 1:
                        # what is far has the colour of the air already: the nearer a thing, the less lies before it
                        apart = abs(red - colours[1, 0]) + abs(green - colours[1, 1]) + abs(blue - colours[1, 2])
                        near = _smooth(apart / np.float32(_NEAR) - np.float32(0.5))
                        share = fog * densities[n, column] * (_ONE - t * t) ** 2 * (_ONE - near)
                        red += share * (colours[1, 0] - red)
                        green += share * (colours[1, 1] - green)
                        blue += share * (colours[1, 2] - blue)
            out[row, column, 0] = np.uint8(min(max(red, _ZERO), np.float32(255)) + np.float32(0.5))
            out[row, column, 1] = np.uint8(min(max(green, _ZERO), np.float32(255)) + np.float32(0.5))
            out[row, column, 2] = np.uint8(min(max(blue, _ZERO), np.float32(255)) + np.float32(0.5))
