from __future__ import annotations

import asyncio
import threading
from contextlib import AsyncExitStack

from tests.stream.receiver import broadcasting, viewing


def encoders() -> int:
    return sum(thread.name == "forkreel-encoder" for thread in threading.enumerate())


async def test_many_viewers_cost_the_encoding_of_one() -> None:
    async with broadcasting() as show, AsyncExitStack() as parts:
        made: list[int] = []
        for viewers in (1, 12):
            while show.broadcast.viewers < viewers:
                await parts.enter_async_context(viewing(show.broadcast, "video"))
            before = show.broadcast.stats().pictures
            await show.run(24)
            while show.broadcast.stats().pictures < before + 24:  # noqa: ASYNC110  # it has no event for it, and a tick would be a picture more
                await asyncio.sleep(0.002)
            made.append(show.broadcast.stats().pictures - before)
            assert encoders() == 1
        assert made == [24, 24], "one picture encoded for each tick, however many watch"
