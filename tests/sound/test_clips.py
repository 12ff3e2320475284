"""The story's own clips: where they sound, loop, fade and go on."""

import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from tests.sound.conftest import Hum

from forkreel.errors import AudioError
from forkreel.sound import Soundtrack, Studio
from forkreel.sound.clips import Clips
from forkreel.sound.dialogue import Dialogue
from forkreel.sound.shelf import Shelf
from forkreel.sound.timing import Phrase
from forkreel.sound.voice import Voice
from forkreel.story.moment import Clip, Moment, Motion, Shot

BLOCK = 2000


def decode(file: str) -> np.ndarray:
    """ "rise 3" is three blocks that count their samples; "hiss" is noise; nothing else is there."""
    kind, _, blocks = file.partition(" ")
    if kind == "rise":
        return np.repeat((1 + np.arange(int(blocks) * BLOCK, dtype=np.int16))[:, np.newaxis], 2, axis=1)
    if kind == "hiss":
        noise = np.random.default_rng(len(file)).standard_normal((BLOCK * 12, 2))
        return (3000 * noise).astype(np.int16)
    raise AudioError(f"there is no file {file}")


@pytest.fixture
def clips() -> Iterator[Clips]:
    shelf = Shelf(decode)
    yield Clips(shelf, 24, patience_s=30.0)
    shelf.close()


def moment(*playing: Clip, scene: str = "a", stays: bool = False, mood: str | None = None) -> Moment:
    return Moment(0, scene, 0, Shot(""), Motion(), clips=playing, stays=stays, mood=mood)


def counted(block: np.ndarray) -> np.ndarray:
    """Which samples of a "rise" these are, whatever their gain: one after the other."""
    return np.diff(block[0])


def test_a_clip_is_heard_from_its_first_sample_to_its_last(clips: Clips) -> None:
    clips.moment(moment(Clip("rise 3")), 10)
    heard = [clips.play(frame) for frame in range(9, 15)]
    assert [list(one) for one in heard] == [[], ["music"], ["music"], ["music"], [], []]
    whole = np.concatenate([one["music"] for one in heard[1:4]], axis=1)[0]
    assert whole.argmax() == pytest.approx(3 * BLOCK - 240, abs=2)
    assert abs(whole[0]) < 1e-4
    assert abs(whole[-1]) < 0.01 * whole.max()
    assert np.ptp(counted(whole[np.newaxis, 300:-300])) < 1e-5


def test_a_clip_waits_for_its_time(clips: Clips) -> None:
    clips.moment(moment(Clip("rise 3", at_s=0.5, bus="effects")), 0)
    assert [frame for frame in range(24) if clips.play(frame)] == [12, 13, 14]


def test_a_loop_goes_on_for_ever_and_meets_its_own_beginning(clips: Clips) -> None:
    clips.moment(moment(Clip("rise 3", loop=True)), 0)
    heard = [clips.play(frame)["music"][0] for frame in range(24 * 10)]
    assert np.array_equal(heard[30], heard[33])
    assert heard[33][0] < heard[32][-1] / 100


def test_a_loop_fades_in_and_a_change_of_scene_fades_it_out(clips: Clips) -> None:
    clips.moment(moment(Clip("hiss", loop=True)), 0)
    begun = [float(np.std(clips.play(frame)["music"])) for frame in range(36)]
    assert begun[0] < 0.05 * begun[-1]
    clips.moment(moment(scene="b"), 36)
    ended = [float(np.std(block["music"])) for frame in range(36, 72) if (block := clips.play(frame))]
    assert len(ended) == 24
    assert ended[0] > 0.9 * begun[-1] > 20 * ended[-1]
    assert np.all(np.diff(ended) < 0.02 * begun[-1])


def test_the_same_clip_plays_on_into_the_next_scene_at_its_new_volume(clips: Clips) -> None:
    clips.moment(moment(Clip("rise 40", loop=True)), 0)
    before = [clips.play(frame)["music"] for frame in range(30)][-1]
    clips.moment(moment(Clip("rise 40", loop=True, volume=0.5), scene="b"), 30)
    first, *_, last = [clips.play(frame)["music"] for frame in range(30, 70)]
    assert first[0, 0] == pytest.approx(before[0, -1], rel=0.01)
    again = clips.play(70)["music"]
    assert again[0, 0] == pytest.approx(last[0, -1], rel=0.01)
    assert len(clips._playing) == 1


def test_an_answer_within_the_scene_changes_nothing(clips: Clips) -> None:
    clips.moment(moment(Clip("rise 3")), 0)
    clips.play(0)
    clips.moment(moment(Clip("rise 3"), stays=True), 1)
    assert [bool(clips.play(frame)) for frame in range(1, 6)] == [True, True, False, False, False]


