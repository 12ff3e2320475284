"""The seam between sound and silence: a show that is stopped in the middle of a wave must not click."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FADE = 480  # samples: 10 ms


class Hush:
    """Hands blocks on, `(samples, 2)` int16: what was heard last echoes away at once in the silence after it."""

    def __init__(self) -> None:
        self._last: NDArray[np.int16] = np.zeros((0, 2), np.int16)
        self._silent = False

    def sound(self, pcm: NDArray[np.int16]) -> NDArray[np.int16]:
        """The same, but faded in where silence went before."""
        if self._silent:
            self._silent = False
            ramp = np.ones(len(pcm))
            ramp[:FADE] = np.linspace(0.0, 1.0, FADE)[: len(pcm)]
            pcm = np.round(pcm * ramp[:, np.newaxis]).astype(np.int16)
        self._last = pcm[-FADE:]
        return pcm

    def silence(self, samples: int) -> NDArray[np.int16]:
        """Silence; the first of it begins with what was heard last, backwards and faded out: there is no step."""
        pcm = np.zeros((samples, 2), np.int16)
        if samples and not self._silent:
            self._silent = True
            echo = self._last[::-1][:samples]
            pcm[: len(echo)] = np.round(echo * np.linspace(1.0, 0.0, len(echo))[:, np.newaxis])
            self._last = self._last[:0]
        return pcm
