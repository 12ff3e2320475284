"""story: Jinja-templated YAML in, an immutable `Story` and a small serialisable `Playthrough` out.

Knows no time, frame, network or tensor, and imports nothing of ours but the errors.
"""

from forkreel.story.check import load
from forkreel.story.playthrough import Playthrough
from forkreel.story.story import Story
from forkreel.story.wording import in_language

__all__ = ["Playthrough", "Story", "in_language", "load"]
