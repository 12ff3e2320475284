"""One viewer's peer connection: answers the offer, carries packets, and says when it lives and when it is over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiortc import RTCBundlePolicy, RTCConfiguration, RTCIceServer, RTCPeerConnection, RTCSessionDescription
from aiortc.codecs import get_capabilities

from forkreel.errors import StreamError
from forkreel.stream import hooks
from forkreel.stream.encoder import Rung
from forkreel.stream.offer import Media, Offer
from forkreel.stream.opus import AUDIO_RATE
from forkreel.stream.picture import VIDEO_RATE, Packed
from forkreel.stream.queues import PictureQueue
from forkreel.stream.rtp import RtpStream
from forkreel.stream.tiers import Rate, Tier, TierChoice

SOON_S = 1.0
"""Most viewers are connected a tenth of a second after their offer; some never are."""


@dataclass(frozen=True, slots=True)
class Ice:
    """How peers are reached. No STUN server unless the operator names one: it would see every viewer's address.

    `loopback` serves this machine alone, over 127.0.0.1; `private` tries candidates in private networks. A viewer is
    given up after `consent_failures` checks without
    an answer, one each `consent_interval_s` plus half a second of waiting; one that never connects after `pending_s`.
    """

    servers: tuple[str, ...] = ()
    loopback: bool = False
    private: bool = False
    consent_interval_s: float = 2.0
    consent_failures: int = 3
    pending_s: float = 10.0


class Peer:
    """One viewer. `on_connected` is called once, `on_over` once after a fault or a goodbye, both on the event loop."""

    def __init__(
        self,
        name: str,
        ice: Ice,
        ntp_origin: int,
        tiers: tuple[Tier, ...],
        *,
        on_connected: Callable[[Peer], None],
        on_over: Callable[[Peer], None],
        on_keyframe_request: Callable[[Rung, bool], None],
    ) -> None:
        self.name = name
        self.connected = False
        self.rungs: tuple[Rung, ...] = ()
        """What has to be encoded for this viewer: what it watches, and what it is about to; nothing for sound alone."""
        self._ice = ice
        self._ntp_origin = ntp_origin
        self._on_connected = on_connected
        self._on_over = on_over
        self._on_keyframe_request = on_keyframe_request
        self._clock = asyncio.get_running_loop().time
        self._came_s = self._clock()
        self._choice = TierChoice([tier.bitrate_bps for tier in tiers], self._clock())
        self._queue = PictureQueue(on_lost=self._fell_behind)
        self._rate = Rate()
        self._began = False
        self._quiet: asyncio.TimerHandle | None = None
        self._video: RtpStream | None = None
        self._audio: RtpStream | None = None
        self._sounds_dropped = 0
        servers = [RTCIceServer(urls=url) for url in ice.servers]
        self._connection = RTCPeerConnection(
            RTCConfiguration(iceServers=servers, bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self._connection.on("connectionstatechange", self._state_changed)
        self._deadline = asyncio.get_running_loop().call_later(ice.pending_s, self._give_up)

    @property
    def awaited(self) -> bool:
        """Whether this viewer is about to be connected: not one who has been trying for long."""
        return not self.connected and self._clock() - self._came_s < SOON_S

    @property
    def dropped(self) -> int:
        """Packets that this viewer was too slow for."""
        return self._queue.dropped + self._sounds_dropped

    @property
    def waiting(self) -> int:
        """Packets that wait to be sent to this viewer."""
        return self._queue.waiting

    async def answer(self, offer: Offer) -> str:
        """The SDP answer to `offer`, with all candidates in it. Cancelling it leaves a peer that wants closing.

        Raises `StreamError` when aiortc cannot answer after all.
        """
        for media in offer.media:  # in the offer's order: aiortc bundles on the first
            self._add(media)
        try:
            await self._connection.setRemoteDescription(RTCSessionDescription(offer.sdp, "offer"))
            connection = hooks.ice_connection(self._connection)
            hooks.keep_consent(connection, self._ice.consent_interval_s, self._ice.consent_failures)
            hooks.gather_on(connection, self._addresses)
            await self._connection.setLocalDescription(await self._connection.createAnswer())
        except Exception as error:
            # What slips past the checks of the offer breaks anywhere in aiortc, and is still the offer's fault.
            raise StreamError(f"The offer cannot be answered: {error or type(error).__name__}.") from error
        return str(self._connection.localDescription.sdp)

    def _addresses(self, found: list[str]) -> list[str]:
        """Where to be reached: a machine without a network still serves itself."""
        return found if found and not self._ice.loopback else [hooks.LOOPBACK]

    def _add(self, media: Media) -> None:
        if not media.carries:
            self._connection.addTransceiver(media.kind, direction="inactive")
            return
        transceiver = self._connection.addTransceiver(media.kind, direction="sendonly")
        wanted = (media.codec, "rtx")
        transceiver.setCodecPreferences([c for c in get_capabilities(media.kind).codecs if c.name in wanted])
        sender = transceiver.sender
        stream, rate = RtpStream(sender), VIDEO_RATE if media.kind == "video" else AUDIO_RATE
        hooks.on_report(sender, lambda report: self._report(report, stream, rate))
        if media.kind == "audio":
            self._audio = stream
            return
        self._video, self.rungs = stream, (Rung(media.codec, self._choice.tier),)
        hooks.on_keyframe_request(sender, self._ask_for_keyframe)
        hooks.on_feedback(sender, self._lost, self._estimated)

    def _report(self, report: Any, stream: RtpStream, rate: int) -> None:
        """Pair the last timestamp with its media time, the same clock for picture and sound."""
        if stream.pts is not None:
            stream.fill(report, self._ntp_origin + (stream.pts << 32) // rate)

    def _ask_for_keyframe(self) -> None:
        """Urgent unless its first one is still to come: browsers ask for that too."""
        for rung in self.rungs[:1]:
            self._on_keyframe_request(rung, self._began)

    def _lost(self, part: float) -> None:
        self._choice.reported(part, self._clock())
        self._aim()

    def _estimated(self, bps: int) -> None:
        now_s = self._clock()
        self._choice.estimated(bps, self._rate.bps(now_s), now_s)
        self._aim()

    def _fell_behind(self) -> None:
        self._choice.fell_behind(self._clock())
        self._ask_for_keyframe()
        self._aim()

    def _aim(self) -> None:
        """Another tier begins with a keyframe; until that comes, the one before goes on, unless the way has to drain
        first."""
        if self._clock() < self._choice.quiet_until_s:
            if self._quiet is None:
                self._queue.clear()
                self._quiet = asyncio.get_running_loop().call_at(self._choice.quiet_until_s, self._drained)
            return
        watched = self.rungs[0]
        aim = watched._replace(tier=self._choice.tier)
        self.rungs = (watched,) if aim == watched else (watched, aim)
        for rung in self.rungs[1:]:
            self._on_keyframe_request(rung, True)

    def _drained(self) -> None:
        self._quiet = None
        self._aim()

    def push(self, pictures: Mapping[Rung, Packed]) -> None:
        """Hand on what pictures a tick gave."""
        if not self.rungs or self._quiet is not None:
            return
        for rung in self.rungs[1:]:
            if (first := pictures.get(rung)) is not None and first.keyframe:
                self.rungs = (rung,)
                self._rate = Rate()  # what was sent before says nothing of this tier
        picture = pictures.get(self.rungs[0])
        if picture is not None:
            self._rate.add(picture.size, self._clock())
            self._queue.push(picture)
            self._began = self._began or picture.keyframe
            self.drain()

    def sound(self, sounds: Sequence[Packed]) -> None:
        """Hand on what is to be heard."""
        if self._audio is None:
            return
        if self._audio.congested:
            self._sounds_dropped += len(sounds)
            return
        for sound in sounds:
            self._audio.send(sound.payloads, sound.pts, last=True)

    def drain(self) -> None:
        """Send what may be sent in this slot of the pace."""
        if self._video is None or self._video.congested:
            return
        for picture, first, end in self._queue.take():
            last, afresh = end == len(picture.payloads), picture.keyframe and first == 0
            self._video.send(picture.payloads[first:end], picture.pts, last, afresh)

    def _state_changed(self) -> None:
        state = self._connection.connectionState
        if state == "connected" and not self.connected:
            self.connected = True
            self._deadline.cancel()
            self._on_connected(self)
        elif state in ("failed", "closed"):
            self._on_over(self)

    def _give_up(self) -> None:
        self._on_over(self)

    async def close(self) -> None:
        """End the connection; its tasks and sockets are gone afterwards. Cancelling it leaves them to aiortc."""
        self._deadline.cancel()
        if self._quiet is not None:
            self._quiet.cancel()
        self._connection.remove_all_listeners("connectionstatechange")
        await hooks.close(self._connection)
