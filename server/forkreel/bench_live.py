"""The figures of live delivery, measured on this machine with the test card over real WebRTC on the loopback address.

Viewers that only count packets stand in where decoding a hundred pictures at once would be what is measured.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import aiohttp

from forkreel.app import Server, load_stories, open_server
from forkreel.errors import ServeError
from forkreel.settings import Settings
from forkreel.watch import watch
from forkreel.watch.receiver import Receiver

VIEWERS = 100
JOINS = 50
CHOICES = 200
KILLS = 5
VOTERS = 100
COMINGS = 200
PATIENCE_S = 30.0
_STORY = """\
story: There and back
start: here
scenes:
  here: {prompt: here, move: {path: cut}, ask: {prompt: Where to?, choices: [{id: go, label: Go, goto: there}]}}
  there: {prompt: there, move: {path: cut}, ask: {prompt: And now?, choices: [{id: back, label: Back, goto: here}]}}
"""
_NAME = "there-and-back"

Say = Callable[[str], None]


@dataclass
class LiveResults:
    """What was measured; times in milliseconds."""

    viewers_connected: int = 0
    encoders_with_1_viewer: int = 0
    encoders_with_100_viewers: int = 0
    pictures_encoded_a_second_with_100_viewers: float = 0.0
    choice_to_picture_p95_ms: float = 0.0
    offer_to_picture_p95_ms: float = 0.0
    keyframes_a_second_while_50_join: float = 0.0
    vote_to_ack_median_ms: float = 0.0
    vote_to_ack_p95_ms: float = 0.0
    kill_to_pictures_p95_ms: float = 0.0
    acknowledged_events_lost: int = 0
    memory_growth_percent: float = 0.0
    left_over: str = ""

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def run(say: Say = print, comings: int = COMINGS) -> LiveResults:
    """Measures and says each figure as it comes; `comings` are the joins and leaves that memory is measured over."""
    results = LiveResults()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        story = folder / f"{_NAME}.yaml"
        story.write_text(_STORY, encoding="utf-8")
        asyncio.run(_here(story, folder, results, say))
        asyncio.run(_killed(story, folder, results, say))
        asyncio.run(_comings(story, folder, results, say, comings))
    return results


async def _here(story: Path, folder: Path, results: LiveResults, say: Say) -> None:
    settings = Settings(
        port=0, model="testcard", size=(512, 288), bitrate_bps=600_000, ice_loopback=True, messages_a_second=1000,
        offers_a_minute=1000, peers_a_session=JOINS, max_viewers=2 * VIEWERS, leave_grace_s=600,
        database=f"sqlite:///{folder / 'here.db'}",
    )  # fmt: skip
    loaded = load_stories([story], _broken)
    async with open_server(settings, loaded) as server, aiohttp.ClientSession() as http:
        await server.warming
        await _encoders(server, http, results, say)
        report = await watch(server.url, picks=["go", "back"] * (CHOICES // 2 + 1), seconds=90, hurry=True)
        results.choice_to_picture_p95_ms = _p95(list(report.choice_to_picture_s)[:CHOICES])
        p95_ms = results.choice_to_picture_p95_ms
        say(f"choice sent -> first decoded frame of the new scene, p95 of {CHOICES}: {p95_ms} ms")
        await _first_pictures(server, http, results, say)
        await _votes(server, http, results, say)


async def _encoders(server: Server, http: aiohttp.ClientSession, results: LiveResults, say: Say) -> None:
    room = await _opened(http, server.url, mode="room")
    stream = next(s.broadcast for s in server.sessions.all() if s.id == room["session"])
    async with AsyncExitStack() as parts:
        await parts.enter_async_context(_counting(http, server.url, room))
        await _until(lambda: stream.viewers == 1)
        results.encoders_with_1_viewer = _encoders_running()
        before = stream.stats().keyframes
        began = time.perf_counter()
        for _ in range(JOINS):
            await parts.enter_async_context(_counting(http, server.url, await _joined(http, server.url, room)))
        took_s = time.perf_counter() - began
        made = stream.stats().keyframes - before
        results.keyframes_a_second_while_50_join = round(made / took_s, 1)
        say(f"keyframes while {JOINS} viewers join within {took_s:.1f} s: {made}, {made / took_s:.1f} a second")
        for _ in range(VIEWERS - JOINS - 1):
            await parts.enter_async_context(_counting(http, server.url, await _joined(http, server.url, room)))
        await asyncio.sleep(1.0)  # one process is both sides: on a busy machine some drop out of it again
        results.viewers_connected = stream.viewers
        results.encoders_with_100_viewers = _encoders_running()
        pictures, began = stream.stats().pictures, time.perf_counter()
        await asyncio.sleep(2.0)
        rate = (stream.stats().pictures - pictures) / (time.perf_counter() - began)
        results.pictures_encoded_a_second_with_100_viewers = round(rate, 1)
    say(
        f"encoders running with 1 and with {results.viewers_connected} viewers on one stage:"
        f" {results.encoders_with_1_viewer} and {results.encoders_with_100_viewers}"
        f" ({rate:.1f} pictures encoded a second with {results.viewers_connected})"
    )


def _encoders_running() -> int:
    return sum(thread.name == "forkreel-encoder" for thread in threading.enumerate())


async def _first_pictures(server: Server, http: aiohttp.ClientSession, results: LiveResults, say: Say) -> None:
    seat = await _opened(http, server.url)
    took: list[float] = []
    async with _looking(http, server.url, seat):  # the show runs, as it does for who comes later
        for _ in range(JOINS):
            async with _looking(http, server.url, seat) as waited_s:
                took.append(waited_s)
    results.offer_to_picture_p95_ms = _p95(took)
    say(f"POST of the offer -> first decoded frame, p95 of {JOINS} joins: {results.offer_to_picture_p95_ms} ms")


async def _votes(server: Server, http: aiohttp.ClientSession, results: LiveResults, say: Say) -> None:
    room = await _opened(http, server.url, mode="room")
    took: list[float] = []
    async with AsyncExitStack() as parts:
        await parts.enter_async_context(_counting(http, server.url, room))
        sockets = []
        for _ in range(VOTERS):
            seat = await _joined(http, server.url, room)
            sockets.append(await parts.enter_async_context(http.ws_connect(_socket(server.url, seat))))

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
    results.vote_to_ack_p95_ms = _p95(took)
    say(
        f"vote sent -> acknowledged once durable, the wait for its frame included (SQLite, {VOTERS} voters,"
        f" {len(took)} votes): median {results.vote_to_ack_median_ms} ms, p95 {results.vote_to_ack_p95_ms} ms"
    )


async def _killed(story: Path, folder: Path, results: LiveResults, say: Say) -> None:
    took: list[float] = []
    async with aiohttp.ClientSession() as http:
        with _child(story, folder / "killed.db") as child:
            seat = await _opened(http, child.url)
            for turn in range(KILLS):
                acknowledged = await _choose(http, child.url, seat, turn)
                child.kill()
                await asyncio.to_thread(child.start)
                began = time.perf_counter()
                async with _looking(http, child.url, seat):
                    took.append(time.perf_counter() - began)
                async with http.ws_connect(_socket(child.url, seat)) as ws:
                    results.acknowledged_events_lost += max(0, acknowledged - (await ws.receive_json())["seq"])
    results.kill_to_pictures_p95_ms = _p95(took)
    say(
        f"kill -9 -> pictures move again after it listens, p95 of {KILLS}: {results.kill_to_pictures_p95_ms} ms;"
        f" acknowledged events lost: {results.acknowledged_events_lost}"
    )


async def _comings(story: Path, folder: Path, results: LiveResults, say: Say, comings: int) -> None:
    async with aiohttp.ClientSession() as http:
        with _child(story, folder / "comings.db") as child:
            room = await _opened(http, child.url, mode="room")

            async def come(times: int) -> None:
                for _ in range(times):
                    seat = await _joined(http, child.url, room)
                    async with http.ws_connect(_socket(child.url, seat)) as ws:
                        await ws.receive_json()
                        async with _counting(http, child.url, seat):
                            await asyncio.sleep(0)

            await come(comings // 2)
            await asyncio.sleep(1.0)
            before, held = child.resident_kb(), child.held()
            await come(comings // 2)
            await asyncio.sleep(1.0)
            after, left = child.resident_kb(), child.held()
    results.memory_growth_percent = round(100 * (after - before) / before, 1)
    results.left_over = f"threads {held[0]} -> {left[0]}, descriptors {held[1]} -> {left[1]}"
    say(
        f"resident memory over {comings // 2} joins and leaves, after as many: {results.memory_growth_percent:+} %"
        f" ({before // 1024} -> {after // 1024} MB); {results.left_over}"
    )


class _Child:
    """`forkreel serve` with the test card in a process of its own."""

    def __init__(self, story: Path, database: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as found:
            port = found.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        serve = ["serve", str(story), "--model", "testcard", "--port", str(port), "--database", f"sqlite:///{database}"]
        self._command = [sys.executable, "-m", "forkreel", *serve]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; returns as soon as it is ready to play."""
        limits = {"OFFERS_A_MINUTE": "100000", "MAX_VIEWERS": "200", "ICE_LOOPBACK": "1", "MESSAGES_A_SECOND": "1000"}
        environment = {**os.environ, **{f"FORKREEL_{name}": value for name, value in limits.items()}}
        self._process = subprocess.Popen(self._command, env=environment, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline and self._process.poll() is None:
            if _is_ready(self.url):
                return
            time.sleep(0.02)
        raise ServeError("the server that is measured did not start")

    def kill(self) -> None:
        """SIGKILL."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _status(self, name: str) -> int:
        assert self._process is not None, "start() comes first"
        text = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(next(line for line in text.splitlines() if line.startswith(name)).split()[1])

    def resident_kb(self) -> int:
        """Its resident memory."""
        return self._status("VmRSS:")

    def held(self) -> tuple[int, int]:
        """Its threads and open descriptors."""
        assert self._process is not None, "start() comes first"
        return self._status("Threads:"), len(list(Path(f"/proc/{self._process.pid}/fd").iterdir()))


@contextmanager
def _child(story: Path, database: Path) -> Iterator[_Child]:
    child = _Child(story, database)
    try:
        child.start()
        yield child
    finally:
        child.kill()


def _is_ready(url: str) -> bool:
    from urllib.request import urlopen

    try:
        with urlopen(f"{url}/readyz", timeout=2) as answer:
            ready: bool = answer.status == 200
            return ready
    except OSError:
        return False


async def _opened(http: aiohttp.ClientSession, url: str, mode: str = "solo") -> dict[str, Any]:
    return await _posted(http, f"{url}/api/sessions", {"story": _NAME, "mode": mode})


async def _joined(http: aiohttp.ClientSession, url: str, room: dict[str, Any]) -> dict[str, Any]:
    return await _posted(http, f"{url}/api/rooms/{room['room']}/join", {})


async def _posted(http: aiohttp.ClientSession, url: str, body: dict[str, Any]) -> dict[str, Any]:
    async with http.post(url, json=body) as answer:
        text = await answer.text()
        if answer.status != 201:
            raise ServeError(f"{url} answered {answer.status}: {text[:200]}")
        found: dict[str, Any] = json.loads(text)
        return found


def _socket(url: str, seat: dict[str, Any]) -> str:
    return f"{url.replace('http', 'ws', 1)}{seat['socket']}?token={seat['token']}"


async def _choose(http: aiohttp.ClientSession, url: str, seat: dict[str, Any], turn: int) -> int:
    """Make one choice; the number of the event, once it is acknowledged."""
    async with http.ws_connect(_socket(url, seat)) as ws:
        while (moment := await ws.receive_json())["type"] != "moment":
            pass
        ask = moment["ask"]
        choice = ask["choices"][0]["id"]
        await ws.send_json({"type": "choose", "id": f"turn-{turn}", "poll": ask["poll"], "choice": choice})
        while (ack := await ws.receive_json())["type"] != "ack":
            pass
        return int(ack["seq"])


async def _signal(http: aiohttp.ClientSession, url: str, seat: dict[str, Any], receiver: Receiver) -> str:
    headers = {"Content-Type": "application/sdp", "Authorization": f"Bearer {seat['token']}"}
    async with http.post(url + seat["whep"], data=await receiver.offer(), headers=headers) as answer:
        text = await answer.text()
        if answer.status != 201:
            raise ServeError(f"the offer was answered {answer.status}: {text[:200]}")
        await receiver.accept(text)
        return url + answer.headers["Location"]


@asynccontextmanager
async def _looking(http: aiohttp.ClientSession, url: str, seat: dict[str, Any]) -> AsyncIterator[float]:
    """A viewer that decodes; gives the seconds from its offer to its first picture."""
    seen = asyncio.Event()

    async def picture(frame: Any) -> None:
        seen.set()

    async def sound(frame: Any) -> None:
        """Not listened to."""

    receiver = Receiver(picture, sound)
    try:
        began = time.perf_counter()
        location = await _signal(http, url, seat, receiver)
        await asyncio.wait_for(seen.wait(), PATIENCE_S)
        yield time.perf_counter() - began
        await _leave(http, location, seat)
    finally:
        await receiver.close()


@asynccontextmanager
async def _counting(http: aiohttp.ClientSession, url: str, seat: dict[str, Any]) -> AsyncIterator[list[int]]:
    """A viewer that is connected and counts what comes, without decoding; gives the count of packets."""
    count = [0]

    async def nothing(frame: Any) -> None:
        """Nothing is decoded."""

    async def counted(packet: Any, arrival_time_ms: int) -> None:
        count[0] += 1

    receiver = Receiver(nothing, nothing)
    try:
        offer = receiver.offer

        async def patched() -> str:
            sdp = await offer("video")
            for transceiver in receiver.connection.getTransceivers():
                transceiver.receiver._handle_rtp_packet = counted
            return sdp

        receiver.offer = patched  # type: ignore[method-assign, assignment]
        location = await _signal(http, url, seat, receiver)
        await asyncio.wait_for(receiver.connected.wait(), PATIENCE_S)
        yield count
        await _leave(http, location, seat)
    finally:
        await receiver.close()


async def _leave(http: aiohttp.ClientSession, location: str, seat: dict[str, Any]) -> None:
    async with http.delete(location, headers={"Authorization": f"Bearer {seat['token']}"}):
        pass


async def _until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not reached():  # noqa: ASYNC110 - a bench may look
            await asyncio.sleep(0.01)


def _p95(seconds: list[float]) -> float:
    return round(1000 * statistics.quantiles(seconds, n=20, method="inclusive")[-1], 1)


def _broken(error: Exception) -> None:
    raise error
