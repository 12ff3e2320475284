"""The limits that a server at the open door needs, each a setting whose default this table holds."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import ClientSession

from forkreel.settings import Settings
from forkreel.web.guard import TRUSTED, address_of
from tests.helpers.serving import serving
from tests.web.conftest import said_no, talking

LIMITS: list[tuple[str, str, float]] = [
    ("offers: SDP", "max_body_bytes", 64 * 1024),
    ("offers: m-lines", "max_media_lines", 4),
    ("offers: candidates", "max_candidates", 20),
    ("offers: a minute and address", "offers_a_minute", 5),
    ("offers: a global cap", "max_peers", 1000),
    ("before ICE completes: peers", "max_pending", 64),
    ("before ICE completes: seconds", "pending_s", 10),
    ("consent: seconds", "consent_s", 2),
    ("consent: failures", "consent_failures", 3),
    ("websocket: bytes of a message", "max_message_bytes", 8 * 1024),
    ("websocket: messages a second", "messages_a_second", 10),
    ("websocket: ping", "ping_s", 15),
    ("websocket: backlog", "max_backlog_bytes", 64 * 1024),
    ("websocket: a ticket's seconds", "ticket_s", 30),
    ("keyframe requests: gap", "keyframe_gap_s", 0.25),
    ("TURN: credentials' seconds", "turn_s", 3600),
    ("candidates in private networks", "private_candidates", False),
]
FLOOD = 1000


@pytest.mark.parametrize(("limit", "setting", "default"), LIMITS)
def test_every_limit_is_a_setting_with_its_default(limit: str, setting: str, default: float) -> None:
    assert Settings.model_fields[setting].default == default, limit


async def test_the_settings_reach_the_stream_that_they_limit() -> None:
    given: dict[str, Any] = {
        "max_media_lines": 1, "max_candidates": 2, "max_body_bytes": 2048, "max_pending": 3, "pending_s": 4.0,
        "consent_s": 5.0, "consent_failures": 6, "keyframe_gap_s": 0.5, "private_candidates": True,
    }  # fmt: skip
    async with serving(**given) as house:
        await house.seat()
        [session] = house.server.sessions.all()
        stream = session.broadcast
        limits, ice = stream._limits, stream._ice
        assert (limits.media_lines, limits.candidates, limits.size_bytes) == (1, 2, 2048)
        assert (ice.pending_s, ice.consent_interval_s, ice.consent_failures, ice.private) == (4.0, 5.0, 6, True)
        assert (stream._max_pending, stream._encoder._keyframe_gap_s) == (3, 0.5)


async def test_a_flood_of_offers_without_a_seat_is_refused_and_leaves_nothing_behind(http: ClientSession) -> None:
    async with serving(ice_loopback=True) as house:
        seat = await house.seat()
        [session] = house.server.sessions.all()
        async with talking(http, seat) as talk:
            await talk.hear("moment")
            tasks = len(asyncio.all_tasks())

            async def offer(number: int) -> int:
                headers = {"Content-Type": "application/sdp", "Authorization": f"Bearer {'x' * (number % 3)}"}
                async with http.post(seat.whep, data="v=0\r\n" * 50, headers=headers) as answer:
                    body = await answer.json()
                    assert body["error"]["message"]
                    return answer.status

            statuses = await asyncio.gather(*(offer(number) for number in range(FLOOD)))
            assert statuses.count(429) == FLOOD - house.settings.offers_a_minute
            assert set(statuses) <= {401, 403, 429}
            assert (session.broadcast.connections, house.server.sessions.connections) == (0, 0)
            await talk.say(type="choose", id=1, poll="fork.0", choice="left")
            assert (await talk.hear("ack"))["seq"] == 1, "the show goes on"
            assert len(house.server.sessions) == 1
        await http.close()
        async with asyncio.timeout(30):
            while len(asyncio.all_tasks()) > tasks:  # noqa: ASYNC110 - connections end by themselves
                await asyncio.sleep(0.01)


async def test_who_has_a_seat_may_offer_while_others_at_the_same_address_guess(http: ClientSession) -> None:
    async with serving(ice_loopback=True) as house:
        seat = await house.seat()
        sdp = {"Content-Type": "application/sdp"}
        for _ in range(10):
            await http.post(seat.whep, data="v=0", headers=sdp)
        await said_no(await http.post(seat.whep, data="v=0", headers=sdp), 429, "too_many_guesses")
        await said_no(await http.post(seat.whep, data="v=0", headers={**sdp, **seat.bearer}), 400, "bad_offer")


async def test_a_server_takes_so_many_media_connections_and_no_more(http: ClientSession) -> None:
    async with serving(ice_loopback=True, max_peers=1) as house:
        seat = await house.seat()
        [session] = house.server.sessions.all()
        session.broadcast._peers["somebody"] = SimpleNamespace(connected=False, dropped=0)  # type: ignore[assignment]
        try:
            headers = {"Content-Type": "application/sdp", **seat.bearer}
            answer = await http.post(seat.whep, data="v=0", headers=headers)
            assert "1" in await said_no(answer, 503, "too_many_peers")
            assert int(answer.headers["Retry-After"]) > 0
        finally:
            del session.broadcast._peers["somebody"]


@pytest.mark.parametrize(
    ("remote", "told", "address"),
    [
        ("9.9.9.9", "", "9.9.9.9"),
        ("9.9.9.9", "1.1.1.1", "9.9.9.9"),
        ("10.0.0.1", "1.1.1.1", "1.1.1.1"),
        ("10.0.0.1", "forged, 1.1.1.1", "1.1.1.1"),
        ("10.0.0.1", "1.1.1.1, 10.0.0.2", "1.1.1.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", " , ", "10.0.0.1"),
    ],
)
def test_an_address_is_what_a_trusted_proxy_saw_and_never_what_a_viewer_claims(
    remote: str, told: str, address: str
) -> None:
    request: Any = SimpleNamespace(
        app={TRUSTED: frozenset({"10.0.0.1", "10.0.0.2"})}, remote=remote, headers={"X-Forwarded-For": told}
    )
    assert address_of(request) == address
