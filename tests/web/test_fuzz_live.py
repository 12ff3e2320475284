"""A real server that is sent what is nearly right: it answers, or refuses with a sentence, and the show goes on."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import ClientSession
from hypothesis import given, settings
from hypothesis import strategies as st

from forkreel.web.incoming import KINDS
from tests.helpers.serving import serving
from tests.web.conftest import talking

numbers = st.sampled_from((0, 1, -1, 0.5, 2**31, 2**63, 2**70, 1e308, -0.0, float("nan"), float("inf")))
texts = st.sampled_from(
    ("", "left", "fork.0", "volume.voice", "x" * 300, "{{ 7 * 7 }}", "<b>", "\x00", "\U0001f98a", "haze")
)
scalars = st.none() | st.booleans() | numbers | texts
values = scalars | st.lists(scalars, max_size=2) | st.dictionaries(texts, scalars, max_size=2)
fields = st.fixed_dictionaries(
    {"type": st.sampled_from(sorted(KINDS)) | values},
    optional=dict.fromkeys(("id", "poll", "choice", "control", "value", "text", "seconds", "more"), values),
)
bodies = st.fixed_dictionaries(
    {"story": st.sampled_from(("crossroads", "nowhere")) | values},
    optional={
        "mode": st.sampled_from(("solo", "room")) | values, "seed": values, "timers": values, "cuts": values,
        "language": st.sampled_from(("de", "en")) | values, "more": values,
    },
)  # fmt: skip
raw = st.sampled_from(("", "{", "[]", "null", '{"type"', '{"type": "choose", "type": "back"}', "9" * 5000, "\ufeff{}"))


@given(st.lists(fields.map(json.dumps) | raw, min_size=40, max_size=40))
@settings(max_examples=5)
def test_messages_that_are_nearly_right_are_answered_and_the_show_goes_on(messages: list[str]) -> None:
    asyncio.run(_say_all(messages))


async def _say_all(messages: list[str]) -> None:
    patient: dict[str, Any] = {"messages_a_second": 10_000.0, "steers_a_second": 10_000.0}
    async with ClientSession() as http, serving(**patient) as house:
        seat = await house.seat()
        async with talking(http, seat) as talk:
            for message in messages:
                await talk.ws.send_str(message)
            await talk.say(type="resume", id="the last")
            while (answer := await talk.hear("ack", "refused"))["id"] != "the last":
                assert answer["type"] == "ack" or (answer["code"] and answer["message"])
            assert answer["type"] == "ack"
        assert house.server.sessions.failed == 0


@given(st.lists(bodies.map(json.dumps) | raw, min_size=30, max_size=30))
@settings(max_examples=4)
def test_bodies_that_are_nearly_right_open_a_show_or_are_refused(sent: list[str]) -> None:
    asyncio.run(_post_all(sent))


async def _post_all(sent: list[str]) -> None:
    async with ClientSession() as http, serving(max_sessions=2, evict_after_s=0) as house:
        for body in sent:
            data, headers = body.encode("utf-8", "surrogatepass"), {"Content-Type": "application/json"}
            async with http.post(f"{house.url}/api/sessions", data=data, headers=headers) as answer:
                told = await answer.json()
                assert answer.status in (201, 400, 404), told
                assert told["token"] if answer.status == 201 else told["error"]["message"]
        assert (await house.seat()).session
