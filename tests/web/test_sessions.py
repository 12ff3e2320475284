from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from types import SimpleNamespace
from typing import Any

import pytest

from forkreel.settings import Settings
from forkreel.stage.comfort import Comfort
from forkreel.web.problem import Problem
from forkreel.web.session import Production
from forkreel.web.sessions import Sessions


class Door:
    """A house whose shows are empty, with a clock that is set by hand."""

    def __init__(self, **settings: Any) -> None:
        self.now_s = 0.0
        self.closed: list[str] = []
        self.wait: asyncio.Event | None = None
        self.failures: dict[str, Callable[[str], None]] = {}
        self.sessions = Sessions(self.produce, Settings(**settings), lambda: self.now_s)

    async def produce(
        self, story: str, seed: int | None, comfort: Comfort, session: str, on_failure: Callable[[str], None]
    ) -> Production:
        if self.wait is not None:
            await self.wait.wait()
        if story == "broken":
            raise ValueError("the set fell down")
        parts = AsyncExitStack()
        parts.callback(self.closed.append, session)
        self.failures[session] = on_failure
        return Production(SimpleNamespace(), SimpleNamespace(viewers=0), parts)  # type: ignore[arg-type]


class Ear:
    def __init__(self) -> None:
        self.ends: list[tuple[int, str]] = []

    def end(self, code: int, reason: str) -> None:
        self.ends.append((code, reason))


async def test_a_show_that_nobody_comes_back_to_ends_after_the_grace_period() -> None:
    door = Door(grace_s=600)
    session = await door.sessions.open("woods", None)
    door.now_s = 599
    await door.sessions.sweep()
    assert door.closed == []
    door.now_s = 601
    await door.sessions.sweep()
    assert door.closed == [session.id]
    with pytest.raises(Problem) as gone:
        door.sessions.find(session.id, session.token)
    assert gone.value.status == 404


async def test_a_show_that_is_watched_or_listened_to_stays() -> None:
    door = Door(grace_s=10)
    watched, heard = await door.sessions.open("woods", None), await door.sessions.open("woods", None)
    watched.broadcast.viewers = 1  # type: ignore[misc]
    heard.arrive(Ear())
    for door.now_s in range(0, 100, 5):
        await door.sessions.sweep()
    assert door.closed == []
    watched.broadcast.viewers = 0  # type: ignore[misc]
    door.now_s = 104
    await door.sessions.sweep()
    assert door.closed == [], "the grace begins when the last viewer is lost"
    door.now_s = 110
    await door.sessions.sweep()
    assert door.closed == [watched.id]


async def test_who_says_goodbye_is_waited_for_less_long_than_who_is_lost() -> None:
    door = Door(grace_s=600, leave_grace_s=10)
    gone, lost, back = [await door.sessions.open("woods", None) for _ in range(3)]
    gone.left = back.left = True
    back.arrive(ear := Ear())
    back.depart(ear)
    door.now_s = 11
    await door.sessions.sweep()
    assert door.closed == [gone.id]
    assert {session.id for session in door.sessions.all()} == {lost.id, back.id}


async def test_the_show_that_was_left_alone_longest_makes_room_but_not_one_that_just_began() -> None:
    door = Door(max_sessions=2, evict_after_s=20)
    first = await door.sessions.open("woods", None)
    door.now_s = 10
    second = await door.sessions.open("woods", None)
    with pytest.raises(Problem) as full:
        await door.sessions.open("woods", None)
    assert full.value.status == 503
    door.now_s = 25
    third = await door.sessions.open("woods", None)
    assert door.closed == [first.id]
    assert door.sessions.all() == (second, third)


async def test_a_show_that_cannot_be_put_on_takes_no_place() -> None:
    door = Door(max_sessions=1)
    for _ in range(3):
        with pytest.raises(ValueError, match="the set fell down"):
            await door.sessions.open("broken", None)
    await door.sessions.open("woods", None)


async def test_a_show_that_is_being_put_on_while_the_house_closes_does_not_begin() -> None:
    door = Door()
    door.wait = asyncio.Event()
    opening = asyncio.create_task(door.sessions.open("woods", None))
    await asyncio.sleep(0)
    await door.sessions.close()
    door.wait.set()
    with pytest.raises(Problem) as closing:
        await opening
    assert closing.value.status == 503
    assert len(door.closed) == 1
    assert len(door.sessions) == 0


async def test_a_show_that_fails_tells_its_own_viewers_why_and_is_freed() -> None:
    door = Door()
    failing, other = await door.sessions.open("woods", None), await door.sessions.open("woods", None)
    ears = {session.id: Ear() for session in (failing, other)}
    for session in (failing, other):
        session.arrive(ears[session.id])
    door.failures[failing.id]("the brush broke")
    await door.sessions.close()
    assert ears[failing.id].ends == [(1011, "the brush broke")]
    assert ears[other.id].ends == [(1001, "the server is closing")]
    assert sorted(door.closed) == sorted([failing.id, other.id])


async def test_a_token_does_not_show_in_a_log() -> None:
    session = await Door().sessions.open("woods", None)
    assert session.token not in repr(session)
