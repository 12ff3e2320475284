"""A server that is killed, and one that many come to and leave."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import aiohttp

from forkreel.bench.live.child import Child, running
from forkreel.bench.live.client import choose, counting, looking, p95
from forkreel.bench.live.results import LiveResults, Say
from forkreel.bench.seats import joined, opened, socket_of

KILLS = 5


async def killed(story: Path, folder: Path, results: LiveResults, say: Say) -> None:
    """What a kill costs: the time until pictures move again, and events."""
    took: list[float] = []
    async with aiohttp.ClientSession() as http:
        with running(Child.of(story, folder / "killed.db")) as child:
            seat = await opened(http, child.url)
            for turn in range(KILLS):
                acknowledged = await choose(http, child.url, seat, turn)
                child.kill()
                await asyncio.to_thread(child.start)
                began = time.perf_counter()
                async with looking(http, child.url, seat):
                    took.append(time.perf_counter() - began)
                async with http.ws_connect(socket_of(child.url, seat)) as ws:
                    results.acknowledged_events_lost += max(0, acknowledged - (await ws.receive_json())["seq"])
    results.kill_to_pictures_p95_ms = p95(took)
    say(
        f"kill -9 -> pictures move again after it listens, p95 of {KILLS}: {results.kill_to_pictures_p95_ms} ms;"
        f" acknowledged events lost: {results.acknowledged_events_lost}"
    )


async def comings(story: Path, folder: Path, results: LiveResults, say: Say, times: int) -> None:
    """What many who come and leave cost: memory, threads, descriptors."""
    async with aiohttp.ClientSession() as http:
        with running(Child.of(story, folder / "comings.db")) as child:
            room = await opened(http, child.url, mode="room")

            async def come(count: int) -> None:
                for _ in range(count):
                    seat = await joined(http, child.url, room)
                    async with http.ws_connect(socket_of(child.url, seat)) as ws:
                        await ws.receive_json()
                        async with counting(http, child.url, seat):
                            await asyncio.sleep(0)

            await come(times // 2)
            await asyncio.sleep(1.0)
            before, held = child.resident_kb(), child.held()
            await come(times // 2)
            await asyncio.sleep(1.0)
            after, left = child.resident_kb(), child.held()
    results.memory_growth_percent = round(100 * (after - before) / before, 1)
    results.left_over = f"threads {held[0]} -> {left[0]}, descriptors {held[1]} -> {left[1]}"
    say(
        f"resident memory over {times // 2} joins and leaves, after as many: {results.memory_growth_percent:+} %"
        f" ({before // 1024} -> {after // 1024} MB); {results.left_over}"
    )
