"""A UDP relay in this process: what a viewer and the server send each other goes through a bad network."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.network.faults import Faults, Path

HERE = "127.0.0.1"
Address = tuple[str, int]


class Relay:
    """Ports that lead to other ports, each way through `faults`. `close` frees all of them."""

    def __init__(self, faults: Faults, seed: int) -> None:
        self.there = Path(faults, seed)
        self.back = Path(faults, seed + 1)
        self._loop = asyncio.get_running_loop()
        self._transports: list[asyncio.DatagramTransport] = []
        self._due: set[asyncio.TimerHandle] = set()

    async def lead_to(self, target: Address) -> Address:
        """An address whose packets go to `target`; answers go to whoever sent last."""
        outer, inner = _Side(), _Side()
        for side in (outer, inner):
            transport, _ = await self._loop.create_datagram_endpoint(lambda side=side: side, local_addr=(HERE, 0))
            self._transports.append(transport)
        viewer: list[Address] = []

        def from_viewer(data: bytes, address: Address) -> None:
            viewer[:] = [address]
            self._later(self.there, inner, data, target)

        def from_server(data: bytes, address: Address) -> None:
            if viewer:
                self._later(self.back, outer, data, viewer[0])

        outer.hears, inner.hears = from_viewer, from_server
        found: Address = outer.transport.get_extra_info("sockname")
        return found

    def _later(self, path: Path, side: _Side, data: bytes, target: Address) -> None:
        now_s = self._loop.time()
        arrival_s = path.arrival_s(now_s, len(data))
        if arrival_s is None:
            return

        def send() -> None:
            self._due.discard(handle)
            side.transport.sendto(data, target)

        handle = self._loop.call_at(arrival_s, send)
        self._due.add(handle)

    def close(self) -> None:
        """Nothing is passed on any more."""
        for handle in self._due:
            handle.cancel()
        for transport in self._transports:
            transport.close()


class _Side(asyncio.DatagramProtocol):
    transport: Any

    def __init__(self) -> None:
        self.hears: Any = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, address: Any) -> None:
        self.hears(data, address)


@asynccontextmanager
async def relaying(faults: Faults, seed: int) -> AsyncIterator[Relay]:
    """A relay that is closed in the end."""
    relay = Relay(faults, seed)
    try:
        yield relay
    finally:
        relay.close()


_CANDIDATE = re.compile(r"^(a=candidate:\S+ 1 udp \d+) (\S+) (\d+) (typ host.*)$", re.MULTILINE | re.IGNORECASE)


def without_candidates(offer: str) -> str:
    """An offer whose viewer is found by its own checks alone, and so through the relay."""
    return re.sub(r"a=candidate:.*\r\n", "", offer)


async def detour(answer: str, relay: Relay) -> str:
    """An answer whose candidates lead through the relay."""
    for found in set(_CANDIDATE.findall(answer)):
        _, host, port, _ = found
        via, at = await relay.lead_to((host, int(port)))
        answer = answer.replace(f" {host} {port} typ host", f" {via} {at} typ host")
    return answer
