"""The way of one drawn-up component: a row for each frame of a move, and a straight line from there on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forkreel.latent.interpolate import short_way, wrap

Rows = NDArray[np.float64]
UNBOUNDED = (-np.inf, np.inf)


@dataclass(frozen=True, slots=True)
class Sway:
    """A swing to either side by `reach` units, once in `period` frames."""

    reach: float = 0.0
    period: float = 1.0

    def at(self, frames: Rows) -> Rows:
        """How far it has swung after so many frames; it starts in the middle, at rest within one frame."""
        return self.reach * np.sin(2.0 * np.pi * frames / self.period)


STILL = Sway()


@dataclass(frozen=True, slots=True)
class Track:
    """Rows for the frames from `start` on, then on at `rate` units a frame and swaying, as far as `bounds` allow.

    float64 throughout. What lies on a circle is not wrapped here, so that rows may be subtracted.
    """

    start: int
    rows: Rows  # (n, *shape)
    rate: float = 0.0
    bounds: tuple[float, float] = UNBOUNDED
    sway: Sway = STILL

    def at(self, frames: NDArray[np.int64]) -> Rows:
        """The values at `frames`, `(len(frames), *shape)`. Before the first row all stands still."""
        rows = self.rows[np.clip(frames - self.start, 0, len(self.rows) - 1)]
        if self.rate == 0.0 and self.sway.reach == 0.0:
            return rows
        beyond = _column(np.maximum(frames - (self.start + len(self.rows) - 1), 0), rows)
        return np.clip(rows + self.rate * beyond + self.sway.at(beyond), *self.bounds)

    def pulled(
        self,
        frames: NDArray[np.int64],
        eased: Rows,
        goal: NDArray[np.float32],
        rate: float,
        *,
        turns: bool = False,
        via: NDArray[np.float32] | None = None,
        sway: Sway = STILL,
    ) -> Track:
        """Leaving this track at `frames[0]`, where `eased` is 0, for `goal` at `frames[-1]`, where it is 1.

        The track that is left goes on meanwhile, so its speed fades as gently as the easing does. The new speed `rate`
        comes in likewise; what it has gathered by the end comes on top of the goal. From then on the track sways. `via`
        pulls aside, all the way where the easing is at a half. On a circle (`turns`) the short way is chosen once.
        """
        left, target = self.at(frames), goal.astype(np.float64)
        weight = _column(eased, left)
        if turns:
            left = left + np.round(target - short_way(left[0], target) - left[0])  # whole turns
        rows = left + weight * (target - left)
        if via is not None:
            aside = via.astype(np.float64)
            if turns:
                middle = rows[int(np.argmin(np.abs(eased - 0.5)))]
                aside = middle + short_way(middle, aside)
            rows = rows + 4.0 * weight * (1.0 - weight) * (aside - rows)
        rows[0], rows[-1] = left[0], target
        if rate != 0.0:
            gathered = np.concatenate([[0.0], np.cumsum(eased[:-1])])  # a cut has gathered none on its first frame
            rows = np.clip(rows + rate * _column(gathered, rows), *self.bounds)
        return Track(int(frames[0]), rows, rate, self.bounds, sway)

    def free(self, frames: NDArray[np.int64], eased: Rows, rate: float) -> Track:
        """Going on from this track at its own speed, which turns into `rate` as `eased` goes from 0 to 1."""
        left = self.at(frames)
        weight = _column(eased, left)[1:]
        steps = (1.0 - weight) * np.diff(left, axis=0) + weight * rate
        rows = np.cumsum(np.concatenate([wrap(left[:1]), steps]), axis=0)
        return Track(int(frames[0]), rows, rate)


def _column(values: NDArray[np.float64] | NDArray[np.int64], rows: Rows) -> NDArray[np.float64]:
    """One number for each row, shaped so that it multiplies the row."""
    return np.asarray(values, dtype=np.float64).reshape(-1, *(1,) * (rows.ndim - 1))
