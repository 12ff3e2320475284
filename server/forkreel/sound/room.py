"""The room the ambience sounds in: a feedback delay network (Jot and Chaigne, 1991), worked through in whole blocks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 48000
_DELAYS = (2027, 2251, 2503, 2791, 3109, 3467, 3863, 4297)  # samples: primes, longer than any block
_EARLY = ((331, 0.9), (613, -0.7), (977, 0.75), (1259, 0.6), (1583, -0.55), (1901, 0.45))  # samples, gain
_DAMPING = 0.13  # of each neighbour in the loop's low-pass

Signal = NDArray[np.float32]


class Room:
    """Answers a stereo signal with its reverberation, `seconds` until that has fallen by 60 dB."""

    def __init__(self, block: int, seconds: float = 3.0) -> None:
        assert block < _DELAYS[0], f"blocks of {block} samples are longer than the room's shortest way"
        self._block = block
        delays = np.array(_DELAYS)
        self._gains = (10.0 ** (-3.0 * delays / (SAMPLE_RATE * seconds))).astype(np.float32)[:, np.newaxis]
        self._mixing = _hadamard(len(delays))
        self._lines = np.zeros((len(delays), _DELAYS[-1] + 2), dtype=np.float32)
        self._heard = np.zeros((2, _EARLY[-1][0] + block), dtype=np.float32)

    def answer(self, sound: Signal) -> Signal:
        """The reverberation during the block in which `sound`, `(2, block)`, is heard: `(2, block)`."""
        self._heard = np.concatenate([self._heard[:, self._block :], sound], axis=1)
        end = self._heard.shape[1]
        early = np.zeros_like(sound)
        for number, (delay, gain) in enumerate(_EARLY):
            tap = self._heard[:, end - self._block - delay : end - delay]
            early += np.float32(gain) * (tap if number % 2 else tap[::-1])  # every second one from the other side
        length = self._lines.shape[1]
        back = np.stack([
            line[length - delay - 1 : length - delay + self._block + 1]
            for line, delay in zip(self._lines, _DELAYS, strict=True)
        ])  # fmt: skip
        soft = np.float32(_DAMPING) * (back[:, :-2] + back[:, 2:]) + np.float32(1.0 - 2.0 * _DAMPING) * back[:, 1:-1]
        fed: Signal = self._mixing @ (self._gains * soft)
        fed[0::2] += early[0]
        fed[1::2] += early[1]
        self._lines = np.concatenate([self._lines[:, self._block :], fed], axis=1)
        late = np.stack([soft[0::2].sum(axis=0), soft[1::2].sum(axis=0)])
        mixed: Signal = np.float32(0.35) * late + np.float32(0.3) * early
        return mixed


def _hadamard(size: int) -> Signal:
    """An orthogonal matrix of equal weights: no energy is won or lost in mixing."""
    matrix: NDArray[np.float64] = np.ones((1, 1))
    while len(matrix) < size:
        matrix = np.block([[matrix, matrix], [matrix, -matrix]])
    orthogonal: Signal = (matrix / np.sqrt(size)).astype(np.float32)
    return orthogonal
