"""The test card's sound: 1 kHz for the first two frames of every second, so that sync can be measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from forkreel.sound.timing import Phrase
from forkreel.story.moment import Moment

SAMPLE_RATE = 48000
PITCH_HZ = 1000
PEAK = 0.5  # of full scale


class Tone:
    """Sounds while the test card's lower half is white; a pure function of the frame.

    The tone begins at a zero crossing, on the first sample of its first frame: the second sample is the first that is
    not silent. It ends as sharply, with its second frame.
    """

    def __init__(self, fps: int = 24) -> None:
        assert SAMPLE_RATE % fps == 0, f"{fps} frames a second do not share out {SAMPLE_RATE} samples"
        self._fps = fps
        self._samples = SAMPLE_RATE // fps
        wave = np.sin(2.0 * np.pi * PITCH_HZ / SAMPLE_RATE * np.arange(2 * self._samples))
        self._tone = np.repeat(np.round(wave * PEAK * 32767.0).astype(np.int16)[:, np.newaxis], 2, axis=1)

    def moment(self, moment: Moment, frame: int, phrases: Sequence[Phrase] = ()) -> None:
        """The story makes no difference."""

    def lips(self, frame: int) -> Mapping[str, float]:
        """Nobody speaks."""
        return {}

    def words(self, start_frame: int) -> tuple[int, ...]:
        """Nor says anything."""
        return ()

    def volume(self, kind: str, value: float) -> None:
        """What is measured stays as loud as it is."""

    def block(self, frame: int, axes: Mapping[str, float]) -> NDArray[np.int16]:
        """The sound of `frame`: `(48000 // fps, 2)` int16 at 48 kHz."""
        place = frame % self._fps
        if place >= 2:
            return np.zeros((self._samples, 2), dtype=np.int16)
        return self._tone[place * self._samples : (place + 1) * self._samples].copy()
