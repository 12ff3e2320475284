from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from forkreel.web.rooms import CODE_LETTERS, LETTERS, new_code, read_code
from tests.helpers.serving import Seat, Serving, serving
from tests.web.conftest import Talk, said_no, talking

VOTE = Path(__file__).parents[1] / "stories" / "vote.yaml"


class Room:
    """A room that was opened, and who comes to it."""

    def __init__(self, house: Serving, http: ClientSession, body: dict[str, Any], parts: AsyncExitStack) -> None:
        self.house, self.http, self.body, self._parts = house, http, body, parts

    def _seat(self, body: dict[str, Any]) -> Seat:
        socket = f"{self.house.url.replace('http', 'ws', 1)}{body['socket']}?token={body['token']}"
        return Seat(body["session"], body["token"], self.house.url + body["whep"], socket)

    async def first(self) -> Talk:
        return await self._parts.enter_async_context(talking(self.http, self._seat(self.body)))

    async def host(self) -> Talk:
        seat = self._seat({**self.body, "token": self.body["host"]})
        return await self._parts.enter_async_context(talking(self.http, seat))

    async def join(self, code: str | None = None) -> dict[str, Any]:
        answer = await self.http.post(f"{self.house.url}/api/rooms/{code or self.body['room']}/join")
        body: dict[str, Any] = await answer.json()
        assert answer.status == 201, body
        return body

    async def viewer(self) -> Talk:
        return await self._parts.enter_async_context(talking(self.http, self._seat(await self.join())))


@pytest.fixture
async def room(http: ClientSession) -> AsyncIterator[Room]:
    async with serving(VOTE, ice_loopback=True) as house, AsyncExitStack() as parts:
        answer = await http.post(f"{house.url}/api/sessions", json={"story": "vote", "mode": "room", "seed": 4})
        assert answer.status == 201
        yield Room(house, http, await answer.json(), parts)


async def voted(talk: Talk, choice: str, message_id: str = "v") -> dict[str, Any]:
    await talk.say(type="choose", id=message_id, poll="gate.0", choice=choice)
    return await talk.hear("ack", "refused")


async def test_a_room_has_a_code_a_link_a_qr_code_and_a_host(room: Room, http: ClientSession) -> None:
    body = room.body
    assert set(body) == {"session", "token", "whep", "socket", "room", "link", "qr", "host"}
    assert len(body["room"]) == CODE_LETTERS
    assert set(body["room"]) <= set(LETTERS)
    assert body["link"] == f"{room.house.url}/room/{body['room']}"
    assert body["host"] != body["token"]
    picture = await http.get(room.house.url + body["qr"])
    assert picture.content_type == "image/svg+xml"
    assert "<svg" in await picture.text()
    await said_no(await http.get(f"{room.house.url}/room/AAAAAA/qr.svg"), 404, "unknown_room")


async def test_who_has_the_code_joins_however_it_is_typed(room: Room) -> None:
    code = room.body["room"]
    joined = [await room.join(typed) for typed in (code, code.lower(), f"{code[:3]}-{code[3:]}")]
    assert {body["session"] for body in joined} == {room.body["session"]}
    assert len({body["token"] for body in joined}) == 3
    assert all("host" not in body for body in joined)
    assert {body["room"] for body in joined} == {code}


async def test_an_unknown_code_opens_nothing(room: Room, http: ClientSession) -> None:
    for code in ("BBBBBB", "x" * 300, "%00", "'; drop table sessions"):
        await said_no(await http.post(f"{room.house.url}/api/rooms/{code}/join"), 404, "unknown_room")


async def test_the_page_of_a_room_joins_it_and_an_unknown_one_is_regretted(room: Room, http: ClientSession) -> None:
    page = await http.get(f"{room.house.url}/room/{room.body['room'].lower()}", headers={"Accept": "text/html"})
    assert page.status == 200
    assert f'data-room="{room.body["room"]}"' in await page.text()
    nowhere = await http.get(f"{room.house.url}/room/BBBBBB", headers={"Accept": "text/html"})
    assert nowhere.status == 404
    assert "no room" in await nowhere.text()
    await said_no(await http.get(f"{room.house.url}/room/BBBBBB"), 404, "unknown_room")


async def test_a_room_votes_and_everybody_sees_what_came_of_it(room: Room) -> None:
    talks = [await room.first(), *[await room.viewer() for _ in range(4)]]
    for talk, choice in zip(talks, ("left", "left", "right", "left", "left"), strict=True):
        assert (await voted(talk, choice))["type"] == "ack"
    assert (await voted(talks[0], "right", "again"))["type"] == "ack", "a vote may be changed"
    while (tally := await talks[4].hear("tally"))["voters"] < 5:
        pass
    assert tally["votes"] == {}, "this question hides its votes"
    host = await room.host()
    await host.say(type="close", id="c", poll="gate.0")
    assert (await host.hear("ack"))["id"] == "c"
    for talk in talks:
        while (tally := await talk.hear("tally"))["decided"] is None:
            pass
        assert tally["votes"] == {"left": 3, "right": 2}
        assert (await talk.hear("moment"))["ending"] is not None
    assert (await voted(talks[1], "left", "late"))["code"] == "late"


async def test_one_viewer_has_one_vote_over_all_its_connections(room: Room) -> None:
    seat = room._seat(await room.join())
    async with talking(room.http, seat) as one, talking(room.http, seat) as other:
        await voted(one, "left", "1")
        await voted(other, "right", "2")
        async with talking(room.http, seat) as third:
            assert (await third.hear("tally"))["voters"] == 1


async def test_two_viewers_may_use_the_same_message_id(room: Room) -> None:
    one, other = await room.viewer(), await room.viewer()
    first, second = await voted(one, "left", "1"), await voted(other, "right", "1")
    assert first["seq"] != second["seq"]