def test_what_has_not_begun_is_dropped_with_its_scene(clips: Clips) -> None:
    clips.moment(moment(Clip("hiss", at_s=1.0)), 0)
    clips.moment(moment(scene="b"), 12)
    assert not any(clips.play(frame) for frame in range(12, 48))


def test_a_file_that_is_not_there_is_silence_and_the_others_are_heard(clips: Clips) -> None:
    clips.moment(moment(Clip("gone"), Clip("hiss", bus="effects")), 0)
    assert [list(clips.play(frame)) for frame in range(3)] == [["effects"]] * 3


def test_a_show_waits_once_for_files_that_are_not_ready_and_fades_them_in_later() -> None:
    go, waits = threading.Event(), list[float]()

    def slow(file: str) -> np.ndarray:
        assert go.wait(30)
        return decode(file)

    shelf = Shelf(slow)
    take = shelf.take
    shelf.take = lambda file, patience_s=0.0: waits.append(patience_s) or take(file)  # type: ignore[method-assign, func-returns-value]
    clips = Clips(shelf, 24, patience_s=0.25)
    clips.moment(moment(*(Clip(f"hiss {n}", volume=0.5) for n in range(4))), 0)
    assert clips.play(0) == {}
    assert waits == [0.25, 0.0, 0.0, 0.0]
    go.set()
    for n in range(4):
        take(f"hiss {n}", 30.0)
    first, later = [np.std(clips.play(frame)["music"]) for frame in (3, 4, 5, 6, 7, 8, 9)][::6]
    assert first < 0.3 * later
    shelf.close()


def test_scenes_that_change_with_every_frame_leave_a_bounded_number_of_clips(clips: Clips) -> None:
    for frame in range(48):
        clips.moment(moment(*(Clip(f"hiss {frame} {n}") for n in range(8)), scene=str(frame)), frame)
        clips.play(frame)
    assert len(clips._playing) <= 16


@pytest.fixture
def show(studio: Callable[[Voice | None], Studio]) -> Iterator[Callable[[], Soundtrack]]:
    shelf, room = Shelf(decode), studio(Hum())
    yield lambda: Soundtrack(
        1, 24, dialogue=Dialogue(room, {}, 24, patience_s=30.0), clips=Clips(shelf, 24, patience_s=30.0)
    )
    shelf.close()


def sounding(track: Soundtrack, what: Moment, phrases: tuple[Phrase, ...] = (), frames: int = 120) -> np.ndarray:
    track.moment(what, 0, phrases)
    return np.concatenate([track.block(frame, {}) for frame in range(frames)]).astype(float)


def test_clips_of_the_music_make_room_for_speech(show: Callable[[], Soundtrack]) -> None:
    track = show()
    track._mixer._leveller.gain = lambda power: 1.0  # type: ignore[method-assign]
    said = (Phrase(None, "Somebody speaks.", 48, 96),)
    track.moment(moment(Clip("hiss", loop=True)), 0, said)
    heard = []
    for frame in range(96):
        clips = track._clips.play(frame)  # type: ignore[union-attr]
        heard.append(float(np.std(track._mixer._bus("music", clips["music"], track._dialogue.speaks(frame)))))
    assert np.mean(heard[80:]) < 0.4 * np.mean(heard[30:40])


@pytest.mark.parametrize(("mood", "rests"), [(None, True), ("bright", False)])
def test_the_score_of_the_house_rests_under_the_story_s_own_music(
    show: Callable[[], Soundtrack], mood: str | None, rests: bool
) -> None:
    track = show()
    sounding(track, moment(Clip("hiss", loop=True), mood=mood))
    assert track._music.score._rests == rests


def test_the_score_plays_where_the_file_is_not_there(show: Callable[[], Soundtrack]) -> None:
    track = show()
    sounding(track, moment(Clip("gone", loop=True)))
    assert not track._music.score._rests


def test_viewers_turn_clips_up_and_down_by_their_bus(show: Callable[[], Soundtrack]) -> None:
    quiet, loud = show(), show()
    for track, off in ((quiet, "effects"), (loud, "music")):
        for kind in ("voice", "music" if off == "effects" else "effects", off):
            track.volume(kind, 0.0 if kind == off else 1.0)
    what = moment(Clip("hiss", loop=True, bus="effects"), mood="silent")
    assert np.std(sounding(quiet, what)[BLOCK * 60 :]) < 0.02 * np.std(sounding(loud, what)[BLOCK * 60 :])
