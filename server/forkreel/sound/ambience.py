"""The ambience: a seeded bed of pads and a music box in the mood of the hour, wind in the haze, the fox's steps.

A pure function of the seed, the moments and the frames with their axes: a replay sounds the same. No threads, no files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from forkreel.sound.bank import SAMPLE_RATE, Bank, Timbre
from forkreel.sound.instruments import box, glint, pad, paw
from forkreel.sound.room import Room
from forkreel.sound.score import Note, Score
from forkreel.sound.wind import Wind
from forkreel.story.moment import Moment

_CEILING = 0.7  # of full scale, -3.1 dBFS: no sample gets there
_INSTRUMENTS: Mapping[str, tuple[float, Callable[[Note], Timbre]]] = MappingProxyType(
    {
        "pad": (0.046, lambda note: pad(note.pitch, note.brightness)),
        "box": (0.086, lambda note: box(note.pitch, note.pan)),
        "glint": (0.03, lambda note: glint(note.pitch, note.pan)),
    }
)
_PAW = 0.09
_WIND = 0.034
_SECOND_CONTACT = 0.5  # the phase at which the other pair of feet comes down; the first does at 0


class Ambience:
    """Plays the ambience of one show."""

    def __init__(self, seed: int, fps: int = 24) -> None:
        assert SAMPLE_RATE % fps == 0, f"{fps} frames a second do not share out {SAMPLE_RATE} samples"
        block = SAMPLE_RATE // fps
        self._seed = seed % 2**64
        self._block = block
        self._bank = Bank(block)
        self._steps = Bank(block)
        self._room = Room(block)
        self._wind = Wind(self._seed, block, fps)
        self._score = Score(seed, fps)
        self._scene: str | None = None
        self._walk: float | None = None

    def moment(self, moment: Moment, frame: int) -> None:
        """A new scene is answered on the next beat; after an ending the melody rests."""
        if self._scene is not None and moment.scene != self._scene:
            self._score.turn(ended=moment.ending is not None)
        self._scene = moment.scene

    def block(self, frame: int, axes: Mapping[str, float]) -> NDArray[np.int16]:
        """The sound of one frame: `(48000 // fps, 2)` int16 at 48 kHz.

        Listens to `hour` (0..24), `haze`, `fox`, `fox_x`, `gait`, `sit` and `lantern` (0..1) and `walk` (a phase);
        those that the model lacks are quiet.
        """
        for note in self._score.notes(frame, axes):
            self._play(note)
        self._walk_on(frame, axes)
        music, steps = self._bank.play(), self._steps.play()
        haze = min(1.0, max(0.0, axes.get("haze", 0.15)))
        wet = self._room.answer(music + np.float32(0.35) * steps)
        mix = music + steps + wet + np.float32(_WIND) * self._wind.blow(frame, haze)
        ceiling = np.float32(_CEILING)
        held = ceiling * np.tanh(mix / ceiling)
        return np.ascontiguousarray(np.round(held.T * np.float32(32767.0)).astype(np.int16))

    def _play(self, note: Note) -> None:
        level, timbre = _INSTRUMENTS[note.instrument]
        self._bank.strike(timbre(note), level * note.loudness)

    def _walk_on(self, frame: int, axes: Mapping[str, float]) -> None:
        """Strikes a step at the very sample at which the stride passes a contact."""
        before, now = self._walk, axes.get("walk")
        self._walk = now
        gait, fox = axes.get("gait", 0.0), axes.get("fox", 0.0)
        if before is None or now is None or gait <= 0.3 or fox <= 0.5 or axes.get("sit", 0.0) > 0.5:
            return
        stride = (now - before) % 1.0
        if not 0.0 < stride < 0.25:  # standing, jumping or going backwards
            return
        for contact in (0.0, _SECOND_CONTACT):
            way = (contact - before) % 1.0
            if 0.0 < way <= stride:
                random = np.random.default_rng([self._seed, 4, frame])
                pan = 0.25 + 0.5 * axes.get("fox_x", 0.5)
                at = min(self._block - 1, int(way / stride * self._block))
                self._steps.strike(paw(random, pan), _PAW * gait * fox * float(random.uniform(0.75, 1.0)), at)