async def test_the_host_alone_decides_for_all(room: Room) -> None:
    viewer = await room.viewer()
    for message in (
        {"type": "pause"}, {"type": "resume"}, {"type": "back"}, {"type": "end"},
        {"type": "open", "poll": "gate.0", "seconds": 5}, {"type": "extend", "poll": "gate.0", "seconds": 5},
        {"type": "close", "poll": "gate.0"}, {"type": "skip", "poll": "gate.0"},
    ):  # fmt: skip
        await viewer.say(id=message["type"], **message)
        refused = await viewer.hear("refused", "ack")
        assert (refused["type"], refused.get("code")) == ("refused", "not_host"), message


async def test_the_host_pauses_extends_and_skips(room: Room) -> None:
    host = await room.host()
    moment = await host.hear("moment")
    assert (await voted(host, "left"))["code"] == "not_a_viewer"
    await host.say(type="extend", id="e", poll="gate.0", seconds=60)
    await host.hear("ack")
    assert (await host.hear("moment"))["ask"]["deadline_frame"] == moment["ask"]["deadline_frame"] + 60 * 24
    await host.say(type="open", id="o", poll="gate.0", seconds=1e9)
    assert (await host.hear("refused"))["code"] == "invalid"
    await host.say(type="pause", id="p")
    assert (await host.hear("ack"))["id"] == "p"
    await host.say(type="skip", id="s", poll="gate.0")
    assert (await host.hear("ack"))["id"] == "s"
    assert (await host.hear("moment"))["scene"] == "garden"


async def test_the_host_ends_the_show_for_all_and_its_code_opens_nothing_any_more(
    room: Room, http: ClientSession
) -> None:
    viewer, host = await room.viewer(), await room.host()
    await host.say(type="end", id="e")
    for talk in (viewer, host):
        while (received := await talk.ws.receive()).type.name == "TEXT":
            pass
        assert received.data == 1000
        assert received.extra == "the host has ended the show"
    await asyncio.gather(*room.house.server.sessions._endings)
    await said_no(await http.post(f"{room.house.url}/api/rooms/{room.body['room']}/join"), 404, "unknown_room")


async def test_who_comes_late_sees_the_lines_the_poll_and_how_many_have_voted(room: Room) -> None:
    await voted(await room.viewer(), "left")
    late = await room.viewer()
    hello, moment, tally = [await late.ws.receive_json() for _ in range(3)]
    assert (hello["type"], hello["seq"]) == ("hello", 1)
    assert moment["ask"]["poll"] == "gate.0"
    assert (tally["type"], tally["voters"]) == ("tally", 1)


async def test_a_full_room_says_so(http: ClientSession) -> None:
    async with serving(VOTE, max_viewers=2) as house, AsyncExitStack() as parts:
        body = await (await http.post(f"{house.url}/api/sessions", json={"story": "vote", "mode": "room"})).json()
        room = Room(house, http, body, parts)
        for talk in (await room.first(), await room.viewer()):
            await talk.hear("hello")
        answer = await http.post(f"{house.url}/api/rooms/{body['room']}/join")
        assert "2" in await said_no(answer, 503, "room_full")


async def test_seats_that_nobody_sits_in_give_way_so_that_they_are_never_too_many(http: ClientSession) -> None:
    async with serving(VOTE, max_viewers=1) as house, AsyncExitStack() as parts:
        body = await (await http.post(f"{house.url}/api/sessions", json={"story": "vote", "mode": "room"})).json()
        room = Room(house, http, body, parts)
        for _ in range(30):
            last = await room.join()
        [session] = house.server.sessions.all()
        assert len(session.seats) <= 8
        async with talking(http, room._seat(last)) as talk:
            await talk.hear("hello")
        async with talking(http, room._seat({**body, "token": body["host"]})) as host:
            await host.hear("hello")


async def test_a_room_that_sleeps_wakes_for_who_joins(room: Room) -> None:
    talk = await room.viewer()
    await voted(talk, "left")
    await talk.ws.close()
    [session] = room.house.server.sessions.all()
    await room.house.server.sessions.end(session, 1001, "nobody was watching")
    late = await room.viewer()
    assert (await late.hear("hello"))["seq"] == 1
    assert (await late.hear("tally"))["voters"] == 1


async def test_a_room_is_deleted_by_its_host_alone(room: Room, http: ClientSession) -> None:
    url = f"{room.house.url}/api/sessions/{room.body['session']}"
    joined = await room.join()
    answer = await http.delete(url, headers={"Authorization": f"Bearer {joined['token']}"})
    await said_no(answer, 403, "not_host")
    gone = await http.delete(url, headers={"Authorization": f"Bearer {room.body['host']}"})
    assert gone.status == 204


async def test_a_show_for_one_alone_has_nothing_to_conduct(house: Serving, http: ClientSession) -> None:
    async with talking(http, await house.seat()) as talk:
        await talk.say(type="end", id="e")
        assert (await talk.hear("refused"))["code"] == "no_room"
        await talk.say(type="close", id="c", poll="fork.0")
        assert (await talk.hear("refused"))["code"] == "no_room"
        await talk.say(type="choose", id="a", poll="fork.0", choice="left")
        assert (await talk.hear("ack"))["seq"] == 1


def test_codes_have_no_vowels_and_are_not_alike() -> None:
    codes = {new_code() for _ in range(1000)}
    assert len(codes) > 990
    assert all(re.fullmatch("[BCDFGHJKLMNPQRSTVWXZ]{6}", code) for code in codes)
    assert read_code("bcd-fgh ") == "BCDFGH"
