"""Frames with their sound as an MP4 file: what `replay` and `render` write."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import numpy as np
from numpy.typing import NDArray

from forkreel.watch.recording import Recording

_AHEAD = 8  # frames that wait to be written, which are large
_CLOCKS = {"video": 90_000, "audio": 48_000}


@dataclass(frozen=True, slots=True)
class Shown:
    """A frame as it is seen, `(height, width, 3)` uint8, and heard, `(48000 // fps, 2)` int16."""

    number: int
    picture: NDArray[np.uint8]
    pcm: NDArray[np.int16]


class Film:
    """An MP4 file while it is written: `async with Film(path, fps) as film: await film.add(frame)`.

    Raises `WatchError` when it cannot be written.
    """

    def __init__(self, path: Path, fps: int) -> None:
        self._path, self._fps = path, fps

    async def __aenter__(self) -> Film:
        def media_time(kind: str, pts: int) -> Fraction:
            return Fraction(pts, _CLOCKS[kind])

        self._recording = Recording(self._path, self._fps, media_time, queue=_AHEAD)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._recording.close()

    async def add(self, frame: Shown) -> None:
        """Write one more frame; waits while the file is slower than whoever paints."""
        picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame.picture), format="rgb24")
        picture.pts = frame.number * _CLOCKS["video"] // self._fps
        await self._recording.picture(picture)
        packed = np.ascontiguousarray(frame.pcm).reshape(1, -1)
        sound = av.AudioFrame.from_ndarray(packed, format="s16", layout="stereo")
        sound.sample_rate = _CLOCKS["audio"]
        sound.pts = frame.number * _CLOCKS["audio"] // self._fps
        await self._recording.sound(sound)
