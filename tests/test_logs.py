from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from aiohttp import ClientSession

from forkreel.logs import SESSION, JsonLines, TextLines, name_session, without_secrets
from tests.helpers.fakes import FakeModel
from tests.helpers.serving import serving
from tests.web.conftest import talking

TOKEN = "Rm9yIHlvdXIgZXllcyBvbmx5"


@pytest.fixture
def written() -> Iterator[StringIO]:
    """All that is logged from DEBUG on, as JSON lines."""
    text = StringIO()
    handler = logging.StreamHandler(text)
    handler.addFilter(name_session)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield text
    root.removeHandler(handler)
    root.setLevel(level)


def record(message: str, *given: object, exc_info: Any = None) -> logging.LogRecord:
    made = logging.LogRecord("forkreel.web", logging.WARNING, __file__, 1, message, given, exc_info)
    name_session(made)
    return made


def test_a_line_of_json_says_when_where_what_and_about_which_session() -> None:
    SESSION.set("Xy1")
    line = json.loads(JsonLines().format(record("the line %d\nbroke", 7)))
    assert set(line) == {"time", "level", "logger", "message", "session"}
    assert line["time"].endswith("+00:00")
    assert (line["level"], line["logger"], line["session"]) == ("WARNING", "forkreel.web", "Xy1")
    assert line["message"] == "the line 7\nbroke"


def test_a_fault_is_one_line_of_json_too() -> None:
    try:
        raise ValueError(f"GET /ws/s?token={TOKEN}")
    except ValueError:
        text = JsonLines().format(record("it failed", exc_info=sys.exc_info()))
    assert "\n" not in text
    assert "ValueError: GET /ws/s?token=..." in json.loads(text)["error"]


def test_a_line_for_people_names_the_session_where_there_is_one() -> None:
    SESSION.set("Xy1")
    assert TextLines().format(record("it ends")) == "WARNING forkreel.web [Xy1]: it ends"
    SESSION.set(None)
    assert TextLines().format(record("it ends")) == "WARNING forkreel.web: it ends"


@pytest.mark.parametrize(
    "text",
    [
        f"/ws/s?token={TOKEN}",
        f"/ws/s?ticket=1.{TOKEN}&x=1",
        f"Authorization: Bearer {TOKEN}",
        f'{{"token": "{TOKEN}", "whep": "/whep/s"}}',
        f"turn_secret={TOKEN}",
        f'username="1:s-1"; credential="{TOKEN}"; credential-type="password"',
        f"/room/BCDFGH#host={TOKEN}",
    ],
)
def test_what_may_be_a_secret_is_never_written(text: str) -> None:
    assert TOKEN not in without_secrets(text)
    assert TOKEN not in TextLines().format(record("%s", text))


def test_a_sentence_about_tokens_stays_as_it_is() -> None:
    text = "this needs the token that the session was given; wait a minute"
    assert without_secrets(text) == text


async def test_what_a_show_s_thread_logs_names_its_session_and_no_token_is_in_any_line(written: StringIO) -> None:
    models = FakeModel()
    async with ClientSession() as http, serving(opener=lambda name, size, fps: models, size=(64, 36)) as house:
        failing, seat = await house.seat(), await house.seat()
        models.takes[-2].paint = None  # type: ignore[assignment]
        async with talking(http, failing) as talk:
            house.server.sessions.all()[0].stage.viewers(1)
            await talk.hear("refused")
        await http.post(seat.whep, data="v=0", headers={**seat.bearer, "Content-Type": "application/sdp"})
        answer = await http.post(f"{house.url}/api/sessions/{seat.session}/ticket", headers=seat.bearer)
        ticket = (await answer.json())["ticket"]
        await http.get(f"{house.url}/ws/{seat.session}?ticket={ticket}")
        await http.get(seat.socket.replace("ws", "http", 1))
    text = written.getvalue()
    lines = [json.loads(line) for line in text.splitlines()]
    [failed] = [line for line in lines if "has failed" in line["message"]]
    assert failed["session"] == failing.session
    assert "TypeError" in failed["error"]
    ended = {line["session"] for line in lines if line["message"].startswith("it ends")}
    assert ended == {failing.session, seat.session}
    assert not [secret for secret in (failing.token, seat.token, ticket) if secret in text]
