"""Points of a model for moves of a story: what a template or a control got wrong is mended, for the show goes on."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from forkreel.director import Move
from forkreel.latent.space import Axis, LatentPoint
from forkreel.model.protocol import AxisValue, Model

_SCENE = "scene"  # a component of that name carries the scene's index: the test card shows it


class Points:
    """Asks a model for points, always with one seed. `show_scene` says whether its pictures tell scenes apart."""

    def __init__(self, model: Model, seed: int) -> None:
        self.show_scene = any(component.name == _SCENE for component in model.space.components)
        self._model = model
        self._seed = seed
        self._axes = {axis.name: axis for axis in model.space.axes}

    def goal(self, move: Move, scene_index: int, aside: Mapping[str, AxisValue] = MappingProxyType({})) -> LatentPoint:
        """Where a move leads to, with the axes of `aside` in the place of its own. May take the model a while."""
        axes = {
            name: _within(value, self._axes[name])
            for name, value in {**move.axes, **aside}.items()
            if name in self._axes and _fits(value, self._axes[name])
        }
        point = self._model.point(move.prompt, axes, self._seed)
        if not self.show_scene:
            return point
        return LatentPoint.of({**point, _SCENE: np.full(point[_SCENE].shape, scene_index, np.float32)})

    def led(self, point: LatentPoint, led: Mapping[str, float]) -> LatentPoint:
        """A point with some numbers in the place of its own: those of axes that the space has."""
        known = {name: self._axes[name] for name in led if name in self._axes and not self._axes[name].labels}
        if not known:
            return point
        values = {axis.component: np.float32(_within(led[name], axis)) for name, axis in known.items()}
        return LatentPoint.of({**point, **values})


def _within(value: AxisValue, axis: Axis) -> AxisValue:
    """A number that a template drove out of its axis' range ends where the axis does."""
    return value if isinstance(value, str) else min(max(value, axis.low), axis.high)


def _fits(value: AxisValue, axis: Axis) -> bool:
    """Whether a value is of the axis' kind; one that is not is left out."""
    return value in axis.labels if axis.labels else not isinstance(value, str)
