from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import numpy as np
import pytest
from aiohttp import ClientSession

from forkreel.model.testcard import TestCard
from forkreel.stage.stills import still_of
from tests.helpers.serving import Serving, serving
from tests.web.conftest import said_no, talking

PREVIEWS = Path(__file__).parents[1] / "stories" / "previews.yaml"


async def test_a_new_session_says_where_to_connect(house: Serving, http: ClientSession) -> None:
    answer = await http.post(f"{house.url}/api/sessions", json={"story": "crossroads", "mode": "solo"})
    body = await answer.json()
    assert answer.status == 201
    assert set(body) == {"session", "token", "whep", "socket", "room"}
    assert body["whep"] == f"/whep/{body['session']}"
    assert body["socket"] == f"/ws/{body['session']}"
    assert body["room"] is None
    assert len(body["token"]) >= 22, "128 bits"


async def test_two_sessions_have_nothing_in_common(house: Serving) -> None:
    one, other = await house.seat(), await house.seat()
    assert one.session != other.session
    assert one.token != other.token


async def test_a_seed_is_the_stories_own_unless_one_is_given(house: Serving, http: ClientSession) -> None:
    for fields, seed in (({}, 7), ({"seed": 0}, 0), ({"seed": 2**40}, 2**40)):
        async with talking(http, await house.seat(**fields)) as talk:
            assert (await talk.hear("hello"))["seed"] == seed


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"story": "nowhere", "mode": "solo"}, 404, "unknown_story"),
        ({"story": "crossroads", "mode": "cinema"}, 400, "bad_request"),
        ({"story": "crossroads", "seed": -1}, 400, "bad_request"),
        ({"story": "crossroads", "seed": "seven"}, 400, "bad_request"),
        ({"story": "crossroads", "sede": 7}, 400, "bad_request"),
        ({"story": "crossroads", "timers": -1}, 400, "bad_request"),
        ({"story": "crossroads", "timers": 11}, 400, "bad_request"),
        ({"story": "crossroads", "cuts": "perhaps"}, 400, "bad_request"),
        ({"mode": "solo"}, 400, "bad_request"),
        ([], 400, "bad_request"),
    ],
)
async def test_a_session_that_cannot_be_is_refused_with_a_sentence(
    house: Serving, http: ClientSession, body: object, status: int, code: str
) -> None:
    assert await said_no(await http.post(f"{house.url}/api/sessions", json=body), status, code)
    assert len(house.server.sessions) == 0


async def test_an_unknown_story_is_answered_with_the_stories_that_there_are(
    house: Serving, http: ClientSession
) -> None:
    answer = await http.post(f"{house.url}/api/sessions", json={"story": "nowhere"})
    assert "crossroads" in await said_no(answer, 404, "unknown_story")


async def test_a_viewer_may_ask_for_timers_that_wait(house: Serving, http: ClientSession) -> None:
    for timers, deadline in ((1, True), (0, False)):
        async with talking(http, await house.seat(timers=timers, cuts=True)) as talk:
            [poll] = {(await talk.hear("moment"))["ask"]["poll"]}
            await talk.say(type="choose", id="a", poll=poll, choice="left")
            await talk.hear("ack")
            assert ((await talk.hear("moment"))["ask"]["deadline_frame"] is not None) is deadline


async def test_a_show_is_told_in_the_language_that_its_viewer_asks_for_and_wakes_in_it(
    house: Serving, http: ClientSession
) -> None:
    seat = await house.seat(language="de")
    for _ in range(2):
        async with talking(http, seat) as talk:
            ask = (await talk.hear("moment"))["ask"]
            assert (ask["prompt"], ask["choices"][0]["label"]) == ("Welcher Weg?", "Links")
        [session] = house.server.sessions.all()
        await house.server.sessions.end(session, 1001, "it sleeps")
    answer = await http.post(f"{house.url}/api/sessions", json={"story": "crossroads", "language": "fr"})
    told = await said_no(answer, 400, "unknown_language")
    assert told == "crossroads is not told in 'fr'; there is: en, de"


async def test_who_has_the_token_reads_how_well_the_show_keeps_up(house: Serving, http: ClientSession) -> None:
    seat = await house.seat()
    url = f"{house.url}/api/sessions/{seat.session}"
    body = await (await http.get(url, headers=seat.bearer)).json()
    branches = {"branches_hit", "branches_missed", "branches_ms"}
    tiers = {"viewers", "tiers", "viewers_on_tier"}
    assert set(body) == {"painted", "repeated", "skipped", "paint_ms", "fps", "quality"} | tiers | branches
    assert body["viewers"] == 0
    assert (body["tiers"], body["viewers_on_tier"]) == (3, [0, 0, 0])
    await said_no(await http.get(url), 401, "no_token")
    await said_no(await http.get(url, headers={"Authorization": "Bearer other"}), 403, "bad_token")


async def test_a_still_of_what_a_choice_leads_to_is_for_who_has_the_token_while_the_poll_is_open(
    http: ClientSession,
) -> None:
    async with serving(PREVIEWS) as house:
        seat = await house.seat("previews")
        [session] = house.server.sessions.all()
        async with talking(http, seat) as talk:
            poll = (await talk.hear("moment"))["ask"]["poll"]
            url = f"{house.url}/api/sessions/{seat.session}/previews/{poll}"
            await said_no(await http.get(f"{url}/lake", headers=seat.bearer), 404, "no_preview")
            for choice in ("lake", "hill"):  # by hand: a busy machine does not paint them
                session.stage._painted(poll, choice, still_of(np.zeros((36, 64, 3), np.uint8)))
                assert await talk.hear("preview") == {"type": "preview", "poll": poll, "choice": choice}
            answer = await http.get(f"{url}/hill", headers=seat.bearer)
            assert (answer.status, answer.content_type) == (200, "image/jpeg")
            assert (await answer.read()).startswith(b"\xff\xd8")
            await said_no(await http.get(f"{url}/sea", headers=seat.bearer), 404, "no_preview")
            await said_no(await http.get(f"{url}/hill"), 401, "no_token")
            await said_no(await http.get(f"{url}/hill", headers={"Authorization": "Bearer other"}), 403, "bad_token")


