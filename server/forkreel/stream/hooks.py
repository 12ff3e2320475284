"""Where this room reaches into aiortc and aioice, which offer no public way; tests/stream/test_hooks.py holds each.

They go when aiortc has an event for keyframe requests, sender reports that take the time from packets, and settings for
consent and for the addresses to gather.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import types
from collections.abc import Callable
from typing import Any

from aioice import stun
from aiortc import RTCPeerConnection, RTCRtpSender
from aiortc.rtcdtlstransport import State
from aiortc.rtp import (
    RTCP_PSFB_APP,
    RtcpPsfbPacket,
    RtcpRrPacket,
    RtcpSrPacket,
    RtpPacket,
    unpack_remb_fci,
)

logger = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"


def on_keyframe_request(sender: RTCRtpSender, callback: Callable[[], None]) -> None:
    """Call back on PLI and FIR. aiortc only notes them for frames that it encodes itself (rtcrtpsender.py:281, 352)."""
    sender._send_keyframe = callback


def on_report(sender: RTCRtpSender, fill: Callable[[Any], None]) -> None:
    """Let `fill` complete the sender info of each sender report before it goes out.

    aiortc pairs an RTP timestamp with the time of sending (rtcrtpsender.py:403), so that what delays pictures more than
    sound would come out as a lip-sync error at the receiver; and it counts only what it sent itself.
    """
    send_rtcp = sender._send_rtcp

    async def send(packets: list[Any]) -> None:
        for packet in packets:
            if isinstance(packet, RtcpSrPacket):
                fill(packet.sender_info)
                now = packet.sender_info.ntp_timestamp
                sender._RTCRtpSender__lsr = (now >> 16) & 0xFFFFFFFF  # what the answering report will quote
        await send_rtcp(packets)

    sender._send_rtcp = send


def on_feedback(sender: RTCRtpSender, lost: Callable[[float], None], estimated: Callable[[int], None]) -> None:
    """Tell what part of the packets a receiver report says were lost, and how many bits a second REMB says may come."""
    handle = sender._handle_rtcp_packet

    async def hear(packet: Any) -> None:
        if isinstance(packet, (RtcpRrPacket, RtcpSrPacket)):
            for report in packet.reports:
                if report.ssrc == sender._ssrc:
                    lost(report.fraction_lost / 256)
        elif isinstance(packet, RtcpPsfbPacket) and packet.fmt == RTCP_PSFB_APP:
            with contextlib.suppress(ValueError):  # application feedback of another kind
                bps, ssrcs = unpack_remb_fci(packet.fci)
                if sender._ssrc in ssrcs:
                    estimated(bps)
        await handle(packet)

    sender._handle_rtcp_packet = hear


def send_by(sender: RTCRtpSender, start: Callable[[int], None], history: Any) -> None:
    """Have `start` called with the payload type once packets may be sent, not the loop that takes a track's frames.

    Packets are sent again from `history`, which is asked `get(number % 128)`.
    """

    async def run(codec: Any) -> None:
        start(codec.payloadType)
        sender._RTCRtpSender__rtp_started.set()
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            pass  # aiortc's stop() cancels this and waits for the event; nobody else does
        finally:
            sender._RTCRtpSender__rtp_exited.set()

    sender._run_rtp = run
    sender._RTCRtpSender__rtp_history = history


def extensions(sender: RTCRtpSender) -> Any:
    """The header extensions that were agreed on."""
    return sender._RTCRtpSender__rtp_header_extensions_map


def header(sender: RTCRtpSender, payload_type: int, send_time: int) -> bytes:
    """A packet of the sender without its payload, with the extensions that were agreed on."""
    packet = RtpPacket(payload_type=payload_type, ssrc=sender._ssrc)
    packet.extensions.abs_send_time = send_time
    packet.extensions.mid = sender._RTCRtpSender__mid
    return bytes(packet.serialize(extensions(sender)))


class Path:
    """The way of a sender's packets to the socket: SRTP, then the pair of addresses that ICE chose."""

    def __init__(self, sender: RTCRtpSender) -> None:
        self._dtls = sender.transport
        self._nominated = self._dtls.transport._connection._nominated

    @property
    def open(self) -> bool:
        """Whether packets can be sent."""
        return self._dtls._state is State.CONNECTED and 1 in self._nominated

    @property
    def congested(self) -> bool:
        """Whether the socket has not taken what it was given: asyncio would queue more without a bound."""
        pair = self._nominated.get(1)
        unsent = None if pair is None else getattr(pair.protocol.transport, "get_write_buffer_size", None)
        return unsent is not None and unsent() > 0

    def send(self, packet: bytes) -> None:
        """Seal an RTP packet and send it."""
        pair = self._nominated[1]
        pair.protocol.transport.sendto(self._dtls._tx_srtp.protect(packet), pair.remote_addr)


