"""The load client: as many viewers as it is told over stdin, which count RTP without decoding it.

    python -m forkreel.bench.live.load URL PID [ROOM]

Each line of stdin is `{"viewers": N, "seconds": S}`, each line of stdout what they got in so long. Without a room
it watches what `forkreel.bench.live.plain` serves.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time
from contextlib import AsyncExitStack
from itertools import pairwise
from typing import Any

import aiohttp

from forkreel.bench.live.child import cpu_s
from forkreel.bench.live.client import Count, counting
from forkreel.bench.seats import joined
from forkreel.errors import ForkreelError

_TOGETHER = 4
_SETTLE_S = 1.5


class Load:
    """Some viewers of one show, and the processor time of the process that serves it."""

    def __init__(self, http: aiohttp.ClientSession, url: str, pid: int, room: str | None) -> None:
        self._http = http
        self._url = url
        self._pid = pid
        self._room = room
        self._viewers: list[tuple[AsyncExitStack, Count]] = []

    async def _come(self) -> None:
        seat: dict[str, Any] = {"whep": "/whep", "token": "-"}
        if self._room is not None:
            seat = await joined(self._http, self._url, {"room": self._room})
        stack = AsyncExitStack()
        count = await stack.enter_async_context(counting(self._http, self._url, seat, "video", "audio"))
        self._viewers.append((stack, count))

    async def measure(self, viewers: int, seconds: float) -> dict[str, float]:
        """What so many viewers got in so many seconds, the arguments of `capacity.Served`."""
        while len(self._viewers) < viewers:
            together = min(_TOGETHER, viewers - len(self._viewers))
            await asyncio.gather(*(self._come() for _ in range(together)))
        while len(self._viewers) > viewers:
            await self._viewers.pop()[0].aclose()
        await asyncio.sleep(_SETTLE_S)
        counts = [count for _, count in self._viewers]
        for count in counts:
            count.restart()
        began, used_s = time.perf_counter(), cpu_s(self._pid)
        await asyncio.sleep(seconds)
        ended, used_s = time.perf_counter(), cpu_s(self._pid) - used_s
        gaps = [gap for count in counts for gap in _gaps([began, *count.pictures_s, ended])]
        packets, lost = sum(count.packets for count in counts), sum(count.lost for count in counts)
        return {
            "lost": lost / max(1, packets + lost),
            "gap_p99_s": statistics.quantiles(gaps, n=100, method="inclusive")[-1],
            "core": used_s / (ended - began),
            "packets_a_second": packets / (ended - began),
            "bits_a_second": 8 * sum(count.octets for count in counts) / (ended - began),
        }

    async def close(self) -> None:
        """Everybody leaves."""
        while self._viewers:
            await self._viewers.pop()[0].aclose()


def _gaps(times_s: list[float]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(times_s)]


async def _main(url: str, pid: int, room: str | None) -> None:
    async with aiohttp.ClientSession() as http:
        load = Load(http, url, pid, room)
        while line := await asyncio.to_thread(sys.stdin.readline):
            asked = json.loads(line)
            try:
                told: dict[str, Any] = await load.measure(asked["viewers"], asked["seconds"])
            except (ForkreelError, aiohttp.ClientError, OSError, TimeoutError) as error:  # who asked is told
                told = {"error": f"{type(error).__name__}: {error}"}
            print(json.dumps(told), flush=True)
        await load.close()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None))
