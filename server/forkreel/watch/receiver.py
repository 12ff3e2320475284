"""The WebRTC side of a viewer: offers to receive, and hands on what it decodes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from fractions import Fraction
from typing import Any

from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.jitterbuffer import JitterBuffer, JitterFrame
from aiortc.mediastreams import MediaStreamError
from aiortc.rtcrtpreceiver import NackGenerator
from aiortc.rtp import RTP_HISTORY_SIZE, RtcpSrPacket, RtpPacket
from aiortc.utils import uint16_gt

from forkreel.errors import WatchError
from forkreel.stream import hooks

KINDS = ("video", "audio")
_RATES = {"video": 90_000, "audio": 48_000}
_HALF_CLOCK = 1 << 31
ASK_AGAIN_S = 0.05

OnFrame = Callable[[Any], Awaitable[None]]


class InsistentNacks(NackGenerator):  # type: ignore[misc]  # aiortc has no types
    """Asks again for packets that are still missing, as browsers do; aiortc does so only when another is lost."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.missing: set[int] = set()
        self._now = now
        self._asked_s = now()

    def add(self, packet: RtpPacket) -> bool:
        """Whether what is missing is to be asked for, now that this packet came."""
        missed = super().add(packet)
        if missed or (self.missing and self._now() - self._asked_s >= ASK_AGAIN_S):
            self._asked_s = self._now()
            return True
        return False

    def forget(self, before: int) -> None:
        """Do without the packets before this number."""
        self.missing = {number for number in self.missing if not uint16_gt(before, number)}


class PromptJitterBuffer(JitterBuffer):  # type: ignore[misc]  # aiortc has no types
    """As browsers do: a picture is complete with the packet that carries the marker bit, and a complete keyframe ends
    the waiting for what came before it.

    aiortc waits for a packet of the next picture, and so shows each one a frame late. It waits for a lost packet four
    times as long as senders keep packets, whatever comes meanwhile.
    """

    def __init__(self, nacks: InsistentNacks) -> None:
        super().__init__(capacity=RTP_HISTORY_SIZE, is_video=True)
        self._nacks = nacks

    def _remove_frame(self, sequence_number: int) -> JitterFrame | None:
        packets = self._picture(0)
        if not packets:
            self._skip_to_keyframe()
            packets = self._picture(0)
        if packets:
            self.remove(len(packets))
            return JitterFrame(b"".join(packet._data for packet in packets), packets[0].timestamp)
        return super()._remove_frame(sequence_number)

    def _skip_to_keyframe(self) -> None:
        for count in range(1, self.capacity):
            packet = self._at(count)
            if packet is not None and _begins_keyframe(packet) and self._picture(count):
                self.remove(count)
                self._nacks.forget(packet.sequence_number)
                return

    def _at(self, count: int) -> Any:
        return self._packets[(self._origin + count) % self.capacity]

    def _picture(self, begins: int) -> list[Any]:
        """The packets of the picture that begins there, if all of them have come."""
        packets: list[Any] = []
        for count in range(begins, self.capacity):
            packet = self._at(count)
            if packet is None or (packets and packet.timestamp != packets[0].timestamp):
                break
            packets.append(packet)
            if packet.marker:
                return packets
        return []


def _begins_keyframe(packet: Any) -> bool:
    """Whether a packet is the first of a keyframe, of VP8 (RFC 7741, 4.2 and 4.3) or of H.264 with its SPS first."""
    data: bytes = packet._data
    if data.startswith(b"\x00\x00\x00\x01"):
        return data[4:5] != b"" and data[4] & 0x1F == 7
    return bool(data) and bool(packet.payload[0] & 0x10) and not data[0] & 1


