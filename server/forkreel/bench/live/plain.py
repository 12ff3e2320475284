"""The yardstick: the same test card served by aiortc as its documentation shows it, with encoders for each viewer.

    python -m forkreel.bench.live.plain --port P

One relay of one source; each viewer's sender encodes pictures and sound for itself.
"""

from __future__ import annotations

import asyncio
import sys
from fractions import Fraction
from typing import Any

import av
from aiohttp import web
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.codecs import vpx
from aiortc.contrib.media import MediaRelay
from aiortc.mediastreams import AudioStreamTrack, MediaStreamTrack

from forkreel.latent.space import LatentPoint
from forkreel.model.testcard import TestCard
from forkreel.stream import hooks

FPS = 24


class Cards(MediaStreamTrack):  # type: ignore[misc]  # aiortc has no types
    """The test card, 512x288, 24 frames a second."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self._take = TestCard().take()
        self._frame = 0
        self._began_s = asyncio.get_running_loop().time()

    async def recv(self) -> av.VideoFrame:
        """The next card, when its time has come."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, self._began_s + self._frame / FPS - loop.time()))
        (card,) = self._take.paint([LatentPoint.of({"frame": [self._frame], "scene": [0]})])
        frame = av.VideoFrame.from_ndarray(card, format="rgb24").reformat(format="yuv420p")
        frame.pts, frame.time_base = self._frame, Fraction(1, FPS)
        self._frame += 1
        return frame


class Own(MediaStreamTrack):  # type: ignore[misc]  # aiortc has no types
    """One viewer's frames: encoders in several threads that share a frame bring the process down."""

    kind = "video"

    def __init__(self, shared: MediaStreamTrack) -> None:
        super().__init__()
        self._shared = shared

    async def recv(self) -> av.VideoFrame:
        """A copy of the next frame."""
        frame = await self._shared.recv()
        copied = av.VideoFrame.from_ndarray(frame.to_ndarray(), format="yuv420p")
        copied.pts, copied.time_base = frame.pts, frame.time_base
        return copied


class Plain:
    """Answers offers as aiortc's examples do."""

    def __init__(self) -> None:
        self._relay = MediaRelay()
        self._cards: MediaStreamTrack = Cards()
        self._connections: dict[str, RTCPeerConnection] = {}

    async def offer(self, request: web.Request) -> web.Response:
        """201 with the answer."""
        connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        name = str(id(connection))
        self._connections[name] = connection
        await connection.setRemoteDescription(RTCSessionDescription(await request.text(), "offer"))
        connection.addTrack(Own(self._relay.subscribe(self._cards)))
        connection.addTrack(AudioStreamTrack())
        hooks.gather_on(hooks.ice_connection(connection), lambda found: [hooks.LOOPBACK])
        await connection.setLocalDescription(await connection.createAnswer())
        return web.Response(status=201, text=connection.localDescription.sdp, headers={"Location": f"/whep/{name}"})

    async def leave(self, request: web.Request) -> web.Response:
        """204."""
        await self._connections.pop(request.match_info["name"]).close()
        return web.Response(status=204)


async def _ready(request: web.Request) -> web.Response:
    return web.Response(text="ready")


async def _app() -> web.Application:
    plain, app = Plain(), web.Application()
    app.router.add_get("/readyz", _ready)
    app.router.add_post("/whep", plain.offer)
    app.router.add_delete("/whep/{name}", plain.leave)
    return app


def main(arguments: list[str]) -> None:
    """Serve until killed."""
    bitrate: Any = vpx
    bitrate.DEFAULT_BITRATE = 600_000  # of each encoder, as what it is compared with has
    web.run_app(_app(), host="127.0.0.1", port=int(arguments[arguments.index("--port") + 1]), print=None)


if __name__ == "__main__":
    main(sys.argv[1:])
