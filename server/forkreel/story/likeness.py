"""How alike two sentences are by the words that they have in common, for whoever has no model that reads them."""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORD = re.compile(r"[^\W_]+")
_ENDINGS = ("ings", "ing", "ies", "es", "ed", "s", "y")


def words_alike(text: str, phrases: Sequence[str]) -> list[float]:
    """The share of words that two texts have in common (Dice 1945), by their stems."""
    words = _stems(text)
    return [_dice(words, _stems(phrase)) for phrase in phrases]


def nearest(nearness: Sequence[float]) -> int:
    """Where the greatest stands: the first of equals, in the order of the file."""
    return max(range(len(nearness)), key=nearness.__getitem__)


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def _stems(text: str) -> frozenset[str]:
    return frozenset(_stem(word) for word in _WORD.findall(text.casefold()))


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
