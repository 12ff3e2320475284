"""What a voice that tells its phonemes' times says of words and mouths. The alphabet is that of misaki: IPA, and
capitals for diphthongs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

from forkreel.sound.voice import SHAPES_HZ, Signal, Word, spread

_MARKS = frozenset('ˈˌː;:,.!?—…"()“” ')  # that say how, not what
_PLAIN = re.compile(r"[^\w\s]*[^\W\d_]+(['’][^\W\d_]+)?[^\w\s]*")  # is surely said as one
_CLOSED, _NARROW, _CONSONANT = 0.1, 0.45, 0.7
_WIDTHS = {
    **dict.fromkeys("mbp", _CLOSED),
    **dict.fromkeys("fvw", _NARROW),
    **dict.fromkeys("uʊOo", 0.75),
    **dict.fromkeys("iɪəᵊᵻɜɚ", 0.85),
    **dict.fromkeys("AYQɛɔʌ", 0.95),
    **dict.fromkeys("IWæɑɒaɐ", 1.0),
}


def words_of(
    sentence: str, symbols: Sequence[str], ends_s: Sequence[float], count: Callable[[str], int]
) -> tuple[Word, ...]:
    """The words of a sentence (split at white space) with the times at which they are said.

    `symbols` are said in order, each until the time beside it; a blank parts words as they sound. `count` says as how
    many of those a written one is said ("1987" as three). Where that does not add up, the letters have to do.
    """
    times: list[tuple[float, float]] = []
    begun = True
    for symbol, start_s, end_s in zip(symbols, [0.0, *ends_s[:-1]], ends_s, strict=True):
        if symbol == " ":
            begun = True
        elif symbol and symbol not in _MARKS:
            times.append((start_s, end_s) if begun else (times.pop()[0], end_s))
            begun = False
    written = sentence.split()
    counts = [1 if _PLAIN.fullmatch(word) else count(word) for word in written]
    if not times or sum(counts) != len(times):
        return spread(sentence, times[0][0], times[-1][1]) if times else spread(sentence, 0.0, ends_s[-1])
    words, at = [], 0
    for word, number in zip(written, counts, strict=True):
        said = times[at : at + number] or [(times[at - 1][1],) * 2 if at else (times[0][0],) * 2]
        words.append(Word(word, said[0][0], said[-1][1]))
        at += number
    return tuple(words)


def sounds(phonemes: str) -> int:
    """As how many words phonemes are heard."""
    return sum(not _MARKS.issuperset(part) for part in phonemes.split())


def shape_of(symbols: Sequence[str], ends_s: Sequence[float]) -> Signal:
    """How wide a mouth is for each symbol until the time beside it, 0..1, `SHAPES_HZ` times a second; it glides."""
    times = (np.arange(round(ends_s[-1] * SHAPES_HZ)) + 0.5) / SHAPES_HZ
    widths = np.array([_WIDTHS.get(symbol, _CONSONANT) for symbol in symbols])
    held = widths[np.minimum(np.searchsorted(np.asarray(ends_s), times, side="right"), len(widths) - 1)]
    soft: Signal = np.convolve(np.pad(held, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid").astype(np.float32)
    return soft
