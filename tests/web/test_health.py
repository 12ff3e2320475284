"""What Prometheus reads."""

from __future__ import annotations

from aiohttp import ClientSession
from prometheus_client.parser import text_string_to_metric_families

from tests.helpers.serving import Serving
from tests.web.conftest import talking
from tests.web.test_whep import Guest


async def figures(house: Serving, http: ClientSession) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels, in the order of their names."""
    text = await (await http.get(f"{house.url}/metrics")).text()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_the_figures_of_a_show_that_is_watched_and_answered(house: Serving, http: ClientSession) -> None:
    seat = await house.seat()
    viewer = Guest(house, http, seat)
    try:
        await viewer.join()
        await viewer.frames(3)
        async with talking(http, seat) as talk:
            await talk.hear("moment")
            await talk.say(type="choose", id=1, poll="fork.0", choice="left")
            await talk.hear("ack")
            await talk.say(type="choose", id=2, poll="fork.0", choice="left")
            await talk.hear("refused")
            await viewer.frames(len(viewer.receiver.pictures) + 3)
            found = await figures(house, http)
    finally:
        await viewer.receiver.close()
    assert found["forkreel_shows",] == found["forkreel_viewers",] == found["forkreel_websockets",] == 1
    assert found["forkreel_ticks_painted",] > 3
    assert found["forkreel_ticks_repeated",] >= 0
    assert found["forkreel_encode_seconds",] > 0
    assert found["forkreel_choice_to_frame_seconds_count",] == 1
    assert found["forkreel_choice_to_frame_seconds_sum",] > 0
    assert found["forkreel_choice_to_frame_seconds_bucket", "+Inf"] == 1
    for queue in ("mailbox", "packets", "websocket_bytes", "journal"):
        assert found["forkreel_queue", queue] >= 0
    assert found["forkreel_packets_dropped",] >= 0
    assert found["forkreel_refusals_total", "late", "websocket"] == 1


async def test_refusals_are_counted_by_door_and_code(house: Serving, http: ClientSession) -> None:
    seat = await house.seat()
    for _ in range(3):
        await http.post(seat.whep, data="v=0", headers={"Content-Type": "application/sdp"})
    await http.get(f"{house.url}/nowhere")
    found = await figures(house, http)
    assert found["forkreel_refusals_total", "no_token", "http"] == 3
    assert found["forkreel_refusals_total", "not_found", "http"] == 1


async def test_the_times_of_shows_that_have_ended_still_count(house: Serving, http: ClientSession) -> None:
    await house.seat()
    [session] = house.server.sessions.all()
    session.stage.choices.observe(0.04)
    await house.server.sessions.end(session, 1001, "the test ends it")
    assert (await figures(house, http))["forkreel_choice_to_frame_seconds_bucket", "0.05"] == 1
