"""Lays figures over a painted stage: papers of their own, where they stand, however they are turned.

Papers cover by the same smooth step as the compositor's. Cells that no paper reaches cost nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from forkreel.model.house.compositor import EDGE, cover
from forkreel.model.house.figure_knobs import Name
from forkreel.model.house.geometry import (
    ASPECT,
    FOX_BODY,
    FOX_BOX,
    FOX_Y,
    OTHER_BOX,
    PRODUCT_AT,
    PRODUCT_BOX,
    on_table,
)
from forkreel.model.house.setting import Setting

FloatArray = NDArray[np.float32]
_THINNEST = 0.06  # how narrow a figure is that turns like paper
_ONE, _HALF = np.float32(1), np.float32(0.5)


@dataclass(frozen=True)
class Standing:
    """A figure's papers, front to back: fields `(K, h, w)` and colours `(K, 3, y, x)` 0..1, float32; where its box is
    in picture heights, `left` beyond `right` when it looks to the left; and how much of it is there, 0..1."""

    fields: FloatArray
    colours: FloatArray
    left: float
    top: float
    right: float
    bottom: float
    share: float


def share_of(name: Name, setting: Setting) -> float:
    """How much of a figure is there, 0..1."""
    if name == "fox":
        return setting.fox
    return setting.company if name == "other" else on_table(setting.place, setting.presence)


def stand(name: Name, setting: Setting, fields: FloatArray, colours: FloatArray) -> Standing:
    """A figure's papers where it stands in a setting."""
    if name == "fox":
        x, y, face, box = setting.fox_x * ASPECT, FOX_Y, setting.face, tuple(v * FOX_BODY for v in FOX_BOX)
    elif name == "other":
        x, y, face, box = setting.other_x * ASPECT, FOX_Y, setting.other_face, OTHER_BOX
    else:
        (x, y), face, box = PRODUCT_AT, 1.0, PRODUCT_BOX
    if abs(face) < _THINNEST:
        face = -_THINNEST if face < 0 else _THINNEST
    left, bottom, right, top = box
    return Standing(fields, colours, x + left * face, y - top, x + right * face, y - bottom, share_of(name, setting))


def lay(
    figure: Standing,
    steepness: float,
    picture: NDArray[np.uint8],
    bands: Callable[[int, Callable[[int, int], object]], None],
) -> None:
    """Lays a figure over a picture `(height, width, 3)` in place."""
    height = picture.shape[0]
    box = np.array([figure.left, figure.top, figure.right, figure.bottom], np.float32) * np.float32(height)
    first, last = max(0, int(box[1])), min(height, int(box[3]) + 1)
    if last <= first or max(box[0], box[2]) <= 0 or min(box[0], box[2]) >= picture.shape[1]:
        return
    reached = _reached(figure.fields, steepness)
    numbers = np.array([*box, figure.share, steepness], np.float32)
    bands(
        last - first,
        lambda a, b: _lay_rows(figure.fields, figure.colours, reached, numbers, picture, first + a, first + b),
    )


def hide(figure: Standing, steepness: float, open_sky: FloatArray) -> None:
    """Takes what a figure covers from the open sky `(h, w)` 0..1, in place."""
    height = open_sky.shape[0]
    box = np.array([figure.left, figure.top, figure.right, figure.bottom], np.float32) * np.float32(height)
    numbers = np.array([*box, figure.share, steepness], np.float32)
    _hide(figure.fields, _reached(figure.fields, steepness), numbers, open_sky)


@numba.njit(nogil=True, cache=True, fastmath=True)
def _reached(fields: Any, steepness: float) -> Any:
    """Whether any paper covers anything between a cell and the next, `(h, w)`."""
    papers, h, w = fields.shape
    most = np.full((h + 1, w + 1), np.float32(-1e9))
    for k in range(papers):
        for i in range(h):
            for j in range(w):
                most[i, j] = max(most[i, j], fields[k, i, j])
    reached = np.empty((h, w), np.bool_)
    for i in range(h):
        for j in range(w):
            here = max(max(most[i, j], most[i, j + 1]), max(most[i + 1, j], most[i + 1, j + 1]))
            reached[i, j] = here * np.float32(steepness) > -EDGE
    return reached


