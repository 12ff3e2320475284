"""The easel: one show's take, painted on as well as the machine keeps up with."""

from __future__ import annotations

import logging
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from forkreel.errors import OutOfMemory
from forkreel.latent.space import LatentPoint
from forkreel.model.protocol import Quality, Take
from forkreel.stage.clock import Clock
from forkreel.stage.governor import Governor
from forkreel.stage.meter import Meter

logger = logging.getLogger(__name__)


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

    def paint(self, point: LatentPoint, passed: int) -> NDArray[np.uint8] | None:
        """The picture `(height, width, 3)` of a point, `passed` ticks after the last one; None where there is no memory
        for it, not even for a draft."""
        begun = self._clock.now()
        self._governor.ticked(begun, passed)
        picture = None
        try:
            picture = self._painted(point)
        except OutOfMemory as error:
            logger.warning("%s goes on as a draft: %s", self._name, error)
            self._governor.exhausted(begun)
            with suppress(OutOfMemory):
                picture = self._painted(point)
        if picture is None:
            self._meter.repeated()
        else:
            self._meter.painted(begun, self._clock.now(), self._governor.quality)
        return picture

    def rest(self) -> None:
        """The show stands still: what came before is no sign of what comes."""
        self._meter.forget_pace()
        self._governor.forget_pace()

    def _painted(self, point: LatentPoint) -> NDArray[np.uint8]:
        if self._take.quality != self._governor.quality:
            logger.info("%s is painted in %s quality", self._name, self._governor.quality)
            self._take.quality = self._governor.quality
        pictures = self._take.paint([point])
        picture: NDArray[np.uint8] = pictures[0]
        return picture
