"""What a stage needs from its neighbours, so that it imports none of their engines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from forkreel.sound.timing import Phrase
from forkreel.story.moment import Event, Moment


class Playthrough(Protocol):
    """A story on its way: where it stands, and how an event moves it on."""

    @property
    def moment(self) -> Moment:
        """What is seen, heard and asked now."""
        ...

    @property
    def goes_back(self) -> bool:
        """Whether there is a question that `Back` takes back."""
        ...

    def apply(self, event: Event) -> Moment:
        """Let something happen; returns the moment after it. `Refused` changes nothing."""
        ...

    def fork(self) -> Playthrough:
        """Another one from here on: what happens in it does not happen in this one."""
        ...

    def save(self) -> str:
        """All that it takes to go on from here."""
        ...

    @property
    def lost(self) -> tuple[str, ...]:
        """What could not be kept of the save that it goes on from, as sentences."""
        ...


class Output(Protocol):
    """Where a stage's pictures and sound go: a stream, a file, or a test."""

    def put(self, tick: int, picture: NDArray[np.uint8] | None, pcm: NDArray[np.int16]) -> None:
        """Called from the render thread once a tick, in order; blocks while a bounded queue is full (backpressure).

        `tick` counts frames of media time from 0 and never stops or jumps back, not even in a pause; where the machine
        is too slow it skips. `picture` is `(height, width, 3)` uint8 RGB, or None to repeat the last one. `pcm` is
        `(samples, 2)` int16 at 48 kHz, 2000 samples for each tick that has passed since the last call at 24 fps.
        """
        ...


class Sound(Protocol):
    """What is heard, a block for each frame of the show."""

    def moment(self, moment: Moment, frame: int, phrases: Sequence[Phrase]) -> None:
        """The story moved on at `frame`; `phrases` are what will be said, and when."""
        ...

    def lips(self, frame: int) -> Mapping[str, float]:
        """Axes that the speech leads at `frame`, in their units: they win over the picture's own."""
        ...

    def words(self, start_frame: int) -> tuple[int, ...]:
        """The frames at which the words of the phrase that begins at `start_frame` are said; none where not known."""
        ...

    def volume(self, kind: str, value: float) -> None:
        """From the next block on "voice", "effects" or "music" is as loud as `value`, 0..1."""
        ...

    def block(self, frame: int, axes: Mapping[str, float]) -> NDArray[np.int16]:
        """The sound of one frame: `(48000 // fps, 2)` int16 at 48 kHz.

        `axes` are the numbers in the point, by their axes' names and in their units.
        """
        ...
