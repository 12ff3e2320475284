"""Whatever comes from outside is understood or refused with a sentence; nothing else is ever raised."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from aiohttp import ClientSession
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from forkreel.errors import Refused
from forkreel.web.api import NewSession, first_fault
from forkreel.web.incoming import KINDS, Incoming, id_of, message_of, parse
from forkreel.web.rooms import read_code
from tests.helpers.serving import serving
from tests.web.conftest import talking

FIELDS = (
    "type",
    "id",
    "poll",
    "choice",
    "control",
    "value",
    "text",
    "seconds",
    "story",
    "mode",
    "seed",
    "timers",
    "cuts",
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=80)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
objects = st.dictionaries(st.sampled_from(FIELDS), values, max_size=8)
messages = st.builds(lambda kind, fields: {**fields, "type": kind}, st.sampled_from(sorted(KINDS)), objects) | objects


def understood(text: str) -> Incoming | None:
    """What the websocket makes of a text; raises what it would raise there."""
    try:
        fields = parse(text)
        found = id_of(fields)
        assert found is None or isinstance(found, str | int)
        return message_of(fields)
    except Refused as refusal:
        return (
            None
            if refusal.code in ("not_json", "unknown_type", "invalid") and str(refusal)
            else pytest.fail(refusal.code)
        )


@given(messages)
@settings(max_examples=500)
def test_a_websocket_message_is_understood_or_refused(message: dict[str, Any]) -> None:
    understood(json.dumps(message))


@given(st.text(max_size=300))
@settings(max_examples=300)
def test_a_text_that_is_no_message_is_refused(text: str) -> None:
    understood(text)


@pytest.mark.parametrize(
    "text",
    [
        "9" * 5000,
        '{"id": ' + "9" * 4000 + "}",
        '{"type": "choose", "id": 1e999}',
        "[" * 8000,
        '{"a":' * 1500,
        "\ud800",
        "NaN",
        '{"type": "extend", "id": 1, "poll": "p", "seconds": NaN}',
        '{"type": "open", "id": 1, "poll": "p", "seconds": -1}',
    ],
)
def test_known_traps_are_refused(text: str) -> None:
    assert understood(text) is None


@given(objects)
@settings(max_examples=300)
def test_the_body_of_a_new_session_is_understood_or_refused(body: dict[str, Any]) -> None:
    try:
        wanted = NewSession.model_validate_json(json.dumps(body))
    except ValidationError as error:
        said = first_fault(error)
    else:
        said = wanted.mode
    assert said


@given(st.text(max_size=50))
def test_any_text_may_be_typed_as_a_code(text: str) -> None:
    assert read_code(read_code(text)) == read_code(text)


async def test_a_server_that_is_sent_nonsense_answers_with_sentences_and_plays_on(
    http: ClientSession, database_url: str
) -> None:
    chance = random.Random(5)
    async with serving(database=database_url, strangers_a_minute=10_000) as house:
        seat = await house.seat()
        paths = (
            "/api/sessions",
            "/api/rooms/{}/join",
            "/whep/{}",
            f"/whep/{seat.session}/{{}}",
            f"/whep/{seat.session}",
        )
        kinds = ("application/json", "application/sdp", "application/trickle-ice-sdpfrag", "text/plain")
        words = ("%00", "..%2f..", "%ED%A0%80", "'%20or%201=1", "x" * 400, "BCDFGH", "a?b=c", "%F0%9F%A6%8A")
        for _ in range(300):
            path = chance.choice(paths).format(chance.choice(words))
            body = chance.randbytes(chance.randrange(200))
            headers = {"Content-Type": chance.choice(kinds), "If-Match": "x"}
            if chance.random() < 0.7:
                headers["Authorization"] = f"Bearer {chance.choice((seat.token, 'x', ''))}"
            answer = await http.request(
                chance.choice(("POST", "PATCH", "DELETE")), house.url + path, data=body, headers=headers
            )
            assert 400 <= answer.status < 500, (path, answer.status, await answer.text())
            assert (await answer.json())["error"]["message"]
        async with talking(http, seat) as talk:
            await talk.say(type="choose", id="\x00\ud83e\udd8a", poll="fork.0", choice="left")
            assert (await talk.hear("ack", "refused"))["type"] == "ack"
        await house.server.sessions.end(house.server.sessions.all()[0], 1001, "the test lets it sleep")
        async with talking(http, seat) as talk:
            assert (await talk.hear("moment"))["scene"] == "lake", "an odd id does not spoil the journal"


async def test_the_figures_are_not_for_everyone(http: ClientSession) -> None:
    async with serving() as house:
        assert (await http.get(f"{house.url}/metrics")).status == 200
        for header in ("X-Forwarded-For", "Forwarded", "Via"):
            assert (await http.get(f"{house.url}/metrics", headers={header: "1"})).status == 403
    async with serving(metrics_token="0123456789abcdef") as house:
        assert (await http.get(f"{house.url}/metrics")).status == 401
        wrong = {"Authorization": "Bearer 0123456789abcdeg"}
        assert (await http.get(f"{house.url}/metrics", headers=wrong)).status == 401
        right = {"Authorization": "Bearer 0123456789abcdef"}
        assert (await http.get(f"{house.url}/metrics", headers=right)).status == 200


async def test_a_page_of_another_site_opens_no_show_and_joins_no_room(http: ClientSession) -> None:
    async with serving() as house:
        foreign = {"Origin": "https://evil.example"}
        for path in ("/api/sessions", "/api/rooms/BCDFGH/join"):
            answer = await http.post(house.url + path, json={"story": "crossroads"}, headers=foreign)
            assert answer.status == 403
        assert len(house.server.sessions) == 0


async def test_every_answer_has_the_headers_that_keep_browsers_strict(http: ClientSession) -> None:
    async with serving() as house:
        for path in (
            "/",
            "/watch/crossroads",
            "/nowhere",
            "/api/stories",
            "/static/base.css",
            "/healthz",
            "/room/BCDFGH",
        ):
            answer = await http.get(house.url + path)
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert "camera=()" in answer.headers["Permissions-Policy"]


async def test_tokens_are_in_no_log(http: ClientSession, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with serving() as house:
        seat = await house.seat()
        async with talking(http, seat) as talk:
            await talk.hear("hello")
        await http.post(seat.whep, data="v=0", headers={**seat.bearer, "Content-Type": "application/sdp"})
        await http.get(seat.socket.replace("ws", "http", 1))
    assert seat.token not in caplog.text
