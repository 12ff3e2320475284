"""How a move gathers and loses speed: from the share of the time to the share of the way, 0 to 0 and 1 to 1."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

Easing = Callable[[NDArray[np.float64]], NDArray[np.float64]]

EASINGS: Mapping[str, Easing] = MappingProxyType(
    {
        "linear": lambda t: t,
        "in": lambda t: t**3,
        "out": lambda t: 1.0 - (1.0 - t) ** 3,
        # Perlin's smootherstep: neither speed nor acceleration jumps at the ends (Improving Noise, 2002)
        "in-out": lambda t: t**3 * (10.0 + t * (6.0 * t - 15.0)),
    }
)


def ease(name: str, t: ArrayLike) -> NDArray[np.float64]:
    """Shares of the time `t`, held to 0..1, as shares of the way (float64, the same shape), by the easing of that name.

    Raises `ValueError` for a name that `EASINGS` does not have.
    """
    if name not in EASINGS:
        raise ValueError(f"unknown easing {name!r}: expected one of {', '.join(EASINGS)}")
    return EASINGS[name](np.clip(np.asarray(t, dtype=np.float64), 0.0, 1.0))
