"""Where this room reaches into aiortc and aioice, which offer no public way; tests/stream/test_hooks.py holds each.

They go when aiortc has an event for keyframe requests, sender reports that take the time from packets, and settings for
consent and for the addresses to gather.
"""

from __future__ import annotations

import asyncio
import logging
import random
import types
from collections.abc import Callable
from typing import Any

from aioice import stun
from aiortc import RTCPeerConnection, RTCRtpSender
from aiortc.rtp import RtcpSrPacket

logger = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"


def on_keyframe_request(sender: RTCRtpSender, callback: Callable[[], None]) -> None:
    """Call back on PLI and FIR. aiortc only notes them for frames that it encodes itself (rtcrtpsender.py:281, 352)."""
    sender._send_keyframe = callback


def report_media_time(sender: RTCRtpSender, ntp_time: Callable[[], int | None]) -> None:
    """Let sender reports pair each RTP timestamp with its media time, as a 64 bit NTP time; None leaves a report alone.

    aiortc pairs it with the time of sending (rtcrtpsender.py:403), so that what delays pictures more than sound would
    come out as a lip-sync error at the receiver.
    """
    send_rtcp = sender._send_rtcp

    async def send(packets: list[Any]) -> None:
        for packet in packets:
            if isinstance(packet, RtcpSrPacket) and (now := ntp_time()) is not None:
                packet.sender_info.ntp_timestamp = now
                sender._RTCRtpSender__lsr = (now >> 16) & 0xFFFFFFFF  # what the answering report will quote
        await send_rtcp(packets)

    sender._send_rtcp = send


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
