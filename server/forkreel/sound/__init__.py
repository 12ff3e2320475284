"""sound: what is said and heard, on the same frame clock as the picture. Knows moments and axes, and no network.

The studio and the shelf have a thread each; everything else is worked out in the show's.
"""

from forkreel.sound.registry import open_sound, open_voice, voiceless
from forkreel.sound.shelf import Shelf
from forkreel.sound.soundtrack import Soundtrack
from forkreel.sound.studio import Studio
from forkreel.sound.tone import Tone

__all__ = ["Shelf", "Soundtrack", "Studio", "Tone", "open_sound", "open_voice", "voiceless"]
