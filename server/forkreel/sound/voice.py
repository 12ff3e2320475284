"""The door every voice fits through, and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from forkreel.story.cast import Manner

SAMPLE_RATE = 48000
SLOWEST, FASTEST = 0.88, 1.6  # times the natural pace: how far speech is bent to fit its time
LOUDNESS = 0.128  # of full scale, root mean square while something is said: -16 LUFS with its pauses

Signal = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a speech, and when it is said in seconds from the beginning."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Speech:
    """`pcm` is mono at 48 kHz in -1..1, evenly loud; `words` are in order."""

    pcm: Signal
    words: tuple[Word, ...]


class Voice(Protocol):
    """Says things. Used by one thread at a time; the same arguments give the same samples."""

    def speaks(self, language: str) -> bool:
        """Whether it speaks a language, by its name: `de`, or `pt-BR`."""
        ...

    def speak(self, text: str, manner: Manner, time_s: float) -> Speech:
        """`text` in the manner of who speaks, taking about `time_s` as far as that sounds natural.

        Raises `VoiceError` for text that it cannot say, and for a language that it does not speak.
        """
        ...


def main_language(language: str) -> str:
    """`pt` of `pt-BR`."""
    return language.lower().partition("-")[0]


def fitting_time_s(natural_s: float, time_s: float) -> float:
    """The time that speech of `natural_s` is given where `time_s` is wanted."""
    return min(max(time_s, natural_s / FASTEST), natural_s / SLOWEST)


def finished(pcm: Signal, words: tuple[Word, ...]) -> Speech:
    """Speech at the loudness of all speech, with ends that do not click."""
    level = np.sqrt(np.mean(np.square(pcm[np.abs(pcm) > 0.02 * np.abs(pcm).max(initial=1e-6)]), dtype=np.float64))
    even = pcm * np.float32(LOUDNESS / max(float(level), 1e-4))
    ramp = np.linspace(0.0, 1.0, min(240, len(even) // 2), dtype=np.float32)
    even[: len(ramp)] *= ramp
    even[len(even) - len(ramp) :] *= ramp[::-1]
    return Speech(even, words)


def spread(text: str, start_s: float, end_s: float) -> tuple[Word, ...]:
    """The words of a sentence over its time, by their letters: as near as the ear minds."""
    words = text.split()
    weights = np.array([len(word) + 1.5 for word in words])
    ends = start_s + (end_s - start_s) * np.cumsum(weights) / max(weights.sum(), 1.0)
    starts = [start_s, *ends[:-1]]
    return tuple(Word(*timed) for timed in zip(words, map(float, starts), map(float, ends), strict=True))
