from pathlib import Path

import numpy as np
import pytest
from tests.helpers.fakes import FakeModel
from tests.sound.conftest import Hum

from forkreel.sound import Soundtrack
from forkreel.sound.dialogue import Dialogue
from forkreel.sound.timing import Phrase
from forkreel.stage.comfort import Comfort
from forkreel.stage.show import Show
from forkreel.story import Playthrough, load
from forkreel.story.cast import Manner

MANNERS = {"fox": Manner(pitch=2.0, mouth="mouth"), "voice": Manner(pitch=-2.0, mouth=None)}
LINE = "The lake was black. It kept the moon to itself."
FOX = Phrase("fox", LINE, 10, 110)


@pytest.fixture
def dialogue(studio) -> Dialogue:
    return Dialogue(studio(Hum()), MANNERS, 24)


def play(dialogue: Dialogue, frames: range) -> tuple[np.ndarray, np.ndarray]:
    mouths, blocks = [], []
    for frame in frames:
        mouths.append(dialogue.lips(frame).get("mouth", 0.0))
        blocks.append(dialogue.block(frame))
    return np.array(mouths), np.concatenate(blocks)


def test_speech_begins_on_the_first_sample_of_its_first_frame(dialogue: Dialogue) -> None:
    dialogue.moment([FOX])
    _, pcm = play(dialogue, range(0, 60))
    assert not pcm[: 10 * 2000].any()
    assert pcm[10 * 2000 : 10 * 2000 + 200].any()


def test_the_mouth_follows_the_envelope_without_lag(dialogue: Dialogue) -> None:
    dialogue.moment([FOX])
    mouths, pcm = play(dialogue, range(0, 110))
    envelope = np.sqrt(np.mean(pcm.reshape(-1, 2000) ** 2, axis=1))
    by_lag = {lag: np.corrcoef(np.roll(mouths, lag)[12:100], envelope[12:100])[0, 1] for lag in range(-3, 4)}
    assert by_lag[0] > 0.95
    assert max(by_lag, key=lambda lag: by_lag[lag]) == 0
    assert 0.5 < mouths.max() <= 1.0
    assert mouths[:10].max() == 0.0


@pytest.mark.parametrize(
    ("who", "axes", "side"),
    [
        ("fox", {"fox": 1.0, "fox_x": 0.1}, -1),
        ("fox", {"fox": 1.0, "fox_x": 0.9}, 1),
        ("fox", {"fox": 0.0, "fox_x": 0.9}, 0),
        ("voice", {"other=none": 0.0, "other_x": 0.9, "fox": 1.0, "fox_x": 0.1}, 1),
        ("voice", {"other=none": 1.0, "other_x": 0.9, "fox": 1.0, "fox_x": 0.1}, 0),
        (None, {"fox": 1.0, "fox_x": 0.1}, 0),
    ],
)
def test_a_voice_comes_from_where_who_speaks_is_seen(
    dialogue: Dialogue, who: str | None, axes: dict, side: int
) -> None:
    dialogue.moment([Phrase(who, LINE, 0, 100)])
    left, right = np.square(np.hstack([dialogue.sides(frame, axes) for frame in range(50)])).mean(axis=1)
    assert left + right > 0
    if side == 0:
        assert left == pytest.approx(right, rel=1e-3)
    else:
        near, far = (right, left) if side > 0 else (left, right)
        assert 2 * far < near < 10 * far, "the far ear still understands it"


def test_a_voice_that_walks_across_is_as_loud_everywhere_and_does_not_click(dialogue: Dialogue) -> None:
    dialogue.moment([FOX])
    _, alone = play(dialogue, range(10, 60))
    dialogue.moment([])
    dialogue.moment([FOX])
    walk = [dialogue.sides(frame, {"fox": 1.0, "fox_x": (frame - 10) / 50}) for frame in range(10, 60)]
    power = np.square(np.hstack(walk)).sum(axis=0)
    assert power[2000:] == pytest.approx(2 * np.square(alone[2000:]), rel=1e-3, abs=1e-7)


