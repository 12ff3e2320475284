"""A voice that hums, and a studio that it works in: the cheap sibling of the neural voice."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from forkreel.errors import VoiceError
from forkreel.sound import Studio
from forkreel.sound.voice import Speech, Voice, finished, spread
from forkreel.story.cast import Manner


class Hum:
    """Hums at its pitch, swelling twice a second; it cannot say a text without letters, and breaks at "broken"."""

    def __init__(self, *languages: str) -> None:
        self.said: list[str] = []
        self._languages = languages or ("en",)

    def speaks(self, language: str) -> bool:
        return language in self._languages

    def speak(self, text: str, manner: Manner, time_s: float) -> Speech:
        self.said.append(text)
        if not any(letter.isalpha() for letter in text):
            raise VoiceError(f"{text!r} is beyond me")
        assert "broken" not in text
        time = np.arange(round(48000 * (time_s - 0.1))) / 48000
        swell = 0.5 - 0.5 * np.cos(2 * np.pi * 2 * time)
        pcm = swell * np.sin(2 * np.pi * 150 * 2 ** (manner.pitch / 12) * time)
        return finished(pcm.astype(np.float32), spread(text, 0.0, time_s - 0.1))


@pytest.fixture
def studio() -> Iterator[Callable[[Voice | None], Studio]]:
    opened: list[Studio] = []

    def open_studio(voice: Voice | None) -> Studio:
        studio = Studio(lambda: voice)
        opened.append(studio)
        studio.start()
        return studio

    yield open_studio
    for one in opened:
        one.close()
