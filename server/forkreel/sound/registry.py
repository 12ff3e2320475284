"""Picks the sound that goes with a model."""

from __future__ import annotations

from forkreel.sound.ambience import Ambience
from forkreel.sound.tone import Tone


def open_sound(model_name: str, seed: int, fps: int = 24) -> Tone | Ambience:
    """The sound of one show: the test card's tone for `testcard`, a seeded ambience for every other model."""
    return Tone(fps) if model_name == "testcard" else Ambience(seed, fps)
