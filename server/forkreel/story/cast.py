"""How the cast speaks, as the author wrote it or as an id has it: nothing here knows how a voice is made."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass

MOUTH = "mouth"  # the axis that opens a speaker's mouth unless the story says otherwise
PITCH = (-12.0, 12.0)
FORMANT = (0.6, 1.6)
PACE = (0.6, 1.6)


@dataclass(frozen=True, slots=True)
class Manner:
    """A voice: `pitch` in semitones, `formant` 1 as it is and less for a larger throat, `pace` 1 as it is.

    `mouth` is the axis of the model that opens and closes with the speech, None when nobody is seen to speak;
    `language` is what is spoken, as `en` or `pt-BR`.
    """

    pitch: float = 0.0
    formant: float = 1.0
    pace: float = 1.0
    mouth: str | None = None
    language: str = "en"


NARRATOR = Manner()
_MANNERS = (  # told apart by ear, low and high in turn
    Manner(-5.0, 0.85, 0.94, MOUTH),
    Manner(3.0, 1.15, 1.05, MOUTH),
    Manner(-2.0, 1.1, 1.0, MOUTH),
    Manner(5.0, 1.0, 0.98, MOUTH),
    Manner(-7.0, 0.95, 1.02, MOUTH),
    Manner(2.0, 0.85, 0.92, MOUTH),
    Manner(6.0, 1.25, 1.08, MOUTH),
    Manner(-3.0, 0.8, 1.06, MOUTH),
)


def manners(ids: Iterable[str]) -> dict[str, Manner]:
    """A manner for each id: the same id has the same one in every story, unless a member before it took that."""
    given: dict[str, Manner] = {}
    for number, member in enumerate(ids):
        place = zlib.crc32(member.encode())
        order = [_MANNERS[(place + step) % len(_MANNERS)] for step in range(len(_MANNERS))]
        free = [manner for manner in order if manner not in given.values()]
        given[member] = (free or order)[0 if free else number % len(order)]
    return given
