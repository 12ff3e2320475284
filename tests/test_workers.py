"""Two real workers behind one port: shows on both, media from both, and one of them killed."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from aiohttp import ClientSession

from forkreel.web.front import place
from forkreel.web.share import Share, place_of
from tests.helpers.process import ServerProcess, server_process
from tests.test_survival import Survivor

OF = 2
PATIENCE_S = 60


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    database = tmp_path_factory.mktemp("workers") / "forkreel.db"
    with server_process(f"sqlite:///{database}", workers=str(OF)) as server:
        yield server


def workers_of(server: ServerProcess) -> list[int]:
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    found = [int(child) for child in children]
    assert len(found) == OF
    return sorted(found, key=lambda child: Path(f"/proc/{child}/cmdline").read_text().split("--worker")[1])


def alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "\nState:\tZ" not in status.read_text()


def ready(server: ServerProcess) -> bool:
    try:
        with urlopen(f"{server.url}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it does not come about"
        time.sleep(0.05)


async def open_show(http: ClientSession, server: ServerProcess, mode: str = "solo") -> dict[str, Any]:
    async with http.post(f"{server.url}/api/sessions", json={"story": "crossroads", "mode": mode}) as answer:
        assert answer.status == 201, await answer.text()
        body: dict[str, Any] = await answer.json()
        return body


async def test_shows_are_shared_out_and_each_is_heard_and_seen_through_the_one_port(pair: ServerProcess) -> None:
    async with ClientSession() as http:
        seats = [await open_show(http, pair) for _ in range(OF)]
        assert {place_of(seat["session"], OF) for seat in seats} == set(range(OF))
        for seat in seats:
            viewer = Survivor(pair, http, seat)
            cards = await viewer.look(2)
            assert cards[-1][0] > cards[0][0], "the picture moves"
            assert (await viewer.talk(2))["session"] == seat["session"]
            assert list(viewer.acknowledged.values()) == [1, 2]
        for number in range(OF):
            async with http.get(f"{pair.url}/metrics", params={"worker": str(number)}) as figures:
                assert "forkreel_shows 1.0" in await figures.text()


async def test_a_room_lives_in_one_worker_whoever_joins(pair: ServerProcess) -> None:
    async with ClientSession() as http:
        for _ in range(OF):
            room = await open_show(http, pair, "room")
            assert place_of(room["room"], OF) == place_of(room["session"], OF)
            async with http.post(f"{pair.url}/api/rooms/{room['room'].lower()}/join") as answer:
                joined = await answer.json()
            assert joined["session"] == room["session"]
            assert (await Survivor(pair, http, joined).talk(1))["story"] == "crossroads"
            async with http.get(f"{pair.url}/room/{room['room']}") as page:
                assert page.status == 200


async def test_what_is_refused_is_refused_as_by_one_process(pair: ServerProcess) -> None:
    async with ClientSession() as http:
        seat = await open_show(http, pair)
        session = f"{pair.url}/api/sessions/{seat['session']}"
        for url, status, code in (
            (session, 401, "no_token"),
            (f"{pair.url}/metrics?worker=7", 404, "unknown_worker"),
            (f"{pair.url}/api/sessions/unknown", 404, "unknown_session"),
        ):
            async with http.get(url) as answer:
                assert (answer.status, (await answer.json())["error"]["code"]) == (status, code)
                assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        async with http.get(pair.url + seat["socket"], headers={"Connection": "Upgrade", "Upgrade": "websocket"}) as no:
            assert no.status in (400, 401, 403)
        async with http.delete(session, headers={"Authorization": f"Bearer {seat['token']}"}) as gone:
            assert gone.status == 204


@pytest.mark.parametrize("target", ["@127.0.0.1:9/", "http://127.0.0.1:9/"])
async def test_a_request_cannot_aim_the_front_at_another_host(pair: ServerProcess, target: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", pair.port)
    writer.write(f"GET {target} HTTP/1.1\r\nHost: forkreel\r\nConnection: close\r\n\r\n".encode())
    assert b" 400 " in await reader.readline()
    writer.close()
    await writer.wait_closed()


async def test_a_worker_that_dies_is_started_again_and_its_viewers_find_their_show(pair: ServerProcess) -> None:
    async with ClientSession() as http:
        viewer = Survivor(pair, http, seat := await open_show(http, pair))
        await viewer.talk(3)
        victim = workers_of(pair)[place_of(seat["session"], OF)]
        os.kill(victim, signal.SIGKILL)
        await asyncio.to_thread(until, lambda: not alive(victim))
        await asyncio.to_thread(until, lambda: ready(pair))
        assert (await viewer.talk(1))["seq"] == 3, "nothing that was acknowledged is lost"


def test_workers_end_with_the_process_that_started_them(pair: ServerProcess) -> None:
    workers = workers_of(pair)
    pair.kill()  # the last test of this server: to start another one takes its time
    until(lambda: not any(map(alive, workers)))


def test_a_name_belongs_to_one_worker_and_a_path_to_that_of_the_name_in_it() -> None:
    for number in range(3):
        names = iter(f"name {n}" for n in range(1000))
        name = Share(number, 3).draw(lambda names=names: next(names))  # type: ignore[misc]
        for path in (f"/whep/{name}/peer", f"/ws/{name}", f"/api/sessions/{name}/ticket", f"/api/sessions/{name}"):
            assert place(path, 3) == number
    assert place("/room/bcd-fgh", 3) == place("/api/rooms/BCDFGH/join", 3) == place_of("BCDFGH", 3)
    assert place("/", 3) is place("/player/watch.js", 3) is place("/api/sessions", 3) is None
