"""The walker: one `LatentPoint` for each frame, on the way from shot to shot.

A move is drawn up once, when it begins, from what the walker would have done without it. So the picture never jumps,
and what drifts or turns keeps its speed where the easing starts gently. From then on `at` only looks up: it may be
called for any frame, in any order, any number of times.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forkreel.director import Move
from forkreel.latent.easing import ease
from forkreel.latent.interpolate import linear, norm_preserving, slerp, wrap
from forkreel.latent.space import Component, LatentPoint, Space
from forkreel.latent.track import STILL, UNBOUNDED, Sway, Track

_NO_DRIFT: Mapping[str, float] = MappingProxyType({})
_DRAWN_UP = ("linear", "circular", "phase")
_Blend = Callable[[ArrayLike, ArrayLike, float], NDArray[np.float64]]
_BLENDS: Mapping[str, _Blend] = MappingProxyType({"slerp": slerp, "norm": norm_preserving})
_PATHS: Mapping[str, _Blend] = MappingProxyType({"lerp": linear, "slerp": slerp})  # whatever the component says


@dataclass(frozen=True, slots=True)
class _Leg:
    """One move under way: from `origin`, the point one frame before `frame`, to `goal` after `frames` frames."""

    frame: int
    frames: int
    easing: str
    origin: LatentPoint
    goal: LatentPoint
    tracks: Mapping[str, Track]
    via: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    path: str = "direct"
    steady: Mapping[str, _Leg] = field(default_factory=dict)
    before: _Leg | None = None


class Walker:
    """Walks a model's `space` at `fps`, from `start` at frame 0, and moves when it is told to.

    `drift` gives speeds by axis, in the axis' units a second, as `Move.drift` does, and `hold` by how much axes sway,
    once in `hold_s` seconds. Names that the space does not have, and axes that are not one number, are passed over.
    """

    def __init__(
        self,
        space: Space,
        fps: int,
        start: LatentPoint,
        drift: Mapping[str, float] = _NO_DRIFT,
        hold: Mapping[str, float] = _NO_DRIFT,
        hold_s: float = 8.0,
    ) -> None:
        self._space = space
        self._fps = fps
        start = self._fitting(start)
        rates, sways = self._rates(drift), self._sways(hold, hold_s)
        tracks = {
            component.name: Track(
                start=0,
                rows=start[component.name].astype(np.float64)[np.newaxis],
                rate=rates.get(component.name, 0.0),
                bounds=self._bounds(component),
                sway=sways.get(component.name, STILL),
            )
            for component in space.components
            if component.interpolation in _DRAWN_UP
        }
        self._leg = _Leg(frame=0, frames=1, easing="linear", origin=start, goal=start, tracks=tracks)

    def begin(self, move: Move, goal: LatentPoint, via: LatentPoint | None, frame: int) -> None:
        """From `frame` on, move to `goal`, and be there exactly at `frame + move.frames - 1`.

        Step i of n shows the easing of (i + 1) / n. Speeds change into those of `move.drift` with the same easing, and
        what they gather during the move comes on top of the goal; a `phase` has no goal and only changes its speed.
        Half way the axes of `move.via` are as in the point `via`. A `steady` move leaves alone what has this goal and
        these speeds already. A second move that begins at the same frame takes the
        place of the first. Raises `ValueError` for an unknown easing, and nothing changes then.
        """
        assert frame >= self._leg.frame, f"a move at frame {frame} cannot begin before the last, at {self._leg.frame}"
        assert move.frames >= 1, f"a move takes at least one frame, not {move.frames}"
        left = self._leg.before if frame == self._leg.frame and self._leg.before is not None else self._leg
        goal = self._fitting(goal)
        aside = {} if via is None else self._aside(move.via, self._fitting(via))
        frames = np.arange(frame - 1, frame + move.frames, dtype=np.int64)  # the origin's frame and the move's
        eased = ease(move.easing, np.arange(move.frames + 1) / move.frames)
        rates, sways = self._rates(move.drift), self._sways(move.hold, move.hold_s)
        tracks = {}
        for name, track in left.tracks.items():
            component, rate = self._space.component(name), rates.get(name, 0.0)
            aside_by, sway = aside.get(name), sways.get(name, STILL)
            if move.steady and self._same_way(left, goal, name, aside) and (track.rate, track.sway) == (rate, sway):
                tracks[name] = track
            elif component.interpolation == "phase":
                tracks[name] = track.free(frames, eased, rate)
            else:
                tracks[name] = track.pulled(
                    frames, eased, goal[name], rate, turns=component.turns, via=aside_by, sway=sway
                )
        others = [part.name for part in self._space.components if part.interpolation in _BLENDS]
        alone = replace(left, tracks={}, steady={}, before=None)  # so that no leg keeps all that went before it
        steady = {name: left.steady.get(name, alone) for name in others if self._same_way(left, goal, name, aside)}
        self._leg = _Leg(
            frame=frame,
            frames=move.frames,
            easing=move.easing,
            origin=self._on(left, frame - 1),
            goal=goal,
            tracks=tracks,
            via=aside,
            path=move.path,
            steady=steady if move.steady else {},
            before=replace(left, before=None),
        )

    @staticmethod
    def _same_way(left: _Leg, goal: LatentPoint, name: str, aside: Mapping[str, NDArray[np.float32]]) -> bool:
        return name not in aside and bool(np.array_equal(left.goal[name], goal[name]))

    def at(self, frame: int) -> LatentPoint:
        """The point at `frame`: any frame from the one before the latest move on."""
        return self._on(self._leg, frame)

    def _on(self, leg: _Leg, frame: int) -> LatentPoint:
        assert frame >= leg.frame - 1, f"frame {frame} lies before the move that began at {leg.frame}"
        if frame < leg.frame:
            return leg.origin
        return LatentPoint.of({part.name: self._array(part, leg, frame) for part in self._space.components})

    def _array(self, component: Component, leg: _Leg, frame: int) -> NDArray[np.float32]:
        name = component.name
        if component.interpolation == "frame":
            return np.full(component.shape, frame, dtype=np.float32)
        if name in leg.tracks:
            value = leg.tracks[name].at(np.array([frame]))[0]
            return _on_circle(value) if component.turns else value.astype(np.float32)
        leg = leg.steady.get(name, leg)
        step = frame - leg.frame + 1
        if component.interpolation == "step" or step >= leg.frames:
            return leg.goal[name]
        blend = _PATHS.get(leg.path, _BLENDS[component.interpolation])
        share = float(ease(leg.easing, step / leg.frames))
        value = blend(leg.origin[name], leg.goal[name], share)
        if name in leg.via:
            value = blend(value, leg.via[name], 4.0 * share * (1.0 - share))
        return value.astype(np.float32)

    def _fitting(self, point: LatentPoint) -> LatentPoint:
        """The point, once it is sure to be one of this space, with what lies on a circle brought into 0..1."""
        expected = {component.name: component.shape for component in self._space.components}
        found = {name: array.shape for name, array in point.items()}
        assert found == expected, f"a point of {found} in a space of {expected}"
        turning = {part.name: _on_circle(point[part.name]) for part in self._space.components if part.turns}
        return LatentPoint.of({**point, **turning})

    def _rates(self, drift: Mapping[str, float]) -> dict[str, float]:
        """Speeds by component, in the component's units a frame."""
        rates = {}
        for component in self._space.components:
            if component.interpolation not in _DRAWN_UP or int(np.prod(component.shape)) != 1:
                continue
            rate, axis = component.drift, self._space.axis_of(component.name)
            if axis is not None and not axis.labels and axis.name in drift:
                rate = float(drift[axis.name]) / (axis.high - axis.low if component.turns else 1.0)
            rates[component.name] = rate / self._fps
        return rates

    def _sways(self, hold: Mapping[str, float], hold_s: float) -> dict[str, Sway]:
        """Sways by component, in the component's units."""
        sways = {}
        for axis in self._space.axes:
            component = self._space.component(axis.component)
            if axis.name in hold and component.interpolation in ("linear", "circular") and not axis.labels:
                reach = hold[axis.name] / (axis.high - axis.low if component.turns else 1.0)
                sways[component.name] = Sway(reach, hold_s * self._fps)
        return sways

    def _bounds(self, component: Component) -> tuple[float, float]:
        axis = self._space.axis_of(component.name)
        if component.interpolation != "linear" or axis is None or axis.labels:
            return UNBOUNDED
        return (axis.low, axis.high)

    def _aside(self, names: Mapping[str, object], via: LatentPoint) -> dict[str, NDArray[np.float32]]:
        """The arrays of `via` that the named axes set."""
        return {axis.component: via[axis.component] for axis in self._space.axes if axis.name in names}


def _on_circle(values: ArrayLike) -> NDArray[np.float32]:
    """0 <= x < 1 in float32, where the largest double below 1 would round up to it."""
    rounded = wrap(values).astype(np.float32)
    return np.where(rounded >= 1.0, np.float32(0.0), rounded)
