"""One viewer's picture or sound as RTP (RFC 3550), from payloads that were packed once for everybody.

aiortc builds each packet anew, of objects, and sends it through four coroutines. Here a packet is a header of one
pattern in front of a payload that is shared, sealed and handed to the socket.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from struct import Struct
from typing import Any

from aiortc import RTCRtpSender
from aiortc.rtp import RTP_HISTORY_SIZE, RtpPacket

from forkreel.stream import hooks

_NUMBERS = Struct("!BHL")
_MARKER = 0x80
_SINCE_1900_S = 2_208_988_800
AGAIN = 0.25
"""So large a share of what is sent may be sent again."""
MOST_AGAIN_BYTES = 20_000
"""So much of that share can be saved up."""


class RtpStream:
    """Numbers packets, seals them, sends them, and keeps the last 128 for who lost one. Used from the event loop alone.

    Nothing is sent before aiortc has started the sender, nor once its connection is closed.
    """

    def __init__(self, sender: RTCRtpSender) -> None:
        self.packets = 0
        self.octets = 0
        self.pts: int | None = None
        """Of what was sent last."""
        self._sender = sender
        self._number = random.getrandbits(15)  # the lower half: who misses the packets before an early wrap
        # would count rollovers wrongly, and could decrypt nothing (RFC 3711, 3.3.1)
        self._origin = random.getrandbits(32)
        self._history = History(sender)
        self._path: hooks.Path | None = None
        self._header = bytearray()
        self._payload_type = 0
        self._send_time: slice | None = None
        hooks.send_by(sender, self._start, self._history)

    def _start(self, payload_type: int) -> None:
        self._payload_type = payload_type
        early, late = (hooks.header(self._sender, payload_type, send_time) for send_time in (0, 0xFFFFFF))
        self._header = bytearray(early)
        differ = [at for at, (a, b) in enumerate(zip(early, late, strict=True)) if a != b]
        self._send_time = slice(differ[0], differ[-1] + 1) if differ else None
        self._path = hooks.Path(self._sender)

    @property
    def timestamp(self) -> int | None:
        """The RTP timestamp of what was sent last."""
        return None if self.pts is None else (self._origin + self.pts) & 0xFFFFFFFF

    def fill(self, report: Any, ntp_time: int) -> None:
        """Let a sender report tell what was sent, and that the last timestamp means `ntp_time`, a 64 bit NTP time."""
        report.ntp_timestamp = ntp_time
        report.rtp_timestamp = self.timestamp
        report.packet_count = self.packets & 0xFFFFFFFF
        report.octet_count = self.octets & 0xFFFFFFFF

    @property
    def congested(self) -> bool:
        """Whether the socket takes nothing more just now."""
        return self._path is not None and self._path.congested

    def send(self, payloads: Sequence[bytes], pts: int, last: bool, afresh: bool = False) -> None:
        """Send some payloads of what is shown or heard at `pts`; `last` when they are its last ones, `afresh` when they
        begin a keyframe."""
        path = self._path
        if path is None or not path.open:
            return
        if afresh:
            self._history.age()
        self.pts = pts
        timestamp = (self._origin + pts) & 0xFFFFFFFF
        header, number = self._header, self._number
        if self._send_time is not None:
            now = int((time.time() + _SINCE_1900_S) * (1 << 18)) & 0xFFFFFF  # 6.18 bits of seconds
            header[self._send_time] = now.to_bytes(3, "big")
        final = len(payloads) - 1 if last else -1
        for at, payload in enumerate(payloads):
            kind = self._payload_type | _MARKER if at == final else self._payload_type
            _NUMBERS.pack_into(header, 1, kind, number, timestamp)
            packet = bytes(header) + payload
            self._history.keep(number, packet)
            path.send(packet)
            number = (number + 1) & 0xFFFF
            self.octets += len(payload)
        self.packets += len(payloads)
        self._number = number


class History:
    """The last packets as they were before they were sealed; aiortc asks for them to send them again.

    Only a share of what is sent may be sent again: a line that is too narrow already would lose that, too, and more.
    Half of what can be saved up is for what came since the last keyframe, without which that is worth nothing.
    """

    def __init__(self, sender: RTCRtpSender) -> None:
        self._sender = sender
        self._older: set[int] = set()  # slots with packets from before the last keyframe
        self._packets: list[bytes | None] = [None] * RTP_HISTORY_SIZE
        self._spare: float = MOST_AGAIN_BYTES

    def keep(self, number: int, packet: bytes) -> None:
        """Remember a packet that is sent."""
        self._packets[number % RTP_HISTORY_SIZE] = packet
        self._older.discard(number % RTP_HISTORY_SIZE)
        self._spare = min(MOST_AGAIN_BYTES, self._spare + AGAIN * len(packet))

    def age(self) -> None:
        """A keyframe comes next."""
        self._older = set(range(RTP_HISTORY_SIZE))

    def get(self, slot: int) -> RtpPacket | None:
        """What a dictionary would give for a packet's number modulo 128; the packet knows its whole number."""
        packet = self._packets[slot]
        kept_back = MOST_AGAIN_BYTES / 2 if slot in self._older else 0
        if packet is None or len(packet) > self._spare - kept_back:
            return None
        self._spare -= len(packet)
        return RtpPacket.parse(packet, hooks.extensions(self._sender))
