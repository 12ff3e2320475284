"""Several voices as one: each line is said by the first that speaks its language."""

from __future__ import annotations

from collections.abc import Sequence

from forkreel.errors import VoiceError
from forkreel.sound.voice import Speech, Voice
from forkreel.story.cast import Manner


class Voices:
    """The best voice comes first."""

    def __init__(self, voices: Sequence[Voice]) -> None:
        self._voices = tuple(voices)

    def speaks(self, language: str) -> bool:
        """See `Voice`."""
        return any(voice.speaks(language) for voice in self._voices)

    def speak(self, text: str, manner: Manner, time_s: float) -> Speech:
        """See `Voice`."""
        for voice in self._voices:
            if voice.speaks(manner.language):
                return voice.speak(text, manner, time_s)
        raise VoiceError(f"no voice here speaks {manner.language!r}")
