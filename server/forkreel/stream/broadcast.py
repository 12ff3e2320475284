"""A stage's way out: encodes each tick once, and fans the packets out to WebRTC peers."""

from __future__ import annotations

import asyncio
import logging
import secrets
import threading
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass

import numpy as np
from aiortc import clock
from numpy.typing import NDArray

from forkreel.errors import StreamError
from forkreel.stream.encoder import Encoded, Encoder
from forkreel.stream.handoff import Handoff
from forkreel.stream.offer import Limits, Offer
from forkreel.stream.opus import AUDIO_RATE
from forkreel.stream.peer import Ice, Peer
from forkreel.stream.queues import SLOT_S
from forkreel.stream.sounds import SoundQueue
from forkreel.stream.tiers import ladder

logger = logging.getLogger(__name__)

_MAX_UNSENT = 4
"""Ticks that the event loop may be behind the encoder: half of what a viewer's queue takes."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A viewer let in: the name to leave by, and the SDP answer."""

    peer: str
    answer: str


@dataclass(frozen=True, slots=True)
class BroadcastStats:
    """Counters since the start, and how long a tick took to encode: the median and the 95th of 100 of the last 240.

    `packets_waiting` is how many wait for the viewer who is furthest behind.
    """

    viewers: int
    pending: int
    pictures: int
    keyframes: int
    video_bytes: int
    packets_dropped: int
    packets_waiting: int
    encode_ms_median: float
    encode_ms_p95: float
    encoders: int
    """Picture encoders that run: one for each codec and tier that somebody watches."""
    viewers_on_tier: tuple[int, ...]
    """Viewers whose media is connected, by tier, the best first."""


@dataclass(frozen=True, slots=True)
class _Tick:
    tick: int
    picture: NDArray[np.uint8] | None
    pcm: NDArray[np.int16]


