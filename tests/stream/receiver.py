"""A WebRTC receiver in the same process, and pictures and sound whose place in time can be read back."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from forkreel.stream.broadcast import Broadcast, Joined
from forkreel.stream.peer import Ice
from forkreel.watch.receiver import Receiver

WIDTH, HEIGHT, FPS = 256, 144, 24
SAMPLES = 48_000 // FPS
SILENCE = np.zeros((SAMPLES, 2), np.int16)


def numbered(number: int, width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.uint8]:
    """A picture that carries a number as 16 black and white stripes above, over a gradient."""
    picture = np.empty((height, width, 3), np.uint8)
    bits = [(number >> (15 - i)) & 1 for i in range(16)]
    picture[: height // 2] = np.repeat(np.array(bits, np.uint8) * 255, width // 16)[None, :, None]
    picture[height // 2 :] = np.linspace(40, 200, width).astype(np.uint8)[None, :, None]
    return picture


def number_of(picture: NDArray[np.uint8]) -> int:
    """The number that `numbered` wrote."""
    height, width, _ = picture.shape
    middles = picture[height // 4, width // 32 :: width // 16].mean(axis=1)
    return sum(int(level > 127) << (15 - i) for i, level in enumerate(middles))


class Viewer:
    """A viewer of a broadcast: `pictures` and `sounds` fill as they come; `loses` may drop RTP packets on the way."""

    def __init__(self, loses: Callable[[bytes], bool] = lambda data: False) -> None:
        self.receiver = Receiver(self._picture, self._sound)
        self.pictures: list[av.VideoFrame] = []
        self.sounds: list[av.AudioFrame] = []
        self.joined: Joined | None = None
        self._loses = loses
        self._arrived = asyncio.Event()

    @property
    def connection(self) -> Any:
        return self.receiver.connection

    async def offer(self, *kinds: str) -> str:
        offer = await self.receiver.offer(*kinds)
        for transceiver in self.connection.getTransceivers():
            # A machine that is busy with other tests looks like a network that is: such a viewer would change its tier.
            transceiver.receiver._RTCRtpReceiver__remote_bitrate_estimator = None
        return offer

    async def accept(self, joined: Joined) -> None:
        """Take the answer and wait until the media is connected."""
        self.joined = joined
        dtls = self.connection.getTransceivers()[0].receiver.transport
        handle = dtls._handle_rtp_data

        async def lossy(data: bytes, arrival_time_ms: int) -> None:
            if not self._loses(data):
                await handle(data, arrival_time_ms=arrival_time_ms)

        dtls._handle_rtp_data = lossy
        await self.receiver.accept(joined.answer)
        await self.receiver.connected.wait()

    async def _picture(self, frame: av.VideoFrame) -> None:
        self.pictures.append(frame)
        self._arrived.set()

    async def _sound(self, frame: av.AudioFrame) -> None:
        self.sounds.append(frame)
        self._arrived.set()

    async def until(self, reached: Callable[[], bool]) -> None:
        """Wait for something about what arrived."""
        while not reached():
            self._arrived.clear()
            await self._arrived.wait()

    def numbers(self) -> list[int]:
        return [number_of(frame.to_ndarray(format="rgb24")) for frame in self.pictures]

    async def close(self) -> None:
        await self.receiver.close()


class Show:
    """Stands in for a stage: gives a broadcast one tick after the other, faster than life."""

    def __init__(self, broadcast: Broadcast) -> None:
        self.broadcast = broadcast
        self.tick = 0

    async def give(self, picture: NDArray[np.uint8] | None, pcm: NDArray[np.int16] = SILENCE) -> None:
        await asyncio.to_thread(self.broadcast.put, self.tick, picture, pcm)
        self.tick += 1

    async def run(self, ticks: int) -> None:
        """So many numbered pictures; the number is the tick's."""
        for _ in range(ticks):
            await self.give(numbered(self.tick))

    async def run_until(self, reached: Callable[[], bool], at_most: int = 3000) -> None:
        while not reached():
            assert self.tick < at_most, "what was waited for did not happen"
            await self.run(1)
            await asyncio.sleep(0.002)


def broadcast(**options: Any) -> Broadcast:
    """A small broadcast over the loopback address."""
    options.setdefault("ice", Ice(loopback=True))
    return Broadcast(WIDTH, HEIGHT, FPS, **options)


@contextlib.asynccontextmanager
async def broadcasting(**options: Any) -> AsyncIterator[Show]:
    """A show on a broadcast that is closed in the end."""
    stream = broadcast(**options)
    try:
        yield Show(stream)
    finally:
        await stream.close()


@contextlib.asynccontextmanager
async def viewing(stream: Broadcast, *kinds: str, **options: Any) -> AsyncIterator[Viewer]:
    """A viewer that has joined and is connected."""
    viewer = Viewer(**options)
    before = stream.viewers
    try:
        await viewer.accept(await stream.join(await viewer.offer(*kinds)))
        while stream.viewers == before:  # noqa: ASYNC110  # the broadcast has no event for it
            await asyncio.sleep(0.002)
        yield viewer
    finally:
        await viewer.close()
