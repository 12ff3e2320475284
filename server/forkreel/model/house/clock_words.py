"""Times of the clock in a prompt: a sentence encoder knows that they are times, but hardly which."""

from __future__ import annotations

import re

_SPOKEN = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
_HOUR = rf"(?P<hour>[01]?\d|2[0-4]|{'|'.join(_SPOKEN)})"
_PARTS = {"half past": 0.5, "quarter past": 0.25, "quarter to": -0.25}
_HALF = r"(?P<half>am|pm|a\.m\.?|p\.m\.?)"
_DAY = r"in the (?P<day>morning|afternoon|evening)|at (?P<night>night)"
_TIME = re.compile(
    rf"\b(?:(?:a )?(?P<part>half past|quarter past|quarter to) )?{_HOUR}(?:[:.](?P<minutes>[0-5]\d)(?! ?%))?"
    rf"(?: ?{_HALF}(?!\w)| ?o'?clock\b)?(?: ?(?:{_DAY})\b)?",
    re.IGNORECASE,
)


def told(prompt: str) -> float | None:
    """The hour 0..24 of the first time of the clock in a prompt: "half past nine", "5 p.m.", "18:30", "three in the
    afternoon"; None where there is none. Of a bare hour up to twelve, 7 to 11 are in the morning, 12 is noon, and 1 to
    6 in the afternoon, unless evening or night is spoken of."""
    text = " ".join(prompt.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())
    for found in _TIME.finditer(text):
        said, minutes = found["hour"], found["minutes"]
        clock = "clock" in found[0]
        if not (clock or minutes or found["part"] or found["half"] or found["day"] or found["night"]):
            continue  # a number of something
        hour = float(_SPOKEN.index(said) + 1 if said in _SPOKEN else int(said))
        hour = _of_day(hour, found, text) if hour <= 12 and not (minutes and said.startswith("0")) else hour
        return (hour + int(minutes or 0) / 60 + _PARTS.get(found["part"] or "", 0.0)) % 24
    return None


def _of_day(hour: float, found: re.Match[str], text: str) -> float:
    """An hour of a clock's face as one of the day."""
    before = (found["half"] or "").startswith("a") or found["day"] == "morning"
    after = (found["half"] or "").startswith("p") or found["day"] in ("afternoon", "evening")
    if not (before or after):
        night = bool(found["night"] or re.search(r"\b(?:night|dark|moon)", text))
        late = bool(re.search(r"\bevening|\bdusk", text))
        early = bool(re.search(r"\bmorning|\bdawn|\bsunrise", text))
        before = early or (hour in range(7, 12) and not (night or late)) or (night and (hour < 5 or hour == 12))
    return hour % 12 if before else hour % 12 + 12
