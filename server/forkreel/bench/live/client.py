"""What stands in for viewers: receivers that decode or only count."""

from __future__ import annotations

import asyncio
import re
import statistics
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from struct import Struct
from typing import Any

import aiohttp

from forkreel.bench.seats import socket_of
from forkreel.errors import ServeError
from forkreel.stream import hooks
from forkreel.watch.receiver import Receiver

PATIENCE_S = 30.0
_HEADER = Struct("!BHLL")


async def choose(http: aiohttp.ClientSession, url: str, seat: dict[str, Any], turn: int) -> int:
    """Make one choice; the number of the event, once it is acknowledged."""
    async with http.ws_connect(socket_of(url, seat)) as ws:
        while (moment := await ws.receive_json())["type"] != "moment":
            pass
        ask = moment["ask"]
        choice = ask["choices"][0]["id"]
        await ws.send_json({"type": "choose", "id": f"turn-{turn}", "poll": ask["poll"], "choice": choice})
        while (ack := await ws.receive_json())["type"] != "ack":
            pass
        return int(ack["seq"])


async def _post_offer(http: aiohttp.ClientSession, url: str, seat: dict[str, Any], offer: str) -> tuple[str, str]:
    """Where to leave, and the answer."""
    headers = {"Content-Type": "application/sdp", "Authorization": f"Bearer {seat['token']}"}
    async with http.post(url + seat["whep"], data=offer, headers=headers) as answer:
        text = await answer.text()
        if answer.status != 201:
            raise ServeError(f"the offer was answered {answer.status}: {text[:200]}")
        return url + answer.headers["Location"], text


@asynccontextmanager
async def looking(http: aiohttp.ClientSession, url: str, seat: dict[str, Any]) -> AsyncIterator[float]:
    """A viewer that decodes; gives the seconds from its offer to its first picture."""
    seen = asyncio.Event()

    async def picture(frame: Any) -> None:
        seen.set()

    async def sound(frame: Any) -> None:
        """Not listened to."""

    receiver = Receiver(picture, sound)
    try:
        began = time.perf_counter()
        location, answer = await _post_offer(http, url, seat, await receiver.offer())
        await receiver.accept(answer)
        await asyncio.wait_for(seen.wait(), PATIENCE_S)
        yield time.perf_counter() - began
        await leave(http, location, seat)
    finally:
        await receiver.close()


class Count:
    """What a viewer has got, without decoding or even deciphering it: the header of an RTP packet is open."""

    def __init__(self) -> None:
        self.video: int | None = None
        """The SSRC of the picture, as the answer names it."""
        self.restart()

    def restart(self) -> None:
        """Count from here."""
        self.packets = 0
        self.octets = 0
        self.pictures_s: list[float] = []
        self._first: dict[int, int] = {}
        self._last: dict[int, int] = {}

    def heard(self, data: bytes) -> None:
        """An RTP packet."""
        kind, number, _, ssrc = _HEADER.unpack_from(data, 1)
        last = self._last.get(ssrc)
        if last is None:
            self._first[ssrc] = self._last[ssrc] = number
        else:
            self._last[ssrc] = max(last, last + (number - last + 0x8000) % 0x10000 - 0x8000)
        self.packets += 1
        self.octets += len(data)
        if kind & 0x80 and ssrc == self.video:
            self.pictures_s.append(time.perf_counter())

    @property
    def lost(self) -> int:
        """Packets whose number never came."""
        return sum(last - self._first[ssrc] + 1 for ssrc, last in self._last.items()) - self.packets


class Counter:
    """A viewer that counts what comes. Its offer is ready beforehand, so that many can come at once."""

    def __init__(self) -> None:
        self.count = Count()
        self.offered_s = 0.0
        """When its offer went out."""
        self._receiver = Receiver(_nothing, _nothing)
        self._offer = ""

    @classmethod
    @asynccontextmanager
    async def ready(cls, *kinds: str) -> AsyncIterator[Counter]:
        """One that has its offer, of picture alone unless told otherwise; closed in the end."""
        counter = cls()
        try:
            counter._offer = await counter._receiver.offer(*(kinds or ("video",)))
            yield counter
        finally:
            await counter._receiver.close()

    async def join(self, http: aiohttp.ClientSession, url: str, seat: dict[str, Any]) -> str:
        """Offers, and returns once it is connected: where to leave."""
        ice = hooks.ice_connection(self._receiver.connection)
        queue = ice.data_received

        def hear(data: bytes, component: int) -> None:
            if data[0] >> 6 == 2 and not 192 <= data[1] <= 223:  # RTP, and neither RTCP nor DTLS (RFC 7983, RFC 5761)
                self.count.heard(data)
            else:
                queue(data, component)

        ice.data_received = hear
        self.offered_s = time.perf_counter()
        location, answer = await _post_offer(http, url, seat, self._offer)
        media = answer.partition("m=video")[2].partition("m=")[0]
        found = re.search(r"a=ssrc:(\d+)", media)
        self.count.video = int(found[1]) if found else None
        await self._receiver.accept(answer)
        await asyncio.wait_for(self._receiver.connected.wait(), PATIENCE_S)
        return location

    async def first_picture_s(self) -> float:
        """The seconds from the offer to the first picture, once that is there."""
        await until(lambda: bool(self.count.pictures_s))
        return self.count.pictures_s[0] - self.offered_s


async def _nothing(frame: Any) -> None:
    """Nothing is decoded."""


@asynccontextmanager
async def counting(http: aiohttp.ClientSession, url: str, seat: dict[str, Any], *kinds: str) -> AsyncIterator[Count]:
    """A viewer that is connected and counts what comes; of picture alone unless told otherwise."""
    async with Counter.ready(*kinds) as counter:
        location = await counter.join(http, url, seat)
        yield counter.count
        await leave(http, location, seat)


async def leave(http: aiohttp.ClientSession, location: str, seat: dict[str, Any]) -> None:
    """Say goodbye to the media."""
    async with http.delete(location, headers={"Authorization": f"Bearer {seat['token']}"}):
        pass


async def until(reached: Callable[[], bool]) -> None:
    """Wait for something."""
    async with asyncio.timeout(PATIENCE_S):
        while not reached():  # noqa: ASYNC110 - a bench may look
            await asyncio.sleep(0.01)


def p95(seconds: list[float]) -> float:
    """The 95th percentile of seconds, in milliseconds."""
    return round(1000 * statistics.quantiles(seconds, n=20, method="inclusive")[-1], 1)