class Broadcast:
    """One stage's stream; implements `stage.protocol.Output`. Built on the running event loop, to be closed there.

    `put` belongs to the render thread, the encoder has a thread of its own, everything else happens on the event loop.
    `on_viewers` is called with the number of viewers whose media is connected, whenever that changes.
    """

    def __init__(
        self,
        width: int,
        height: int,
        fps: int = 24,
        bitrate_bps: int = 1_800_000,
        on_viewers: Callable[[int], None] | None = None,
        *,
        ice: Ice | None = None,
        limits: Limits | None = None,
        max_viewers: int = 200,
        max_pending: int = 64,
        keyframe_gap_s: float = 0.25,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._size = (height, width, 3)
        self._on_viewers = on_viewers
        self._ice = ice or Ice()
        self._limits = limits or Limits()
        self._max_viewers = max_viewers
        self._max_pending = max_pending
        self._ntp_origin = clock.current_ntp_time()
        self._peers: dict[str, Peer] = {}
        self._leaving: dict[str, asyncio.Task[None]] = {}
        self._audience = 0
        self._dropped = 0
        self._closed = False
        self._failure: Exception | None = None
        self._fps = fps
        self._tiers = ladder(width, height, bitrate_bps)
        self._encoder = Encoder(self._tiers, fps, keyframe_gap_s)
        self._slot: asyncio.TimerHandle | None = None
        self._sounds = SoundQueue()
        self._sounding: asyncio.TimerHandle | None = None
        self._handoff: Handoff[_Tick] = Handoff()
        self._unsent = threading.BoundedSemaphore(_MAX_UNSENT)
        self._thread = threading.Thread(
            target=copy_context().run, args=(self._encode,), name="forkreel-encoder", daemon=True
        )
        self._thread.start()

    @property
    def viewers(self) -> int:
        """Viewers whose media is connected."""
        return self._audience

    @property
    def connections(self) -> int:
        """Media connections, those that are still being made included."""
        return len(self._peers)

    def put(self, tick: int, picture: NDArray[np.uint8] | None, pcm: NDArray[np.int16]) -> None:
        """Hand a tick to the encoder; blocks while the one before waits. See `stage.protocol.Output`.

        Does nothing once the broadcast is closed. Raises `StreamError` when the encoder has failed.
        """
        assert picture is None or picture.shape == self._size, f"a picture is {self._size}"
        assert pcm.shape[1:] == (2,), "sound is (samples, 2)"
        if self._failure is not None:
            raise StreamError(f"The encoder has failed: {self._failure}", 500) from self._failure
        self._handoff.put(_Tick(tick, picture, pcm))

    def _encode(self) -> None:
        """The encoder's thread."""
        try:
            while (chunk := self._handoff.take()) is not None:
                if not self._audience:
                    self._encoder.rest(chunk.picture)
                    continue
                packets = self._encoder.encode(chunk.tick, chunk.picture, chunk.pcm)
                self._unsent.acquire()
                self._loop.call_soon_threadsafe(self._fan_out, chunk.tick, packets)
        except Exception as error:
            logger.exception("the encoder failed")
            self._failure = error
            self._handoff.close()

    def _fan_out(self, tick: int, packets: Encoded) -> None:
        self._unsent.release()
        self._sounds.put(packets.sounds, tick * AUDIO_RATE // self._fps, self._loop.time())
        self._sound()
        self._each(lambda peer: peer.push(packets.pictures))
        self._want()

    def _sound(self) -> None:
        """Send the sound that is due, and come again for the rest."""
        if sounds := self._sounds.take(self._loop.time()):
            self._each(lambda peer: peer.sound(sounds))
        if self._sounding is not None:
            self._sounding.cancel()
        due_s = self._sounds.due_s
        self._sounding = None if due_s is None else self._loop.call_at(due_s, self._sound)

    def _each(self, give: Callable[[Peer], None]) -> None:
        """Do something for every connected peer, and what is left for the next slot of the pace then."""
        behind = False
        for peer in [peer for peer in self._peers.values() if peer.connected]:
            try:
                give(peer)
                behind = behind or peer.waiting > 0
            except Exception:
                logger.exception("a viewer's connection failed and is closed; the others go on")
                self._over(peer)
        if behind and self._slot is None:
            self._slot = self._loop.call_later(SLOT_S, self._pace)

    def _pace(self) -> None:
        self._slot = None
        self._each(Peer.drain)

    def _want(self) -> None:
        """Tell the encoder which codecs and tiers somebody watches, and whether others are about to."""
        self._encoder.awaited = any(peer.awaited for peer in self._peers.values())
        self._encoder.wanted = frozenset(rung for peer in self._peers.values() if peer.connected for rung in peer.rungs)

    async def join(self, offer_sdp: str) -> Joined:
        """Let a viewer in: its SDP offer in, the answer out. Cancelling it lets nobody in.

        Raises `StreamError`: 400 not an offer, 406 no common codec, 413 too large, 503 full or over.
        """
        if self._closed:
            raise StreamError("This show is over.", 503)
        offer = Offer.parse(offer_sdp, private=self._ice.private or self._ice.loopback, limits=self._limits)
        if len(self._peers) >= self._max_viewers:
            raise StreamError(f"This show has all the {self._max_viewers} viewers it takes.", 503)
        if self._pending() >= self._max_pending:
            raise StreamError("Too many viewers are connecting just now; try again in ten seconds.", 503)
        peer = Peer(
            secrets.token_urlsafe(12),
            self._ice,
            self._ntp_origin,
            self._tiers,
            on_connected=self._connected,
            on_over=self._over,
            on_keyframe_request=self._encoder.request_keyframe,
        )
        self._peers[peer.name] = peer
        try:
            return Joined(peer.name, await peer.answer(offer))
        except BaseException:
            self._over(peer)
            raise

    def _pending(self) -> int:
        return sum(not peer.connected for peer in self._peers.values())

    def _connected(self, peer: Peer) -> None:
        if peer.name in self._peers:
            self._want()
            for rung in peer.rungs:
                self._encoder.request_keyframe(rung, urgent=False)
            self._count()

    def _over(self, peer: Peer) -> None:
        """Take a peer out at once, and close it in a task of its own."""
        if self._peers.pop(peer.name, None) is None:
            return
        self._dropped += peer.dropped
        self._count()
        self._leaving[peer.name] = self._loop.create_task(self._close_peer(peer))

    async def _close_peer(self, peer: Peer) -> None:
        try:
            await peer.close()
        except Exception:
            logger.exception("a peer did not close cleanly")
        finally:
            del self._leaving[peer.name]

    def _count(self) -> None:
        audience = sum(peer.connected for peer in self._peers.values())
        if audience != self._audience:
            self._audience = audience
            if self._on_viewers is not None:
                self._on_viewers(audience)

    async def leave(self, peer: str) -> None:
        """A viewer goes, and what it held is freed; twice does no harm. Cancelling it does not keep the viewer."""
        if peer in self._peers:
            self._over(self._peers[peer])
        if peer in self._leaving:
            await asyncio.wait([self._leaving[peer]])

    def request_keyframe(self) -> None:
        """Ask for a keyframe of all that is watched; many requests make one, at most one in 250 ms of media time."""
        for rung in self._encoder.wanted:
            self._encoder.request_keyframe(rung)

    def stats(self) -> BroadcastStats:
        """The counters."""
        times = sorted(self._encoder.encode_s.copy()) or [0.0]
        watched = [rung.tier for peer in self._peers.values() if peer.connected for rung in peer.rungs[:1]]
        return BroadcastStats(
            viewers=self._audience,
            pending=self._pending(),
            pictures=self._encoder.pictures,
            keyframes=self._encoder.keyframes_made,
            video_bytes=self._encoder.video_bytes,
            packets_dropped=self._dropped + sum(peer.dropped for peer in self._peers.values()),
            packets_waiting=max((peer.waiting for peer in self._peers.values()), default=0),
            encode_ms_median=1000 * times[len(times) // 2],
            encode_ms_p95=1000 * times[len(times) * 95 // 100],
            encoders=self._encoder.running,
            viewers_on_tier=tuple(watched.count(tier) for tier in range(len(self._tiers))),
        )

    async def close(self) -> None:
        """End the stream: every peer is closed, the thread is gone. Again does nothing. Do not cancel it."""
        self._closed = True
        self._handoff.close()
        await asyncio.to_thread(self._thread.join)
        for timer in (self._slot, self._sounding):
            if timer is not None:
                timer.cancel()
        for peer in list(self._peers.values()):
            self._over(peer)
        while self._leaving:
            await asyncio.wait(self._leaving.values())
