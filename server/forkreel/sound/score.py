"""What is played when: a slow, seeded music whose mood follows the story, the weather or the hour. Knows no samples.

Everything begins on an eighth, which is as long as the mood has it. Chords last two bars, a phrase of the melody four;
its first bar comes back in the second, so that an ear finds something to hold on to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

EIGHTHS = 8  # a bar's

_Rhythm = tuple[int, ...]
_SPARSE: tuple[_Rhythm, ...] = ((0,), (3,), (0, 5), (2, 6), (0, 3))
_FLOWING: tuple[_Rhythm, ...] = ((0, 3, 6), (0, 2, 4), (1, 4, 6), (0, 3, 4), (0, 2, 6))
_LIVELY: tuple[_Rhythm, ...] = ((0, 2, 3, 6), (0, 3, 4, 6), (0, 1, 3, 6), (0, 2, 4, 5, 7))


@dataclass(frozen=True, slots=True)
class Mood:
    """A mode, and how it is played. Pitches are MIDI note numbers; chords go from the bass up."""

    name: str
    chords: tuple[tuple[int, ...], ...]
    scale: tuple[int, ...]
    rhythms: tuple[_Rhythm, ...]
    brightness: float
    pad: float
    box: float
    eighth_s: float = 10 / 24
    lead: str = "box"
    figure: _Rhythm = ()  # the eighths of a bar at which the accompaniment plucks
    restless: bool = False  # it plucks even while the picture stands still


NIGHT = Mood(  # D dorian
    name="night",
    chords=((38, 53, 57, 60, 64), (45, 52, 55, 60), (43, 50, 59, 62, 64), (45, 52, 57, 60, 62)),
    scale=(62, 64, 65, 69, 71, 72, 74, 76),
    rhythms=_SPARSE,
    brightness=0.25,
    pad=1.1,
    box=0.75,
    eighth_s=12 / 24,
)
DAWN = Mood(  # D with an open fourth, rising
    name="dawn",
    chords=((50, 57, 62, 64), (43, 55, 62, 66), (52, 59, 62, 66), (45, 57, 62, 64)),
    scale=(64, 66, 69, 71, 74, 76, 78),
    rhythms=_SPARSE + _FLOWING[:2],
    brightness=0.45,
    pad=1.0,
    box=0.9,
    eighth_s=11 / 24,
    lead="harp",
    figure=(0, 2, 4, 6),
)
DAY = Mood(  # D major pentatonic
    name="day",
    chords=((50, 57, 64, 66), (47, 57, 62, 66), (43, 57, 59, 66), (45, 57, 62, 64)),
    scale=(66, 69, 71, 74, 76, 78, 81, 83),
    rhythms=_FLOWING + _LIVELY,
    brightness=0.6,
    pad=0.85,
    box=0.85,
    figure=(0, 2, 3, 4, 6, 7),
    restless=True,
)
DUSK = Mood(  # B minor pentatonic over G
    name="dusk",
    chords=((43, 54, 59, 62), (45, 57, 61, 66), (42, 57, 61, 64), (47, 54, 61, 62)),
    scale=(62, 64, 66, 69, 71, 74, 76, 78),
    rhythms=_SPARSE[2:] + _FLOWING,
    brightness=0.38,
    pad=1.0,
    box=0.9,
    eighth_s=11 / 24,
    lead="reed",
    figure=(0, 3, 6),
)
TENSE = Mood(  # E phrygian, low
    name="tense",
    chords=((40, 52, 55, 59), (41, 53, 57, 60), (40, 52, 57, 59), (38, 53, 57, 62)),
    scale=(59, 60, 62, 64, 65, 67, 69),
    rhythms=_SPARSE[:2],
    brightness=0.2,
    pad=1.15,
    box=0.55,
    eighth_s=9 / 24,
    lead="reed",
    figure=(0, 1, 4, 5),
    restless=True,
)
_BY_NAME = {"bright": DAY, "tender": DAWN, "wistful": DUSK, "still": NIGHT, "tense": TENSE}
SILENT = "silent"
_STORMY = 0.6  # from here on weather makes the music tense
_HOURS = ((5.0, NIGHT), (8.5, DAWN), (16.5, DAY), (20.5, DUSK), (24.0, NIGHT))  # until when


def mood_at(hour: float) -> Mood:
    """The mood of an hour of the day, 0..24."""
    return next((mood for until, mood in _HOURS if hour % 24.0 < until), NIGHT)


@dataclass(frozen=True, slots=True)
class Note:
    """One note: `instrument` is "pad", "box", "harp", "reed", "pulse" or "glint".

    `loudness` is in 0..1, `pan` from 0, left, to 1, right."""

    instrument: str
    pitch: int
    loudness: float
    pan: float = 0.5
    brightness: float = 0.5


class Score:
    """Writes the music as it is played: what a frame brings follows from the seed and the frames before it."""

    def __init__(self, seed: int, fps: int) -> None:
        self._seed = seed % 2**64
        self._fps = fps
        self._eighth = 1  # frames: the mood's, and as moods it changes with a chord
        self._origin = (0, 0)  # a frame, and the eighth that begins with it at the present tempo
        self._last: int | None = None  # the eighth played last
        self._bar: int | None = None  # the bar written last
        self._mood = DAY
        self._chord = DAY.chords[0]
        self._ahead: dict[int, list[Note]] = {}
        self._turned = False
        self._ended = False
        self._rests = False
        self.wanted: str | None = None  # the mood that the story asks for, by its name

    def turn(self, ended: bool) -> None:
        """The story took a turn: the next beat answers with a rising figure. After an ending the melody rests."""
        self._turned = True
        self._ended = ended

    def notes(self, frame: int, axes: Mapping[str, float]) -> list[Note]:
        """What begins with this frame. A frame that comes again, in a pause, brings nothing new."""
        if self._last is None or self._at(frame) < self._last:  # the first frame, or the show was rewound
            self._eighth, self._origin = self._frames(self._fitting(axes)), (0, 0)
            self._last, self._bar, self._ahead = self._at(frame - 1), None, {}
        now = self._at(frame)
        if now == self._last:
            return []
        self._last = now
        if now // EIGHTHS != self._bar:
            self._write(now, axes)
        if self._turned:
            self._turned = False
            if not self._rests:
                self._answer(now)
        notes = self._ahead.get(now, [])
        self._ahead = {eighth: later for eighth, later in self._ahead.items() if eighth > now}
        return notes + self._glints(now, axes.get("lantern", 0.0))

    def _at(self, frame: int) -> int:
        """The eighth that a frame lies in."""
        return self._origin[1] + (frame - self._origin[0]) // self._eighth

    def _frames(self, mood: Mood) -> int:
        return max(1, round(mood.eighth_s * self._fps))

    def _change_tempo(self, now: int) -> None:
        """From eighth `now` on they are as long as the mood has it."""
        self._origin = (self._origin[0] + (now - self._origin[1]) * self._eighth, now)
        self._eighth = self._frames(self._mood)

    def _write(self, now: int, axes: Mapping[str, float]) -> None:
        """Writes down the bar that `now` lies in, from `now` on."""
        bar = now // EIGHTHS
        if self._rests and self.wanted == SILENT:
            self._bar = bar
            return
        if self._bar is None or self._rests or bar // 2 != self._bar // 2:
            self._mood = self._fitting(axes)
            self._rests = self.wanted == SILENT
            self._change_tempo(now)
            self._chord = self._mood.chords[0 if self._ended else bar // 2 % len(self._mood.chords)]
            if not self._rests:
                self._pads(now, self._chord, 1.0)
        else:
            self._pads(now, self._chord[1:], 0.5)
        self._bar = bar
        if self._rests:
            return
        for eighth, pitch, loudness in self._melody(bar):
            at = bar * EIGHTHS + eighth
            pan = 0.32 + 0.36 * (pitch % 5) / 4.0
            if at >= now:
                self._add(at, Note(self._mood.lead, pitch, loudness * self._mood.box, pan))
                self._add(at + 3, Note("box", pitch, 0.33 * loudness * self._mood.box, 1.0 - pan))  # an echo
        if not self._ended and (self._mood.restless or _moves(axes)):
            self._accompany(bar, now)

    def _accompany(self, bar: int, now: int) -> None:
        """The chord, broken: up and down in the middle, or where the mood is tense a beat far below."""
        own = np.random.default_rng([self._seed, 4, bar // 2])
        tense = self._mood.name == "tense"
        tones = [pitch for pitch in self._chord if pitch >= 48] or list(self._chord)
        walk = [*tones, *tones[-2:0:-1]]
        first = int(own.integers(len(walk)))
        for number, eighth in enumerate(self._mood.figure):
            at = bar * EIGHTHS + eighth
            pitch = self._chord[0] if tense else walk[(first + number) % len(walk)]
            loudness = float(own.uniform(0.7, 1.0)) * (1.0 if eighth % 4 == 0 else 0.7)
            if at >= now:
                self._add(at, Note("pulse" if tense else "harp", pitch, 0.55 * loudness, 0.4 + 0.2 * (number % 2)))

    def _fitting(self, axes: Mapping[str, float]) -> Mood:
        """What the story asks for, else what the weather or the hour brings."""
        if self.wanted in _BY_NAME:
            return _BY_NAME[self.wanted]
        return TENSE if axes.get("storm", 0.0) > _STORMY else mood_at(axes.get("hour", 12.0))

    def _pads(self, now: int, chord: tuple[int, ...], loudness: float) -> None:
        mood = self._mood
        for pitch in chord:
            bass = 1.15 if pitch < 48 else 1.0
            self._add(now, Note("pad", pitch, loudness * bass * mood.pad, brightness=mood.brightness))

    def _melody(self, bar: int) -> list[tuple[int, int, float]]:
        """The bar's tune as (eighth, pitch, loudness). Four bars: a motif, its variation, an answer, a rest."""
        mood, place = self._mood, bar % 4
        phrase = np.random.default_rng([self._seed, 1, bar // 4])
        rhythms = [mood.rhythms[int(phrase.integers(len(mood.rhythms)))] for _ in range(2)]
        steps = phrase.choice([-2, -1, -1, 1, 1, 1, 2, 3], size=8)
        start = int(phrase.integers(1, len(mood.scale) - 1))
        own = np.random.default_rng([self._seed, 2, bar])
        rhythm = rhythms[place // 2]
        if place == 1:
            steps[len(rhythm) - 1] *= -1  # ends elsewhere
        elif place == 2:
            steps = -steps
        elif place == 3:
            rhythm = rhythm[:1] if own.random() < 0.6 else ()
        if self._ended:
            rhythm = rhythm[:1] if place == 0 else ()
        tune, degree = [], self._consonant(start)
        for number, eighth in enumerate(rhythm):
            loudness = (0.95 if number == 0 else 0.68) * own.uniform(0.85, 1.0)
            tune.append((eighth, mood.scale[degree], loudness))
            degree += int(steps[number])
            degree = min(abs(degree), 2 * (len(mood.scale) - 1) - abs(degree))  # turns back at both ends
        return tune

    def _consonant(self, degree: int) -> int:
        """The degree nearest to `degree` that belongs to the chord."""
        scale = self._mood.scale
        fitting = [n for n, pitch in enumerate(scale) if pitch % 12 in {tone % 12 for tone in self._chord}]
        return min(fitting or range(len(scale)), key=lambda n: (abs(n - degree), n))

    def _answer(self, now: int) -> None:
        tones = {tone % 12 for tone in self._chord}
        figure = [pitch for pitch in range(69, 94) if pitch % 12 in tones][:4]
        for number, pitch in enumerate(figure):
            self._add(now + number, Note("box", pitch, 0.75 - 0.1 * number, 0.35 + 0.1 * number))

    def _glints(self, now: int, lantern: float) -> list[Note]:
        random = np.random.default_rng([self._seed, 3, now])
        if random.random() >= 0.35 * lantern:
            return []
        pitch = int(random.choice(self._mood.scale)) + 24
        return [Note("glint", pitch, lantern * float(random.uniform(0.5, 1.0)), float(random.uniform(0.2, 0.8)))]

    def _add(self, eighth: int, note: Note) -> None:
        self._ahead.setdefault(eighth, []).append(note)


def _moves(axes: Mapping[str, float]) -> bool:
    """Whether somebody is seen to walk: then the music goes along."""
    return axes.get("fox", 1.0) > 0.5 and max(axes.get("gait", 0.0), axes.get("run", 0.0)) > 0.3
