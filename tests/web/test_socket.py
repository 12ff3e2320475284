from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from aiohttp import ClientSession, WSMsgType, WSServerHandshakeError

from forkreel.settings import Settings
from forkreel.stage.messages import Caption, Message
from forkreel.stage.record import SeatRecord
from forkreel.web.guard import Rate, Refusals
from forkreel.web.session import Admission, Production, Seat, Session
from forkreel.web.socket import Conversation
from forkreel.web.tickets import Tickets
from tests.helpers.fakes import FakeModel
from tests.helpers.serving import Serving, serving
from tests.web.conftest import Talk, said_no, talking


async def refusal(talk: Talk, text: str | bytes, message_id: Any = None) -> str:
    """The code with which a raw message is refused."""
    await (talk.ws.send_bytes(text) if isinstance(text, bytes) else talk.ws.send_str(text))
    answer = await talk.hear("refused", "ack")
    assert set(answer) == {"type", "id", "code", "message"}
    assert answer["id"] == message_id
    assert answer["message"]
    return str(answer["code"])


async def test_a_viewer_is_told_where_the_show_stands(house: Serving, http: ClientSession) -> None:
    seat = await house.seat()
    async with talking(http, seat) as talk:
        hello, moment = await talk.ws.receive_json(), await talk.ws.receive_json()
    assert hello == {
        "type": "hello", "session": seat.session, "story": "crossroads", "seed": 7, "fps": 24,
        "width": 512, "height": 288, "seq": 0, "language": None,
    }  # fmt: skip
    assert set(moment) == {"type", "seq", "frame", "scene", "lines", "ask", "ending", "back"}
    assert moment["back"] is False
    assert set(moment["ask"]) == {"poll", "prompt", "choices", "controls", "deadline_frame", "default", "shown_frame"}
    assert moment["scene"] == "fork"
    assert moment["lines"] == [{"id": "where", "who": "fox", "text": "Where to?"}]
    assert moment["ask"]["choices"][0] == {"id": "left", "label": "Left", "available": True}


async def test_a_caption_shows_the_name_of_who_speaks(house: Serving, http: ClientSession) -> None:
    async with talking(http, await house.seat()) as talk:
        caption = await talk.hear("caption")
    assert caption == {
        "type": "caption", "who": "Fox", "text": "Where to?", "start_frame": 0, "end_frame": 38, "word_frames": [0, 6],
    }  # fmt: skip


async def test_a_choice_is_acknowledged_and_brings_the_next_moment(house: Serving, http: ClientSession) -> None:
    async with talking(http, await house.seat()) as talk:
        await talk.hear("moment")
        await talk.say(type="choose", id="a", poll="fork.0", choice="left")
        assert await talk.hear("ack", "moment") == {"type": "ack", "id": "a", "seq": 1, "frame": 0}
        moment = await talk.hear("moment")
        assert (moment["seq"], moment["scene"], moment["ask"]["poll"]) == (1, "lake", "lake.1")
        assert moment["ask"]["deadline_frame"] > moment["frame"]
        await talk.say(type="back", id="b")
        assert (await talk.hear("ack"))["seq"] == 2
        assert (await talk.hear("moment"))["scene"] == "fork"


async def test_the_same_message_twice_acts_once(house: Serving, http: ClientSession) -> None:
    async with talking(http, await house.seat()) as talk:
        answers = []
        for _ in range(2):
            await talk.say(type="choose", id="a", poll="fork.0", choice="left")
            answers.append(await talk.hear("ack", "refused"))
        assert answers[0] == answers[1]


async def test_who_reconnects_with_the_token_goes_on_where_the_show_is(house: Serving, http: ClientSession) -> None:
    seat = await house.seat()
    async with talking(http, seat) as talk:
        await talk.say(type="choose", id="a", poll="fork.0", choice="left")
        acknowledged = await talk.hear("ack")
    async with talking(http, seat) as talk:
        assert (await talk.hear("hello"))["seq"] == 1
        assert (await talk.hear("moment"))["scene"] == "lake"
        await talk.say(type="choose", id="a", poll="fork.0", choice="left")
        assert await talk.hear("ack", "refused") == acknowledged, "sent again for want of an answer, it counts once"


async def test_a_pause_is_acknowledged_when_it_has_an_id(house: Serving, http: ClientSession) -> None:
    async with talking(http, await house.seat()) as talk:
        await talk.say(type="pause")
        await talk.say(type="resume", id="r")
        assert (await talk.hear("ack", "refused"))["id"] == "r"
        await talk.say(type="keyframe")
        await talk.say(type="pause", id="p")
        assert (await talk.hear("ack", "refused"))["id"] == "p"