def ice_connection(connection: RTCPeerConnection) -> Any:
    """The aioice connection below a bundled peer connection."""
    return connection.getTransceivers()[0].sender.transport.transport._connection


def gather_on(connection: Any, choose: Callable[[list[str]], list[str]]) -> None:
    """Choose the addresses to offer from those found; aioice never finds 127.0.0.1, and takes no list (ice.py:83)."""
    gather = connection.get_component_candidates

    async def chosen(component: int, addresses: list[str], timeout: int = 5) -> Any:
        return await gather(component=component, addresses=choose(addresses), timeout=timeout)

    connection.get_component_candidates = chosen


def keep_consent(connection: Any, interval_s: float, failures: int) -> None:
    """Ask for consent (RFC 7675) every `interval_s`, close after so many failures; aioice has constants (ice.py:27)."""

    async def query_consent(self: Any) -> None:
        failed = 0
        while True:
            await asyncio.sleep(interval_s * random.uniform(0.8, 1.2))
            for pair in list(self._nominated.values()):
                try:
                    await pair.protocol.request(
                        self.build_request(pair, nominate=False),
                        pair.remote_addr,
                        integrity_key=self.remote_password.encode("utf8"),
                        retransmissions=0,
                    )
                    failed = 0
                except stun.TransactionError:
                    failed += 1
            if failed >= failures:
                self._query_consent_task = None
                await self.close()
                return

    connection.query_consent = types.MethodType(query_consent, connection)


async def close(connection: RTCPeerConnection) -> None:
    """Close a peer connection, and wait for the tasks that aiortc and aioice would leave behind.

    aiortc does not stop a connection that is just being made: it would start senders after they were stopped.
    Cancelling this leaves what is still open to aiortc.
    """
    connecting = {task for task in _tasks_of(connection) if "__connect" in repr(task.get_coro())}
    for task in connecting:
        task.cancel()
    await _ended(connecting)
    others = _tasks_of(connection)
    await connection.close()
    await _ended(others | _tasks_of(connection))


async def _ended(tasks: set[asyncio.Task[Any]]) -> None:
    if tasks:
        done, _ = await asyncio.wait(tasks)
        for task in done:
            if not task.cancelled() and (error := task.exception()) is not None:
                logger.debug("%s ended with %r", task.get_name(), error)


def _tasks_of(connection: RTCPeerConnection) -> set[asyncio.Task[Any]]:
    owners: list[object] = [connection]
    for transceiver in connection.getTransceivers():
        owners += [transceiver.sender, transceiver.receiver]
        if (dtls := transceiver.sender.transport) is not None:  # else the offer was refused half way
            owners += [dtls, dtls.transport, dtls.transport._connection]
    found: set[asyncio.Task[Any]] = set()
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        frame = getattr(task.get_coro(), "cr_frame", None)
        if frame is not None and any(frame.f_locals.get("self") is owner for owner in owners):
            found.add(task)
    return found