@numba.njit(inline="always", fastmath=True)
def _cell(at: Any, cells: int) -> Any:
    """The cell before a place in cells, and how far behind its middle the place lies."""
    at = min(max(at - _HALF, np.float32(0)), np.float32(cells - 1))
    before = min(int(at), cells - 2)
    return before, at - np.float32(before)


@numba.njit(inline="always", fastmath=True)
def _between(plane: Any, i: int, j: int, fy: Any, fx: Any) -> Any:
    above = plane[i, j] + fx * (plane[i, j + 1] - plane[i, j])
    below = plane[i + 1, j] + fx * (plane[i + 1, j + 1] - plane[i + 1, j])
    return above + fy * (below - above)


@numba.njit(nogil=True, cache=True, fastmath=True)
def _lay_rows(fields: Any, colours: Any, reached: Any, numbers: Any, out: Any, first: int, last: int) -> None:
    papers, h, w = fields.shape
    y_cells, x_cells = colours.shape[2], colours.shape[3]
    left, top, right, bottom, share, steep = numbers
    begin = max(0, int(min(left, right)))
    end = min(out.shape[1], int(max(left, right)) + 1)
    for row in range(first, last):
        v = (np.float32(row) + _HALF - top) / (bottom - top)
        if v < 0 or v > 1:
            continue
        i, fy = _cell(v * np.float32(h), h)
        ci, cfy = _cell(v * np.float32(y_cells), y_cells)
        for column in range(begin, end):
            u = (np.float32(column) + _HALF - left) / (right - left)
            if u < 0 or u > 1:
                continue
            j, fx = _cell(u * np.float32(w), w)
            if not reached[i, j]:
                continue
            cj, cfx = _cell(u * np.float32(x_cells), x_cells)
            red, green, blue, open_ = np.float32(0), np.float32(0), np.float32(0), _ONE
            for k in range(papers):
                weight = open_ * cover(steep * _between(fields[k], i, j, fy, fx))
                if weight > 0:
                    open_ -= weight
                    red += weight * _between(colours[k, 0], ci, cj, cfy, cfx)
                    green += weight * _between(colours[k, 1], ci, cj, cfy, cfx)
                    blue += weight * _between(colours[k, 2], ci, cj, cfy, cfx)
            behind = _ONE - share * (_ONE - open_)
            out[row, column, 0] = np.uint8(behind * out[row, column, 0] + 255 * share * red + _HALF)
            out[row, column, 1] = np.uint8(behind * out[row, column, 1] + 255 * share * green + _HALF)
            out[row, column, 2] = np.uint8(behind * out[row, column, 2] + 255 * share * blue + _HALF)


@numba.njit(nogil=True, cache=True, fastmath=True)
def _hide(fields: Any, reached: Any, numbers: Any, sky: Any) -> None:
    papers, h, w = fields.shape
    left, top, right, bottom, share, steep = numbers
    for row in range(max(0, int(top)), min(sky.shape[0], int(bottom) + 1)):
        v = (np.float32(row) + _HALF - top) / (bottom - top)
        for column in range(max(0, int(min(left, right))), min(sky.shape[1], int(max(left, right)) + 1)):
            u = (np.float32(column) + _HALF - left) / (right - left)
            if v < 0 or v > 1 or u < 0 or u > 1:
                continue
            i, fy = _cell(v * np.float32(h), h)
            j, fx = _cell(u * np.float32(w), w)
            if reached[i, j]:
                open_ = _ONE
                for k in range(papers):
                    open_ *= _ONE - cover(steep * _between(fields[k], i, j, fy, fx))
                sky[row, column] *= _ONE - share * (_ONE - open_)
