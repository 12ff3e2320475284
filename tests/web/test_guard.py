from __future__ import annotations

import pytest
from aiohttp import ClientSession

from forkreel.web.guard import Strangers
from forkreel.web.problem import Problem
from tests.helpers.serving import serving
from tests.web.conftest import said_no, talking


def test_an_address_that_guesses_wrong_too_often_waits_a_minute() -> None:
    now = 0.0
    strangers = Strangers(5, lambda: now)
    for _ in range(5):
        strangers.meet("a")
        strangers.guessed("a")
    with pytest.raises(Problem) as refused:
        strangers.meet("a")
    assert refused.value.status == 429
    strangers.meet("b")
    now = 13.0
    strangers.meet("a")


def test_the_addresses_that_are_remembered_are_bounded() -> None:
    strangers = Strangers(5, lambda: 0.0, most=10)
    for number in range(1000):
        strangers.guessed(str(number))
    assert len(strangers) == 10


async def test_who_guesses_is_turned_away_and_keeps_no_viewer_out(http: ClientSession) -> None:
    async with serving(strangers_a_minute=5) as house:
        seat = await house.seat()
        for _ in range(5):
            await said_no(await http.post(f"{house.url}/api/rooms/BBBBBB/join"), 404, "unknown_room")
        answer = await http.post(f"{house.url}/api/rooms/BBBBBB/join")
        await said_no(answer, 429, "too_many_guesses")
        assert int(answer.headers["Retry-After"]) == 60
        await said_no(await http.post(f"{house.url}/whep/nobody", headers=seat.bearer), 429, "too_many_guesses")
        async with talking(http, seat) as talk:
            await talk.hear("hello")
