"""A show without time: the playthrough, the walk through latent space and the schedule, frame by frame.

Everything here is decided by events and the frames at which they were applied; no clock, no thread, no viewer.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from forkreel.director import Move, direct
from forkreel.latent.space import Axis, LatentPoint
from forkreel.latent.walker import Walker
from forkreel.model.protocol import AxisValue, Model
from forkreel.stage.comfort import Comfort
from forkreel.stage.journal import Entry, MessageId
from forkreel.stage.messages import Caption, MomentMessage, moment_message
from forkreel.stage.protocol import Playthrough
from forkreel.stage.schedule import Schedule, schedule
from forkreel.story.moment import Event, Moment

_SCENE = "scene"  # a component of that name carries the scene's index: the test card shows it


class Show:
    """One playthrough on its way. `seq` is the number of events applied so far."""

    def __init__(
        self,
        playthrough: Playthrough,
        model: Model,
        seed: int,
        fps: int,
        cast: Mapping[str, str],
        comfort: Comfort,
    ) -> None:
        self.seq = 0
        self.moment = playthrough.moment
        self._playthrough = playthrough
        self._model = model
        self._seed = seed
        self._fps = fps
        self._cast = cast
        self._comfort = comfort
        self._axes = {axis.name: axis for axis in model.space.axes}
        self._shows_scene = any(component.name == _SCENE for component in model.space.components)
        self._walker: Walker | None = None
        self._schedule = Schedule(())
        self._told = 0
        self._plan(0, self._move(None, self.moment))

    def open(self) -> None:
        """Find the first point; may take the model a while. Again does nothing."""
        if self._walker is not None:
            return
        move = self._move(None, self.moment)
        assert move is not None, "the first moment is always cut to"
        self._walker = Walker(self._model.space, self._fps, self._point(move, move.axes), move.drift)

    def apply(self, event: Event, frame: int, viewer: int | None = None, message: MessageId | None = None) -> Entry:
        """Let something happen before `frame` is painted; returns what the journal has to keep of it.

        Raises `Refused` when it does not fit the moment; then nothing has changed.
        """
        before = self.moment
        self.moment = self._playthrough.apply(event)
        self.seq += 1
        move = self._move(before, self.moment)
        self._plan(frame, move)
        if move is not None:
            self._set_off(move, frame)
        return Entry(self.seq, frame, event, viewer, message)

    def due(self, frame: int) -> Event | None:
        """What happens by itself at `frame`: a timer runs out, or the story goes on."""
        closing_frame = self._schedule.closing_frame
        return self._schedule.closing if closing_frame is not None and frame >= closing_frame else None

    def captions(self, frame: int) -> tuple[Caption, ...]:
        """The lines that begin at `frame`, or began since this was asked last."""
        begun = sum(caption.start_frame <= frame for caption in self._schedule.captions)
        new = self._schedule.captions[self._told : begun]
        self._told = max(self._told, begun)
        return new

    def message(self, frame: int) -> MomentMessage:
        """The present moment as viewers hear of it at `frame`."""
        return moment_message(self.moment, self.seq, frame, self._schedule.deadline_frame)

    def at(self, frame: int) -> LatentPoint:
        """The point that is painted at `frame`."""
        assert self._walker is not None, "open() comes first"
        return self._walker.at(frame)

    def _plan(self, frame: int, move: Move | None) -> None:
        move_frames = 0 if move is None else move.frames
        self._schedule = schedule(self.moment, frame, move_frames, self._fps, self._cast, self._comfort)
        self._told = 0

    def _move(self, before: Moment | None, now: Moment) -> Move | None:
        move = self._comfort.eased(direct(before, now, self._fps))
        if move is None and self._shows_scene and before is not None and before.scene_index != now.scene_index:
            return direct(None, now, self._fps)
        return move

    def _set_off(self, move: Move, frame: int) -> None:
        assert self._walker is not None, "open() comes first"
        via = self._point(move, {**move.axes, **move.via}) if move.via else None
        self._walker.begin(move, self._point(move, move.axes), via, frame)

    def _point(self, move: Move, axes: Mapping[str, AxisValue]) -> LatentPoint:
        known = {name: _within(value, self._axes[name]) for name, value in axes.items() if name in self._axes}
        point = self._model.point(move.prompt, known, self._seed)
        if not self._shows_scene:
            return point
        return LatentPoint.of({**point, _SCENE: np.full(point[_SCENE].shape, self.moment.scene_index, np.float32)})


def _within(value: AxisValue, axis: Axis) -> AxisValue:
    """A number that a template drove out of its axis' range ends where the axis does: the show goes on."""
    return value if isinstance(value, str) else min(max(value, axis.low), axis.high)
