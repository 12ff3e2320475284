"""The sound of one show: dialogue, effects, music and the story's own clips, mixed. Implements `stage.protocol.Sound`.

A function of the seed, the moments and the frames with their axes: a replay sounds the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from forkreel.sound.clips import Clips
from forkreel.sound.dialogue import Dialogue
from forkreel.sound.effects import Effects
from forkreel.sound.mixer import Mixer
from forkreel.sound.music import Music
from forkreel.sound.score import SILENT
from forkreel.sound.timing import Phrase
from forkreel.sound.voice import SAMPLE_RATE
from forkreel.story.moment import Line, Moment

Coming = Callable[[str], Iterable[Line]]
"""From a scene's id to the lines that may well be said next."""


_NOTHING = np.float32(0.0)


class Soundtrack:
    """Plays one show. `coming` gives what may be said after a scene, so that it is made ahead."""

    def __init__(
        self, seed: int, fps: int, *, dialogue: Dialogue, clips: Clips | None = None, coming: Coming = lambda _: ()
    ) -> None:
        assert SAMPLE_RATE % fps == 0, f"{fps} frames a second do not share out {SAMPLE_RATE} samples"
        block = SAMPLE_RATE // fps
        self._fps = fps
        self._coming = coming
        self._dialogue = dialogue
        self._clips = clips
        self._effects = Effects(seed, block, fps)
        self._music = Music(seed, block, fps)
        self._mixer = Mixer(block)
        self._scene: str | None = None
        self._mood: str | None = None

    def moment(self, moment: Moment, frame: int, phrases: Sequence[Phrase] = ()) -> None:
        """A new scene is answered on the next beat; after an ending the melody rests."""
        if self._scene is not None and moment.scene != self._scene:
            self._music.score.turn(ended=moment.ending is not None)
        self._scene = moment.scene
        self._mood = moment.mood
        if self._clips is not None:
            self._clips.moment(moment, frame)
        self._effects.cue((frame + round(cue.at_s * self._fps), cue.sound) for cue in moment.cues)
        self._dialogue.moment(phrases)
        self._dialogue.prepare(self._coming(moment.scene))

    def lips(self, frame: int) -> Mapping[str, float]:
        """Axes that the speech leads at `frame`: they win over the picture's own."""
        return self._dialogue.lips(frame)

    def words(self, start_frame: int) -> tuple[int, ...]:
        """The frames at which the words of the phrase that begins then are said; none where that is not known."""
        return self._dialogue.words(start_frame)

    def volume(self, kind: str, value: float) -> None:
        """From the next block on "voice", "effects" or "music" is as loud as `value`, 0..1, without a click."""
        self._mixer.volumes = replace(self._mixer.volumes, **{kind: value})

    def block(self, frame: int, axes: Mapping[str, float]) -> NDArray[np.int16]:
        """The sound of one frame: `(48000 // fps, 2)` int16 at 48 kHz.

        Listens to `hour` (0..24), `haze`, `fox`, `fox_x`, `other_x`, `gait`, `sit` and `lantern` (0..1) and `walk`
        (a phase); those that the model lacks are quiet.
        """
        clips = {} if self._clips is None else self._clips.play(frame)
        self._music.score.wanted = self._mood or (SILENT if "music" in clips else None)
        mix = self._mixer.mix(
            self._dialogue.sides(frame, axes) + clips.get("voice", _NOTHING),
            self._effects.play(frame, axes) + clips.get("effects", _NOTHING),
            self._music.play(frame, axes) + clips.get("music", _NOTHING),
            speaks=self._dialogue.speaks(frame) or "voice" in clips,
        )
        return np.ascontiguousarray(np.round(mix.T * np.float32(32767.0)).astype(np.int16))
