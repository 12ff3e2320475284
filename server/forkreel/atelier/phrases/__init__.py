"""What captions are made of: for each row of `reader.ROWS` and each of its choices, ways to say it in English.

A phrase stands for many: of each [one|another|] any alternative may be said. None of them may stand in
`evaluation/paraphrases.jsonl`, by which the reader is measured: a test sees to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import product

import numpy as np

from forkreel.atelier.phrases.air import AIR
from forkreel.atelier.phrases.cast import CAST
from forkreel.atelier.phrases.hours import HOUR
from forkreel.atelier.phrases.land import PLACE
from forkreel.atelier.phrases.things import THINGS
from forkreel.model.house.reader import ROWS

_SAID = {**PLACE, **AIR, **HOUR, **CAST, **THINGS}
PHRASES: Mapping[str, Mapping[str, tuple[str, ...]]] = {row: _SAID[row] for row in ROWS}
_CHOICE = re.compile(r"\[([^\]]*)\]")

# Weather that is not there: the reader must not hear any.
CALM = (
    "in the dry", "without a drop of rain", "with rain long past", "without rain", "after the rain",
    "the rain has stopped", "no snow falls", "the storm is over", "in calm weather", "in dry weather",
    "no wind at all", "before the storm",
)  # fmt: skip

# What captions say beside what they mean: the reader must not hear anything in it.
BESIDES = (
    "in soft colours", "seen from afar", "as in a picture book", "with [its|a] bushy tail",
    "[its|the] fur [shining|ruffled|warm and red]", "full of [peace|wonder|hope|quiet]",
    "[calm|lonely|dreamy|peaceful|quiet|cosy|magical|melancholy] mood", "in the style of [an old|a paper] theatre",
    "a [quiet|tender|lovely|strange|long awaited] moment", "[thinking|dreaming] of [home|far countries|old friends]",
    "all alone", "far from home", "with [great|much] detail", "in layered paper", "a [story|tale] begins",
    "[where|as] nothing [else |]happens", "for the [first|last] time", "waiting for [a friend|something|news]",
    "[slowly|quietly|gently|at last|once again|finally]", "who has lost its way", "after a long [journey|day|search]",
    "in search of [food|adventure|a friend|mice]", "as always", "wide angle",
    "like [a dream|an old song|in a fairy tale]", "with [a breeze|the wind] in its fur",
    "deep shadows and rich colours", "minimal composition", "in harmony", "by itself",
)  # fmt: skip


def ways(phrase: str) -> Iterator[str]:
    """All that a phrase stands for."""
    parts = _CHOICE.split(phrase)  # text, alternatives, text, ...
    for chosen in product(*(part.split("|") if n % 2 else (part,) for n, part in enumerate(parts))):
        yield " ".join("".join(chosen).split())


def say(rng: np.random.Generator, phrase: str) -> str:
    """One of the ways to say a phrase."""
    return " ".join(_CHOICE.sub(lambda found: str(rng.choice(found[1].split("|"))), phrase).split())
