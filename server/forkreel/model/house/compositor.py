"""Lays cut papers over each other: signed fields and colours on a coarse grid to a picture of any size, in one
fused pass.

Field k covers a pixel by a smooth step of `steepness * f_k`, f_k resized bilinearly (half-pixel centres); papers
lie front over back,
colours are constant within a cell. Only fields are resized, so an edge is as sharp as the picture is large.
Compiled with
numba: a pass over the pixels in torch is bound by memory and takes ten times as long.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numba
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

FloatArray = NDArray[np.float32]
_ZERO, _ONE = np.float32(0), np.float32(1)
_EDGE = np.float32(3.0)  # the half width of an edge, in steepnesses
_LEAK = np.float32(0.01)  # the slope that training sees beyond the edge, so that no paper is lost for good


@numba.njit(inline="always", fastmath=True)
def _cover(x: Any) -> Any:
    """How much a paper covers: a cubic from 0 at -3 to 1 at 3, as steep in the middle as a sigmoid, and exact
    beyond."""
    t = min(max(np.float32(0.5) + x / (2 * _EDGE), np.float32(0)), np.float32(1))
    return t * t * (3 - 2 * t)


@numba.njit(inline="always", fastmath=True)
def _slope(x: Any) -> Any:
    t = min(max(np.float32(0.5) + x / (2 * _EDGE), np.float32(0)), np.float32(1))
    return max(6 * t * (1 - t) / (2 * _EDGE), _LEAK)


@numba.njit(nogil=True, cache=True, fastmath=True)
def _paint_rows(fields: Any, colours: Any, steepness: float, out: Any, first: int, last: int) -> None:
    papers, h, w = fields.shape
    by, bx = out.shape[0] // h, out.shape[1] // w
    partial = np.empty(papers, np.int64)
    for i in range(first, last):
        up, down = max(i - 1, 0), min(i + 1, h - 1)
        for j in range(w):
            left, right = max(j - 1, 0), min(j + 1, w - 1)
            count, back = 0, papers
            for k in range(papers):
                low, high = fields[k, i, j], fields[k, i, j]
                for y in (up, i, down):
                    for x in (left, j, right):
                        low, high = min(low, fields[k, y, x]), max(high, fields[k, y, x])
                if low * steepness > _EDGE:
                    back = k
                    break
                if high * steepness > -_EDGE:
                    partial[count] = k
                    count += 1
            r0, g0, b0 = colours[back, 0, i, j], colours[back, 1, i, j], colours[back, 2, i, j]
            for a in range(by):
                v = np.float32((a + 0.5) / by - 0.5)
                y0, y1 = (up, i) if v < 0 else (i, down)
                fy = v + 1 if v < 0 else v
                for b in range(bx):
                    u = np.float32((b + 0.5) / bx - 0.5)
                    x0, x1 = (left, j) if u < 0 else (j, right)
                    fx = u + 1 if u < 0 else u
                    red, green, blue, open_ = _ZERO, _ZERO, _ZERO, _ONE
                    for n in range(count):
                        k = partial[n]
                        top = fields[k, y0, x0] + fx * (fields[k, y0, x1] - fields[k, y0, x0])
                        foot = fields[k, y1, x0] + fx * (fields[k, y1, x1] - fields[k, y1, x0])
                        weight = open_ * _cover(steepness * (top + fy * (foot - top)))
                        open_ -= weight
                        red += weight * colours[k, 0, i, j]
                        green += weight * colours[k, 1, i, j]
                        blue += weight * colours[k, 2, i, j]
                    y, x = i * by + a, j * bx + b
                    out[y, x, 0] = np.uint8(255 * (red + open_ * r0) + 0.5)
                    out[y, x, 1] = np.uint8(255 * (green + open_ * g0) + 0.5)
                    out[y, x, 2] = np.uint8(255 * (blue + open_ * b0) + 0.5)


class Compositor:
    """Paints pictures from fields and colours on a few threads of its own."""

    def __init__(self, threads: int = 2) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="compositor")
        self._threads = threads

    def paint(
        self, fields: FloatArray, colours: FloatArray, size: tuple[int, int], steepness: float
    ) -> NDArray[np.uint8]:
        """Fields `(K, h, w)` and colours `(K+1, 3, h, w)` in 0..1, float32, to `(height, width, 3)` uint8 RGB.

        `size` is (width, height) in pixels, whole multiples of w and h.
        """
        width, height = size
        out = np.empty((height, width, 3), np.uint8)
        rows = fields.shape[1]
        cuts = [rows * n // self._threads for n in range(self._threads + 1)]
        bands = [
            self._pool.submit(_paint_rows, fields, colours, steepness, out, first, last)
            for first, last in pairwise(cuts)
        ]
        for band in bands:
            band.result()
        return out

    def close(self) -> None:
        """Ends the threads."""
        self._pool.shutdown()


@numba.njit(nogil=True, cache=True, fastmath=True, parallel=True)
def _lay(fields: Any, colours: Any, steepness: float, out: Any) -> None:
    batch, papers, h, w = fields.shape
    by, bx = out.shape[2] // h, out.shape[3] // w
    for row in numba.prange(batch * h):
        n, i = row // h, row % h
        up, down = max(i - 1, 0), min(i + 1, h - 1)
        for j in range(w):
            left, right = max(j - 1, 0), min(j + 1, w - 1)
            for a in range(by):
                v = np.float32((a + 0.5) / by - 0.5)
                y0, y1 = (up, i) if v < 0 else (i, down)
                fy = v + 1 if v < 0 else v
                for b in range(bx):
                    u = np.float32((b + 0.5) / bx - 0.5)
                    x0, x1 = (left, j) if u < 0 else (j, right)
                    fx = u + 1 if u < 0 else u
                    red, green, blue, open_ = _ZERO, _ZERO, _ZERO, _ONE
                    for k in range(papers):
                        top = fields[n, k, y0, x0] + fx * (fields[n, k, y0, x1] - fields[n, k, y0, x0])
                        foot = fields[n, k, y1, x0] + fx * (fields[n, k, y1, x1] - fields[n, k, y1, x0])
                        weight = open_ * _cover(steepness * (top + fy * (foot - top)))
                        open_ -= weight
                        red += weight * colours[n, k, 0, i, j]
                        green += weight * colours[n, k, 1, i, j]
                        blue += weight * colours[n, k, 2, i, j]
                    y, x = i * by + a, j * bx + b
                    out[n, 0, y, x] = red + open_ * colours[n, papers, 0, i, j]
                    out[n, 1, y, x] = green + open_ * colours[n, papers, 1, i, j]
                    out[n, 2, y, x] = blue + open_ * colours[n, papers, 2, i, j]


@numba.njit(nogil=True, cache=True, fastmath=True, parallel=True)
def _lay_backward(fields: Any, colours: Any, steepness: float, grad: Any, grad_fields: Any, grad_colours: Any) -> None:
    batch, papers, h, w = fields.shape
    by, bx = grad.shape[2] // h, grad.shape[3] // w
    for n in numba.prange(batch):
        at, cover, weight = np.empty(papers, np.float32), np.empty(papers, np.float32), np.empty(papers, np.float32)
        for i in range(h):
            up, down = max(i - 1, 0), min(i + 1, h - 1)
            for j in range(w):
                left, right = max(j - 1, 0), min(j + 1, w - 1)
                for a in range(by):
                    v = np.float32((a + 0.5) / by - 0.5)
                    y0, y1 = (up, i) if v < 0 else (i, down)
                    fy = v + 1 if v < 0 else v
                    for b in range(bx):
                        u = np.float32((b + 0.5) / bx - 0.5)
                        x0, x1 = (left, j) if u < 0 else (j, right)
                        fx = u + 1 if u < 0 else u
                        y, x = i * by + a, j * bx + b
                        gr, gg, gb = grad[n, 0, y, x], grad[n, 1, y, x], grad[n, 2, y, x]
                        open_ = np.float32(1.0)
                        for k in range(papers):
                            top = fields[n, k, y0, x0] + fx * (fields[n, k, y0, x1] - fields[n, k, y0, x0])
                            foot = fields[n, k, y1, x0] + fx * (fields[n, k, y1, x1] - fields[n, k, y1, x0])
                            at[k] = steepness * (top + fy * (foot - top))
                            cover[k] = _cover(at[k])
                            weight[k] = open_
                            open_ *= 1 - cover[k]
                        grad_colours[n, papers, 0, i, j] += gr * open_
                        grad_colours[n, papers, 1, i, j] += gg * open_
                        grad_colours[n, papers, 2, i, j] += gb * open_
                        # behind: what the picture would gain from whatever lies behind paper k
                        behind = (
                            gr * colours[n, papers, 0, i, j]
                            + gg * colours[n, papers, 1, i, j]
                            + gb * colours[n, papers, 2, i, j]
                        )
                        for k in range(papers - 1, -1, -1):
                            own = (
                                gr * colours[n, k, 0, i, j] + gg * colours[n, k, 1, i, j] + gb * colours[n, k, 2, i, j]
                            )
                            share = weight[k] * cover[k]
                            grad_colours[n, k, 0, i, j] += gr * share
                            grad_colours[n, k, 1, i, j] += gg * share
                            grad_colours[n, k, 2, i, j] += gb * share
                            g = weight[k] * (own - behind) * _slope(at[k]) * steepness
                            behind = cover[k] * own + (1 - cover[k]) * behind
                            grad_fields[n, k, y0, x0] += g * (1 - fy) * (1 - fx)
                            grad_fields[n, k, y0, x1] += g * (1 - fy) * fx
                            grad_fields[n, k, y1, x0] += g * fy * (1 - fx)
                            grad_fields[n, k, y1, x1] += g * fy * fx


class _Lay(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, fields: Tensor, colours: Tensor, size: tuple[int, int], steepness: float) -> Tensor:
        width, height = size
        fields, colours = fields.contiguous(), colours.contiguous()
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
        return grad_fields, grad_colours, None, None


def lay(fields: Tensor, colours: Tensor, size: tuple[int, int], steepness: float) -> Tensor:
    """The same picture as `Compositor.paint`, differentiable and in batches: fields `(B, K, h, w)` and colours
    `(B, K+1, 3, h, w)`, float32 on the CPU, to `(B, 3, height, width)` in 0..1."""
    picture: Tensor = _Lay.apply(fields, colours, size, steepness)
    return picture
