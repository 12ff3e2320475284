"""Words of weather and season in a prompt, by a table: how strong weather is, or denied, the reader does not say."""

from __future__ import annotations

import re
from collections.abc import Mapping

_WORDS: tuple[tuple[str, Mapping[str, float]], ...] = (
    (r"downpours?|cloudbursts?|pouring", {"rain": 1.0}),
    (r"rain|rains|rainy|raining|rainfall|showers?", {"rain": 0.7}),
    (r"drizzles?|drizzly|drizzling", {"rain": 0.35}),
    (r"snowing|snowfall|snowflakes?|snows|snow(?!-| on| line| cap)|snowy (?=day|night|evening|morning|weather)",
     {"snow": 0.6}),
    (r"blizzards?|snowstorms?", {"snow": 1.0, "storm": 0.9}),
    (r"storms?|stormy|tempests?|gales?|thunder|lightning", {"storm": 0.9}),
    (r"thunderstorms?", {"storm": 1.0, "rain": 0.7}),
    (r"northern lights|polar lights|auroras?|aurora borealis", {"aurora": 1.0, "hour": 23.0}),
    (r"in (?:early |late )?spring|spring(?=time|(?:'s)? (?:morning|day|evening|night|meadow|sun))(?:time)?|blossoms?",
     {"season": 0.0}),
    (r"summers?|summertime|midsummer|summery", {"season": 1.0}),
    (r"autumns?|autumnal|in the fall|october|november|(?:falling|golden|red) leaves", {"season": 2.0}),
    (r"winters?|wintertime|midwinter|wintry|january|snowbound|snow-covered|frosts?|frosty", {"season": 3.0}),
    (r"fireflies|firefly|glow-?worms?", {"fireflies": 1.0, "hour": 21.8}),
)  # fmt: skip
_NOT = r"(?:no|not|without|never|after|before|until|nor)(?: (?:the|a|any|more|last))*"
_LESS, _MORE = r"light|soft|gentle|fine|slight|thin", r"heavy|hard|driving|thick|wild|violent|great"
_HEARD = tuple(
    (re.compile(rf"\b(?:(?P<not>{_NOT}) )?(?:(?P<less>{_LESS})|(?P<more>{_MORE}))? ?\b(?:{words})\b"), meaning)
    for words, meaning in _WORDS
)
_WEATHER = ("rain", "snow", "storm")
_SEASONS = re.compile(
    r",? ?\b(?:" + "|".join(words for words, meaning in _WORDS if "season" in meaning) + r")\b", re.IGNORECASE
)


def without_seasons(prompt: str) -> str:
    """What is left of a prompt for the reader, which knows no seasons and takes every winter for a snowfall."""
    return " ".join(_SEASONS.sub("", prompt).split()) or prompt


def heard(prompt: str) -> dict[str, float]:
    """The weather and the season that a prompt speaks of, as axes; an adjective makes weather less or more, "no" and
    "after" undo it.

    Northern lights and fireflies bring the night along: nobody sees them at noon.
    """
    axes: dict[str, float] = {}
    text = " ".join(prompt.lower().split())
    for pattern, meaning in _HEARD:
        for found in pattern.finditer(text):
            if found["not"]:
                continue
            scale = 0.5 if found["less"] else 1.6 if found["more"] else 1.0
            for name, value in meaning.items():
                value = min(1.0, value * scale) if name in _WEATHER else value
                axes[name] = max(axes.get(name, 0.0), value)  # of two seasons, the later
    return axes
