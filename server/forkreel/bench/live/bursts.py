"""Many viewers who come within a second: the keyframes that they take, how soon each has a picture, what it costs."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp

from forkreel.bench.live.child import Child, cpu_s, running
from forkreel.bench.live.client import Counter, counting, p95
from forkreel.bench.live.results import LiveResults, Say
from forkreel.bench.seats import joined, opened

BURSTS = 3
VIEWERS = 50
WITHIN_S = 0.9
_IDLE_S = 2.0


async def bursts(story: Path, folder: Path, results: LiveResults, say: Say) -> None:
    """Each burst joins a show that one viewer watches; the most keyframes of any, and the waits of all."""
    took_s: list[float] = []
    core_s: list[float] = []
    async with AsyncExitStack() as parts:
        http = await parts.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))
        child = parts.enter_context(running(Child.of(story, folder / "bursts.db")))
        room = await opened(http, child.url, mode="room")
        await parts.enter_async_context(counting(http, child.url, room, "video", "audio"))
        for _ in range(BURSTS):
            seats = [await joined(http, child.url, room) for _ in range(VIEWERS)]
            async with AsyncExitStack() as there:
                viewers = [await there.enter_async_context(Counter.ready("video", "audio")) for _ in seats]
                used_s = cpu_s(child.pid)
                await asyncio.sleep(_IDLE_S)
                idle, used_s = (cpu_s(child.pid) - used_s) / _IDLE_S, cpu_s(child.pid)
                made, began_s = await _keyframes(http, child.url), time.perf_counter()
                coming = (_come(http, child.url, *one) for one in enumerate(zip(viewers, seats, strict=True)))
                took_s += await asyncio.gather(*coming)
                core_s.append(cpu_s(child.pid) - used_s - idle * (time.perf_counter() - began_s))
                made = await _keyframes(http, child.url) - made
            offered = [viewer.offered_s for viewer in viewers]
            results.keyframes_of_a_burst = max(made, results.keyframes_of_a_burst)
            results.burst_s = round(max(max(offered) - min(offered), results.burst_s), 2)
    results.viewers_in_a_burst = VIEWERS
    results.burst_offer_to_picture_p95_ms = p95(took_s)
    results.join_core_ms = round(1000 * sum(core_s) / len(took_s), 1)
    say(
        f"keyframes when {VIEWERS} viewers join within {results.burst_s} s, the most of {BURSTS} times:"
        f" {results.keyframes_of_a_burst}; POST of the offer -> first picture there, p95:"
        f" {results.burst_offer_to_picture_p95_ms} ms; a join costs {results.join_core_ms} ms of a core"
    )


async def _come(http: aiohttp.ClientSession, url: str, number: int, who: tuple[Counter, dict[str, Any]]) -> float:
    viewer, seat = who
    await asyncio.sleep(number * WITHIN_S / VIEWERS)
    await viewer.join(http, url, seat)
    return await viewer.first_picture_s()


async def _keyframes(http: aiohttp.ClientSession, url: str) -> int:
    async with http.get(f"{url}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    return round(float(next(line for line in lines if line.startswith("forkreel_keyframes ")).split()[1]))
