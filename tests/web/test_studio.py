from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from tests.helpers.serving import CROSSROADS, Seat, Serving, serving
from tests.web.conftest import said_no, talking


@pytest.fixture
def tale(tmp_path: Path) -> Path:
    file = tmp_path / "crossroads.yaml"
    file.write_bytes(CROSSROADS.read_bytes())
    return file


@pytest.fixture
async def studio(tale: Path) -> AsyncIterator[Serving]:
    async with serving(tale, studied=(tale,), ice_loopback=True) as running:
        yield running


def write(file: Path, old: str, new: str) -> None:
    """Edit the file: put one text in the place of another."""
    file.write_text(file.read_text().replace(old, new))


@pytest.fixture
async def saving(tale: Path) -> AsyncIterator[None]:
    """Saves the file again and again, as it is: a watch takes a moment to be set up."""

    async def save() -> None:
        while True:
            await asyncio.sleep(0.5)
            write(tale, "", "")

    task = asyncio.create_task(save())
    yield
    task.cancel()
    await asyncio.wait({task})


async def state(http: ClientSession, url: str) -> AsyncIterator[dict[str, Any]]:
    """What the studio says, again whenever it changes."""
    async with http.get(f"{url}/api/studio/crossroads/changes") as answer:
        async for line in answer.content:
            if line.startswith(b"data: "):
                yield json.loads(line[6:])


async def test_without_studio_every_route_of_it_says_how_to_have_one(house: Serving, http: ClientSession) -> None:
    for path in ("/studio/crossroads", "/api/studio/crossroads", "/api/studio/stills/x.webp"):
        assert "--studio" in await said_no(await http.get(house.url + path), 404, "no_studio")
    answer = await http.post(f"{house.url}/api/studio/stills", json={"prompt": "a"})
    assert "--studio" in await said_no(answer, 404, "no_studio")
    assert (
        "frame-ancestors 'none'" in (await http.get(house.url + "/watch/crossroads")).headers["Content-Security-Policy"]
    )


async def test_the_page_may_frame_the_player_and_nothing_else(studio: Serving, http: ClientSession) -> None:
    page = await http.get(f"{studio.url}/studio/crossroads")
    assert "Crossroads" in await page.text()
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    player = await http.get(f"{studio.url}/watch/crossroads")
    assert "frame-ancestors 'self'" in player.headers["Content-Security-Policy"]
    await said_no(await http.get(f"{studio.url}/studio/nowhere"), 404, "unknown_story")


async def test_an_edit_on_the_disk_is_told_and_so_is_its_mending(
    studio: Serving, http: ClientSession, tale: Path, saving: None
) -> None:
    seen: list[str] = []
    async for now in state(http, studio.url):
        errors = [one["code"] for one in now["diagnostics"] if one["severity"] == "error"]
        if not now["plan"] or now["revision"] < 2:
            continue
        if not errors and not seen:
            write(tale, "goto: lake}", "goto: lak}")
        elif errors == ["unknown-scene"]:
            assert now["plays"]
            assert not now["sound"]
            seen = errors
            write(tale, "goto: lak}", "goto: lake}")
            write(tale, "story: Crossroads", "story: Two Roads")
        elif seen and now["title"] == "Two Roads":
            break
    assert seen == ["unknown-scene"]


async def test_a_story_that_is_broken_from_the_start_is_mended_in_the_studio_and_plays(
    http: ClientSession, tale: Path, saving: None
) -> None:
    write(tale, "goto: lake}", "goto: lak}")
    async with serving(tale, studied=(tale,), ice_loopback=True) as house:
        assert (await http.get(f"{house.url}/studio/crossroads")).status == 200
        refused = await http.post(f"{house.url}/api/studio/crossroads/sessions", json={"scene": "lake"})
        assert "cannot be played yet" in await said_no(refused, 400, "cannot_enter")
        async for now in state(http, house.url):
            if now["diagnostics"] and not now["sound"]:
                write(tale, "goto: lak}", "goto: lake}")
            elif now["plan"]:
                break
        played = await http.post(f"{house.url}/api/studio/crossroads/sessions", json={"scene": "lake"})
        assert played.status == 201


async def test_a_show_begins_in_any_scene_and_is_seen_from_inside_and_comes_back(
    studio: Serving, http: ClientSession
) -> None:
    answer = await http.post(f"{studio.url}/api/studio/crossroads/sessions", json={"scene": "lake", "variables": {}})
    body = await answer.json()
    assert answer.status == 201, body
    socket = f"{studio.url.replace('http', 'ws', 1)}{body['socket']}?token={body['token']}"
    seat = Seat(body["session"], body["token"], studio.url + body["whep"], socket)
    async with talking(http, seat) as talk:
        assert (await talk.hear("moment"))["scene"] == "lake"
    inside = await (await http.get(f"{studio.url}/api/studio/sessions/{seat.session}", headers=seat.bearer)).json()
    assert (inside["scene"], inside["visits"]) == ("lake", {"lake": 1})
    assert (await http.get(f"{studio.url}/api/studio/sessions/{seat.session}")).status == 401
    [session] = studio.server.sessions.all()
    await studio.server.sessions.end(session, 1001, "it sleeps")
    async with talking(http, seat) as talk:
        moment = await talk.hear("moment")
        assert moment["scene"] == "lake"
        await talk.say(type="choose", id="a", poll=moment["ask"]["poll"], choice="rest")


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("crossroads/sessions", {"scene": "lak"}, 400, "cannot_enter"),
        ("crossroads/sessions", {"scene": "lake", "variables": {"x": 1}}, 400, "cannot_enter"),
        ("crossroads/sessions", {"scene": "lake", "extra": 1}, 400, "bad_request"),
        ("nowhere/sessions", {"scene": "lake"}, 404, "unknown_story"),
        ("crossroads/walks", {"runs": 0}, 400, "bad_request"),
        ("crossroads/walks", {"runs": 1_000_000}, 400, "bad_request"),
        ("stills", {"prompt": "x" * 3000}, 400, "bad_request"),
    ],
)
async def test_what_does_not_fit_is_refused_with_a_sentence(
    studio: Serving, http: ClientSession, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    assert await said_no(await http.post(f"{studio.url}/api/studio/{path}", json=body), status, code)


async def test_a_still_is_painted_and_kept(studio: Serving, http: ClientSession) -> None:
    body = await (await http.post(f"{studio.url}/api/studio/stills", json={"prompt": "a fox"})).json()
    picture = await http.get(f"{studio.url}/api/studio/stills/{body['still']}.webp")
    assert (await picture.read())[8:12] == b"WEBP"
    await said_no(await http.get(f"{studio.url}/api/studio/stills/none.webp"), 404, "no_still")


async def test_another_sites_page_may_not_use_the_studio(studio: Serving, http: ClientSession) -> None:
    answer = await http.post(
        f"{studio.url}/api/studio/stills", json={"prompt": "a"}, headers={"Origin": "https://elsewhere.example"}
    )
    await said_no(answer, 403, "foreign_origin")


async def test_walks_are_told(studio: Serving, http: ClientSession) -> None:
    answer = await http.post(f"{studio.url}/api/studio/crossroads/walks", json={"runs": 20})
    assert (await answer.json())["endings"]["asleep"]["walks"] == 20
