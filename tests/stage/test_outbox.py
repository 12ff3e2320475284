from __future__ import annotations

import asyncio

from forkreel.stage.outbox import Outbox


async def test_what_follows_from_an_event_waits_until_it_is_written_and_keeps_its_order() -> None:
    heard: list[str] = []
    outbox = Outbox(asyncio.get_running_loop())
    outbox.say(heard.append, "before")
    outbox.appended(1)
    outbox.say(heard.append, "ack 1")
    outbox.appended(2)
    outbox.say(heard.append, "ack 2")
    await asyncio.sleep(0)
    assert heard == ["before"]
    assert outbox.waiting == 2
    outbox.written(1)
    outbox.say(heard.append, "after")
    await asyncio.sleep(0)
    assert heard == ["before", "ack 1"]
    outbox.written(2)
    await asyncio.sleep(0)
    assert heard == ["before", "ack 1", "ack 2", "after"]
    assert outbox.waiting == 0


async def test_when_an_event_cannot_be_written_nothing_after_it_is_said() -> None:
    heard: list[str] = []
    outbox = Outbox(asyncio.get_running_loop())
    outbox.appended(1)
    outbox.say(heard.append, "ack 1")
    outbox.break_off()
    outbox.written(2)
    outbox.say(heard.append, "ack 2")
    outbox.say_at_once(heard.append, "this show has ended")
    await asyncio.sleep(0)
    assert heard == ["this show has ended"]