async def test_what_makes_no_sense_is_refused_and_the_connection_lives(house: Serving, http: ClientSession) -> None:
    async with talking(http, await house.seat()) as talk:
        assert await refusal(talk, "hello there") == "not_json"
        assert await refusal(talk, "[1, 2]") == "not_json"
        assert await refusal(talk, "[" * 5000) == "not_json"
        assert await refusal(talk, b"\x00\x01") == "not_json"
        assert await refusal(talk, '{"type": "dance", "id": "x"}', "x") == "unknown_type"
        assert await refusal(talk, '{"id": "x"}', "x") == "unknown_type"
        assert await refusal(talk, '{"type": ["choose"]}') == "unknown_type"
        await talk.say(type="choose", id="a", poll="fork.0", choice="left")
        assert (await talk.hear("ack"))["seq"] == 1


async def test_a_message_with_something_missing_or_wrong_is_refused(house: Serving, http: ClientSession) -> None:
    async with talking(http, await house.seat()) as talk:
        assert await refusal(talk, '{"type": "choose", "poll": "fork.0", "choice": "left"}') == "invalid"
        assert await refusal(talk, '{"type": "choose", "id": "a", "choice": "left"}', "a") == "invalid"
        assert await refusal(talk, '{"type": "choose", "id": "b", "poll": 1, "choice": "left"}', "b") == "invalid"
        assert await refusal(talk, '{"type": "choose", "id": {}, "poll": "fork.0", "choice": "left"}') == "invalid"
        assert await refusal(talk, '{"type": "back", "id": true}') == "invalid"
        long = f'{{"type": "choose", "id": "c", "poll": "fork.0", "choice": "{"x" * 300}"}}'
        assert await refusal(talk, long, "c") == "invalid"


async def test_a_choice_that_is_not_on_offer_or_too_late_is_refused(house: Serving, http: ClientSession) -> None:
    async with talking(http, await house.seat()) as talk:
        assert await refusal(talk, '{"type": "choose", "id": 1, "poll": "fork.0", "choice": "up"}', 1) == "not_on_offer"
        assert await refusal(talk, '{"type": "choose", "id": 2, "poll": "x.9", "choice": "left"}', 2) == "no_poll"
        assert await refusal(talk, '{"type": "back", "id": 3}', 3) == "nothing_to_undo"
        await talk.say(type="choose", id=4, poll="fork.0", choice="left")
        await talk.hear("ack")
        assert await refusal(talk, '{"type": "choose", "id": 5, "poll": "fork.0", "choice": "left"}', 5) == "late"


async def test_steering_and_typing_are_refused_where_nothing_offers_them(house: Serving, http: ClientSession) -> None:
    async with talking(http, await house.seat()) as talk:
        steer = '{"type": "steer", "id": "a", "control": "haze", "value": 0.5}'
        say = '{"type": "say", "id": "b", "poll": "fork.0", "text": "hello"}'
        assert await refusal(talk, steer, "a") == "no_control"
        assert await refusal(talk, say, "b") == "not_listening"


async def test_a_message_that_is_too_large_is_refused_and_the_connection_lives(
    house: Serving, http: ClientSession
) -> None:
    async with talking(http, await house.seat()) as talk:
        assert await refusal(talk, '{"type": "say", "text": "' + "x" * 8200 + '"}') == "too_large"
        assert await refusal(talk, "ü" * 5000) == "too_large", "bytes count, not letters"
        assert await refusal(talk, "x" * 500_000) == "too_large"
        await talk.say(type="choose", id="a", poll="fork.0", choice="left")
        assert (await talk.hear("ack"))["seq"] == 1


async def test_a_message_that_nobody_would_read_closes_only_its_own_connection(
    house: Serving, http: ClientSession
) -> None:
    seat = await house.seat()
    async with talking(http, seat) as flooding, talking(http, seat) as other:
        await flooding.ws.send_str("x" * 2_000_000)
        while (received := await flooding.ws.receive()).type is WSMsgType.TEXT:
            pass
        assert received.data == 1009
        await other.say(type="choose", id="a", poll="fork.0", choice="left")
        assert (await other.hear("ack"))["seq"] == 1


async def test_messages_that_come_too_fast_are_refused_and_a_flood_is_cut_off(
    house: Serving, http: ClientSession
) -> None:
    seat = await house.seat()
    async with talking(http, seat) as talk:
        for number in range(200):
            await talk.say(type="back", id=number)
        codes = []
        while (received := await talk.ws.receive()).type is WSMsgType.TEXT:
            message = received.json()
            if message["type"] == "refused":
                codes.append(message["code"])
        assert codes.count("too_fast") >= 40
        assert received.data == 1008
    async with talking(http, seat) as talk:
        assert (await talk.hear("hello"))["seq"] == 0, "the show goes on"


