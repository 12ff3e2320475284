from __future__ import annotations

import threading

import pytest
from aiohttp import ClientSession

from forkreel.model.testcard import decode
from forkreel.stage.clock import MonotonicClock
from forkreel.stream.broadcast import Joined
from tests.helpers.serving import Seat, Serving, serving
from tests.stream.receiver import Viewer
from tests.web.conftest import said_no, talking

SDP = {"Content-Type": "application/sdp"}
TRICKLE = {"Content-Type": "application/trickle-ice-sdpfrag"}


class Guest:
    """A WHEP client around a WebRTC receiver."""

    def __init__(self, house: Serving, http: ClientSession, seat: Seat) -> None:
        self.receiver = Viewer()
        self.location = ""
        self.tag = ""
        self._house, self._http, self._seat = house, http, seat

    async def join(self) -> None:
        offer = await self.receiver.offer()
        answer = await self._http.post(self._seat.whep, data=offer, headers={**SDP, **self._seat.bearer})
        assert answer.status == 201, await answer.text()
        assert answer.content_type == "application/sdp"
        self.location = self._house.url + answer.headers["Location"]
        self.tag = answer.headers["ETag"]
        await self.receiver.accept(Joined("", await answer.text()))

    async def leave(self) -> int:
        return (await self._http.delete(self.location, headers=self._seat.bearer)).status

    async def frames(self, count: int) -> list[int]:
        """Wait for so many decoded pictures; the frame numbers on them."""
        await self.receiver.until(lambda: len(self.receiver.pictures) >= count)
        pictures = [frame.to_ndarray(format="rgb24") for frame in self.receiver.pictures]
        return [reading.frame for reading in map(decode, pictures) if reading.ok]


async def test_a_show_begins_when_its_first_viewer_is_connected_and_ends_with_everything_it_held(
    http: ClientSession,
) -> None:
    threads = set(threading.enumerate())
    async with serving(ice_loopback=True, leave_grace_s=0) as house:
        seat = await house.seat()
        session = (await house.server.sessions.find(seat.session, seat.token)).session
        viewer = Guest(house, http, seat)
        try:
            assert session.stage.stats().painted == 0, "nothing is painted for nobody"
            await viewer.join()
            frames = await viewer.frames(10)
            assert frames[0] <= 2, "the viewer sees the show from its start"
            assert frames == sorted(frames)
            assert await viewer.leave() == 200
            assert session.broadcast.viewers == 0
            await house.server.sessions.sweep()
            assert len(house.server.sessions) == 0
            named = {thread.name for thread in set(threading.enumerate()) - threads}
            assert not [name for name in named if name.startswith(("stage", "forkreel"))]
        finally:
            await viewer.receiver.close()


async def test_a_choice_changes_what_is_seen(house: Serving, http: ClientSession) -> None:
    seat = await house.seat()
    viewer = Guest(house, http, seat)
    try:
        await viewer.join()
        async with talking(http, seat) as talk:
            await viewer.frames(3)
            await talk.say(type="choose", id="a", poll="fork.0", choice="right")
            ack = await talk.hear("ack")
            scenes: dict[int, int] = {}

            def seen() -> bool:
                readings = [decode(frame.to_ndarray(format="rgb24")) for frame in viewer.receiver.pictures]
                scenes.update({reading.frame: reading.scene for reading in readings if reading.ok})
                return 2 in scenes.values()

            await viewer.receiver.until(seen)
            assert all((frame >= ack["frame"]) == (scene == 2) for frame, scene in scenes.items())
    finally:
        await viewer.receiver.close()


class JumpingClock(MonotonicClock):
    """The machine's clock, which a test may put forward."""

    ahead_s = 0.0

    def now(self) -> float:
        return super().now() + self.ahead_s


async def test_a_viewer_who_is_lost_and_returns_goes_on_where_the_show_stood(http: ClientSession) -> None:
    clock = JumpingClock()
    async with serving(ice_loopback=True, clock=clock) as house:
        seat = await house.seat()
        first, second = Guest(house, http, seat), Guest(house, http, seat)
        try:
            await first.join()
            await first.frames(5)
            assert await first.leave() == 200
            async with talking(http, seat) as talk:
                for number in range(2):  # the first may be answered by a last frame, the second by a show that holds
                    await talk.say(type="back", id=number)
                    await talk.hear("refused")
            held = (await house.server.sessions.find(seat.session, seat.token)).session.stage.frame
            clock.ahead_s = 60
            await second.join()
            frames = await second.frames(3)
            assert held <= frames[0] <= held + 3
        finally:
            await first.receiver.close()
            await second.receiver.close()


