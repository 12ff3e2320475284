from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from forkreel.settings import Settings
from forkreel.stage.archive import Archive
from forkreel.stage.database import MEMORY
from forkreel.stage.histogram import Histogram
from forkreel.stage.record import Record
from forkreel.web.problem import Problem
from forkreel.web.session import Order, Production, Session
from forkreel.web.sessions import Sessions


class Door:
    """A house whose shows are empty, with a clock that is set by hand."""

    def __init__(self, **settings: Any) -> None:
        self.now_s = 0.0
        self.closed: list[str] = []
        self.wait: asyncio.Event | None = None
        self.failures: dict[str, Callable[[str], None]] = {}
        self.archive = Archive(MEMORY, lambda: self.now_s)
        self.sessions = Sessions(self.produce, Settings(**settings), self.archive, lambda: self.now_s)
        self.orders: list[Order] = []
        self.tokens: dict[str, str] = {}

    async def open(self, story: str = "woods") -> Session:
        admission = await self.sessions.open(story, None)
        self.tokens[admission.session.id] = admission.token
        return admission.session

    async def produce(self, order: Order, on_failure: Callable[[str], None]) -> Production:
        self.orders.append(order)
        if self.wait is not None:
            await self.wait.wait()
        if order.story == "broken":
            raise ValueError("the set fell down")
        parts = AsyncExitStack()
        parts.callback(self.closed.append, order.session)
        self.failures[order.session] = on_failure
        if order.kept is None:
            record = Record(order.session, order.story, 1, order.seed or 0, order.comfort, "none", (64, 36), 24)
            await self.archive.begin(replace(record, room=order.room), order.seats)
        return Production(SimpleNamespace(choices=Histogram()), SimpleNamespace(viewers=0), parts)  # type: ignore[arg-type]


Doors = Callable[..., Door]


@pytest.fixture
async def doors() -> AsyncIterator[Doors]:
    made: list[Door] = []

    def make(**settings: Any) -> Door:
        made.append(Door(**settings))
        return made[-1]

    yield make
    for door in made:
        await door.sessions.close()
        await door.archive.close()


class Ear:
    def __init__(self) -> None:
        self.ends: list[tuple[int, str]] = []

    def end(self, code: int, reason: str) -> None:
        self.ends.append((code, reason))


async def test_a_show_that_nobody_comes_back_to_sleeps_after_the_grace_period_and_wakes_for_its_token(
    doors: Doors,
) -> None:
    door = doors(grace_s=600)
    session = await door.open()
    door.now_s = 599
    await door.sessions.sweep()
    assert door.closed == []
    door.now_s = 601
    await door.sessions.sweep()
    assert door.closed == [session.id]
    with pytest.raises(Problem) as another:
        await door.sessions.find(session.id, "somebody else's")
    assert another.value.status == 403
    assert len(door.orders) == 1, "who has no token wakes nobody"
    admissions = await asyncio.gather(*(door.sessions.find(session.id, door.tokens[session.id]) for _ in range(5)))
    assert len({id(admission.session) for admission in admissions}) == 1, "it wakes once"
    assert len(door.orders) == 2
    assert door.orders[1].kept is not None
    assert door.orders[1].kept.record.session == session.id


async def test_a_show_that_is_watched_or_listened_to_stays(doors: Doors) -> None:
    door = doors(grace_s=10)
    watched, heard = await door.open(), await door.open()
    watched.broadcast.viewers = 1  # type: ignore[misc]
    heard.arrive(heard.seats[1], Ear())
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


async def test_who_says_goodbye_is_waited_for_less_long_than_who_is_lost(doors: Doors) -> None:
    door = doors(grace_s=600, leave_grace_s=10)
    gone, lost, back = [await door.open() for _ in range(3)]
    gone.left = back.left = True
    back.arrive(back.seats[1], ear := Ear())
    back.depart(back.seats[1], ear)
    door.now_s = 11
    await door.sessions.sweep()
    assert door.closed == [gone.id]
    assert {session.id for session in door.sessions.all()} == {lost.id, back.id}


async def test_the_show_that_was_left_alone_longest_makes_room_but_not_one_that_just_began(doors: Doors) -> None:
    door = doors(max_sessions=2, evict_after_s=20)
    first = await door.open()
    door.now_s = 10
    second = await door.open()
    with pytest.raises(Problem) as full:
        await door.open()
    assert full.value.status == 503
    door.now_s = 25
    third = await door.open()
    assert door.closed == [first.id]
    assert door.sessions.all() == (second, third)