def test_words_are_told_by_the_frames_at_which_they_are_heard(dialogue: Dialogue) -> None:
    dialogue._patience_s = 30.0
    dialogue.moment([FOX])
    words = dialogue.words(10)
    assert len(words) == len(LINE.split())
    assert list(words) == sorted(words)
    assert words[0] == 10 < words[-1] < 110
    assert dialogue.words(11) == (), "nothing begins there"


def test_nobody_who_is_not_seen_to_speak_moves_a_mouth(dialogue: Dialogue) -> None:
    for who in (None, "voice", "stranger"):
        dialogue.moment([Phrase(who, LINE, 0, 100)])
        assert all(dialogue.lips(frame) == {} for frame in range(40))


def test_a_turn_of_the_story_fades_what_is_being_said(dialogue: Dialogue) -> None:
    dialogue.moment([FOX])
    _, before = play(dialogue, range(0, 40))
    dialogue.moment([])
    _, after = play(dialogue, range(40, 44))
    joined = np.concatenate([before[-4000:], after])
    assert np.abs(np.diff(joined)).max() < 1.3 * np.abs(np.diff(before)).max()
    assert after[:1500].any()
    assert not after[2000:].any()


def test_speech_that_comes_late_joins_where_it_should_be(studio) -> None:
    on_time, late = Dialogue(studio(Hum()), MANNERS, 24), Dialogue(studio(Hum()), MANNERS, 24)
    on_time.moment([FOX])
    late.moment([FOX])
    _, whole = play(on_time, range(10, 60))
    late._studio.take(late._part(FOX), 10)
    _, part = play(late, range(30, 60))
    assert np.array_equal(whole[21 * 2000 :], part[2000:])
    assert np.abs(part[:100]).max() < 0.01


def test_the_others_make_room_before_something_is_said(dialogue: Dialogue) -> None:
    dialogue.moment([FOX])
    assert [frame for frame in range(0, 130) if dialogue.speaks(frame)] == list(range(4, 110))


def test_text_that_cannot_be_said_is_silent_and_moves_nothing(dialogue: Dialogue) -> None:
    dialogue.moment([Phrase("fox", "…", 0, 38)])
    mouths, pcm = play(dialogue, range(0, 38))
    assert not pcm.any()
    assert not mouths.any()
    assert not dialogue.speaks(20)


def test_a_line_of_two_thousand_characters_and_one_that_nobody_can_say_leave_the_show_going(
    studio, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    long = " ".join(f"The fox counted light {n} of the harbour, and the lake kept still." for n in range(40))[:2000]
    (tmp_path / "tale.yaml").write_text(f"story: x\nscenes: {{a: {{say: ['{long}', '…', Hi.], ending: x}}}}\n")
    story = load(tmp_path / "tale.yaml")
    show = Show(Playthrough.start(story), FakeModel(), 1, 24, {}, Comfort())
    show.open()
    voice = Hum()
    track = Soundtrack(1, 24, dialogue=Dialogue(studio(voice), {}, 24, patience_s=30.0))
    track.moment(show.moment, 0, show.said)
    heard = [track.block(frame, {}) for frame in range(show.said[-1].end_frame)]
    assert " ".join(phrase.text for phrase in show.said) == f"{long} … Hi."
    assert voice.said == [phrase.text for phrase in show.said], "each part is said once"
    for phrase in show.said:
        said = track._dialogue._said.get(phrase) is not None
        assert said == (phrase.text != "…"), phrase
    assert len(heard) > 24 * 100
    assert caplog.text.count("a line stays silent: '…' is beyond me") == 1


def test_a_story_is_spoken_in_the_language_that_it_is_told_in(studio) -> None:
    voice = Hum("de")
    told = Dialogue(studio(voice), MANNERS, 24, 30.0, "de")
    told.moment([Phrase(None, "Gute Nacht.", 0, 40), Phrase("fox", "Bis morgen.", 40, 80)])
    play(told, range(41))
    assert voice.said == ["Gute Nacht.", "Bis morgen."]
