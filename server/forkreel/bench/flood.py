"""What a flood of offers without a seat does to those who watch: `python -m forkreel.bench.flood`.

The server, its viewers and the flood are a process each. The server runs with its default limits; viewers count RTP
packets without decoding; every offer of the flood comes on a connection of its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import aiohttp

from forkreel.bench.seats import joined, opened
from forkreel.errors import ServeError

VIEWERS = 10
OFFERS = 1000
QUIET_S = 5.0
_AFTER_S = 1.0
_AT_ONCE = 64  # connections of the flood
_PATIENCE_S = 60.0
_STORY = (
    "story: Still\nscenes:\n  here: {prompt: here, ask: {prompt: Well?, choices: [{id: go, label: Go, goto: here}]}}\n"
)
_SDP = {"Content-Type": "application/sdp"}


@dataclass(frozen=True, slots=True)
class FloodResults:
    """`answers` by HTTP status; gaps between pictures, of all viewers, in milliseconds, before and during the flood."""

    viewers: int
    answers: dict[str, int]
    flood_s: float
    gap_p99_before_ms: float
    gap_p99_ms: float

    def render(self) -> str:
        """One sentence."""
        answered = ", ".join(f"{count} of {status}" for status, count in sorted(self.answers.items()))
        return (
            f"{sum(self.answers.values())} offers without a seat in {self.flood_s:.1f} s ({answered}):"
            f" p99 gap between pictures at {self.viewers} viewers {self.gap_p99_ms} ms"
            f" ({self.gap_p99_before_ms} ms before)"
        )


async def measure(viewers: int = VIEWERS, offers: int = OFFERS, quiet_s: float = QUIET_S) -> FloodResults:
    """Let viewers watch a room, flood its WHEP route from another process, and look at their pictures."""
    async with AsyncExitStack() as parts:
        http = await parts.enter_async_context(aiohttp.ClientSession())
        url = await parts.enter_async_context(_server())
        room = await opened(http, url, "room", "still")
        arrivals: list[list[float]] = []
        for _ in range(viewers):
            seat = await joined(http, url, room)
            arrivals.append(await parts.enter_async_context(_watching(http, url, seat)))
        await _until(lambda: all(arrivals))
        began_s = time.perf_counter()
        await asyncio.sleep(quiet_s)
        flooded_s = time.perf_counter()
        flood = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "forkreel.bench.flood",
            url + room["whep"],
            str(offers),
            stdout=asyncio.subprocess.PIPE,
        )
        told, _ = await flood.communicate()
        await asyncio.sleep(_AFTER_S)
        answers, took_s = json.loads(told)
        return FloodResults(
            viewers=viewers,
            answers=answers,
            flood_s=took_s,
            gap_p99_before_ms=_p99_ms(arrivals, began_s, flooded_s),
            gap_p99_ms=_p99_ms(arrivals, flooded_s, time.perf_counter()),
        )


async def flood(url: str, offers: int) -> tuple[dict[str, int], float]:
    """So many offers as fast as they are answered: how often each HTTP status came, and the seconds it took."""
    answers: Counter[str] = Counter()
    places = asyncio.Semaphore(_AT_ONCE)
    body = "v=0\r\n" + "a=x-flood:1\r\n" * 200  # about what browsers send

    async def offer(http: aiohttp.ClientSession, number: int) -> None:
        headers = {**_SDP, "Authorization": f"Bearer guess-{number}"}
        async with places:
            try:
                async with http.post(url, data=body, headers=headers) as answer:
                    await answer.read()
                    answers[str(answer.status)] += 1
            except aiohttp.ClientError as error:
                answers[type(error).__name__] += 1

    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    async with aiohttp.ClientSession(connector=connector) as http:
        began = time.perf_counter()
        await asyncio.gather(*(offer(http, number) for number in range(offers)))
        return dict(answers), time.perf_counter() - began


@asynccontextmanager
async def _server() -> AsyncIterator[str]:
    """`forkreel serve` with the test card, and its address once it is ready."""
    with tempfile.TemporaryDirectory() as name, socket.create_server(("127.0.0.1", 0)) as found:
        story = Path(name) / "still.yaml"
        story.write_text(_STORY, encoding="utf-8")
        port = found.getsockname()[1]
        found.close()
        serve = [
            "serve",
            str(story),
            "--model",
            "testcard",
            "--port",
            str(port),
            "--database",
            f"sqlite:///{name}/s.db",
        ]
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "forkreel", *serve,
            env={**os.environ, "FORKREEL_ICE_LOOPBACK": "1", "FORKREEL_BITRATE_BPS": "600000"},
            stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        url = f"http://127.0.0.1:{port}"
        try:
            async with aiohttp.ClientSession() as http:
                await _until_ready(http, url, process)
            yield url
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


async def _until_ready(http: aiohttp.ClientSession, url: str, process: asyncio.subprocess.Process) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while process.returncode is None and time.monotonic() < deadline:
        try:
            async with http.get(f"{url}/readyz") as answer:
                if answer.status == 200:
                    return
        except aiohttp.ClientError:
            pass
        await asyncio.sleep(0.05)
    raise ServeError("the server that is to be flooded did not start")


@asynccontextmanager
async def _watching(http: aiohttp.ClientSession, url: str, seat: dict[str, Any]) -> AsyncIterator[list[float]]:
    """A viewer that decodes nothing; gives the times at which its pictures were complete."""
    from forkreel.watch.receiver import Receiver  # not in the flood's own process

    arrivals: list[float] = []

    async def decoded(frame: Any) -> None:
        raise AssertionError("this viewer decodes nothing")

    async def count(packet: Any, arrival_time_ms: int) -> None:
        if packet.marker:
            arrivals.append(time.perf_counter())

    async def ignore(packet: Any, arrival_time_ms: int) -> None:
        pass

    receiver = Receiver(decoded, decoded)
    try:
        offer = await receiver.offer()
        for transceiver in receiver.connection.getTransceivers():
            transceiver.receiver._handle_rtp_packet = count if transceiver.kind == "video" else ignore
        headers = {**_SDP, "Authorization": f"Bearer {seat['token']}"}
        async with http.post(url + seat["whep"], data=offer, headers=headers) as answer:
            text = await answer.text()
            if answer.status != 201:
                raise ServeError(f"the offer was answered {answer.status}: {text[:200]}")
        await receiver.accept(text)
        yield arrivals
    finally:
        await receiver.close()


def _p99_ms(arrivals: list[list[float]], from_s: float, to_s: float) -> float:
    gaps = sorted(
        later - earlier
        for times in arrivals
        for earlier, later in pairwise(times)
        if earlier >= from_s and later <= to_s
    )
    if not gaps:
        raise ServeError("no pictures came in the time that was to be measured")
    return round(1000 * gaps[min(len(gaps) - 1, len(gaps) * 99 // 100)], 1)


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(_PATIENCE_S):
        while not holds():  # noqa: ASYNC110 - what others do has no event to wait for
            await asyncio.sleep(0.01)


def main() -> None:
    """Without arguments the whole; with a WHEP address and a number the flood alone."""
    if len(sys.argv) > 1:
        print(json.dumps(asyncio.run(flood(sys.argv[1], int(sys.argv[2])))))
    else:
        print(asyncio.run(measure()).render())


if __name__ == "__main__":
    main()
