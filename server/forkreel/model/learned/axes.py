"""`Declared`: an axis as a painter declares it, or as frames imply it; many are a `Space`. No torch."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forkreel.errors import AxisError, ModelError
from forkreel.latent.space import Axis, Component, LatentPoint, Space

AxisValue = float | str

HARMONICS = 3  # of an axis that turns, and octaves of one that does not: so finely its value is told


@dataclass(frozen=True)
class Declared:
    """An axis: a number from `low` to `high`, round where it `turns` (high is low again), or one of `labels`.

    `default` is what a prompt that does not speak of it gives: the middle, or the first label, where it is None. Raises
    `ModelError` for what cannot be an axis.
    """

    name: str
    low: float = 0.0
    high: float = 1.0
    turns: bool = False
    labels: tuple[str, ...] = ()
    default: AxisValue | None = None
    meaning: str = ""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", self.name):
            raise ModelError(f"{self.name!r} is no name of an axis: small letters, digits and _, a letter first")
        if not self.labels and not self.low < self.high:
            raise ModelError(
                f"the axis {self.name} goes from {self.low:g} to {self.high:g}: high must be more than low"
            )
        if self.default is not None:
            self.checked(self.default)

    def checked(self, value: AxisValue) -> AxisValue:
        """The value, when it is one of this axis; else `AxisError`."""
        if self.labels:
            if value not in self.labels:
                raise AxisError(f"the axis {self.name} is one of {', '.join(self.labels)}, not {value!r}")
        elif isinstance(value, (str, bool)) or not self.low <= value <= self.high:
            raise AxisError(f"the axis {self.name} goes from {self.low:g} to {self.high:g}, not to {value!r}")
        return value

    @property
    def usual(self) -> AxisValue:
        """The default."""
        if self.default is not None:
            return self.default
        return self.labels[0] if self.labels else (self.low + self.high) / 2

    @property
    def width(self) -> int:
        """How many numbers `told` makes of a value."""
        return len(self.labels) if self.labels else (2 if self.turns else 1 + 2) * HARMONICS

    def array(self, value: AxisValue) -> NDArray[np.float32]:
        """A value as the array of its component: shares of the labels, a share of the turn, or the number."""
        if self.labels:
            return np.eye(len(self.labels), dtype=np.float32)[self.labels.index(str(value))]
        number = float(value)
        return np.asarray((number - self.low) / (self.high - self.low) % 1 if self.turns else number, np.float32)

    def told(self, array: NDArray[np.float32]) -> NDArray[np.float32]:
        """The array as the network takes it, `(width,)`: shares; sines and cosines; powers with sines and cosines."""
        if self.labels:
            return array.astype(np.float32)
        share = float(array) if self.turns else (float(array) - self.low) / (self.high - self.low)
        rise = np.arange(1, HARMONICS + 1) if self.turns else 2.0 ** np.arange(HARMONICS) / 4
        waves = [np.sin(2 * np.pi * share * rise), np.cos(2 * np.pi * share * rise)]
        powers = [] if self.turns else [(2 * share - 1) ** np.arange(1, HARMONICS + 1)]
        return np.concatenate([*powers, *waves]).astype(np.float32)

    def as_json(self) -> dict[str, object]:
        """Plain values, for a config; `Declared(**values)` with labels as a tuple is the same again."""
        return {**asdict(self), "labels": list(self.labels)}


def declared_from(values: Sequence[Mapping[str, Any]]) -> tuple[Declared, ...]:
    """Axes from the plain values that `as_json` gave."""
    return tuple(Declared(**{**one, "labels": tuple(one.get("labels") or ())}) for one in values)


def space_of(axes: Sequence[Declared]) -> Space:
    """A component of its own for every axis; a point of axes needs no seed."""

    def component(axis: Declared) -> Component:
        if axis.labels:
            return Component(axis.name, (len(axis.labels),), "linear")
        return Component(axis.name, (), "circular" if axis.turns else "linear")

    return Space(
        tuple(component(axis) for axis in axes),
        tuple(
            Axis(axis.name, axis.name, axis.meaning or axis.name, axis.usual, axis.low, axis.high, axis.labels)
            for axis in axes
        ),
    )


def point_of(axes: Sequence[Declared], values: Mapping[str, AxisValue]) -> LatentPoint:
    """Values, defaults for those left out, as a point. Raises `AxisError` for an axis that there is not and for a
    value that does not fit."""
    known = {axis.name for axis in axes}
    for name in values:
        if name not in known:
            raise AxisError(f"this model has no axis {name!r}; it has {', '.join(sorted(known)) or 'none'}")
    return LatentPoint.of({axis.name: axis.array(axis.checked(values.get(axis.name, axis.usual))) for axis in axes})


def told(axes: Sequence[Declared], point: LatentPoint) -> NDArray[np.float32]:
    """A point as the network takes it."""
    return np.concatenate([axis.told(point[axis.name]) for axis in axes])
