"""`Space` declares what a model's points are made of; `LatentPoint` is one of them. numpy only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Interpolation = Literal["slerp", "norm", "circular", "linear", "step", "phase", "frame"]
"""How a component gets from one point to the next:

`slerp`     along the great circle, for Gaussian noise
`norm`      linear in direction and in length, for embeddings
`circular`  the short way round a circle of circumference 1, for hours and angles
`linear`    straight
`step`      takes the new value on the first frame of a move, for labels
`phase`     circular and free-running: a move never pulls it, it only drifts, for gaits and clouds
`frame`     the number of the frame itself
"""


@dataclass(frozen=True, slots=True)
class Component:
    """One named array of a point, and how it moves. `drift` is its speed in units a second unless a shot says so."""

    name: str
    shape: tuple[int, ...]
    interpolation: Interpolation
    drift: float = 0.0

    @property
    def turns(self) -> bool:
        """Whether its values lie on a circle of circumference 1, whatever units its axis has."""
        return self.interpolation in ("circular", "phase")


@dataclass(frozen=True, slots=True)
class Axis:
    """A name that authors may set. `component` is the array it lives in; `labels` makes it a choice among words."""

    name: str
    component: str
    meaning: str
    default: float | str
    low: float = 0.0
    high: float = 1.0
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Space:
    """The components of a model's points, in a fixed order, and the axes that authors may set."""

    components: tuple[Component, ...]
    axes: tuple[Axis, ...] = ()

    def component(self, name: str) -> Component:
        """The component of that name; KeyError when there is none."""
        for component in self.components:
            if component.name == name:
                return component
        raise KeyError(name)

    def axis(self, name: str) -> Axis:
        """The axis of that name; KeyError when there is none."""
        for axis in self.axes:
            if axis.name == name:
                return axis
        raise KeyError(name)

    def axis_of(self, component: str) -> Axis | None:
        """The axis that sets the component of that name, or None when authors cannot set it."""
        return next((axis for axis in self.axes if axis.component == component), None)

    def scalars(self, point: LatentPoint) -> dict[str, float]:
        """The numbers in a point by the names and in the units that authors use: an hour is 0..24.

        Of an axis of words each word's share is there, as `place=lake`; other components of more than one number are
        left out. A component without an axis goes by its own name.
        """
        numbers: dict[str, float] = {}
        for component in self.components:
            array, axis = point[component.name], self.axis_of(component.name)
            if axis is not None and axis.labels and array.size == len(axis.labels):
                numbers.update(zip((f"{axis.name}={label}" for label in axis.labels), array.tolist(), strict=True))
                continue
            if array.size != 1:
                continue
            value = float(array.reshape(()))
            if axis is not None and component.turns:
                value = axis.low + value * (axis.high - axis.low)
            numbers[component.name if axis is None else axis.name] = value
        return numbers


@dataclass(frozen=True, slots=True)
class LatentPoint(Mapping[str, NDArray[np.float32]]):
    """Named float32 arrays, read-only. Two points are equal when every array is, to the bit."""

    _arrays: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)

    @classmethod
    def of(cls, arrays: Mapping[str, ArrayLike]) -> LatentPoint:
        """A point from anything that numpy can read; the arrays are copied and frozen."""
        frozen: dict[str, NDArray[np.float32]] = {}
        for name, value in arrays.items():
            array = np.array(value, dtype=np.float32)
            array.setflags(write=False)
            frozen[name] = array
        return cls(frozen)

    def __getitem__(self, name: str) -> NDArray[np.float32]:
        return self._arrays[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LatentPoint) or self._arrays.keys() != other._arrays.keys():
            return False
        return all(
            array.shape == other[name].shape and array.tobytes() == other[name].tobytes()
            for name, array in self._arrays.items()
        )

    def __hash__(self) -> int:
        return hash(tuple((name, array.tobytes()) for name, array in self._arrays.items()))
