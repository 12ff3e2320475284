"""Answers that wait for a line to be heard out, as the story may want it."""

from __future__ import annotations

from forkreel.errors import Refused
from forkreel.stage.mailbox import Letter

_MOST = 256


class Waiting:
    """Letters, each with the frame that it waits for."""

    def __init__(self) -> None:
        self._letters: list[tuple[int, Letter]] = []

    def put(self, frame: int, letter: Letter) -> list[Letter]:
        """Keep a letter until `frame`; returns those of the same viewer that it takes the place of.

        A message that is sent once more waits beside the first, and is answered as that is. Raises `Refused` ("busy")
        when many wait already; then nothing has changed.
        """
        lost = [one for _, one in self._letters if one.viewer == letter.viewer and not _same(one, letter)]
        if len(self._letters) - len(lost) >= _MOST:
            raise Refused("busy", "many answers wait; send this again soon")
        self._letters = [(until, one) for until, one in self._letters if one not in lost]
        self._letters.append((frame, letter))
        return lost

    def due(self, frame: int) -> list[Letter]:
        """Take out what has waited long enough at `frame`, in the order in which it came."""
        due = [letter for until, letter in self._letters if until <= frame]
        self._letters = [(until, letter) for until, letter in self._letters if until > frame]
        return due


def _same(one: Letter, other: Letter) -> bool:
    return one.id is not None and one.id == other.id
