"""The ways between two arrays. Every one gives its first argument at t = 0 and its second at t = 1, to the bit.

Arrays go in as float32 or float64 and come out as float64; t is a number in 0..1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

_PARALLEL = 1e-7  # sine of an angle below which float32 directions cannot be told from one line


def linear(a: ArrayLike, b: ArrayLike, t: float) -> Array:
    """Straight from `a` to `b`."""
    start, goal = _arrays(a, b)
    if t <= 0.0 or t >= 1.0:
        return _end(start, goal, t)
    return start + t * (goal - start)


def circular(a: ArrayLike, b: ArrayLike, t: float) -> Array:
    """The short way round a circle of circumference 1; forwards when both ways are equally long. Values in 0..1."""
    start, goal = _arrays(a, b)
    if t <= 0.0 or t >= 1.0:
        return _end(start, goal, t)
    return wrap(start + t * short_way(start, goal))


def slerp(a: ArrayLike, b: ArrayLike, t: float) -> Array:
    """Along the great circle between two arrays taken as vectors; the length goes linearly.

    Gaussian noise stays Gaussian noise on the way, where a straight way would fade it (Shoemake 1985; White,
    arXiv:1609.04468). Opposite vectors go round by the one got by turning neighbouring pairs of numbers a quarter,
    which is noise as well. A zero vector has no direction: from or to one the way is straight.
    """
    start, goal = _arrays(a, b)
    if t <= 0.0 or t >= 1.0:
        return _end(start, goal, t)
    return _slerp(start.ravel(), goal.ravel(), t).reshape(start.shape)


def norm_preserving(a: ArrayLike, b: ArrayLike, t: float) -> Array:
    """Linear in direction and in length, each vector along the last dimension by itself, for embeddings.

    Between nearly opposite vectors, where the mean of the directions vanishes, along the great circle.
    """
    start, goal = _arrays(a, b)
    if t <= 0.0 or t >= 1.0:
        return _end(start, goal, t)
    rows = np.atleast_1d(start).reshape(-1, start.shape[-1] if start.ndim else 1)
    goals = np.atleast_1d(goal).reshape(rows.shape)
    between = [_norm_preserving(row, other, t) for row, other in zip(rows, goals, strict=True)]
    return np.array(between, dtype=np.float64).reshape(start.shape)


def wrap(values: ArrayLike) -> Array:
    """Values on a circle of circumference 1, brought into 0 <= x < 1; those that are there already keep their bits."""
    array = np.asarray(values, dtype=np.float64)
    turned = np.mod(array, 1.0)
    turned = np.where(turned >= 1.0, 0.0, turned)  # mod of a tiny negative number rounds up to 1
    return np.where((array >= 0.0) & (array < 1.0), array, turned)


def short_way(a: ArrayLike, b: ArrayLike) -> Array:
    """The signed short way from `a` to `b` round a circle of circumference 1: -0.5 < way <= 0.5."""
    start, goal = _arrays(a, b)
    apart = goal - start
    return apart + np.floor(0.5 - apart)


def _arrays(a: ArrayLike, b: ArrayLike) -> tuple[Array, Array]:
    start, goal = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    assert start.shape == goal.shape, f"no way between arrays of shape {start.shape} and {goal.shape}"
    return start, goal


def _end(start: Array, goal: Array, t: float) -> Array:
    return (start if t <= 0.0 else goal).copy()


def _directions(start: Array, goal: Array) -> tuple[Array, Array, float, float]:
    """Both unit vectors and both lengths; scaled first, so that neither tiny nor huge numbers over- or underflow."""
    scales = [float(np.max(np.abs(vector), initial=0.0)) for vector in (start, goal)]
    units, lengths = [], []
    for vector, scale in zip((start, goal), scales, strict=True):
        scaled = vector / scale if scale > 0.0 else vector
        length = float(np.linalg.norm(scaled))
        units.append(scaled / length if length > 0.0 else scaled)
        lengths.append(length * scale)
    return units[0], units[1], lengths[0], lengths[1]


def _slerp(start: Array, goal: Array, t: float) -> Array:
    u, v, from_length, to_length = _directions(start, goal)
    if from_length == 0.0 or to_length == 0.0:
        return start + t * (goal - start)
    cosine = float(np.dot(u, v))
    side = v - cosine * u
    sine = float(np.linalg.norm(side))
    if sine < _PARALLEL:
        if cosine > 0.0:
            return start + t * (goal - start)
        if start.size == 1:  # a line has no way round
            return start + t * (goal - start)
        side = _quarter_turn(u)
        angle = np.pi
    else:
        side = side / sine
        angle = float(np.arctan2(sine, cosine))
    length = (1.0 - t) * from_length + t * to_length
    along: Array = length * (np.cos(t * angle) * u + np.sin(t * angle) * side)
    return along


def _norm_preserving(start: Array, goal: Array, t: float) -> Array:
    u, v, from_length, to_length = _directions(start, goal)
    if from_length == 0.0 or to_length == 0.0:
        return start + t * (goal - start)
    if float(np.dot(u, v)) < -0.99:
        return _slerp(start, goal, t)
    mean = (1.0 - t) * u + t * v
    length = (1.0 - t) * from_length + t * to_length
    along: Array = mean * (length / float(np.linalg.norm(mean)))
    return along


def _quarter_turn(unit: Array) -> Array:
    """A unit vector at right angles to `unit`: neighbouring pairs turned a quarter, a last odd number left out."""
    turned = np.zeros_like(unit)
    even = unit.size // 2 * 2
    turned[0:even:2], turned[1:even:2] = -unit[1:even:2], unit[0:even:2]
    length = float(np.linalg.norm(turned))
    if length < 1e-3:  # all of the length lies in the odd number out
        turned[:] = 0.0
        turned[0] = 1.0
        turned -= np.dot(turned, unit) * unit
        length = float(np.linalg.norm(turned))
    return turned / length