async def test_candidates_are_taken_with_the_right_tag_alone(house: Serving, http: ClientSession) -> None:
    seat = await house.seat()
    viewer = Guest(house, http, seat)
    try:
        await viewer.join()
        tagged = {**TRICKLE, **seat.bearer, "If-Match": viewer.tag}
        fragment = "a=end-of-candidates\r\n"
        assert (await http.patch(viewer.location, data=fragment, headers=tagged)).status == 204
        untagged = {**TRICKLE, **seat.bearer}
        await said_no(await http.patch(viewer.location, data=fragment, headers=untagged), 428, "no_tag")
        stale = {**tagged, "If-Match": '"yesterday"'}
        await said_no(await http.patch(viewer.location, data=fragment, headers=stale), 412, "stale_tag")
        wrong = {**tagged, **SDP}
        await said_no(await http.patch(viewer.location, data=fragment, headers=wrong), 415, "wrong_type")
        await said_no(await http.patch(viewer.location, data=fragment, headers=TRICKLE), 401, "no_token")
        assert await viewer.leave() == 200
        await said_no(await http.delete(viewer.location, headers=seat.bearer), 404, "unknown_peer")
    finally:
        await viewer.receiver.close()


@pytest.mark.parametrize("body", ["", "not sdp", "v=0\r\n", "{}", "a" * 1000])
async def test_what_is_not_an_offer_is_refused_and_the_show_goes_on(
    house: Serving, http: ClientSession, body: str
) -> None:
    seat = await house.seat()
    answer = await http.post(seat.whep, data=body, headers={**SDP, **seat.bearer})
    assert await said_no(answer, 400, "bad_offer")
    async with talking(http, seat) as talk:
        await talk.say(type="choose", id="a", poll="fork.0", choice="left")
        assert (await talk.hear("ack"))["seq"] == 1


async def test_an_answer_where_an_offer_is_expected_is_refused(house: Serving, http: ClientSession) -> None:
    seat = await house.seat()
    receiver = Viewer()
    try:
        offer = await receiver.offer()
        answer = offer.replace("a=setup:actpass", "a=setup:active").replace("recvonly", "sendonly")
        refused = await http.post(seat.whep, data=answer, headers={**SDP, **seat.bearer})
        assert 400 <= refused.status < 500
        assert (await refused.json())["error"]["message"]
    finally:
        await receiver.close()


async def test_an_offer_needs_the_right_type_size_and_token(house: Serving, http: ClientSession) -> None:
    seat, other = await house.seat(), await house.seat()
    await said_no(await http.post(seat.whep, data="v=0", headers=SDP), 401, "no_token")
    await said_no(await http.post(seat.whep, data="v=0", headers={**SDP, **other.bearer}), 403, "bad_token")
    basic = {**SDP, "Authorization": f"Basic {seat.token}"}
    await said_no(await http.post(seat.whep, data="v=0", headers=basic), 401, "no_token")
    await said_no(await http.post(f"{house.url}/whep/nobody", headers={**SDP, **seat.bearer}), 404, "unknown_session")
    await said_no(await http.post(seat.whep, json={}, headers=seat.bearer), 415, "wrong_type")
    huge = await http.post(seat.whep, data="v=0\r\n" * 20_000, headers={**SDP, **seat.bearer})
    await said_no(huge, 413, "request_entity_too_large")
    binary = await http.post(seat.whep, data=b"\xff\xfe", headers={**SDP, **seat.bearer})
    await said_no(binary, 400, "bad_offer")


async def test_a_session_that_offers_without_end_is_told_to_wait(http: ClientSession) -> None:
    async with serving(offers_a_minute=2) as house:
        seat = await house.seat()
        headers = {**SDP, **seat.bearer}
        codes = [(await http.post(seat.whep, data="v=0", headers=headers)).status for _ in range(3)]
        assert codes == [400, 400, 429]


async def test_the_oldest_connection_of_a_session_makes_way(http: ClientSession) -> None:
    async with serving(ice_loopback=True, peers_a_session=1) as house:
        seat = await house.seat()
        first, second = Guest(house, http, seat), Guest(house, http, seat)
        try:
            await first.join()
            await first.frames(1)
            await second.join()
            await second.frames(1)
            session = (await house.server.sessions.find(seat.session, seat.token)).session
            assert session.broadcast.viewers == 1
            assert list(session.seats[1].tags.values()) == [second.tag]
        finally:
            await first.receiver.close()
            await second.receiver.close()
