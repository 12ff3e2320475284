"""The easel: one show's take, painted on as well as the machine keeps up with."""

from __future__ import annotations

import logging
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forkreel.errors import OutOfMemory
from forkreel.latent.space import LatentPoint
from forkreel.model.protocol import Ahead, Quality, Take
from forkreel.stage.clock import Clock
from forkreel.stage.governor import Governor
from forkreel.stage.meter import Meter

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Painting:
    """A picture that was begun at a time of the clock, in seconds."""

    point: LatentPoint
    begun_s: float
    coming: Future[NDArray[np.uint8]]


class Easel:
    """Used by the render thread. `name` is the show's, for the log."""

    def __init__(self, take: Take, clock: Clock, meter: Meter, name: str) -> None:
        self._meter = meter
        self._take = take
        self._clock = clock
        self._name = name
        self._governor = Governor()

    @property
    def quality(self) -> Quality:
        """How pictures are painted now."""
        return self._governor.quality

    def begin(self, point: LatentPoint, passed: int) -> Painting:
        """Begin the picture of a point, `passed` ticks after the last one. A take that paints one picture after the
        other has it done when this returns."""
        begun_s = self._clock.now()
        self._governor.ticked(begun_s, passed)
        self._obey()
        if isinstance(self._take, Ahead):
            return Painting(point, begun_s, self._take.begin(point))
        coming: Future[NDArray[np.uint8]] = Future()
        try:
            coming.set_result(self._painted(point))
        except OutOfMemory as error:
            coming.set_exception(error)
        return Painting(point, begun_s, coming)

    def finish(self, painting: Painting) -> NDArray[np.uint8] | None:
        """Wait for a picture `(height, width, 3)`; None where there is no memory for it, not even for a draft."""
        picture = None
        try:
            picture = painting.coming.result()
        except OutOfMemory as error:
            logger.warning("%s goes on as a draft: %s", self._name, error)
            self._governor.exhausted(painting.begun_s)
            self._obey()
            with suppress(OutOfMemory):
                picture = self._painted(painting.point)
        if picture is None:
            self._meter.repeated()
        else:
            self._meter.painted(painting.begun_s, self._clock.now(), self._governor.quality)
        return picture

    def rest(self) -> None:
        """The show stands still: what came before is no sign of what comes."""
        self._meter.forget_pace()
        self._governor.forget_pace()

    def _obey(self) -> None:
        if self._take.quality != self._governor.quality:
            logger.info("%s is painted in %s quality", self._name, self._governor.quality)
            self._take.quality = self._governor.quality

    def _painted(self, point: LatentPoint) -> NDArray[np.uint8]:
        picture: NDArray[np.uint8] = self._take.paint([point])[0]
        return picture
