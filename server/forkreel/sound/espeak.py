"""The plain voice: Debian's espeak-ng, for what the neural one does not speak, or is not there to speak."""

from __future__ import annotations

import io
import shutil
import subprocess
import wave

import numpy as np

from forkreel.errors import VoiceError
from forkreel.sound.voice import SAMPLE_RATE, Speech, finished, fitting_time_s, main_language, spread
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
        try:
            listed = subprocess.run([program, "--voices"], capture_output=True, timeout=_PATIENCE_S, check=True).stdout
        except (OSError, subprocess.SubprocessError) as error:
            raise VoiceError(f"espeak-ng does not tell its voices: {error}") from error
        names = {line.split()[1].lower() for line in listed.decode(errors="replace").splitlines()[1:] if line.strip()}
        self._languages = names | {main_language(name) for name in names}

    def speaks(self, language: str) -> bool:
        """See `Voice`."""
        return main_language(language) in self._languages

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
        voice = (
            manner.language.lower() if manner.language.lower() in self._languages else main_language(manner.language)
        )
        command = [self._program, "-v", voice, "--stdout", "--stdin", "-s", str(words_a_minute), "-p", str(pitch)]
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
