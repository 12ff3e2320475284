"""Tiers of bitrate, and which of them suits a viewer: moves down at once, and up again after a calm stretch.

Knows no network and no clock: what the viewer reports comes in with the time.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

DOWN_LOSS = 0.10
"""Above a tenth lost, sending less helps; below a fiftieth the network is calm (as in draft-ietf-rmcat-gcc-02, 6)."""
CALM_LOSS = 0.02
SETTLE_S = 1.0
"""What a move down did is heard no sooner; reports about the time before are not held against it."""
CALM_S = 10.0
CALM_FAR_S = 60.0
"""So long after much was lost: on a line that is still as narrow, each try is half a second's freeze."""
CALM_MOST_S = 160.0
TRIAL_S = 20.0
"""Who has to move down within so long of moving up waits twice as long before trying again."""
RATE_S = 2.0
_FALL = 0.95
_SHORT = 0.9
_ROOM = 1.05
SURE_S = 1.0
"""So long estimates must be short: a few may come from a machine that was busy for a moment."""
_FAR = 0.6
FAR_S = 0.2
"""So long when they are this far below what is sent: then much of it is lost, and every moment is a frozen one."""
DRAIN_S = 0.25
"""So long nothing is sent after such a fall: a keyframe would be lost in what still waits on the way."""
_SHARES = ((1.0, 1.0), (0.75, 0.3), (0.5, 0.12))
"""Of the width and height, and of the bitrate: 3/4 and 1/2 keep the shape of all usual sizes to the pixel. With sound
and headers the middle one of 1.8 Mbit/s fits through 0.8."""


@dataclass(frozen=True, slots=True)
class Tier:
    """How large a picture is, both sides even, and how many bits a second it may take."""

    width: int
    height: int
    bitrate_bps: int


def ladder(width: int, height: int, bitrate_bps: int) -> tuple[Tier, ...]:
    """The three tiers of a picture, the best first."""
    return tuple(Tier(_even(width * side), _even(height * side), round(bitrate_bps * share)) for side, share in _SHARES)


def _even(pixels: float) -> int:
    return max(16, round(pixels / 2) * 2)


class TierChoice:
    """The tier, 0 the best, for one viewer; decided anew with each report. `now_s` is any clock that never jumps."""

    def __init__(self, bitrates_bps: Sequence[int], now_s: float) -> None:
        self.tier = 0
        self.quiet_until_s = -math.inf
        """Before then nothing should be sent."""
        self._bitrates = tuple(bitrates_bps)
        self._lost = 0.0
        self._highest_bps = math.inf  # since the last change of tier; the very first estimate may be a fall
        self._first_bps = math.inf
        self._short_since_s = math.inf
        self._changed_s = -math.inf
        self._climbed_s = -math.inf
        self._calm_since_s = now_s
        self._patience_s = CALM_S

    def reported(self, lost: float, now_s: float) -> None:
        """A receiver report: the part of the packets, 0 to 1, that was lost since the report before."""
        if self._settling(now_s):
            return
        self._lost = (self._lost + lost) / 2
        if self._lost > CALM_LOSS:
            self._calm_since_s = now_s
        if self._lost > DOWN_LOSS:
            self._down(self.tier + 1, now_s)
        elif now_s - self._calm_since_s >= self._patience_s:
            self._up(now_s)

    def estimated(self, bps: int, sent_bps: float, now_s: float) -> None:
        """The receiver's estimate of what the network takes (REMB), and what was sent to it of late.

        An estimate grows from what is sent, so it is often below a tier's bitrate without any trouble: what counts is
        that it has fallen, and below what is sent.
        """
        if math.isinf(self._highest_bps) and bps > self._first_bps:
            self._highest_bps = bps  # a browser's first estimate is low, and grows: it has not fallen
        self._first_bps = min(bps, self._first_bps)
        fell = bps < _FALL * self._highest_bps
        if fell and bps < _SHORT * sent_bps:
            self._short_since_s = min(now_s, self._short_since_s)
            self._calm_since_s = now_s
        else:
            self._short_since_s = math.inf
            self._highest_bps = bps if math.isinf(self._highest_bps) else max(bps, self._highest_bps)
        far = bps < _FAR * sent_bps
        if now_s - self._short_since_s >= (FAR_S if far else SURE_S):
            per_bit = sent_bps / self._bitrates[self.tier]
            below = range(self.tier + 1, len(self._bitrates))
            fitting = (tier for tier in below if _ROOM * per_bit * self._bitrates[tier] <= bps)
            if self._down(next(fitting, len(self._bitrates) - 1), now_s) and far:
                self.quiet_until_s = now_s + DRAIN_S
                self._patience_s = max(self._patience_s, CALM_FAR_S)

    def fell_behind(self, now_s: float) -> None:
        """What was to be sent to it had to be dropped."""
        self._calm_since_s = now_s
        self._down(self.tier + 1, now_s)

    def _down(self, tier: int, now_s: float) -> bool:
        if self._settling(now_s) or self.tier == len(self._bitrates) - 1:
            return False
        again = now_s - self._climbed_s < TRIAL_S
        self._patience_s = min(2 * self._patience_s, CALM_MOST_S) if again else CALM_S
        self._change(min(tier, len(self._bitrates) - 1), now_s)
        return True

    def _settling(self, now_s: float) -> bool:
        return now_s - self._changed_s < SETTLE_S and self._changed_s > self._climbed_s

    def _up(self, now_s: float) -> None:
        if self.tier > 0:
            self._climbed_s = now_s
            self._change(self.tier - 1, now_s)

    def _change(self, tier: int, now_s: float) -> None:
        self.tier = tier
        self._short_since_s = math.inf
        self._lost = self._highest_bps = 0.0
        self._changed_s = self._calm_since_s = now_s


class Rate:
    """What was sent of late, in bits a second: over the last two seconds, or since the first of them."""

    def __init__(self) -> None:
        self._sent: deque[tuple[float, int]] = deque()
        self._bytes = 0

    def add(self, size: int, now_s: float) -> None:
        """So many bytes were sent."""
        self._sent.append((now_s, size))
        self._bytes += size
        self._forget(now_s)

    def bps(self, now_s: float) -> float:
        """The rate."""
        self._forget(now_s)
        if not self._sent:
            return 0.0
        return 8 * self._bytes / min(RATE_S, max(RATE_S / 4, now_s - self._sent[0][0]))

    def _forget(self, now_s: float) -> None:
        while self._sent and now_s - self._sent[0][0] > RATE_S:
            self._bytes -= self._sent.popleft()[1]
