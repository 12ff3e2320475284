"""The neural voice: hibari, whose network gives pitch and spectrum apart, so that one voice can be bent into many.

A throat of another size is a resampling, another pitch another train of pulses, another pace the network's own. The
voice is the one in the package: nothing is fetched.
"""

from __future__ import annotations

import zlib
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forkreel.errors import VoiceError
from forkreel.sound.phonemes import shape_of, sounds, words_of
from forkreel.sound.voice import SAMPLE_RATE, Signal, Speech, Word, finished, fitting_time_s, main_language
from forkreel.story.cast import Manner

_FRAME_S = 0.0125
_VOICED_HZ = 40.0
_BRANCH_BIN = 150  # of 20 Hz: below it the free branch of voiced frames holds the pitch, and may not when that is bent
_NEIGHBOURS = 11  # bins, one pitch period of a voice

_EARLY_S = 0.05  # by which a symbol is heard before its time
_ENDS = b"/CumSum_output_0"

_Frames = tuple[NDArray[np.float32], ...]


class Skylark:
    """Speaks with hibari on one thread. Raises `VoiceError` when the package is missing or broken."""

    def __init__(self) -> None:
        try:
            from hibari import Hibari

            self._hibari = Hibari(voice="heart", threads=1)
            self._hibari.phonemize("Warm.")
            self._timed = _opened(self._hibari)
            self._symbols = {number: symbol for symbol, number in self._hibari.vocab.items()}
        except (ImportError, OSError, RuntimeError, ValueError) as error:
            raise VoiceError(f"the voice cannot be loaded ({error}): pip install 'hibari-tts[fast]'") from error

    def speaks(self, language: str) -> bool:
        """See `Voice`: English alone."""
        return main_language(language) == "en"

    def speak(self, text: str, manner: Manner, time_s: float) -> Speech:
        """See `Voice`."""
        from scipy.signal import resample_poly

        throat = Fraction(round(20 * manner.formant), 20)
        bend = 2.0 ** (manner.pitch / 12.0) / float(throat)
        sentences = [
            (sentence, self._hibari.ids(phonemes))
            for sentence in self._hibari.split_sentences(text)
            for phonemes in self._hibari.phonemize(sentence)
        ]
        sentences = [(sentence, ids) for sentence, ids in sentences if len(ids) > 3]
        if not sentences:
            raise VoiceError(f"{text[:60]!r} has nothing in it that an English voice can say")
        long_s = sum(self._frames(ids, 1.0)[0][0].shape[1] for _, ids in sentences) * _FRAME_S
        wanted_s = fitting_time_s(long_s / manner.pace, time_s)
        speed = float(np.clip(long_s / wanted_s / float(throat), 0.5, 2.0))
        random = np.random.default_rng(zlib.crc32(text.encode()))
        parts: list[Signal] = []
        words: list[Word] = []
        shapes: list[Signal] = []
        said_s = 0.0
        for sentence, ids in sentences:
            frames, ends = self._frames(ids, speed)
            part = resample_poly(_wave(frames, bend, random), 2 * throat.denominator, throat.numerator)
            long_s = len(part) / SAMPLE_RATE
            ends_s = [*np.maximum(0.0, long_s * ends[:-1] / ends[-1] - _EARLY_S).tolist(), long_s]
            symbols = [self._symbols.get(one, "") for one in ids]
            words += [
                Word(word.text, said_s + word.start_s, said_s + word.end_s)
                for word in words_of(sentence, symbols, ends_s, self._sounds)
            ]
            shapes.append(shape_of(symbols, ends_s))
            parts.append(part.astype(np.float32))
            said_s += long_s
        return finished(np.concatenate(parts), tuple(words), np.concatenate(shapes))

    def _frames(self, ids: list[int], speed: float) -> tuple[_Frames, NDArray[np.float32]]:
        """The network's frames, and where in them each symbol ends, on a scale of its own."""
        given = {"ids": np.asarray([ids], np.int64), "speed": np.asarray([speed], np.float32)}
        *frames, ends = self._timed.run(None, given)
        return tuple(part[0] for part in frames), ends.ravel()

    def _sounds(self, word: str) -> int:
        return sum(sounds(phonemes) for phonemes in self._hibari.phonemize(word))


def _opened(hibari: Any) -> Any:
    """Its network with one output more: where each symbol ends, which it works out and keeps to itself.

    What is appended to a protobuf message is merged into it: here a graph (field 7) of one output (12) with a name (1).
    """
    message = _ENDS
    for field in (1, 12, 7):
        message = bytes([field << 3 | 2, len(message)]) + message
    plain, network = hibari.sess, Path(hibari.model_path).read_bytes()
    return type(plain)(network + message, plain.get_session_options(), providers=plain.get_providers())


def _wave(frames: _Frames, bend: float, random: np.random.Generator) -> Signal:
    """The network's frames as sound at 24 kHz, at `bend` times their pitch."""
    from hibari import dsp

    harmonic, turn, noise, free, phase, pitch = frames
    if abs(bend - 1.0) > 0.01:
        harmonic, free = _gathered(harmonic, free, pitch)
    wave: Signal = dsp.synth(harmonic, turn, noise, free, phase, pitch * np.float32(bend), random)
    return wave


def _gathered(harmonic: Signal, free: Signal, pitch: Signal) -> tuple[Signal, Signal]:
    """The free branch's share of a voiced sound given to the harmonic one: else the old pitch is heard with the new."""
    from scipy.ndimage import uniform_filter1d

    voiced = np.flatnonzero(pitch > _VOICED_HZ)
    if not len(voiced):
        return harmonic, free
    low = np.ix_(np.arange(_BRANCH_BIN), voiced)
    power = np.exp(2.0 * np.minimum(harmonic[low], 7.0))
    other = np.exp(2.0 * np.minimum(free[low], 7.0))
    # a unit cosine under a Hann window has the power of 1.5 bins of 20 Hz, once in each pitch period
    tone = uniform_filter1d(power, _NEIGHBOURS, axis=0) * (30.0 / np.maximum(pitch[voiced], 60.0))
    gain = np.sqrt(1.0 + uniform_filter1d(other, _NEIGHBOURS, axis=0) / np.maximum(tone, 1e-9))
    harmonic, free = harmonic.copy(), free.copy()
    harmonic[low] += np.log(np.minimum(gain, 4.0)).astype(np.float32)
    free[low] -= np.float32(4.0)
    return harmonic, free
