"""Encoders, joins, choices and votes of a server in this process."""

from __future__ import annotations

import asyncio
import statistics
import time
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp

from forkreel.app import Server, load_stories, open_server
from forkreel.bench.live.client import counting, looking, p95, until
from forkreel.bench.live.results import LiveResults, Say
from forkreel.bench.seats import joined, opened, socket_of
from forkreel.bench.stories import broken
from forkreel.settings import Settings
from forkreel.watch import watch

VIEWERS = 100
JOINS = 50
CHOICES = 200
VOTERS = 100


async def here(story: Path, folder: Path, results: LiveResults, say: Say) -> None:
    """Encoders, joins, choices, votes."""
    settings = Settings(
        port=0, model="testcard", size=(512, 288), bitrate_bps=600_000, ice_loopback=True, messages_a_second=1000,
        offers_a_minute=1000, peers_a_session=JOINS, max_viewers=2 * VIEWERS, leave_grace_s=600,
        database=f"sqlite:///{folder / 'here.db'}",
    )  # fmt: skip
    loaded = load_stories([story], broken)
    async with open_server(settings, loaded) as server, aiohttp.ClientSession() as http:
        await server.warming
        await _encoders(server, http, results, say)
        report = await watch(server.url, picks=["go", "back"] * (CHOICES // 2 + 1), seconds=90, hurry=True)
        results.choice_to_picture_p95_ms = p95(list(report.choice_to_picture_s)[:CHOICES])
        p95_ms = results.choice_to_picture_p95_ms
        say(f"choice sent -> first decoded frame of the new scene, p95 of {CHOICES}: {p95_ms} ms")
        await _first_pictures(server, http, results, say)
        await _votes(server, http, results, say)


async def _encoders(server: Server, http: aiohttp.ClientSession, results: LiveResults, say: Say) -> None:
    room = await opened(http, server.url, mode="room")
    stream = next(s.broadcast for s in server.sessions.all() if s.id == room["session"])
    async with AsyncExitStack() as parts:
        await parts.enter_async_context(counting(http, server.url, room))
        await until(lambda: stream.viewers == 1)
        await until(lambda: stream.stats().encoders > 0)
        results.encoders_with_1_viewer = stream.stats().encoders
        for _ in range(VIEWERS - 1):
            await parts.enter_async_context(counting(http, server.url, await joined(http, server.url, room)))
        await asyncio.sleep(1.0)  # one process is both sides: on a busy machine some drop out of it again
        results.viewers_connected = stream.viewers
        results.encoders_with_100_viewers = stream.stats().encoders
        pictures, began = stream.stats().pictures, time.perf_counter()
        await asyncio.sleep(2.0)
        rate = (stream.stats().pictures - pictures) / (time.perf_counter() - began)
        results.pictures_encoded_a_second_with_100_viewers = round(rate, 1)
    say(
        f"encoders running with 1 and with {results.viewers_connected} viewers on one stage:"
        f" {results.encoders_with_1_viewer} and {results.encoders_with_100_viewers}"
        f" ({rate:.1f} pictures encoded a second with {results.viewers_connected})"
    )


async def _first_pictures(server: Server, http: aiohttp.ClientSession, results: LiveResults, say: Say) -> None:
    seat = await opened(http, server.url)
    took: list[float] = []
    async with looking(http, server.url, seat):  # the show runs, as it does for who comes later
        for _ in range(JOINS):
            async with looking(http, server.url, seat) as waited_s:
                took.append(waited_s)
    results.offer_to_picture_p95_ms = p95(took)
    say(f"POST of the offer -> first decoded frame, p95 of {JOINS} joins: {results.offer_to_picture_p95_ms} ms")


async def _votes(server: Server, http: aiohttp.ClientSession, results: LiveResults, say: Say) -> None:
    room = await opened(http, server.url, mode="room")
    took: list[float] = []
    async with AsyncExitStack() as parts:
        await parts.enter_async_context(counting(http, server.url, room))
        sockets = []
        for _ in range(VOTERS):
            seat = await joined(http, server.url, room)
            sockets.append(await parts.enter_async_context(http.ws_connect(socket_of(server.url, seat))))

        async def votes(number: int, ws: aiohttp.ClientWebSocketResponse) -> None:
            for turn in range(3):
                await asyncio.sleep((number * 0.618034 + turn) % 1.0)
                sent = time.perf_counter()
                await ws.send_json({"type": "choose", "id": turn, "poll": "here.0", "choice": "go"})
                while (message := await ws.receive_json())["type"] not in ("ack", "refused"):
                    pass
                if message["type"] == "ack":
                    took.append(time.perf_counter() - sent)

        await asyncio.gather(*(votes(number, ws) for number, ws in enumerate(sockets)))
    results.vote_to_ack_median_ms = round(1000 * statistics.median(took), 1)
    results.vote_to_ack_p95_ms = p95(took)
    say(
        f"vote sent -> acknowledged once durable (SQLite, {VOTERS} voters,"
        f" {len(took)} votes): median {results.vote_to_ack_median_ms} ms, p95 {results.vote_to_ack_p95_ms} ms"
    )
