"""One layer of a place round its whole world, scaled down: what the planes start from."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import skia
from numpy.typing import NDArray

from forkreel.atelier.palette import Colour, light_at
from forkreel.atelier.sketch import Layer, Part
from forkreel.atelier.strokes import ink
from forkreel.model.house.geometry import CIRCUMFERENCE, GROWTHS

_OVER = 4  # how much larger it is drawn


def colours(layer: Layer, depth: int, columns: int, rows: int) -> NDArray[np.float32]:
    """A layer at noon, without air: `(rows, columns, 5)` premultiplied RGBA and windows, 0..1."""
    light = light_at(12).light
    glowing = [part for part in layer.parts if part.kind in ("window", "crystal")]
    everything = _drawn(list(layer.parts), lambda part: part.material * light, depth, columns, rows)
    windows = _drawn(glowing, lambda part: part.material * light, depth, columns, rows)
    return np.concatenate([everything, windows[..., 3:]], axis=2)


def growths(layer: Layer, depth: int, columns: int, rows: int) -> NDArray[np.float32]:
    """How much of each cell a layer covers, and with what grows in each way of `GROWTHS`: `(rows, columns, 1 + 6)`,
    0..1."""

    def masks(three: tuple[str, ...]) -> NDArray[np.float32]:
        return _drawn(
            list(layer.parts), lambda part: np.array([float(part.growth == growth) for growth in three]), depth,
            columns, rows,
        )  # fmt: skip

    first, second = masks(GROWTHS[:3]), masks(GROWTHS[3:])
    return np.concatenate([first[..., 3:], first[..., :3], second[..., :3]], axis=2)


def _drawn(
    parts: list[Part], colour: Callable[[Part], Colour], depth: int, columns: int, rows: int
) -> NDArray[np.float32]:
    """Parts over each other, `(rows, columns, 4)` premultiplied RGBA."""
    surface = skia.Surface(columns * _OVER, rows * _OVER)
    canvas = surface.getCanvas()
    canvas.scale(columns * _OVER / CIRCUMFERENCE[depth], rows * _OVER)
    for part in parts:
        paint = skia.Paint(Color=ink(colour(part)), AntiAlias=True)
        for turn in (-1, 0, 1):
            canvas.save()
            canvas.translate(turn * CIRCUMFERENCE[depth], 0)
            canvas.drawPath(part.path, paint)
            canvas.restore()
    pixels = surface.toarray(colorType=skia.kRGBA_8888_ColorType).astype(np.float32) / 255
    pixels[..., :3] *= pixels[..., 3:]
    return np.asarray(pixels.reshape(rows, _OVER, columns, _OVER, 4).mean((1, 3)), np.float32)
