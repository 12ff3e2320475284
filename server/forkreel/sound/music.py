"""The music of one show: what the score writes, played by its instruments in a room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from forkreel.sound.bank import Bank, Signal, Timbre
from forkreel.sound.instruments import box, glint, harp, pad, pulse, reed
from forkreel.sound.room import Room
from forkreel.sound.score import Note, Score

_INSTRUMENTS: Mapping[str, tuple[float, Callable[[Note], Timbre]]] = MappingProxyType(
    {
        "pad": (0.046, lambda note: pad(note.pitch, note.brightness)),
        "box": (0.086, lambda note: box(note.pitch, note.pan)),
        "harp": (0.06, lambda note: harp(note.pitch, note.pan)),
        "reed": (0.075, lambda note: reed(note.pitch, note.pan)),
        "pulse": (0.16, lambda note: pulse(note.pitch)),
        "glint": (0.03, lambda note: glint(note.pitch, note.pan)),
    }
)


class Music:
    """Plays in blocks of `block` samples."""

    def __init__(self, seed: int, block: int, fps: int) -> None:
        self.score = Score(seed, fps)
        self._bank = Bank(block)
        self._room = Room(block)

    @property
    def ringing(self) -> int:
        """How many oscillators sound."""
        return self._bank.ringing

    def play(self, frame: int, axes: Mapping[str, float]) -> Signal:
        """The music of one frame: `(2, block)`."""
        for note in self.score.notes(frame, axes):
            level, timbre = _INSTRUMENTS[note.instrument]
            self._bank.strike(timbre(note), level * note.loudness)
        dry = self._bank.play()
        played: Signal = dry + self._room.answer(dry)
        return np.float32(1.8) * played
