"""A viewer without a browser at the real server: HTTP, websocket and WebRTC, with the test card as the picture."""

import asyncio
import socket
import threading
from pathlib import Path
from typing import Any

import pytest

from forkreel.errors import WatchError
from forkreel.model.testcard import decode
from forkreel.stream.encoder import Encoder
from forkreel.watch import viewer, watch
from forkreel.watch.picks import picks_of
from forkreel.watch.seat import BoxOffice
from tests.helpers.serving import serving

PINGPONG = Path(__file__).parents[1] / "stories" / "pingpong.yaml"


@pytest.fixture(autouse=True)
def short_ending(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewer, "_LINGER_S", 0.2)


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the cards that the server has encoded, in order."""
    numbers: list[int] = []
    encode = Encoder._encode_pictures

    def tap(self: Encoder, tick: int, picture: Any) -> Any:
        packed = encode(self, tick, picture)
        if packed and picture is not None:
            numbers.append(decode(picture).frame)
        return packed

    monkeypatch.setattr(Encoder, "_encode_pictures", tap)
    return numbers


async def test_fifty_choices_each_bring_their_picture(
    encoded: list[int], capsys: pytest.CaptureFixture[str], record_property: Any
) -> None:
    async with serving(PINGPONG) as house:
        report = await watch(f"{house.url}/watch/pingpong", picks=["pong", "ping"] * 25 + ["stop"], hurry=True)
    times = report.as_json()["choice_to_picture_ms"]
    record_property("choice_to_picture_ms", times)
    with capsys.disabled():
        print(
            f"\nchoice to picture, {times['choices']} choices over WebRTC with the test card: "
            f"median {times['median']} ms, p95 {times['p95']} ms"
        )
    assert report.ending == "over"
    assert [made.choice for made in report.choices] == ["pong", "ping"] * 25 + ["stop"]
    assert len(report.choice_to_picture_s) == 51
    numbers = [card.frame for card in report.cards]
    assert numbers == encoded[encoded.index(numbers[0]) : encoded.index(numbers[-1]) + 1]
    assert numbers == sorted(set(numbers))
    assert report.unreadable_cards == 0


async def test_the_scene_of_every_card_is_the_scene_of_the_story() -> None:
    async with serving(PINGPONG) as house:
        report = await watch(house.url, picks=["pong", "ping", "stop"], hurry=True)
    begins = [0] + [made.frame for made in report.choices]
    for card in report.cards:
        moment = sum(card.frame >= begin for begin in begins) - 1
        assert card.scene == [0, 1, 0, 2][moment]


async def test_a_viewer_tells_what_is_said_and_asked_and_how_it_ends() -> None:
    told: list[str] = []
    async with serving() as house:
        report = await watch(f"{house.url}/watch/crossroads", picks=["right"], on_event=told.append, hurry=True)
    assert report.ending == "asleep"
    assert report.moments[0] == "fork"
    assert "? Which way? Left [left] / Right [right]" in told
    assert "Fox: Where to?" in told
    assert told[-1] == "-- Asleep"


async def test_a_patient_viewer_hears_the_line_before_it_chooses() -> None:
    told: list[str] = []
    async with serving() as house:
        await watch(house.url, picks=["right"], on_event=told.append)
    assert told.index("Fox: Where to?") < told.index("> right")


async def test_nothing_is_left_when_a_viewer_has_gone() -> None:
    async with serving(PINGPONG) as house:
        threads, tasks = set(threading.enumerate()), asyncio.all_tasks()
        await watch(house.url, seconds=0.5)
        (session,) = house.server.sessions.all()
        assert session.broadcast.viewers == 0
        await house.server.sessions.end(session, 1001, "the test is over")
        left = {thread for thread in set(threading.enumerate()) - threads if not thread.name.startswith("asyncio")}
        assert left == set()
        assert asyncio.all_tasks() == tasks


async def test_cancelling_a_viewer_leaves_the_show() -> None:
    async with serving(PINGPONG) as house:
        watching = asyncio.create_task(watch(house.url, choose_first=False))
        while not (sessions := house.server.sessions.all()) or not sessions[0].broadcast.viewers:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        watching.cancel()
        await asyncio.wait({watching})
        assert watching.cancelled()
        assert sessions[0].broadcast.viewers == 0


async def test_a_server_that_is_not_there_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(WatchError, match=f"No server answers at http://127.0.0.1:{port}"):
        await watch(f"http://127.0.0.1:{port}/watch/lantern")


@pytest.mark.parametrize("url", ["lantern", "ftp://localhost", "http://", "http://localhost/room/7", "http://a/watch"])
async def test_an_address_that_is_none_is_refused_before_anything_is_sent(url: str) -> None:
    with pytest.raises(WatchError, match="is no"):
        await watch(url)


async def test_a_story_that_is_not_played_there_is_named_beside_those_that_are() -> None:
    async with serving() as house:
        with pytest.raises(WatchError, match="no story 'lanterns'; it plays crossroads"):
            await watch(f"{house.url}/watch/lanterns")


async def test_a_full_server_says_so() -> None:
    async with serving(max_sessions=1) as house:
        await house.seat()
        with pytest.raises(WatchError, match="503"):
            await watch(house.url)


async def test_a_pick_that_is_not_on_offer_is_named_beside_those_that_are() -> None:
    async with serving(PINGPONG) as house:
        with pytest.raises(WatchError, match=r"'left' is not on offer at 'And back\?': pong, stop are"):
            await watch(house.url, picks=["left"], hurry=True)


async def test_an_answer_that_cannot_be_read_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    async def garbage(self: BoxOffice, seat: Any, offer: str) -> tuple[str, str]:
        return "v=0\r\nnonsense", seat.whep

    monkeypatch.setattr(BoxOffice, "signal", garbage)
    async with serving(PINGPONG) as house:
        with pytest.raises(WatchError, match="answer cannot be used"):
            await watch(house.url)


async def test_media_that_never_comes_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    signal = BoxOffice.signal

    async def nowhere(self: BoxOffice, seat: Any, offer: str) -> tuple[str, str]:
        answer, connection = await signal(self, seat, offer.replace("a=candidate", "a=x-candidate"))
        return answer.replace("a=candidate", "a=x-candidate").replace("a=end-of-candidates\r\n", ""), connection

    monkeypatch.setattr(BoxOffice, "signal", nowhere)
    monkeypatch.setattr(viewer, "CONNECT_S", 0.3)
    async with serving(PINGPONG) as house:
        with pytest.raises(WatchError, match=r"No media came within 0\.3 s"):
            await watch(house.url)


async def test_a_show_that_ends_under_a_viewer_is_said() -> None:
    async with serving(PINGPONG) as house:
        watching = asyncio.create_task(watch(house.url, choose_first=False))
        while not (sessions := house.server.sessions.all()) or not sessions[0].broadcast.viewers:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await house.server.sessions.end(sessions[0], 1001, "the house burns")
        with pytest.raises(WatchError, match=r"the house burns|closed the media connection"):
            await watching


async def test_a_viewer_moves_controls_and_types_between_its_choices() -> None:
    heard: list[str] = []
    async with serving(PINGPONG.with_name("dial.yaml")) as house:
        picks = picks_of('glow=0.9, "why, is it dark", "gibberish", on')
        report = await watch(house.url, picks=picks, hurry=True, on_event=heard.append)
    assert report.ending == "b", "the choice is open to who has turned the lamp up"
    assert [made.choice for made in report.choices] == ["on"]
    assert [line for line in heard if line.startswith(">")] == [f"> {pick}" for pick in picks]
    assert not [line for line in heard if line.startswith("!")], "nothing was refused, nor sent too early"
