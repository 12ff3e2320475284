"""The story's own clips in one show: looped or once, in a frame's blocks, faded where scenes change."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from forkreel.sound.shelf import Recording, Shelf
from forkreel.sound.voice import SAMPLE_RATE, Signal
from forkreel.story.moment import Clip, Moment

_FADE_S = 1.0
_EDGE = 240  # samples: 5 ms at both ends of what is played once
_MOST = 16  # that sound at a time, with those that fade

Files = Callable[[str], Iterable[str]]
"""From a scene's id to the files that may well be played next."""


@dataclass(slots=True, eq=False)
class _Playing:
    clip: Clip
    start_frame: int
    level: float
    wanted: float
    recording: Recording | None = None


class Clips:
    """Plays what `shelf` has; a file that is not ready within `patience_s` is faded in where it would have come to."""

    def __init__(self, shelf: Shelf, fps: int, patience_s: float, coming: Files = lambda _: ()) -> None:
        self._shelf = shelf
        self._fps = fps
        self._block = SAMPLE_RATE // fps
        self._patience_s = patience_s
        self._coming = coming
        self._playing: list[_Playing] = []

    def moment(self, moment: Moment, frame: int) -> None:
        """From now on the moment's clips are played. One that is heard already plays on, the others fade."""
        self._shelf.ask(clip.file for clip in moment.clips)
        self._shelf.ask(self._coming(moment.scene))
        if moment.stays:
            return
        before = [one for one in self._playing if one.start_frame <= frame]
        for one in before:
            one.wanted = 0.0
        self._playing = before
        for clip in moment.clips:
            going = next((one for one in before if _continues(one.clip, clip)), None)
            if going is not None:
                going.wanted = clip.volume
            else:
                level = 0.0 if clip.loop else clip.volume
                self._playing.append(_Playing(clip, frame + round(clip.at_s * self._fps), level, clip.volume))
        self._playing = self._playing[-_MOST:]

    def play(self, frame: int) -> Mapping[str, Signal]:
        """What is heard during a frame, `(2, block)` by bus; only buses on which something is."""
        heard: dict[str, Signal] = {}
        patience_s = self._patience_s  # for all that begin with this frame together
        for one in [one for one in self._playing if one.start_frame <= frame]:
            samples = self._samples(one, frame, patience_s)
            if one.recording is None and one in self._playing:  # it is not ready
                patience_s = 0.0
            if samples is not None:
                bus = one.clip.bus
                heard[bus] = heard[bus] + samples if bus in heard else samples
        return heard

    def _samples(self, one: _Playing, frame: int, patience_s: float) -> Signal | None:
        """The samples of one clip; what is over is struck off."""
        if one.recording is None:
            first = frame == one.start_frame
            decided, one.recording = self._shelf.take(one.clip.file, patience_s if first else 0.0)
            if not decided and first:
                one.level = 0.0
            if one.recording is None:
                if decided:
                    self._playing.remove(one)
                return None
        pcm = one.recording.pcm
        at = (frame - one.start_frame) * self._block + np.arange(self._block)
        before, one.level = one.level, _nearer(one.level, one.wanted, 1.0 / (_FADE_S * self._fps))
        gain = np.linspace(before, one.level, self._block, dtype=np.float32)
        if not one.clip.loop:
            gain *= np.clip(np.minimum(at, len(pcm) - 1 - at) / _EDGE, 0.0, 1.0).astype(np.float32)
        if one.level == one.wanted == 0.0 or (not one.clip.loop and at[-1] + 1 >= len(pcm)):
            self._playing.remove(one)
        samples: Signal = pcm[at % len(pcm)].T * (gain * np.float32(one.recording.gain))
        return samples


def _continues(heard: Clip, clip: Clip) -> bool:
    return (heard.file, heard.loop, heard.bus) == (clip.file, clip.loop, clip.bus)


def _nearer(level: float, wanted: float, step: float) -> float:
    return wanted if abs(wanted - level) < 1.001 * step else level + math.copysign(step, wanted - level)