class Receiver:
    """One peer connection that receives a picture and a sound.

    `on_picture` and `on_sound` are awaited for each decoded frame, in order; while they take their time, frames wait.
    `over` is done when the connection has ended, with the error that ended it.
    """

    def __init__(self, on_picture: OnFrame, on_sound: OnFrame) -> None:
        self.connected = asyncio.Event()
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.connection = RTCPeerConnection(
            RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE),
        )
        self.connection.on("connectionstatechange", self._state_changed)
        self._on_frame = {"video": on_picture, "audio": on_sound}
        self._reports: dict[str, tuple[int, int]] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def offer(self, *kinds: str) -> str:
        """The SDP offer, with all candidates in it, for a picture and a sound unless told otherwise."""
        for kind in kinds or KINDS:
            receiver = self.connection.addTransceiver(kind, direction="recvonly").receiver
            self._hear_reports(receiver, kind)
            if kind == "video":
                receiver._RTCRtpReceiver__nack_generator = nacks = InsistentNacks()
                receiver._RTCRtpReceiver__jitter_buffer = PromptJitterBuffer(nacks)
        ice = hooks.ice_connection(self.connection)
        hooks.gather_on(ice, lambda found: [*found, hooks.LOOPBACK])
        hooks.keep_consent(ice, interval_s=2.0, failures=3)
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return str(self.connection.localDescription.sdp)

    async def accept(self, answer: str) -> None:
        """Connect to who gave the answer. Raises `WatchError` when it cannot be read."""
        try:
            await self.connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        except Exception as error:
            # aiortc's parser and its checks raise whatever a broken line breaks.
            raise WatchError(f"The server's SDP answer cannot be used: {error or type(error).__name__}.") from error
        for transceiver in self.connection.getTransceivers():
            if transceiver.receiver.track is not None:
                task = asyncio.create_task(self._collect(transceiver.receiver.track, transceiver.kind))
                task.add_done_callback(self._collected)
                self._tasks.append(task)

    def media_time(self, kind: str, pts: int) -> Fraction | None:
        """When a decoded frame was meant to be seen or heard, in seconds of the sender's clock.

        None until the sender has said, in its first report, how its timestamps relate to its clock.
        """
        first = self._first_timestamp(kind)
        if kind not in self._reports or first is None:
            return None
        ntp, rtp = self._reports[kind]
        ahead = (first + pts - rtp + _HALF_CLOCK) % (2 * _HALF_CLOCK) - _HALF_CLOCK
        return Fraction(ntp, 1 << 32) + Fraction(ahead, _RATES[kind])

    def _first_timestamp(self, kind: str) -> int | None:
        for transceiver in self.connection.getTransceivers():
            if transceiver.kind == kind:
                origin: int | None = transceiver.receiver._RTCRtpReceiver__timestamp_mapper._origin
                return origin
        return None

    def _hear_reports(self, receiver: Any, kind: str) -> None:
        """Keep the pair of times in sender reports, which aiortc drops."""
        handle = receiver._handle_rtcp_packet

        async def hear(packet: Any) -> None:
            if isinstance(packet, RtcpSrPacket) and packet.sender_info.packet_count:
                self._reports[kind] = (packet.sender_info.ntp_timestamp, packet.sender_info.rtp_timestamp)
            await handle(packet)

        receiver._handle_rtcp_packet = hear

    async def _collect(self, track: Any, kind: str) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            await self._on_frame[kind](frame)

    def _collected(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._end(error)

    def _state_changed(self) -> None:
        state = self.connection.connectionState
        if state == "connected":
            self.connected.set()
        elif state == "failed":
            self._end(WatchError("The media connection failed: the server cannot be reached over UDP, or went away."))
        elif state == "closed":
            self._end(WatchError("The server closed the media connection."))

    def _end(self, error: BaseException) -> None:
        if not self.over.done():
            self.over.set_exception(error)

    async def close(self) -> None:
        """Hang up; every task and socket is gone afterwards."""
        self.connection.remove_all_listeners("connectionstatechange")
        await hooks.close(self.connection)
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        if self.over.done():
            self.over.exception()  # seen, whether or not anybody asked
        else:
            self.over.set_result(None)