async def test_a_websocket_needs_its_sessions_token(house: Serving, http: ClientSession) -> None:
    seat, other = await house.seat(), await house.seat()
    bare = f"{house.url}/ws/{seat.session}"
    await said_no(await http.get(bare), 401, "no_token")
    await said_no(await http.get(f"{bare}?token={other.token}"), 403, "bad_token")
    await said_no(await http.get(f"{bare}?token=%C3%BC"), 403, "bad_token")
    await said_no(await http.get(f"{house.url}/ws/nobody?token={seat.token}"), 404, "unknown_session")
    answer = await http.get(f"{bare}?token={seat.token}")
    await said_no(answer, 426, "no_upgrade")


async def test_a_viewer_steers_the_volumes_and_nothing_that_is_not_offered(house: Serving, http: ClientSession) -> None:
    async with talking(http, await house.seat()) as talk:
        for value, answer in ((0.25, "ack"), (1.5, "invalid"), ("loud", "invalid")):
            await talk.say(type="steer", id=str(value), control="volume.music", value=value)
            heard = await talk.hear("ack", "refused")
            assert heard.get("code", heard["type"]) == answer
        await talk.say(type="steer", id="x", control="volume.thunder", value=1)
        assert (await talk.hear("refused"))["code"] == "no_control"


async def test_a_page_of_another_site_may_not_open_a_websocket(http: ClientSession) -> None:
    async with serving(allowed_origins=("https://films.example",)) as house:
        seat = await house.seat()
        for origin in ("https://evil.example", "null", house.url + ".evil.example"):
            with pytest.raises(WSServerHandshakeError) as refused:
                await http.ws_connect(seat.socket, origin=origin)
            assert refused.value.status == 403
        for origin in (house.url, "https://films.example"):
            async with talking(http, seat, origin=origin) as talk:
                await talk.hear("hello")


async def test_a_session_has_a_limited_number_of_websockets(http: ClientSession) -> None:
    async with serving(max_sockets=1) as house:
        seat = await house.seat()
        async with talking(http, seat):
            with pytest.raises(WSServerHandshakeError) as refused:
                await http.ws_connect(seat.socket)
            assert refused.value.status == 503


async def test_a_model_that_fails_ends_its_show_with_a_sentence_and_no_other(http: ClientSession) -> None:
    models = FakeModel()
    async with serving(opener=lambda name, size, fps: models, size=(64, 36)) as house:
        failing, other = await house.seat(), await house.seat()
        [failing_take, _] = models.takes[-2:]  # the first painted the poster
        failing_take.paint = None  # type: ignore[assignment]
        async with talking(http, failing) as talk, talking(http, other) as neighbour:
            (await house.server.sessions.find(failing.session, failing.token)).session.stage.viewers(1)
            message = await talk.hear("refused")
            assert (message["id"], message["code"]) == (None, "show_failed")
            assert "TypeError" in message["message"]
            closed = await talk.ws.receive()
            assert closed.data == 1011
            await neighbour.say(type="choose", id="a", poll="fork.0", choice="left")
            assert (await neighbour.hear("ack"))["seq"] == 1
        await asyncio.gather(*house.server.sessions._endings)
        assert failing_take.closed
        await said_no(await http.get(failing.socket.replace("ws", "http", 1)), 404, "unknown_session")


async def test_a_viewer_who_does_not_read_is_let_go_and_holds_nothing_up() -> None:
    class Stuck:
        closed = False
        closes: ClassVar[list[int]] = []

        async def send_str(self, text: str) -> None:
            await asyncio.Event().wait()

        async def close(self, *, code: int, message: bytes) -> None:
            self.closes.append(code)

        def __aiter__(self) -> Stuck:
            return self

        async def __anext__(self) -> None:
            await asyncio.Event().wait()

    class Chatty:
        def subscribe(self, send: Callable[[Message], None]) -> Callable[[], None]:
            for number in range(1000):
                send(Caption(None, "and then", number, number + 1))
            return lambda: left.append(True)

    left: list[bool] = []
    production = Production(Chatty(), SimpleNamespace(viewers=0), AsyncExitStack())  # type: ignore[arg-type]
    session = Session("s", "woods", None, production, lambda: 0.0)
    seat = Seat(SeatRecord(1, ""), Rate(1, 1, lambda: 0.0), Tickets(1))
    ws = Stuck()
    await Conversation(ws, Admission(session, seat, "t"), Settings(), lambda *why: None, Refusals()).run()  # type: ignore[arg-type]
    assert ws.closes == [1013]
    assert left == [True]
    assert seat.listeners == set()


async def test_a_closing_server_says_goodbye(http: ClientSession) -> None:
    async with serving() as house:
        ws = await http.ws_connect((await house.seat()).socket)
        await ws.receive()
        reading = asyncio.create_task(_last(ws))
    assert (await reading).data == 1001


async def _last(ws: Any) -> Any:
    while (received := await ws.receive()).type is WSMsgType.TEXT:
        pass
    return received
