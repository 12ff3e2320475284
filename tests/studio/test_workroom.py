from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from forkreel.errors import StoryError
from forkreel.story import load
from forkreel.studio.exploring import explore, explored
from forkreel.studio.workroom import Workroom
from tests.helpers.fakes import FakeModel


@pytest_asyncio.fixture
async def room(file: Path) -> AsyncIterator[Workroom]:
    room = Workroom({"tale": file}, {"tale": load(file)}, lambda: False)
    await room.open(FakeModel())
    yield room
    await room.close()


def write(file: Path, old: str, new: str) -> None:
    """Edit the file: put one text in the place of another."""
    file.write_text(file.read_text().replace(old, new))


async def painted(room: Workroom) -> None:
    """Return once every scene has its still."""
    async with asyncio.timeout(20):
        while not all(scene["still"] for scene in room.page("tale")["scenes"].values()):
            await room.change("tale", room.page("tale")["revision"])


async def test_every_scene_gets_a_still_and_equal_looks_share_one(room: Workroom) -> None:
    await painted(room)
    stills = {name: scene["still"] for name, scene in room.page("tale")["scenes"].items()}
    assert stills["lake"] == stills["still"]
    assert len(set(stills.values())) == 3
    assert all(room.webp(key)[8:12] == b"WEBP" for key in stills.values())


async def test_an_edit_paints_only_what_looks_otherwise(room: Workroom, file: Path) -> None:
    await painted(room)
    before = {name: scene["still"] for name, scene in room.page("tale")["scenes"].items()}
    write(file, "grey: 0.5", "grey: 0.6")
    await room.revise(load(file))
    assert room.page("tale")["scenes"]["fork"]["still"] == before["fork"]
    await painted(room)
    after = {name: scene["still"] for name, scene in room.page("tale")["scenes"].items()}
    assert {name for name in before if before[name] != after[name]} == {"end"}


async def test_a_broken_edit_is_told_with_its_line_while_the_story_as_it_was_stays(room: Workroom, file: Path) -> None:
    write(file, "goto: still", "goto: stil")
    with pytest.raises(StoryError, match="unknown-scene"):
        await room.read(file)
    page = room.page("tale")
    [fault] = [one for one in page["diagnostics"] if one["severity"] == "error"]
    assert (fault["code"], fault["excerpt"].strip()) == ("unknown-scene", "goto: stil")
    assert "still" in fault["hint"]
    assert (page["sound"], page["plays"]) == (False, True)
    assert page["plan"] is not None


async def test_a_story_that_never_was_sound_has_diagnostics_and_cannot_be_entered(file: Path) -> None:
    write(file, "scenes:", "scene:")
    room = Workroom({"tale": file}, {}, lambda: False)
    await room.open(None)
    page = room.page("tale")
    assert page["diagnostics"]
    assert (page["plays"], page["plan"]) == (False, None)
    with pytest.raises(StoryError, match="cannot be played yet"):
        room.entrance("tale", "fork", {})
    await room.close()
    assert await room.change("tale", page["revision"]) is False


def test_walks_tell_how_each_scene_looked(file: Path) -> None:
    found = explored(load(file), 60)
    assert found["walks"]["coverage"]["scenes"] == {"seen": 4, "of": 4}
    assert [look["axes"] for look in found["looks"]["fork"]] == [{"grey": 0.2}]
    assert {look["axes"]["grey"] for look in found["looks"]["lake"]} == {0.1, 0.9}


async def test_the_scene_that_looks_otherwise_after_another_way_is_found(room: Workroom) -> None:
    found = await room.continuity("tale", 40, 0)
    assert [one["scene"] for one in found] == ["lake", "still"] or [one["scene"] for one in found] == ["still", "lake"]
    assert found[0]["distance"] > 0.5
    assert found[0]["differs"] == []
    assert len({room.webp(key) for key in found[0]["stills"]}) == 2


async def test_more_stills_than_can_be_painted_soon_are_refused(room: Workroom) -> None:
    await painted(room)
    asked = [room.still("a", {"grey": number / 64}, 1) for number in range(64)]
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    refused = [one for one in outcomes if isinstance(one, StoryError)]
    assert len(refused) == 32
    assert "ask again soon" in str(refused[0])


async def test_walks_go_one_after_the_other(room: Workroom) -> None:
    first = asyncio.create_task(room.walks("tale", 5, 0))
    await asyncio.sleep(0)
    with pytest.raises(StoryError, match="under way"):
        await room.walks("tale", 5, 0)
    assert (await first)["runs"] == 5


async def test_walks_of_a_broken_file_say_what_is_wrong(file: Path) -> None:
    write(file, "goto: still", "goto: stil")
    with pytest.raises(StoryError, match="unknown-scene"):
        await explore(file, 5, 0)
