"""Captions for the prompt reader: free English about what the house model can show, with the row choices that it
means."""

from __future__ import annotations

import numpy as np

from forkreel.atelier.phrases import BESIDES, CALM, PHRASES, say

_SILENCE = {
    "sky": 0.55,
    "hour": 0.3, "haze": 0.6, "pose": 0.3, "mouth": 0.85, "fox": 0.88, "lantern": 0.55,
    "face": 0.8, "other": 0.6, "scarf": 0.65, "body": 0.35, "finish": 0.6, "backdrop": 0.5,
}  # fmt: skip
# Hours of the clock by the word that they mean, in half hours.
_CLOCK = {
    "midnight": (0, 1), "dawn": (10, 11), "sunrise": (13, 14), "morning": (16, 21), "noon": (24, 25),
    "afternoon": (28, 32), "golden": (34, 35), "sunset": (36, 37), "dusk": (38, 40), "night": (42, 46),
}  # fmt: skip
_SPOKEN = (
    "twelve", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
)  # fmt: skip
_THINGS = ("body", "finish", "backdrop")
_FOXES = ("pose", "mouth", "face")
_OPENINGS = (
    "",
    "",
    "",
    "",
    "a picture of ",
    "an illustration: ",
    "paper-cut scene, ",
    "we see ",
    "wide shot, ",
    "show me ",
)
_SUFFIXES = ("", "", "", "", ", cut paper", ", beautiful light", ", storybook illustration")


def _clock(rng: np.random.Generator, word: str) -> str:
    """An hour as one reads it off a clock."""
    first, last = _CLOCK[word]
    half = int(rng.integers(first, last + 1))
    hour, minutes = half // 2, half % 2 * 30
    twelve, part = (hour - 1) % 12 + 1, "a.m." if hour < 12 else "p.m."
    day = "in the morning" if hour < 12 else "in the afternoon" if hour < 18 else "in the evening"
    of_day = day if 4 < hour < 21 else "at night"
    return str(rng.choice([
        f"at {twelve}{':30' if minutes else ''} {part}", f"{hour}:{minutes:02}", f"around {hour:02}:{minutes:02}",
        f"{'half past ' if minutes else ''}{_SPOKEN[hour % 12]} {of_day}",
    ]))  # fmt: skip


def caption(rng: np.random.Generator) -> tuple[str, dict[str, str]]:
    """A random caption and, for each row of `reader.ROWS`, the choice that it means."""
    meant: dict[str, str] = {}
    said: dict[str, str] = {}

    def choose(row: str, silent: bool) -> None:
        names = list(PHRASES[row])
        meant[row] = names[0] if silent else str(rng.choice(names[1:] if row in _SILENCE else names))
        said[row] = say(rng, str(rng.choice(PHRASES[row][meant[row]])))

    for row in PHRASES:
        choose(row, rng.random() < _SILENCE.get(row, 0.0))
    studio = meant["place"] == "studio"
    unsaid = {"fox", *_FOXES, "other", "scarf", "haze", "sky"} if studio else set(_THINGS)
    if meant["fox"] == "empty" and not studio:
        unsaid |= {*_FOXES, "lantern", "other", "scarf"}
    if meant["other"] != "child":
        unsaid.add("scarf")
    if meant["pose"] == "sleeping":
        unsaid.add("mouth")
    for row in unsaid:
        choose(row, True)
    if meant["hour"] in _CLOCK and rng.random() < 0.15:
        said["hour"] = _clock(rng, meant["hour"])
    if studio:
        subject = said["body"]
        said["lantern"] = {
            "silent": "",
            "lit": str(rng.choice(["lit", "burning", "switched on", "aglow"])),
            "dim": str(rng.choice(["dimly lit", "barely glowing", "with a weak flame"])),
        }[meant["lantern"]]
        others = [said[row] for row in ("place", "hour", "lantern", "finish", "backdrop")]
    elif meant["fox"] == "empty":
        subject = said["fox"]
        others = [said[row] for row in ("place", "hour", "haze", "sky")]
    else:
        subject = said["pose"]
        company = " ".join(part for part in (said["other"], said["scarf"]) if part)
        others = [company, *(said[row] for row in ("place", "hour", "haze", "sky", "mouth", "lantern", "face"))]
    if meant["sky"] == "silent" and rng.random() < 0.12:
        others.append(str(rng.choice(CALM)))
    if rng.random() < 0.25:
        others.append(say(rng, str(rng.choice(BESIDES))))
    rng.shuffle(others)
    text = str(rng.choice(_OPENINGS)) + _ordered(rng, subject, [part for part in others if part])
    text += str(rng.choice(_SUFFIXES))
    return (text.capitalize() + "." if rng.random() < 0.3 else text), meant


def _ordered(rng: np.random.Generator, subject: str, parts: list[str]) -> str:
    """A subject and what is said of it, in one of the orders of English."""
    order = rng.choice(["first", "amid", "flowing", "sentences", "bare"], p=[0.35, 0.25, 0.2, 0.1, 0.1])
    cut = int(rng.integers(len(parts) + 1))
    if order == "first":
        return " ".join([subject, ", ".join(parts)]).strip()
    if order == "amid":
        return ", ".join([*parts[:cut], subject, *parts[cut:]])
    if order == "flowing":
        return " ".join([*parts[:cut], subject, *parts[cut:]])
    if order == "sentences":
        return ". ".join([*parts[:cut], subject, *parts[cut:]])
    return ", ".join([*parts, subject]) if cut else " ".join([*parts, subject])
