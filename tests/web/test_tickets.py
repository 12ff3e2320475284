from __future__ import annotations

import pytest
from aiohttp import ClientSession, WSServerHandshakeError

from forkreel.web.tickets import Tickets, seat_of
from tests.helpers.serving import Seat, Serving, serving
from tests.web.conftest import said_no


def test_a_ticket_lets_in_once() -> None:
    tickets = Tickets(7)
    ticket = tickets.issue()
    assert seat_of(ticket) == 7
    assert tickets.redeem(ticket)
    assert not tickets.redeem(ticket)


def test_a_ticket_lasts_for_moments() -> None:
    now = 0.0
    tickets = Tickets(1, lifetime_s=30, now=lambda: now)
    early, late = tickets.issue(), tickets.issue()
    now = 29.9
    assert tickets.redeem(early)
    now = 30.0
    assert not tickets.redeem(late)


def test_a_seat_has_a_bounded_number_of_tickets_and_the_oldest_go_first() -> None:
    tickets = Tickets(1, most=3)
    issued = [tickets.issue() for _ in range(5)]
    assert len(tickets) == 3
    assert [tickets.redeem(ticket) for ticket in issued] == [False, False, True, True, True]


@pytest.mark.parametrize("text", ["", ".", "x.y", "-1.y", "1", "9" * 400 + ".y", "\u0663.y", "1.\ud800"])
def test_what_is_no_ticket_opens_nothing(text: str) -> None:
    assert seat_of(text) in (None, 1)
    assert not Tickets(1).redeem(text)


async def ticket_of(http: ClientSession, house: Serving, seat: Seat) -> str:
    answer = await http.post(f"{house.url}/api/sessions/{seat.session}/ticket", headers=seat.bearer)
    body = await answer.json()
    assert (answer.status, set(body)) == (201, {"ticket", "expires_s"})
    return str(body["ticket"])


async def test_a_ticket_opens_the_websocket_in_the_place_of_the_token_and_only_once(
    house: Serving, http: ClientSession
) -> None:
    seat = await house.seat()
    door = f"{seat.socket.partition('?')[0]}?ticket={await ticket_of(http, house, seat)}"
    async with http.ws_connect(door) as ws:
        assert (await ws.receive_json())["session"] == seat.session
    with pytest.raises(WSServerHandshakeError) as refused:
        await http.ws_connect(door)
    assert refused.value.status == 403


async def test_a_ticket_is_for_its_own_session_and_given_for_its_token_alone(
    house: Serving, http: ClientSession
) -> None:
    mine, other = await house.seat(), await house.seat()
    ticket = await ticket_of(http, house, mine)
    door = f"{house.url}/ws/{other.session}?ticket={ticket}"
    await said_no(await http.get(door), 403, "bad_ticket")
    for_mine = f"{house.url}/api/sessions/{mine.session}/ticket"
    await said_no(await http.post(for_mine), 401, "no_token")
    await said_no(await http.post(for_mine, headers=other.bearer), 403, "bad_token")
    foreign = {**mine.bearer, "Origin": "https://evil.example"}
    await said_no(await http.post(for_mine, headers=foreign), 403, "foreign_origin")


async def test_who_guesses_tickets_is_turned_away(http: ClientSession) -> None:
    async with serving(strangers_a_minute=3) as house:
        seat = await house.seat()
        for _ in range(3):
            await said_no(await http.get(f"{house.url}/ws/{seat.session}?ticket=1.x"), 403, "bad_ticket")
        await said_no(await http.get(f"{house.url}/ws/{seat.session}?ticket=1.x"), 429, "too_many_guesses")