async def test_a_show_that_cannot_be_put_on_takes_no_place(doors: Doors) -> None:
    door = doors(max_sessions=1)
    for _ in range(3):
        with pytest.raises(ValueError, match="the set fell down"):
            await door.open("broken")
    await door.open()


async def test_a_show_that_is_being_put_on_while_the_house_closes_does_not_begin(doors: Doors) -> None:
    door = doors()
    door.wait = asyncio.Event()
    opening = asyncio.create_task(door.open())
    await asyncio.sleep(0)
    await door.sessions.close()
    door.wait.set()
    with pytest.raises(Problem) as closing:
        await opening
    assert closing.value.status == 503
    assert len(door.closed) == 1
    assert len(door.sessions) == 0


async def test_a_show_that_fails_tells_its_own_viewers_why_and_is_freed(doors: Doors) -> None:
    door = doors()
    failing, other = await door.open(), await door.open()
    ears = {session.id: Ear() for session in (failing, other)}
    for session in (failing, other):
        session.arrive(session.seats[1], ears[session.id])
    door.failures[failing.id]("the brush broke")
    await door.sessions.close()
    assert ears[failing.id].ends == [(1011, "the brush broke")]
    assert ears[other.id].ends == [(1001, "the server is closing")]
    assert sorted(door.closed) == sorted([failing.id, other.id])


async def test_a_token_does_not_show_in_a_log(doors: Doors) -> None:
    admission = await doors().sessions.open("woods", None)
    assert admission.token not in repr(admission)
    assert admission.seat.record.token_hash not in repr(admission)


async def test_a_show_that_failed_does_not_wake(doors: Doors) -> None:
    door = doors()
    session = await door.open()
    door.failures[session.id]("the brush broke")
    while door.sessions._endings:
        await asyncio.wait(door.sessions._endings)
    with pytest.raises(Problem, match="the brush broke") as over:
        await door.sessions.find(session.id, door.tokens[session.id])
    assert over.value.status == 404


async def test_who_comes_back_while_a_show_falls_asleep_waits_until_it_sleeps(doors: Doors) -> None:
    door = doors()
    session = await door.open()
    asleep = asyncio.Event()
    session.production.parts.push_async_callback(asleep.wait)
    ending = asyncio.create_task(door.sessions.end(session, 1001, "nobody was watching"))
    await asyncio.sleep(0)
    coming = asyncio.create_task(door.sessions.find(session.id, door.tokens[session.id]))
    await asyncio.sleep(0.02)
    assert len(door.orders) == 1
    asleep.set()
    assert (await coming).session is not session
    await ending


async def test_a_session_that_is_deleted_ends_and_is_gone(doors: Doors) -> None:
    door = doors()
    session = await door.open()
    with pytest.raises(Problem) as another:
        await door.sessions.forget(session.id, "somebody else's")
    assert another.value.status == 403
    await door.sessions.forget(session.id, door.tokens[session.id])
    assert door.closed == [session.id]
    assert await door.archive.find(session.id) is None


async def test_sessions_that_nobody_has_seen_for_long_are_forgotten_but_not_those_that_run(doors: Doors) -> None:
    door = doors(keep_days=30, grace_s=600)
    old, running = await door.open(), await door.open()
    running.arrive(running.seats[1], Ear())
    door.now_s = 601
    await door.sessions.sweep()
    door.now_s = 31 * 86_400
    sweeping = asyncio.create_task(door.sessions.keep_sweeping())
    await asyncio.sleep(0)
    assert await door.archive.find(old.id) is None, "asked behind the first sweep"
    sweeping.cancel()
    assert await door.archive.find(running.id) is not None


async def test_who_joins_a_room_that_runs_does_not_have_its_whole_journal_read(
    doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = doors()
    first, _ = await door.sessions.open_room("QUOKKA", "woods", None)

    async def find(session: str) -> None:
        raise AssertionError("a long show has a long journal")

    monkeypatch.setattr(door.archive, "find", find)
    assert (await door.sessions.room("QUOKKA")).session == first.session.id
    joined = await door.sessions.join("QUOKKA")
    assert joined.session is first.session
    assert joined.seat.record.number == 3
