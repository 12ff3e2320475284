"""What viewers can read and hear: whether there is time for a question, room for a line, and anything to say in it."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable

from forkreel.story.diagnostic import Findings, Spot

WORDS_A_MINUTE = 200
MAX_CAPTION = 120  # letters: two lines of a caption

_PRINTED = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_CONTROL = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_ELSE = re.compile(r"\{%-?\s*(?:else|elif\b.*?)\s*-?%\}.*?\{%-?\s*endif\s*-?%\}", re.DOTALL)


def check_timer(
    spot: Spot, timer_s: float, texts: Iterable[str], findings: Findings, event: str = "the timer runs out"
) -> None:
    """Warn of an `event` that comes before what it is about can be read: the question and its choices."""
    words = sum(len(_plain(text).split()) for text in texts)
    needed_s = words * 60 / WORDS_A_MINUTE
    if timer_s < needed_s:
        message = f"{event} after {timer_s:g} s, and {words} words take {needed_s:.1f} s to read"
        findings.warning(
            spot, "timer-too-short", message, f"give it at least {math.ceil(needed_s)} s, better twice that"
        )


def check_line(spot: Spot, text: str, language: str, findings: Findings) -> None:
    """Warn of a line that no voice can say, or that has no room in a caption.

    Of templates that say one thing or another the first counts.
    """
    plain = _plain(text)
    letters = len(" ".join(plain.split()))
    if letters and not any(map(_spoken_in(language), plain)):
        message = f"there is nothing to be spoken in {text.strip()[:40]!r}: its caption stands in silence"
        findings.warning(spot, "line-unspeakable", message, "write it in letters or digits, as it is to be said")
    if letters > MAX_CAPTION:
        message = f"the line has {letters} letters, and a caption has room for {MAX_CAPTION}"
        findings.warning(spot, "line-too-long", message, "make two lines of it")


def _spoken_in(language: str) -> Callable[[str], bool]:
    """Whether a character is spoken: a letter or digit of any script, but in English a Latin one."""
    if language.split("-", maxsplit=1)[0] == "en":
        return lambda letter: letter.isalnum() and (letter.isdigit() or "LATIN" in unicodedata.name(letter, ""))
    return str.isalnum


def _plain(text: str) -> str:
    """A text about as long as it will be read: what is printed counts as one word."""
    return _PRINTED.sub("a few", _CONTROL.sub("", _ELSE.sub("", text)))
