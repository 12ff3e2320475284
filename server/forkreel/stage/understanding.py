"""What a typed text means: the authored answer whose example is nearest to it, or none when nothing is near enough.

How near two sentences are is a model's business (`Alike`); `story.likeness` is for models that read no sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from forkreel.story.likeness import nearest
from forkreel.story.moment import Ask

Alike = Callable[[str, Sequence[str]], Sequence[float]]
"""A text and some phrases to how alike each is to it, 0..1. May take a while; called in a thread."""


def understood(text: str, ask: Ask, alike: Alike) -> str | None:
    """The id of the topic that a text is nearest to, None when none is as near as the question wants it."""
    examples = [(topic.id, example) for topic in ask.topics for example in topic.examples]
    if not examples:
        return None
    nearness = alike(text, [example for _, example in examples])
    best = nearest(nearness)
    return examples[best][0] if nearness[best] >= ask.threshold else None
