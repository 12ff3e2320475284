"""How long a text takes to say: a pure function of the text, so that a show's schedule waits for no voice.

The weights are a fit to the neural voice on lines of stories: it says nine of ten within 9 % of this. Speech is then
paced to fit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SHORTEST_S = 1.6  # that a caption stands
_LETTER_S, _WORD_S, _SENTENCE_S, _COMMA_S, _DIGIT_S, _SIGN_S = 0.043, 0.062, 0.777, 0.235, 0.249, 0.2
_WHOLE = 120  # characters that are shown at once
_PART = 84  # characters that parts of a longer line come near to

_SENTENCE = re.compile(r"(?<=[.!?…])[\"”’)]*\s+")
_SPACE = re.compile(r"\s+")
_CLAUSE = re.compile(r"(?<=[,;:—–])\s+|\s+(?=[—–])")


@dataclass(frozen=True, slots=True)
class Phrase:
    """What one caption shows while it is said, from `start_frame` up to but without `end_frame`.

    `who` is a key of the cast, or None for the narrator.
    """

    who: str | None
    text: str
    start_frame: int
    end_frame: int


def speaking_time_s(text: str, pace: float = 1.0) -> float:
    """How long it takes to say `text`, in seconds."""
    letters = len(re.findall(r"\w", text))
    sentences = max(1, len(re.findall(r"[.!?…:]+(?=\s|[\"”’)]|$)", text)))
    commas = len(re.findall(r"[,;—–]", text))
    digits = len(re.findall(r"\d", text))
    signs = sum(ord(character) >= 0x2E80 for character in text)  # of scripts that write a syllable or more in one
    return (
        letters * _LETTER_S
        + len(text.split()) * _WORD_S
        + sentences * _SENTENCE_S
        + commas * _COMMA_S
        + digits * _DIGIT_S
        + signs * _SIGN_S
    ) / pace


def standing_time_s(text: str, pace: float = 1.0) -> float:
    """How long the caption stands: while it is said, and never too short to be read."""
    return max(SHORTEST_S, speaking_time_s(text, pace))


def phrases(text: str) -> tuple[str, ...]:
    """A line as it is shown: whole, or when it is long in parts that end with a sentence, a clause or a word."""
    if len(text) <= _WHOLE:
        return (text,)
    parts = [text]
    for cut in (_SENTENCE, _CLAUSE, _SPACE):
        parts = [piece for part in parts for piece in (cut.split(part) if len(part) > _WHOLE else [part])]
    return tuple(piece for part in _joined(parts) for piece in _chopped(part)) or (text,)


def _joined(pieces: list[str]) -> list[str]:
    """Neighbours together as far as they make a part."""
    joined: list[str] = []
    for piece in filter(None, pieces):
        if joined and len(joined[-1]) + 1 + len(piece) <= _PART:
            joined[-1] = f"{joined[-1]} {piece}"
        else:
            joined.append(piece)
    return joined


def _chopped(piece: str) -> list[str]:
    """A word that no caption can hold in several pieces."""
    return [piece[at : at + _WHOLE] for at in range(0, len(piece), _WHOLE)]
