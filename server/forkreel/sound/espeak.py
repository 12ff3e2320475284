"""The plain voice: Debian's espeak-ng, where it is installed and the neural one is not."""

from __future__ import annotations

import io
import shutil
import subprocess
import wave

import numpy as np

from forkreel.errors import VoiceError
from forkreel.sound.voice import SAMPLE_RATE, Speech, finished, fitting_time_s, spread
from forkreel.story.cast import Manner

_WORDS_A_MINUTE = 165
_PATIENCE_S = 20.0


class Espeak:
    """Speaks by running `espeak-ng`. Raises `VoiceError` when there is none."""

    def __init__(self) -> None:
        program = shutil.which("espeak-ng")
        if program is None:
            raise VoiceError("there is no espeak-ng: apt install espeak-ng")
        self._program = program

    def speak(self, text: str, manner: Manner, time_s: float) -> Speech:
        """See `Voice`."""
        from scipy.signal import resample

        rate, pcm = self._run(text, manner, round(_WORDS_A_MINUTE * manner.pace))
        natural_s = len(pcm) / rate
        wanted_s = fitting_time_s(natural_s, time_s)
        if abs(wanted_s / natural_s - 1.0) > 0.03:
            rate, pcm = self._run(text, manner, round(_WORDS_A_MINUTE * manner.pace * natural_s / wanted_s))
        signal = resample(pcm, round(len(pcm) * SAMPLE_RATE / rate)).astype(np.float32)
        return finished(signal, spread(text, 0.0, len(signal) / SAMPLE_RATE))

    def _run(self, text: str, manner: Manner, words_a_minute: int) -> tuple[int, np.ndarray]:
        pitch = int(np.clip(50 + 5 * manner.pitch, 0, 99))
        command = [self._program, "--stdout", "--stdin", "-s", str(words_a_minute), "-p", str(pitch)]
        try:
            ran = subprocess.run(command, input=text.encode(), capture_output=True, timeout=_PATIENCE_S, check=True)
            with wave.open(io.BytesIO(ran.stdout)) as spoken:
                rate = spoken.getframerate()
        except (OSError, subprocess.SubprocessError, wave.Error, EOFError) as error:
            raise VoiceError(f"espeak-ng cannot say {text[:60]!r}: {error}") from error
        pcm = np.frombuffer(ran.stdout[44:], "<i2").astype(np.float32) / 32768.0
        if not np.abs(pcm).max(initial=0.0) > 0.001:
            raise VoiceError(f"{text[:60]!r} has nothing in it that a voice can say")
        return rate, pcm
