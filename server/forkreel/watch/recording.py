"""What a viewer saw and heard, as an MP4 file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream
from av.codec.codec import UnknownCodecError
from av.video.stream import VideoStream

from forkreel.errors import WatchError

_RATE = 48_000
_BLOCK = 1024  # samples in a frame of AAC
_PATIENCE = 100
"""Frames held back while the sender has not said how picture and sound relate: two seconds of sound."""
_QUEUE = 64
_CLOCKS = {"video": 90_000, "audio": _RATE}

MediaTime = Callable[[str, int], Fraction | None]


class Recording:
    """Writes every frame it is given, each at its own time; what writes slowly makes the giver wait.

    Picture and sound are put on one clock by `media_time`, or where that stays unknown by their first frames.
    """

    def __init__(self, path: Path, fps: int, media_time: MediaTime, queue: int = _QUEUE) -> None:
        self.pictures = 0
        self._path = path
        self._fps = fps
        self._media_time = media_time
        self._queue: asyncio.Queue[tuple[str, Any] | None] = asyncio.Queue(queue)
        self._held: list[tuple[str, Any]] = []
        self._firsts: dict[str, int] = {}
        self._offsets: dict[str, Fraction] | None = None
        self._video: VideoStream | None = None
        self._heard = 0
        self._samples = np.zeros((2, 0), np.float32)
        try:
            self._file = av.open(str(path), "w", format="mp4")
        except (OSError, av.FFmpegError) as error:
            raise WatchError(f"{path} cannot be written: {error.strerror or error}.") from error
        self._audio: AudioStream = self._file.add_stream("aac", rate=_RATE, layout="stereo")
        self._task = asyncio.create_task(self._run())

    async def picture(self, frame: Any) -> None:
        """Add a decoded picture."""
        await self._put(("video", frame))

    async def sound(self, frame: Any) -> None:
        """Add decoded sound."""
        await self._put(("audio", frame))

    async def _put(self, item: tuple[str, Any]) -> None:
        if self._task.done():
            self._task.result()
        await self._queue.put(item)

    async def close(self) -> None:
        """Write what is left, and the end of the file. Raises `WatchError` when the file could not be written."""
        if not self._task.done():
            await self._queue.put(None)
        await self._task

    async def _run(self) -> None:
        try:
            while (item := await self._queue.get()) is not None:
                await asyncio.to_thread(self._take, *item)
            await asyncio.to_thread(self._finish)
        except (OSError, av.FFmpegError) as error:
            self._drain()
            raise WatchError(f"{self._path} cannot be written: {error.strerror or error}.") from error

    def _drain(self) -> None:
        while not self._queue.empty():
            self._queue.get_nowait()

    def _take(self, kind: str, frame: Any) -> None:
        self._firsts.setdefault(kind, frame.pts)
        self._held.append((kind, frame))
        if self._offsets is None:
            self._offsets = self._align(waiting=len(self._held) < _PATIENCE)
        if self._offsets is not None:
            self._write_held(self._offsets)

    def _align(self, waiting: bool) -> dict[str, Fraction] | None:
        """How long after the recording began each kind began; None while it is better to wait."""
        times = {kind: self._media_time(kind, pts) for kind, pts in self._firsts.items()}
        known = {kind: time for kind, time in times.items() if time is not None}
        if len(known) == len(_CLOCKS):
            start = min(known.values())
            return {kind: time - start for kind, time in known.items()}
        return None if waiting else dict.fromkeys(_CLOCKS, Fraction(0))

    def _write_held(self, offsets: dict[str, Fraction]) -> None:
        for kind, frame in self._held:
            at = offsets[kind] + Fraction(frame.pts - self._firsts[kind], _CLOCKS[kind])
            if kind == "video":
                self._write_picture(at, frame)
            else:
                self._write_sound(at, frame)
        self._held.clear()

    def _write_picture(self, at: Fraction, frame: av.VideoFrame) -> None:
        if self._video is None:
            self._video = self._add_video(frame.width, frame.height)
        clock = self._fps * 1000
        picture = frame.reformat(self._video.width, self._video.height, "yuv420p")
        picture.pict_type = av.video.frame.PictureType.NONE
        picture.time_base = Fraction(1, clock)
        picture.pts = round(at * clock)
        self._file.mux(self._video.encode(picture))
        self.pictures += 1

    def _add_video(self, width: int, height: int) -> VideoStream:
        try:
            stream = self._file.add_stream("libx264", rate=self._fps, options={"preset": "veryfast", "crf": "16"})
        except UnknownCodecError:
            stream = self._file.add_stream("mpeg4", rate=self._fps, options={"qscale": "2"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.time_base = Fraction(1, self._fps * 1000)
        return stream

    def _write_sound(self, at: Fraction, frame: av.AudioFrame) -> None:
        """Put sound in its place: what is missing becomes silence, what comes twice is left out."""
        pcm = frame.to_ndarray().reshape(-1, 2).T.astype(np.float32) / 32768  # (2, samples), from packed s16
        ahead = round(at * _RATE) - self._heard - self._samples.shape[1]
        if abs(ahead) > _RATE // 100:
            pcm = np.pad(pcm, ((0, 0), (ahead, 0))) if ahead > 0 else pcm[:, -ahead:]
        self._samples = np.concatenate([self._samples, pcm], axis=1)
        while self._samples.shape[1] >= _BLOCK:
            self._write_block(self._samples[:, :_BLOCK])
            self._samples = self._samples[:, _BLOCK:]

    def _write_block(self, samples: np.ndarray[Any, np.dtype[np.float32]]) -> None:
        block = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout="stereo")
        block.sample_rate = _RATE
        block.time_base = Fraction(1, _RATE)
        block.pts = self._heard
        self._heard += samples.shape[1]
        self._file.mux(self._audio.encode(block))

    def _finish(self) -> None:
        if self._held:
            self._write_held(self._offsets or self._align(waiting=False) or {})
        if self._samples.shape[1]:
            self._write_block(self._samples)
        for stream in (self._video, self._audio):
            if stream is not None:
                self._file.mux(stream.encode(None))
        self._file.close()
