"""What a typed text means: the authored answer whose example is nearest to it, or none when nothing is near enough.

How near two sentences are is a model's business (`Alike`); `words_alike` is for models that read no sentences.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from forkreel.story.moment import Ask

Alike = Callable[[str, Sequence[str]], Sequence[float]]
"""A text and some phrases to how alike each is to it, 0..1. May take a while; called in a thread."""

_WORD = re.compile(r"[^\W_]+")
_ENDINGS = ("ings", "ing", "ies", "es", "ed", "s", "y")


def understood(text: str, ask: Ask, alike: Alike) -> str | None:
    """The id of the topic that a text is nearest to, None when none is as near as the question wants it."""
    examples = [(topic.id, example) for topic in ask.topics for example in topic.examples]
    if not examples:
        return None
    nearness = alike(text, [example for _, example in examples])
    best = max(range(len(examples)), key=lambda at: nearness[at])  # the first of equals, in the order of the file
    return examples[best][0] if nearness[best] >= ask.threshold else None


def words_alike(text: str, phrases: Sequence[str]) -> list[float]:
    """The share of words that two texts have in common (Dice 1945), by their stems."""
    words = _stems(text)
    return [_dice(words, _stems(phrase)) for phrase in phrases]


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def _stems(text: str) -> frozenset[str]:
    return frozenset(_stem(word) for word in _WORD.findall(text.casefold()))


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
