"""A server far away: everything that goes through this door takes half a round trip longer, each way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_CHUNK = 65536
_IN_FLIGHT = 256


@asynccontextmanager
async def distant(port: int, round_trip_s: float) -> AsyncIterator[int]:
    """Yields the port of a TCP proxy before that `port` of 127.0.0.1; the order of bytes and their ends are kept."""
    here: set[asyncio.Task[None]] = set()
    open_ends: set[asyncio.StreamWriter] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        here.add(task)
        ends = [writer]
        open_ends.add(writer)
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
            ends.append(far_writer)
            open_ends.add(far_writer)
            async with asyncio.TaskGroup() as ways:
                ways.create_task(_carried(reader, far_writer, round_trip_s / 2))
                ways.create_task(_carried(far_reader, writer, round_trip_s / 2))
        except* OSError:
            pass  # one side has hung up: so does the other
        finally:
            for end in ends:
                end.transport.abort()
            await asyncio.gather(*(end.wait_closed() for end in ends), return_exceptions=True)
            open_ends.difference_update(ends)
            here.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for end in tuple(open_ends):
            end.transport.abort()
        await asyncio.gather(*here, return_exceptions=True)


async def _carried(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, after_s: float) -> None:
    """Hand over what is read, `after_s` seconds after it was read."""
    flying: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(_IN_FLIGHT)
    loop = asyncio.get_running_loop()

    async def arrive() -> None:
        while True:
            due_s, data = await flying.get()
            await asyncio.sleep(due_s - loop.time())
            if not data:
                break
            writer.write(data)
            await writer.drain()
        writer.close()
        await writer.wait_closed()  # with everything that was written

    async with asyncio.TaskGroup() as ways:
        ways.create_task(arrive())
        data = b"?"
        while data:
            data = await reader.read(_CHUNK)
            await flying.put((loop.time() + after_s, data))
