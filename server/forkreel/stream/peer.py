"""One viewer's peer connection: answers the offer, carries packets, and says when it lives and when it is over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from aiortc import RTCBundlePolicy, RTCConfiguration, RTCIceServer, RTCPeerConnection, RTCSessionDescription
from aiortc.codecs import get_capabilities

from forkreel.errors import StreamError
from forkreel.stream import hooks
from forkreel.stream.encoder import Encoded
from forkreel.stream.offer import CODECS, Offer
from forkreel.stream.opus import AUDIO_RATE
from forkreel.stream.track import AudioPackets, PacketTrack, VideoPackets
from forkreel.stream.vp8 import VIDEO_RATE


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
        *,
        on_connected: Callable[[Peer], None],
        on_over: Callable[[Peer], None],
        on_keyframe_request: Callable[[], None],
    ) -> None:
        self.name = name
        self.connected = False
        self._ice = ice
        self._ntp_origin = ntp_origin
        self._on_connected = on_connected
        self._on_over = on_over
        self._on_keyframe_request = on_keyframe_request
        self._video = VideoPackets(on_lost=on_keyframe_request)
        self._audio = AudioPackets()
        servers = [RTCIceServer(urls=url) for url in ice.servers]
        self._connection = RTCPeerConnection(
            RTCConfiguration(iceServers=servers, bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self._connection.on("connectionstatechange", self._state_changed)
        self._deadline = asyncio.get_running_loop().call_later(ice.pending_s, self._give_up)

    @property
    def dropped(self) -> int:
        """Packets that this viewer was too slow for."""
        return self._video.dropped + self._audio.dropped

    @property
    def waiting(self) -> int:
        """Packets that wait to be sent to this viewer."""
        return self._video.waiting + self._audio.waiting

    async def answer(self, offer: Offer) -> str:
        """The SDP answer to `offer`, with all candidates in it. Cancelling it leaves a peer that wants closing.

        Raises `StreamError` when aiortc cannot answer after all.
        """
        for media in offer.media:  # in the offer's order: aiortc bundles on the first
            track = {"video": self._video, "audio": self._audio}[media.kind]
            self._add(track, media.carries)
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

    def _add(self, track: PacketTrack, carries: bool) -> None:
        if not carries:
            self._connection.addTransceiver(track.kind, direction="inactive")
            return
        transceiver = self._connection.addTransceiver(track, direction="sendonly")
        name, _ = CODECS[track.kind]
        wanted = (name.lower(), "rtx")
        transceiver.setCodecPreferences([c for c in get_capabilities(track.kind).codecs if c.name.lower() in wanted])
        rate = VIDEO_RATE if track.kind == "video" else AUDIO_RATE
        hooks.report_media_time(transceiver.sender, lambda: self._media_time(track, rate))
        if track.kind == "video":
            hooks.on_keyframe_request(transceiver.sender, self._on_keyframe_request)

    def _media_time(self, track: PacketTrack, rate: int) -> int | None:
        return None if track.sent_pts is None else self._ntp_origin + (track.sent_pts << 32) // rate

    def push(self, packets: Encoded) -> None:
        """Hand on what a tick gave."""
        if packets.video is not None:
            self._video.push(packets.video)
        for packet in packets.audio:
            self._audio.push(packet)

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
        self._connection.remove_all_listeners("connectionstatechange")
        self._video.stop()
        self._audio.stop()
        await hooks.close(self._connection)
