"""Likely branches, made ready while a question is open, in time that the running picture leaves over.

For each choice the point that it leads to is asked of the model, which then has read its prompt, and painted once by a
fork of the show's take, which has then warmed all that a picture like that needs: so the chosen branch starts with the
next frame. Nothing of it decides a picture.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from forkreel.latent.space import LatentPoint
from forkreel.model.protocol import Quality, Take
from forkreel.stage.clock import Clock
from forkreel.stage.meter import Meter
from forkreel.stage.show import Show
from forkreel.stage.stills import still_of
from forkreel.story.moment import Ask

logger = logging.getLogger(__name__)

_CALM = 12  # ticks in a row that have to leave enough time over
_READING_S = 0.015  # a point may cost, before one was measured
_MARGIN = 1.25  # a picture may cost more than the last ones

Painted = Callable[[str, str, bytes], None]
"""Told of a poll, a choice and a still of what that leads to."""


class Branches:
    """One show's; used by the render thread, which closes it too. Holds one fork of `take`, and points, no pictures.

    `painted` is told of stills where the story shows them on its choices. A branch that cannot be made ready ends
    the attempt for this show, with a line in the log under `name`.
    """

    def __init__(self, show: Show, take: Take, clock: Clock, meter: Meter, painted: Painted, name: str) -> None:
        self._show = show
        self._take = take
        self._clock = clock
        self._meter = meter
        self._painted = painted
        self._name = name
        self._fork: Take | None = None
        self._moment = show.moment
        self._left: list[str] = []  # choices that are not ready
        self._points: list[tuple[str, LatentPoint]] = []  # and what has been read of them, to be painted
        self._ready: set[tuple[str, str]] = set()  # polls and choices
        self._taken = show.taken
        self._over: deque[float] = deque(maxlen=_CALM)  # seconds that ticks left over
        self._reading_s, self._painting_s = _READING_S, 0.0
        self._given_up = False
        self._look()

    def rest(self) -> None:
        """The show stands still, or does not keep up: nothing is to be made of the ticks before."""
        self._over.clear()

    def use(self, due_s: float, passed: int, quality: Quality) -> None:
        """After a tick that came `passed` after the last: do one thing, if it will be done before the next is due."""
        if self._show.taken != self._taken and self._show.taken is not None:
            self._meter.branch_taken(self._show.taken in self._ready)
        self._taken = self._show.taken
        if self._show.moment is not self._moment:
            self._look()
        left_s = due_s - self._clock.now()
        if passed > 1 or quality != "full":
            self.rest()
            return
        self._over.append(left_s)
        if len(self._over) < _CALM or self._given_up:
            return
        spare_s = min(self._over)
        if self._left and spare_s > self._reading_s:
            self._make_ready(self._read)
        elif self._points and spare_s > self._painting_cost_s:
            self._make_ready(self._paint)

    def close(self) -> None:
        """Free the fork."""
        self._left.clear()
        self._points.clear()
        self._ready.clear()
        if self._fork is not None:
            fork, self._fork = self._fork, None
            fork.close()

    @property
    def _painting_cost_s(self) -> float:
        return _MARGIN * max(self._painting_s, self._meter.stats().paint_ms / 1000)

    def _look(self) -> None:
        """Another moment: another question, or the same one after a control was moved, or none."""
        self.close()
        self.rest()
        self._moment = self._show.moment
        ask = self._moment.ask
        self._left = [] if ask is None else [choice.id for choice in ask.choices if choice.available]

    def _make_ready(self, how: Callable[[Ask], None]) -> None:
        ask = self._moment.ask
        assert ask is not None, "only a question has branches"
        begun = self._clock.now()
        try:
            how(ask)
        except Exception:
            logger.exception("%s cannot make its branches ready", self._name)
            self._given_up = True
        self._meter.branch_cost(self._clock.now() - begun)

    def _read(self, ask: Ask) -> None:
        choice, begun = self._left.pop(0), self._clock.now()
        point = self._show.branch(ask.poll, choice)
        self._reading_s = max(self._reading_s, self._clock.now() - begun)
        if point is None:
            self._ready.add((ask.poll, choice))  # it shows what is seen already
        else:
            self._points.append((choice, point))

    def _paint(self, ask: Ask) -> None:
        (choice, point), begun = self._points.pop(0), self._clock.now()
        if self._fork is None:
            self._fork = self._take.fork()
            self._fork.quality = "full"
        picture: NDArray[np.uint8] = self._fork.paint([point])[0]
        self._ready.add((ask.poll, choice))
        if ask.previews:
            self._painted(ask.poll, choice, still_of(picture))
        self._painting_s = self._clock.now() - begun
