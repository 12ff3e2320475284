"""Two network namespaces whose only way to each other is a bridge in this process, which may be a bad network."""

from __future__ import annotations

import ctypes
import fcntl
import heapq
import os
import select
import shutil
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

from tests.network.faults import Path

SERVER, VIEWER = "10.77.0.1", "10.77.0.2"
_ETH_P_ALL = 3
_IPV4, _UDP = b"\x08\x00", 17
_SIOCETHTOOL = 0x8946
_OFFLOADS = (0x17, 0x1F, 0x24, 0x2C)  # checksums, TSO, GSO, GRO: what they leave undone nobody in between does
_WINDOW_S = 0.5


class NoNamespaces(Exception):
    """Network namespaces cannot be made here; says why."""


@dataclass
class Bridge:
    """Passes frames between two interfaces: UDP through `there` (to the server) and `back`, the rest as it is.

    `offered` is what came from the server by UDP, in bytes, by half seconds since its first packet.
    """

    server: str
    viewer: str
    there: Path
    back: Path
    offered: dict[int, int] = field(default_factory=dict)
    began_s: float | None = None
    _over: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Pass frames on until `stop`."""
        order = count()
        due: list[tuple[float, int, socket.socket, bytes]] = []
        with _raw(self.server) as server, _raw(self.viewer) as viewer:
            while not self._over.is_set():
                wait_s = min(0.1, max(0.0, due[0][0] - time.monotonic())) if due else 0.1
                ready, _, _ = select.select([server, viewer], [], [], wait_s)
                for side in ready:
                    frame, (_, _, kind, _, _) = side.recvfrom(65535)
                    if kind == socket.PACKET_OUTGOING:
                        continue
                    now_s = time.monotonic()
                    arrival_s = self._arrival_s(frame, now_s, back=side is server)
                    if arrival_s is not None:
                        heapq.heappush(due, (arrival_s, next(order), viewer if side is server else server, frame))
                while due and due[0][0] <= time.monotonic():
                    _, _, side, frame = heapq.heappop(due)
                    side.send(frame)

    def _arrival_s(self, frame: bytes, now_s: float, *, back: bool) -> float | None:
        if frame[12:14] != _IPV4 or frame[23] != _UDP:
            return now_s
        if not back:
            return self.there.arrival_s(now_s, len(frame))
        self.began_s = now_s if self.began_s is None else self.began_s
        window = int((now_s - self.began_s) / _WINDOW_S)
        self.offered[window] = self.offered.get(window, 0) + len(frame)
        return self.back.arrival_s(now_s, len(frame))

    def rate_bps(self, from_s: float, to_s: float) -> float:
        """What the server sent between two times since its first packet."""
        sizes = [size for window, size in self.offered.items() if from_s <= window * _WINDOW_S < to_s]
        return 8 * sum(sizes) / (to_s - from_s)

    def settled_s(self, from_s: float, rate_bps: float) -> float | None:
        """How long after `from_s` the server last sent more than the line takes; None if it did to the end."""
        most = rate_bps * _WINDOW_S / 8
        over = [window for window, size in self.offered.items() if window * _WINDOW_S >= from_s and size > most]
        if not over:
            return 0.0
        if max(over) >= max(self.offered) - 1:
            return None
        return (max(over) + 1) * _WINDOW_S - from_s

    def stop(self) -> None:
        """End `run`."""
        self._over.set()


@contextmanager
def two_namespaces(there: Path, back: Path) -> Iterator[tuple[str, str, Bridge]]:
    """The names of the server's and the viewer's namespace, with the bridge between them at work.

    Raises `NoNamespaces`.
    """
    if os.geteuid() != 0 or shutil.which("ip") is None:
        raise NoNamespaces("network namespaces take root and Debian's iproute2")
    names = [f"forkreel-{os.getpid()}-{side}" for side in ("server", "viewer")]
    ends = [f"fk{os.getpid() % 10**6}{side}" for side in ("s", "v")]
    try:
        for name, end, address in zip(names, ends, (SERVER, VIEWER), strict=True):
            _ip("netns", "add", name)
            _ip("link", "add", end, "type", "veth", "peer", "name", f"{end}i")
            _without_offloads(f"{end}i")
            _ip("link", "set", f"{end}i", "netns", name)
            _ip("-n", name, "address", "add", f"{address}/24", "dev", f"{end}i")
            _ip("-n", name, "link", "set", f"{end}i", "up")
            _ip("-n", name, "link", "set", "lo", "up")
            _ip("link", "set", end, "up")
        bridge = Bridge(ends[0], ends[1], there, back)
        thread = threading.Thread(target=bridge.run, name="bridge")
        thread.start()
        try:
            yield names[0], names[1], bridge
        finally:
            bridge.stop()
            thread.join()
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "delete", name], stderr=subprocess.DEVNULL, check=False)
        for end in ends:
            subprocess.run(["ip", "link", "delete", end], stderr=subprocess.DEVNULL, check=False)


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoNamespaces(f"ip {' '.join(words)}: {done.stderr.strip()}")


def _raw(interface: str) -> socket.socket:
    raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
    raw.bind((interface, 0))
    return raw


def _without_offloads(interface: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        for command in _OFFLOADS:
            value = ctypes.create_string_buffer(struct.pack("II", command, 0))
            fcntl.ioctl(asked, _SIOCETHTOOL, struct.pack("16sP", interface.encode(), ctypes.addressof(value)))
