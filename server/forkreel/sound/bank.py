"""A bank of damped oscillators: everything that rings, from a pad to a footstep, is a sum of them.

An oscillator is one complex number that turns and shrinks. It is carried on exactly from block to block, so nothing
clicks at a block's border, and a tail may be as long as it likes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 48000
_RUN = 128  # samples that are tabulated; a block is several runs
_SLICE = 64  # rows multiplied at once: for much larger products BLAS wakes threads, which cost more than they help here
_INAUDIBLE = 1.0 / 32768.0  # an oscillator below one step of int16 is let go

Signal = NDArray[np.float32]
_Complex = NDArray[np.complex128]


@dataclass(frozen=True, slots=True)
class Timbre:
    """Partials struck together: pitches in Hz, decays in 1/s, and how loud each is on the left and on the right.

    Every partial is a sine that starts at zero. Amplitudes may be negative: a slow partial minus a fast one of the same
    pitch swells before it fades.
    """

    hz: NDArray[np.float64]  # (n,)
    decay: NDArray[np.float64]  # (n,)
    left: NDArray[np.float64]  # (n,)
    right: NDArray[np.float64]  # (n,)


class _Oscillators:
    """n oscillators: where they stand, how they turn, and one run of each as a table."""

    def __init__(self, state: _Complex, turn: _Complex, jumps: _Complex, table: Signal) -> None:
        self._state = state  # (2, n), left and right
        self._turn = turn  # (n,), what a sample multiplies by
        self._jumps = jumps  # (runs, n), from the block's first sample to each run's
        self._table = table  # (n, 2, run), real part and negated imaginary part

    @classmethod
    def struck(cls, timbre: Timbre, loudness: float, runs: int) -> _Oscillators:
        turn = np.exp((2j * np.pi * timbre.hz - timbre.decay) / SAMPLE_RATE).astype(np.complex128)
        sides = np.stack([timbre.left, timbre.right])
        state = (-1j * loudness * sides).astype(np.complex128)  # the real part of -i e^iwt is a sine
        table = _powers(turn, _RUN)
        halves = np.stack([table.real, -table.imag], axis=1).astype(np.float32)
        return cls(state, turn, _powers(turn**_RUN, runs).T, halves)

    @classmethod
    def together(cls, parts: Sequence[_Oscillators]) -> _Oscillators:
        """All of them as one, but for what is no longer heard."""
        heard = [np.abs(part._state).max(axis=0) > _INAUDIBLE for part in parts]
        pairs = list(zip(parts, heard, strict=True))
        return cls(
            np.concatenate([part._state[:, mask] for part, mask in pairs], axis=1),
            np.concatenate([part._turn[mask] for part, mask in pairs]),
            np.concatenate([part._jumps[:, mask] for part, mask in pairs], axis=1),
            np.concatenate([part._table[mask] for part, mask in pairs]),
        )

    def __len__(self) -> int:
        return len(self._turn)

    def ring(self) -> Signal:
        """What is heard from where they stand: `(2, runs * run)`."""
        runs = len(self._jumps)
        starts = (self._state[:, np.newaxis] * self._jumps).reshape(2 * runs, len(self))
        parts = np.stack([starts.real, starts.imag], axis=2).astype(np.float32).reshape(2 * runs, 2 * len(self))
        table = self._table.reshape(2 * len(self), _RUN)
        heard = np.zeros((2 * runs, _RUN), dtype=np.float32)
        for at in range(0, len(table), _SLICE):
            heard += parts[:, at : at + _SLICE] @ table[at : at + _SLICE]
        return heard.reshape(2, runs * _RUN)

    def go_on(self, samples: int) -> None:
        self._state = self._state * self._turn**samples


class Bank:
    """Rings what is struck, in blocks of `block` samples."""

    def __init__(self, block: int) -> None:
        self._block = block
        self._runs = -(-block // _RUN)
        silence = np.zeros(0)
        self._ringing = _Oscillators.struck(Timbre(silence, silence, silence, silence), 0.0, self._runs)
        self._struck: list[tuple[_Oscillators, int]] = []

    @property
    def ringing(self) -> int:
        """How many oscillators are carried on."""
        return len(self._ringing)

    def strike(self, timbre: Timbre, loudness: float = 1.0, at: int = 0) -> None:
        """Start a timbre, `at` samples into the next block."""
        assert 0 <= at < self._block, f"sample {at} of a block of {self._block}"
        self._struck.append((_Oscillators.struck(timbre, loudness, self._runs), at))

    def play(self) -> Signal:
        """The next block: `(2, block)`."""
        out = self._ringing.ring()[:, : self._block]
        self._ringing.go_on(self._block)
        for struck, at in self._struck:
            out[:, at:] += struck.ring()[:, : self._block - at]
            struck.go_on(self._block - at)
        if self._struck:
            self._ringing = _Oscillators.together([self._ringing, *(struck for struck, _ in self._struck)])
            self._struck.clear()
        return out


def _powers(turn: _Complex, count: int) -> _Complex:
    """`turn ** 0 .. count - 1`, `(n, count)`, by doubling."""
    powers = np.ones((len(turn), count), dtype=np.complex128)
    done = 1
    while done < count:
        more = min(done, count - done)
        powers[:, done : done + more] = powers[:, :more] * (turn**done)[:, np.newaxis]
        done += more
    return powers
