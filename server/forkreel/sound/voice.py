"""The door every voice fits through, and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from forkreel.sound.timing import word_shares
from forkreel.story.cast import Manner

SAMPLE_RATE = 48000
SLOWEST, FASTEST = 0.88, 1.6  # times the natural pace: how far speech is bent to fit its time
SHAPES_HZ = 100
_LEAD = SAMPLE_RATE // 50  # samples: what is left of the silence before the first sound
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
    """`pcm` is mono at 48 kHz in -1..1, evenly loud; `words` are those of the text (split at white space), in order.

    `shape` is how wide a mouth opens for what is said then, 0..1, `SHAPES_HZ` times a second; empty where the voice
    does not tell.
    """

    pcm: Signal
    words: tuple[Word, ...]
    shape: Signal = field(default_factory=lambda: np.zeros(0, np.float32))


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


def finished(pcm: Signal, words: tuple[Word, ...], shape: Signal | None = None) -> Speech:
    """Speech at the loudness of all speech, heard from its beginning on, with ends that do not click."""
    heard = np.abs(pcm) > 0.02 * np.abs(pcm).max(initial=1e-6)
    lead = max(0, int(np.argmax(heard)) - _LEAD)  # the silence before it comes after it
    level = np.sqrt(np.mean(np.square(pcm[heard]), dtype=np.float64)) if heard.any() else 0.0
    even = np.roll(pcm, -lead) * np.float32(LOUDNESS / max(float(level), 1e-4))
    ramp = np.linspace(0.0, 1.0, min(240, len(even) // 2), dtype=np.float32)
    even[: len(ramp)] *= ramp
    even[len(even) - lead :] = 0.0
    even[len(even) - lead - len(ramp) : len(even) - lead] *= ramp[::-1]
    lead_s = lead / SAMPLE_RATE
    words = tuple(Word(one.text, max(0.0, one.start_s - lead_s), max(0.0, one.end_s - lead_s)) for one in words)
    return Speech(even, words, (np.zeros(0, np.float32) if shape is None else shape)[round(lead_s * SHAPES_HZ) :])


def spread(text: str, start_s: float, end_s: float) -> tuple[Word, ...]:
    """The words of a sentence over its time, where no voice tells when they are said."""
    whole_s = end_s - start_s
    times = ((start_s + begin * whole_s, start_s + end * whole_s) for begin, end in word_shares(text))
    return tuple(Word(word, *time) for word, time in zip(text.split(), times, strict=True))
