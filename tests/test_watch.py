"""A viewer without a browser at the real server: HTTP, websocket and WebRTC, with the test card as the picture."""

import asyncio
import socket
import threading
from pathlib import Path
from typing import Any

import av
import numpy as np
import pyloudnorm
import pytest
from scipy.signal import resample_poly

from forkreel.app import shipped
from forkreel.bench.sync import Axes
from forkreel.errors import WatchError
from forkreel.model.testcard import decode
from forkreel.sound.studio import parts_of
from forkreel.story import load
from forkreel.story.cast import NARRATOR
from forkreel.stream.encoder import Encoder
from forkreel.watch import WatchReport, viewer, watch
from forkreel.watch.picks import message_of, picks_of
from forkreel.watch.report import CardSeen, ChoiceMade, percentile
from forkreel.watch.seat import BoxOffice
from tests.helpers.serving import serving
from tests.test_decoding import tune

PINGPONG = Path(__file__).parent / "stories" / "pingpong.yaml"


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


async def test_the_recording_holds_every_picture_and_the_sound_beside_it(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    async with serving(PINGPONG) as house:
        report = await watch(house.url, record=film, seconds=2.5, choose_first=False)
    with av.open(str(film)) as recorded:
        cards = [(decode(f.to_ndarray(format="gray8")).frame, float(f.time)) for f in recorded.decode(video=0)]
    with av.open(str(film)) as recorded:
        sound_s = sum(frame.samples for frame in recorded.decode(audio=0)) / 48_000
    assert [number for number, _ in cards] == [card.frame for card in report.cards]
    assert len(cards) == report.pictures
    first = cards[0]
    assert all(abs((at - first[1]) - (number - first[0]) / 24) < 0.002 for number, at in cards)
    assert abs(sound_s - report.sound_s) < 0.2
    assert report.recorded == str(film)


async def test_half_a_minute_of_the_lantern_is_recorded_as_loud_as_a_film_with_voice_and_a_sound_of_its_own(
    tmp_path: Path, record_property: Any
) -> None:
    """The real time that it takes, 30 s: a show that runs faster is no recording of one."""
    tune(tmp_path / "bell.wav", 0.5)
    text = (shipped().stories / "lantern.yaml").read_text(encoding="utf-8")
    scene = "    mood: wistful\n    say:\n      - id: finding-1"
    assert scene in text
    bell = "    audio: [{file: bell.wav, at: 5.5, bus: effects}]\n"
    (tmp_path / "lantern.yaml").write_text(text.replace(scene, bell + scene, 1), encoding="utf-8")
    film = tmp_path / "film.mp4"
    async with serving(tmp_path / "lantern.yaml", opener=lambda name, size, fps: Axes()) as house:
        lines = load(tmp_path / "lantern.yaml").scenes["finding"].speeches
        studio = house.server.playhouse._studio
        for part in [part for line in lines for part in parts_of(line.text.source, NARRATOR)]:
            studio.ask([part])  # however slowly the voice is loaded on this machine
            assert (await asyncio.to_thread(studio.take, part, 120.0))[1] is not None
        report = await watch(house.url, record=film, seconds=30.5)
    with av.open(str(film)) as recorded:
        heard = np.concatenate([frame.to_ndarray() for frame in recorded.decode(audio=0)], axis=1).T
    assert len(heard) / 48_000 == pytest.approx(report.sound_s, abs=0.2)
    assert report.sound_s >= 29.0
    assert len(report.choices) >= 1
    loudness = pyloudnorm.Meter(48_000).integrated_loudness(heard)
    record_property("loudness_lufs", loudness)
    assert loudness == pytest.approx(-16.0, abs=1.0)
    true_peak = np.abs(resample_poly(heard, 4, 1, axis=0)).max()
    record_property("true_peak_dbfs", 20 * np.log10(true_peak))
    assert true_peak < 10 ** (-1 / 20)
    ringing = [_share(heard[at : at + 12_000, 0], 440.0) for at in range(0, len(heard) - 12_000, 6_000)]
    assert max(ringing) > 0.3, "the story's own sound is heard"
    assert np.median(ringing) < 0.1, "but not all the time"


def _share(signal: Any, hertz: float) -> float:
    """Of the power of a quarter of a second, how much is near a pitch."""
    power = np.abs(np.fft.rfft(signal * np.hanning(len(signal)))) ** 2
    near = np.abs(np.fft.rfftfreq(len(signal), 1 / 48_000) - hertz) < 20
    return float(power[near].sum() / max(power.sum(), 1e-9))


async def test_a_recording_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    async with serving(PINGPONG) as house:
        with pytest.raises(WatchError, match=r"nowhere/film\.mp4 cannot be written"):
            await watch(house.url, record=tmp_path / "nowhere" / "film.mp4", seconds=1)


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


def report(cards: list[tuple[int, int, float]], *choices: ChoiceMade) -> WatchReport:
    seen = tuple(CardSeen(*card) for card in cards)
    return WatchReport("s", "x", 1.0, len(cards), 0.0, None, (), choices, None, seen, 0)


def test_a_choice_is_timed_to_the_first_card_of_its_scene() -> None:
    cards = [(0, 0, 1.0), (1, 0, 1.1), (2, 1, 1.2), (3, 1, 1.3)]
    assert report(cards, ChoiceMade("go", 1.05, 2, "b", 1)).choice_to_picture_s == pytest.approx((0.15,))


def test_a_card_of_the_scene_before_is_not_taken_for_the_new_one() -> None:
    cards = [(0, 0, 1.0), (1, 1, 1.1), (2, 1, 1.2), (3, 0, 1.3)]
    made = [ChoiceMade("go", 0.9, 1, "b", 1), ChoiceMade("back", 1.0, 3, "a", 0)]
    assert report(cards, *made).choice_to_picture_s == pytest.approx((0.2, 0.3))


def test_a_choice_without_its_picture_is_left_out() -> None:
    assert report([(0, 0, 1.0)], ChoiceMade("go", 0.9, 1, "b", 1)).choice_to_picture_s == ()


def test_gaps_name_the_numbers_on_both_sides() -> None:
    assert report([(0, 0, 0.0), (1, 0, 0.1), (4, 0, 0.2)]).gaps == ((1, 4),)


@pytest.mark.parametrize(("percent", "value"), [(50, 10), (95, 19), (100, 20), (1, 1)])
def test_a_percentile_is_one_of_the_values(percent: float, value: int) -> None:
    assert percentile(list(range(1, 21)), percent) == value


async def test_a_viewer_moves_controls_and_types_between_its_choices() -> None:
    heard: list[str] = []
    async with serving(PINGPONG.with_name("dial.yaml")) as house:
        picks = picks_of('glow=0.9, "why, is it dark", "gibberish", on')
        report = await watch(house.url, picks=picks, hurry=True, on_event=heard.append)
    assert report.ending == "b", "the choice is open to who has turned the lamp up"
    assert [made.choice for made in report.choices] == ["on"]
    assert [line for line in heard if line.startswith(">")] == [f"> {pick}" for pick in picks]
    assert not [line for line in heard if line.startswith("!")], "nothing was refused, nor sent too early"


ASK = {
    "poll": "a.0", "prompt": "Brighter?",
    "choices": [{"id": "on", "available": True}, {"id": "off", "available": False}],
    "controls": [{"id": "glow", "kind": "slider"}, {"id": "shut", "kind": "swatches"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("pick", "message"),
    [
        ("on", {"type": "choose", "poll": "a.0", "choice": "on"}),
        ("glow=0.5", {"type": "steer", "control": "glow", "value": 0.5}),
        ("shut=true", {"type": "steer", "control": "shut", "value": True}),
        ("shut=ajar", {"type": "steer", "control": "shut", "value": "ajar"}),
    ],
)
def test_a_pick_is_a_choice_or_a_control(pick: str, message: dict[str, Any]) -> None:
    assert message_of(pick, ASK) == message


@pytest.mark.parametrize(
    ("pick", "words"),
    [("off", "not on offer"), ("fog=1", "no control 'fog': glow, shut"), ('"why"', "no typed answer")],
)
def test_a_pick_that_the_question_does_not_have_is_named(pick: str, words: str) -> None:
    with pytest.raises(WatchError, match=words):
        message_of(pick, ASK)


def test_picks_are_written_with_commas_and_what_is_typed_in_quotes() -> None:
    assert picks_of('left, glow=0.5 ,"why, though", right') == ["left", "glow=0.5", '"why, though"', "right"]
    assert picks_of("") == picks_of(" , ") == []
