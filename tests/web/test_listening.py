from __future__ import annotations

import asyncio

from forkreel.web.listening import AT_ONCE
from tests.helpers.serving import serving


async def asks(port: int) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return await reader.readline()
    finally:
        writer.close()


async def test_connections_beyond_the_pace_wait_at_the_door() -> None:
    async with serving(connections_a_second=0.001) as house:
        port = int(house.url.rpartition(":")[2])
        asking = [asyncio.create_task(asks(port)) for _ in range(AT_ONCE + 8)]
        answered: set[asyncio.Task[bytes]] = set()
        while len(answered) < AT_ONCE:
            answered, waiting = await asyncio.wait(asking, timeout=0.2)
        assert {one.result() for one in answered} == {b"HTTP/1.1 200 OK\r\n"}
        assert len(waiting) == 8
        for one in waiting:
            one.cancel()
        await asyncio.wait(waiting)


async def test_who_waited_at_the_door_is_let_in() -> None:
    async with serving(connections_a_second=200.0) as house:
        port = int(house.url.rpartition(":")[2])
        answers = await asyncio.gather(*(asks(port) for _ in range(2 * AT_ONCE)))
        assert set(answers) == {b"HTTP/1.1 200 OK\r\n"}
