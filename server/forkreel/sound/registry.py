"""Picks the sound that goes with a model, and the voice that is there."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from importlib.util import find_spec

from forkreel.errors import VoiceError
from forkreel.sound.ahead import coming, files
from forkreel.sound.clips import Clips
from forkreel.sound.dialogue import LIVE_PATIENCE_S, Dialogue
from forkreel.sound.espeak import Espeak
from forkreel.sound.shelf import Shelf
from forkreel.sound.skylark import Skylark
from forkreel.sound.soundtrack import Soundtrack
from forkreel.sound.studio import Studio
from forkreel.sound.tone import Tone
from forkreel.sound.voice import Voice
from forkreel.sound.voices import Voices
from forkreel.story.story import Story

logger = logging.getLogger(__name__)

_VOICES: tuple[Callable[[], Voice], ...] = (Skylark, Espeak)


def open_sound(
    model_name: str,
    story: Story,
    seed: int,
    studio: Studio,
    fps: int = 24,
    *,
    shelf: Shelf | None = None,
    patience_s: float = LIVE_PATIENCE_S,
) -> Tone | Soundtrack:
    """The sound of one show: the test card's tone for `testcard`, speech, effects and a score for every other model.

    The story's own sound files come from the `shelf`, where there is one.
    """
    if model_name == "testcard":
        return Tone(fps)
    dialogue = Dialogue(studio, story.manners, fps, patience_s, story.language)
    clips = None if shelf is None else Clips(shelf, fps, patience_s, lambda scene: files(story, scene))
    return Soundtrack(seed, fps, dialogue=dialogue, clips=clips, coming=lambda scene: coming(story, scene))


def voiceless() -> str | None:
    """Why nobody will speak on this machine, found out without loading a voice; None where somebody will."""
    if find_spec("hibari") is not None or shutil.which("espeak-ng") is not None:
        return None
    return "no voice is installed here, so shows have captions alone: pip install 'hibari-tts[fast]'"


def open_voice() -> Voice | None:
    """The voices that are installed, the best first; None, and a line in the log, when there is none."""
    voices, reasons = [], []
    for voice in _VOICES:
        try:
            voices.append(voice())
        except VoiceError as error:
            reasons.append(str(error))
    if voices:
        return Voices(voices)
    logger.warning("shows have captions, but nobody speaks: %s", "; ".join(reasons))
    return None
