"""A viewer's end of the stream: a short queue of packets that aiortc packs and sends."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

import av
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

VIDEO_LIMIT = 8
"""Packets, so pictures: a third of a second. Who is further behind is better served by a keyframe."""
AUDIO_LIMIT = 50
"""Packets of 20 ms: a second, as a stage that skipped ticks hands over their sound in one block."""


class PacketTrack(MediaStreamTrack):  # type: ignore[misc]  # aiortc has no types
    """Packets already encoded, for one peer. aiortc sees that they are no frames and packs instead of encoding.

    Used from the event loop alone.
    """

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.dropped = 0
        self.sent_pts: int | None = None
        self._limit = limit
        self._packets: deque[av.Packet[Any]] = deque()
        self._filled = asyncio.Event()

    @property
    def waiting(self) -> int:
        """How many packets wait to be sent."""
        return len(self._packets)

    def push(self, packet: av.Packet[Any]) -> None:
        """Queue a packet; a full queue gives way."""
        if self.readyState != "live":
            return
        if self._admit(packet):
            self._packets.append(packet)
            self._filled.set()
        else:
            self.dropped += 1

    def _admit(self, packet: av.Packet[Any]) -> bool:
        """Whether the packet may join the queue; makes room for it."""
        raise NotImplementedError

    def _drop(self, count: int) -> None:
        for _ in range(count):
            self._packets.popleft()
        self.dropped += count

    async def recv(self) -> av.Packet[Any]:
        """The next packet, once there is one; cancelling it loses none. Raises `MediaStreamError` after the end."""
        while not self._packets and self.readyState == "live":
            self._filled.clear()
            await self._filled.wait()
        if self.readyState != "live":
            raise MediaStreamError
        packet = self._packets.popleft()
        self.sent_pts = packet.pts
        return packet

    def stop(self) -> None:
        """End the track: what is queued is dropped, and whoever waits in `recv` is woken."""
        super().stop()
        self._packets.clear()
        self._filled.set()


class VideoPackets(PacketTrack):
    """Pictures refer to those before them, so the queue begins with a keyframe and is never thinned, only emptied."""

    kind = "video"

    def __init__(self, on_lost: Callable[[], None], limit: int = VIDEO_LIMIT) -> None:
        super().__init__(limit)
        self._on_lost = on_lost
        self._broken = True

    def _admit(self, packet: av.Packet[Any]) -> bool:
        if packet.is_keyframe:
            if len(self._packets) >= self._limit:
                self._drop(len(self._packets))
            self._broken = False
        elif not self._broken and len(self._packets) >= self._limit:
            self._drop(len(self._packets))
            self._broken = True
            self._on_lost()
        return not self._broken


class AudioPackets(PacketTrack):
    """Sound: the oldest packets give way."""

    kind = "audio"

    def __init__(self, limit: int = AUDIO_LIMIT) -> None:
        super().__init__(limit)

    def _admit(self, packet: av.Packet[Any]) -> bool:
        self._drop(max(0, len(self._packets) + 1 - self._limit))
        return True
