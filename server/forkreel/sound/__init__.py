"""sound: what is heard, on the same frame clock as the picture. Knows moments and axes, no threads and no network."""

from forkreel.sound.ambience import Ambience
from forkreel.sound.registry import open_sound
from forkreel.sound.tone import Tone

__all__ = ["Ambience", "Tone", "open_sound"]
