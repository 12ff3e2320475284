"""Lays cut papers over each other: signed fields and colours on a coarse grid to a picture of any size, in one pass.

Field k covers a pixel by a smooth step of `steepness * f_k`; papers lie front over back; fields and colours are resized
bilinearly (half-pixel centres). An edge is made by a field alone, so it is as sharp as the picture is large. Compiled
with numba: a pass over the pixels in torch is bound by memory and takes ten times as long.

In training, arrays have their channels last: fields `(h, w, K)`, colours `(h, w, K+1, 3)`.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numba
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

FloatArray = NDArray[np.float32]
_ZERO, _ONE = np.float32(0), np.float32(1)
EDGE = np.float32(3.0)  # the half width of an edge, in steepnesses
_LEAK = np.float32(0.01)  # the slope that training sees beyond the edge, so that no paper is lost for good; it fades


@numba.njit(inline="always", fastmath=True)
def cover(x: Any) -> Any:
    """How much a paper covers: a cubic from 0 at -3 to 1 at 3, as steep in the middle as a sigmoid, and exact
    beyond."""
    t = min(max(np.float32(0.5) + x / (2 * EDGE), np.float32(0)), np.float32(1))
    return t * t * (3 - 2 * t)


@numba.njit(inline="always", fastmath=True)
def _slope(x: Any) -> Any:
    t = min(max(np.float32(0.5) + x / (2 * EDGE), np.float32(0)), np.float32(1))
    return max(6 * t * (1 - t) / (2 * EDGE), _LEAK / (1 + x * x))


@numba.njit(inline="always", fastmath=True)
def _between(sub: int, parts: int) -> Any:
    """Where sub-pixel `sub` of `parts` lies between the middles of cells: after which of (before, own), and how far."""
    at = np.float32((sub + 0.5) / parts - 0.5)
    return (0, at + _ONE) if at < 0 else (1, at)


@numba.njit(nogil=True, cache=True, fastmath=True)
def _paint_rows(fields: Any, colours: Any, steepness: float, out: Any, first: int, last: int) -> None:
    """Rows `first` to `last` of cells. The innermost loops run over whole rows of cells, one sub-pixel at a time, so
    that the processor takes sixteen pixels at once; papers that a row does not see are left out."""
    papers, h, w = fields.shape
    by, bx = out.shape[0] // h, out.shape[1] // w
    steep = np.float32(steepness)
    seen = np.empty(papers + 1, np.int64)
    f = np.empty((papers + 1, w + 2), np.float32)  # a column more on either side
    c = np.empty((papers + 1, 3, w + 2), np.float32)
    red, green, blue, open_ = (np.empty(w, np.float32), np.empty(w, np.float32), np.empty(w, np.float32),
                               np.empty(w, np.float32))  # fmt: skip
    for i in range(first, last):
        rows = (max(i - 1, 0), i, min(i + 1, h - 1))
        count, back = 0, papers
        for k in range(papers):
            low, high = fields[k, i, 0], fields[k, i, 0]
            for y in rows:
                for value in fields[k, y]:
                    low, high = min(low, value), max(high, value)
            if low * steep > EDGE:
                back = k
                break
            if high * steep > -EDGE:
                seen[count] = k
                count += 1
        seen[count] = back
        for a in range(by):
            above, fy = _between(a, by)
            y0, y1 = rows[above], rows[above + 1]
            for n in range(count + 1):
                k = seen[n]
                if n < count:
                    _row_between(fields[k, y0], fields[k, y1], fy, f[n])
                for d in range(3):
                    _row_between(colours[k, d, y0], colours[k, d, y1], fy, c[n, d])
            for b in range(bx):
                m, fx = _between(b, bx)
                red[:], green[:], blue[:], open_[:] = _ZERO, _ZERO, _ZERO, _ONE
                for n in range(count):
                    own, r, g, u = f[n, m:], c[n, 0, m:], c[n, 1, m:], c[n, 2, m:]
                    for j in range(w):
                        weight = open_[j] * cover(steep * (own[j] + fx * (own[j + 1] - own[j])))
                        open_[j] -= weight
                        red[j] += weight * (r[j] + fx * (r[j + 1] - r[j]))
                        green[j] += weight * (g[j] + fx * (g[j + 1] - g[j]))
                        blue[j] += weight * (u[j] + fx * (u[j + 1] - u[j]))
                r, g, u = c[count, 0, m:], c[count, 1, m:], c[count, 2, m:]
                for j in range(w):
                    red[j] += open_[j] * (r[j] + fx * (r[j + 1] - r[j]))
                    green[j] += open_[j] * (g[j] + fx * (g[j + 1] - g[j]))
                    blue[j] += open_[j] * (u[j] + fx * (u[j + 1] - u[j]))
                line = out[i * by + a]
                for j in range(w):
                    line[j * bx + b, 0] = np.uint8(255 * red[j] + np.float32(0.5))
                    line[j * bx + b, 1] = np.uint8(255 * green[j] + np.float32(0.5))
                    line[j * bx + b, 2] = np.uint8(255 * blue[j] + np.float32(0.5))


@numba.njit(inline="always", fastmath=True)
def _row_between(above: Any, below: Any, fy: Any, row: Any) -> None:
    """A row between two rows of cells, with its ends repeated."""
    w = len(above)
    for j in range(w):
        row[j + 1] = above[j] + fy * (below[j] - above[j])
    row[0], row[w + 1] = row[1], row[w]


def _divisor(pixels: int, least: int) -> int:
    """The least number of cells, from `least` on, that have a whole number of pixels each."""
    return next(cells for cells in range(least, pixels + 1) if pixels % cells == 0)


@numba.njit(nogil=True, cache=True, fastmath=True)
def _resize(cells: Any, out: Any) -> None:
    """Cells `(n, h, w)` into those of a finer grid `(n, y, x)`, bilinearly."""
    count, h, w = cells.shape
    rows, columns = out.shape[1:]
    left, right, fx = np.empty(columns, np.int64), np.empty(columns, np.int64), np.empty(columns, np.float32)
    for j in range(columns):
        at = min(max((j + 0.5) * w / columns - 0.5, 0.0), w - 1.0)
        left[j] = int(at)
        right[j], fx[j] = min(left[j] + 1, w - 1), at - left[j]
    row = np.empty(w, np.float32)
    for i in range(rows):
        at = min(max((i + 0.5) * h / rows - 0.5, 0.0), h - 1.0)
        y0 = int(at)
        y1, fy = min(y0 + 1, h - 1), np.float32(at - y0)
        for n in range(count):
            above, below, line = cells[n, y0], cells[n, y1], out[n, i]
            for j in range(w):
                row[j] = above[j] + fy * (below[j] - above[j])
            for j in range(columns):
                line[j] = row[left[j]] + fx[j] * (row[right[j]] - row[left[j]])


class Compositor:
    """Paints pictures from fields and colours on a few threads of its own."""

    def __init__(self, threads: int = 2) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="compositor")
        self._threads = threads

    def paint(self, fields: FloatArray, colours: FloatArray, out: NDArray[np.uint8], steepness: float) -> None:
        """Fields `(K, h, w)` and colours `(K+1, 3, y, x)` in 0..1, float32, into `out` `(height, width, 3)`, RGB.

        Both are first brought to the least grid from `(h, w)` on that divides the picture.
        """
        grid = (_divisor(out.shape[0], fields.shape[1]), _divisor(out.shape[1], fields.shape[2]))
        fields = self._on(grid, fields)
        colours = self._on(grid, colours.reshape(-1, *colours.shape[2:])).reshape(-1, 3, *grid)
        self.bands(grid[0], lambda first, last: _paint_rows(fields, colours, steepness, out, first, last))

    def _on(self, grid: tuple[int, int], cells: FloatArray) -> FloatArray:
        """Cells `(n, h, w)` on another grid."""
        if cells.shape[1:] == grid:
            return np.ascontiguousarray(cells)
        resized = np.empty((len(cells), *grid), np.float32)
        self.bands(len(cells), lambda first, last: _resize(cells[first:last], resized[first:last]))
        return resized

    def bands(self, rows: int, work: Callable[[int, int], object]) -> None:
        """Calls `work(first, last)` for bands that together are all rows, one a thread, and waits for them."""
        cuts = [rows * n // self._threads for n in range(self._threads + 1)]
        for band in [self._pool.submit(work, first, last) for first, last in pairwise(cuts)]:
            band.result()

    def close(self) -> None:
        """Ends the threads."""
        self._pool.shutdown()


@numba.njit(inline="always", fastmath=True)
def _column(fields: Any, colours: Any, y0: int, y1: int, fy: Any, x: int, f: Any, c: Any) -> None:
    """One column of cells, between two rows of it."""
    papers = fields.shape[2]
    for k in range(papers):
        f[k] = fields[y0, x, k] + fy * (fields[y1, x, k] - fields[y0, x, k])
    for k in range(papers + 1):
        for d in range(3):
            c[k, d] = colours[y0, x, k, d] + fy * (colours[y1, x, k, d] - colours[y0, x, k, d])


@numba.njit(nogil=True, cache=True, fastmath=True, parallel=True)
def _lay(fields: Any, colours: Any, steepness: float, out: Any) -> None:
    batch, h, w, papers = fields.shape
    by, bx = out.shape[2] // h, out.shape[3] // w
    steep = np.float32(steepness)
    for row in numba.prange(batch * h):
        n, i = row // h, row % h
        f, c = np.empty((3, papers), np.float32), np.empty((3, papers + 1, 3), np.float32)
        rows = (max(i - 1, 0), i, min(i + 1, h - 1))
        for a in range(by):
            above, fy = _between(a, by)
            y0, y1 = rows[above], rows[above + 1]
            for j in range(w):
                for m in range(3):
                    x = min(max(j + m - 1, 0), w - 1)
                    _column(fields[n], colours[n], y0, y1, fy, x, f[m], c[m])
                for b in range(bx):
                    m, fx = _between(b, bx)
                    red, green, blue, open_ = _ZERO, _ZERO, _ZERO, _ONE
                    for k in range(papers + 1):
                        weight = open_
                        if k < papers:
                            weight = open_ * cover(steep * (f[m, k] + fx * (f[m + 1, k] - f[m, k])))
                            open_ -= weight
                        red += weight * (c[m, k, 0] + fx * (c[m + 1, k, 0] - c[m, k, 0]))
                        green += weight * (c[m, k, 1] + fx * (c[m + 1, k, 1] - c[m, k, 1]))
                        blue += weight * (c[m, k, 2] + fx * (c[m + 1, k, 2] - c[m, k, 2]))
                    y, x = i * by + a, j * bx + b
                    out[n, 0, y, x], out[n, 1, y, x], out[n, 2, y, x] = red, green, blue


@numba.njit(nogil=True, cache=True, fastmath=True, parallel=True)
def _lay_backward(fields: Any, colours: Any, steepness: float, grad: Any, grad_fields: Any, grad_colours: Any) -> None:
    batch, h, w, papers = fields.shape
    by, bx = grad.shape[2] // h, grad.shape[3] // w
    steep = np.float32(steepness)
    for n in numba.prange(batch):
        f, c = np.empty((3, papers), np.float32), np.empty((3, papers + 1, 3), np.float32)
        gf, gc = np.empty((3, papers), np.float32), np.empty((3, papers + 1, 3), np.float32)
        at, covers, ahead = np.empty(papers, np.float32), np.empty(papers, np.float32), np.empty(papers, np.float32)
        for i in range(h):
            rows = (max(i - 1, 0), i, min(i + 1, h - 1))
            for a in range(by):
                above, fy = _between(a, by)
                y0, y1 = rows[above], rows[above + 1]
                for j in range(w):
                    gf[:], gc[:] = 0, 0
                    for m in range(3):
                        x = min(max(j + m - 1, 0), w - 1)
                        _column(fields[n], colours[n], y0, y1, fy, x, f[m], c[m])
                    for b in range(bx):
                        m, fx = _between(b, bx)
                        y, x = i * by + a, j * bx + b
                        gr, gg, gb = grad[n, 0, y, x], grad[n, 1, y, x], grad[n, 2, y, x]
                        open_ = _ONE
                        for k in range(papers):
                            at[k] = steep * (f[m, k] + fx * (f[m + 1, k] - f[m, k]))
                            covers[k] = cover(at[k])
                            ahead[k] = open_
                            open_ *= 1 - covers[k]
                        behind = _ZERO  # what the picture would gain from whatever lies behind paper k
                        for k in range(papers, -1, -1):
                            share = open_ if k == papers else ahead[k] * covers[k]
                            left, right = share * (1 - fx), share * fx
                            gc[m, k, 0] += gr * left
                            gc[m, k, 1] += gg * left
                            gc[m, k, 2] += gb * left
                            gc[m + 1, k, 0] += gr * right
                            gc[m + 1, k, 1] += gg * right
                            gc[m + 1, k, 2] += gb * right
                            own = gr * (c[m, k, 0] + fx * (c[m + 1, k, 0] - c[m, k, 0]))
                            own += gg * (c[m, k, 1] + fx * (c[m + 1, k, 1] - c[m, k, 1]))
                            own += gb * (c[m, k, 2] + fx * (c[m + 1, k, 2] - c[m, k, 2]))
                            if k == papers:
                                behind = own
                            else:
                                g = ahead[k] * (own - behind) * _slope(at[k]) * steep
                                gf[m, k] += g * (1 - fx)
                                gf[m + 1, k] += g * fx
                                behind = covers[k] * own + (1 - covers[k]) * behind
                    for m in range(3):
                        x = min(max(j + m - 1, 0), w - 1)
                        for k in range(papers):
                            grad_fields[n, y0, x, k] += (1 - fy) * gf[m, k]
                            grad_fields[n, y1, x, k] += fy * gf[m, k]
                        for k in range(papers + 1):
                            for d in range(3):
                                grad_colours[n, y0, x, k, d] += (1 - fy) * gc[m, k, d]
                                grad_colours[n, y1, x, k, d] += fy * gc[m, k, d]


class _Lay(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, fields: Tensor, colours: Tensor, size: tuple[int, int], steepness: float) -> Tensor:
        width, height = size
        fields, colours = fields.permute(0, 2, 3, 1).contiguous(), colours.permute(0, 3, 4, 1, 2).contiguous()
        out = torch.empty(len(fields), 3, height, width)
        _lay(fields.detach().numpy(), colours.detach().numpy(), steepness, out.numpy())
        ctx.save_for_backward(fields, colours)
        ctx.steepness = steepness
        return out

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, Tensor, None, None]:  # type: ignore[override]
        fields, colours = ctx.saved_tensors
        grad_fields, grad_colours = torch.zeros_like(fields), torch.zeros_like(colours)
        _lay_backward(
            fields.numpy(),
            colours.numpy(),
            ctx.steepness,
            grad.contiguous().numpy(),
            grad_fields.numpy(),
            grad_colours.numpy(),
        )
        return grad_fields.permute(0, 3, 1, 2), grad_colours.permute(0, 3, 4, 1, 2), None, None


def lay(fields: Tensor, colours: Tensor, size: tuple[int, int], steepness: float) -> Tensor:
    """The same picture as `Compositor.paint`, differentiable and in batches: fields `(B, K, h, w)` and colours
    `(B, K+1, 3, y, x)`, float32 on the CPU, to `(B, 3, height, width)` in 0..1, whole multiples of `h` and `w`."""
    if colours.shape[3:] != fields.shape[2:]:
        flat = F.interpolate(colours.flatten(1, 2), fields.shape[2:], mode="bilinear", align_corners=False)
        colours = flat.unflatten(1, (-1, 3))
    picture: Tensor = _Lay.apply(fields, colours, size, steepness)
    return picture