async def test_a_body_that_is_not_json_is_refused(house: Serving, http: ClientSession) -> None:
    url = f"{house.url}/api/sessions"
    await said_no(await http.post(url, data="{", headers={"Content-Type": "application/json"}), 400, "bad_request")
    await said_no(await http.post(url, data="story=crossroads"), 415, "not_json")


async def test_a_body_that_is_too_large_is_refused(house: Serving, http: ClientSession) -> None:
    answer = await http.post(f"{house.url}/api/sessions", json={"story": "x" * 100_000})
    await said_no(answer, 413, "request_entity_too_large")


async def test_a_full_house_says_when_to_try_again_and_the_others_go_on(http: ClientSession) -> None:
    async with serving(max_sessions=2) as house:
        seats = [await house.seat(), await house.seat()]
        answer = await http.post(f"{house.url}/api/sessions", json={"story": "crossroads"})
        assert "2" in await said_no(answer, 503, "full")
        assert int(answer.headers["Retry-After"]) > 0
        for seat in seats:
            async with talking(http, seat) as talk:
                await talk.say(type="choose", id=1, poll="fork.0", choice="left")
                assert (await talk.hear("ack"))["seq"] == 1


async def test_many_who_come_at_once_are_not_let_in_beyond_the_limit(http: ClientSession) -> None:
    async with serving(max_sessions=2) as house:
        post = [http.post(f"{house.url}/api/sessions", json={"story": "crossroads"}) for _ in range(6)]
        assert sorted([answer.status for answer in await asyncio.gather(*post)]) == [201, 201, 503, 503, 503, 503]


async def test_a_show_that_nobody_watches_makes_room_when_the_house_is_full(http: ClientSession) -> None:
    async with serving(max_sessions=1, evict_after_s=0) as house:
        first = await house.seat()
        second = await house.seat()
        assert [session.id for session in house.server.sessions.all()] == [second.session]
        async with talking(http, first) as talk:
            assert (await talk.hear("hello"))["session"] == first.session, "it slept, and wakes for its viewer"
        assert [session.id for session in house.server.sessions.all()] == [first.session]


async def test_pages_answer_while_the_model_warms_and_shows_wait(http: ClientSession) -> None:
    go_on = threading.Event()

    class Slow(TestCard):
        def warm(self) -> None:
            go_on.wait(20)

    async with serving(opener=lambda name, size, fps: Slow(), warm=False) as house:
        try:
            assert (await http.get(f"{house.url}/watch/crossroads")).status == 200
            assert (await http.get(f"{house.url}/healthz")).status == 200
            assert (await http.get(f"{house.url}/readyz")).status == 503
            answer = await http.post(f"{house.url}/api/sessions", json={"story": "crossroads"})
            await said_no(answer, 503, "warming")
            assert int(answer.headers["Retry-After"]) > 0
        finally:
            go_on.set()
        await house.server.warming
        assert (await http.get(f"{house.url}/readyz")).status == 200
        await house.seat()


async def test_the_programme_and_its_graph_are_json(house: Serving, http: ClientSession) -> None:
    programme = await (await http.get(f"{house.url}/api/stories")).json()
    [card] = programme["stories"]
    assert card == {
        "name": "crossroads",
        "title": "Crossroads",
        "poster": "/posters/crossroads/large.webp",
        "thumbnail": "/posters/crossroads/small.webp",
        "accent": card["accent"],
        "scenes": 4,
        "endings": 1,
        "minutes": 1,
        "titles": {"en": "Crossroads", "de": "Am Scheideweg"},
        "languages": ["en", "de"],
    }
    graph = await (await http.get(f"{house.url}/api/stories/crossroads/graph")).json()
    assert graph["start"] == "fork"
    assert {"id": "asleep", "ending": True} in graph["nodes"]
    assert {"source": "fork", "target": "lake", "label": "Left", "choice": "left"} in graph["edges"]
    await said_no(await http.get(f"{house.url}/api/stories/nowhere/graph"), 404, "unknown_story")


async def test_what_is_not_there_and_what_is_not_allowed_are_json_too(house: Serving, http: ClientSession) -> None:
    assert "/nowhere" in await said_no(await http.get(f"{house.url}/nowhere"), 404, "not_found")
    answer = await http.delete(f"{house.url}/api/sessions")
    await said_no(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == "POST"


async def test_a_fault_of_the_server_tells_nothing_about_its_inside(
    house: Serving, http: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(house.server.playhouse), "graph", lambda self, name: 1 / 0)
    message = await said_no(await http.get(f"{house.url}/api/stories/crossroads/graph"), 500, "fault")
    assert "division" not in message


async def test_metrics_count_shows(house: Serving, http: ClientSession) -> None:
    await house.seat()
    text = await (await http.get(f"{house.url}/metrics")).text()
    assert "forkreel_shows 1.0" in text
    assert "forkreel_shows_opened_total 1.0" in text
