"""A viewer on libwebrtc, the engine of Chrome, without a browser around it (PyPI `wrtc`)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

PATIENCE_S = 30.0


class LibWebRtc:
    """One peer connection. `pictures` and `chunks` count what was decoded; `picture` is the last one, grey."""

    def __init__(self, webrtc: Any, relays: list[dict[str, Any]] | None) -> None:
        self._webrtc = webrtc
        servers = [webrtc.RTCIceServer(**relay) for relay in relays or []]
        policy = "all" if relays is None else "relay"
        self._connection = webrtc.RTCPeerConnection(
            webrtc.RTCConfiguration(ice_servers=servers, ice_transport_policy=policy)
        )
        self._connection.on("track", self._on_track)
        self._tasks: list[asyncio.Task[None]] = []
        self._arrived = asyncio.Event()
        self.pictures = 0
        self.chunks = 0
        self.picture: NDArray[np.uint8] | None = None

    async def offer(self) -> str:
        """The SDP offer, once candidates are gathered."""
        for kind in ("audio", "video"):
            self._connection.add_transceiver(kind, self._webrtc.RTCRtpTransceiverInit(direction="recvonly"))
        await self._connection.set_local_description(await self._connection.create_offer())
        async with asyncio.timeout(PATIENCE_S):
            while self._connection.ice_gathering_state != "complete":  # noqa: ASYNC110 - polled, as its states are
                await asyncio.sleep(0.01)
        return str(self._connection.local_description.sdp)

    async def accept(self, answer: str) -> None:
        """Connect to who gave the answer."""
        await self._connection.set_remote_description(self._webrtc.RTCSessionDescriptionInit(type="answer", sdp=answer))

    async def next_picture(self) -> NDArray[np.uint8]:
        """The next decoded picture `(height, width)`, its luma."""
        self._arrived.clear()
        async with asyncio.timeout(PATIENCE_S):
            await self._arrived.wait()
        assert self.picture is not None
        return self.picture

    async def close(self) -> None:
        """Hang up without a word to the server."""
        self._connection.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _on_track(self, event: Any) -> None:
        self._tasks.append(asyncio.create_task(self._collect(event.track)))

    async def _collect(self, track: Any) -> None:
        options = self._webrtc.MediaStreamTrackProcessorInit(track=track)
        async for item in self._webrtc.MediaStreamTrackProcessor(options).readable:
            if track.kind == "audio":
                self.chunks += 1
            else:
                await self._look(item)
            item.close()

    async def _look(self, frame: Any) -> None:
        data = bytearray(frame.allocation_size())
        luma = (await frame.copy_to(data))[0]
        rows = np.frombuffer(data, np.uint8, count=luma.stride * frame.coded_height, offset=luma.offset)
        self.picture = rows.reshape(frame.coded_height, luma.stride)[:, : frame.coded_width]
        self.pictures += 1
        self._arrived.set()


@asynccontextmanager
async def libwebrtc(relays: list[dict[str, Any]] | None = None) -> AsyncIterator[LibWebRtc]:
    """A viewer that is hung up in the end; with `relays` (`iceServers` as browsers take them) by them alone.

    ImportError where `wrtc` is not installed.
    """
    import webrtc

    viewer = LibWebRtc(webrtc, relays)
    try:
        yield viewer
    finally:
        await viewer.close()
