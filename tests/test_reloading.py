from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession

from forkreel.reloading import keep_reloading
from forkreel.story import Story, load
from tests.helpers.serving import CROSSROADS, serving
from tests.web.conftest import talking


@pytest.fixture
def tale(tmp_path: Path) -> Path:
    file = tmp_path / "crossroads.yaml"
    file.write_bytes(CROSSROADS.read_bytes())
    return file


def write(tale: Path, old: str, new: str) -> None:
    """Edit the file: put one text in the place of another."""
    tale.write_text(tale.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


async def edited(tale: Path, old: str, new: str, seen: asyncio.Event) -> None:
    """Edit the file, again and again until somebody has seen it: a watch takes a moment to be set up."""
    while not seen.is_set():
        write(tale, old, new)
        await asyncio.wait({asyncio.create_task(seen.wait())}, timeout=0.5)
    seen.clear()


async def test_an_edit_on_the_disk_reaches_a_running_show_with_its_next_scene(tale: Path) -> None:
    seen = asyncio.Event()
    async with serving(tale, ice_loopback=True) as house, ClientSession() as http:

        async def take_up(story: Story) -> None:
            await house.server.playhouse.revise(story)
            seen.set()

        reloading = asyncio.create_task(keep_reloading([tale], {"crossroads": load(tale)}, take_up))
        async with talking(http, await house.seat()) as talk:
            assert (await talk.hear("moment"))["ask"]["prompt"] == "Which way?"
            await edited(tale, "And now?", "What now?", seen)
            await talk.say(type="choose", id="a", poll="fork.0", choice="left")
            assert (await talk.hear("moment"))["ask"]["prompt"] == "What now?"
        async with talking(http, await house.seat()) as talk:
            await talk.hear("moment")
            await edited(tale, "title: Asleep", "title: Fast Asleep", seen)
        [card] = (await (await http.get(f"{house.url}/api/stories")).json())["stories"]
        assert card["poster"] == "/posters/crossroads/large.webp"
        reloading.cancel()
        await asyncio.wait({reloading})


async def test_a_show_that_took_up_an_edit_wakes_in_it(tale: Path) -> None:
    seen = asyncio.Event()
    async with serving(tale, ice_loopback=True) as house, ClientSession() as http:
        changes = asyncio.Queue[set[Path]]()

        async def take_up(story: Story) -> None:
            await house.server.playhouse.revise(story)
            seen.set()

        reloading = asyncio.create_task(keep_reloading([tale], {"crossroads": load(tale)}, take_up, each(changes)))
        seat = await house.seat()
        async with talking(http, seat) as talk:
            await talk.hear("moment")
            write(tale, "And now?", "What now?")
            write(tale, "version: 1", "version: 2")
            await changes.put({tale})
            await seen.wait()
            await talk.say(type="choose", id="a", poll="fork.0", choice="left")
            assert (await talk.hear("moment"))["ask"]["prompt"] == "What now?"
        [session] = house.server.sessions.all()
        await house.server.sessions.end(session, 1001, "it sleeps")
        async with talking(http, seat) as talk:
            assert (await talk.hear("moment"))["ask"]["prompt"] == "What now?"
        reloading.cancel()
        await asyncio.wait({reloading})


async def test_an_edit_with_errors_is_reported_and_changes_nothing(
    tale: Path, caplog: pytest.LogCaptureFixture
) -> None:
    taken = asyncio.Queue[Story]()
    changes = asyncio.Queue[set[Path]]()
    reloading = asyncio.create_task(keep_reloading([tale], {"crossroads": load(tale)}, taken.put, each(changes)))
    await changes.put({tale.with_name("note.yaml")})  # nothing of the story has changed
    await changes.put({Path("/elsewhere/crossroads.yaml")})
    await changes.join()
    with caplog.at_level(logging.WARNING):
        write(tale, "goto: lake", "goto: lak")
        await changes.put({tale})
        await changes.join()
    assert taken.empty()
    assert "what it was before goes on" in caplog.text
    assert "did you mean 'lake'?" in caplog.text
    write(tale, "goto: lak}", "goto: lake}")
    write(tale, "Crossroads", "Two Roads")
    await changes.put({tale})
    assert (await taken.get()).title == "Two Roads"
    reloading.cancel()
    await asyncio.wait({reloading})


async def each(changes: asyncio.Queue[set[Path]]) -> AsyncIterator[set[Path]]:
    while True:
        yield await changes.get()
        changes.task_done()
