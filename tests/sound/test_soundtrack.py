from collections.abc import Iterator

import numpy as np
import pytest

from forkreel.sound import Soundtrack, Studio
from forkreel.sound.dialogue import Dialogue
from forkreel.sound.instruments import hertz
from forkreel.story.moment import Ending, Moment, Motion, Shot

MOODS = {"night": 0.0, "dawn": 6.5, "day": 12.0, "dusk": 18.5}


SILENCE = Studio(lambda: None)


def silent(seed: int, fps: int = 24) -> Soundtrack:
    return Soundtrack(seed, fps, dialogue=Dialogue(SILENCE, {}, fps))


def walk(frames: int, **axes: float) -> Iterator[tuple[int, dict[str, float]]]:
    for frame in range(frames):
        steady = {"hour": 12.0, "haze": 0.2, "fox": 1.0, "fox_x": 0.5, "gait": 1.0, "lantern": 0.3}
        yield frame, {**steady, "walk": frame * 1.1 / 24 % 1.0, **axes}


def play(seed: int, frames: int, **axes: float) -> np.ndarray:
    track = silent(seed)
    return np.concatenate([track.block(frame, at) for frame, at in walk(frames, **axes)])


def moment(number: int, scene: str, ending: Ending | None = None) -> Moment:
    return Moment(number, scene, number, Shot(""), Motion(), ending=ending)


@pytest.mark.parametrize("fps", [24, 25, 30])
def test_a_block_is_as_long_as_a_frame(fps: int) -> None:
    block = silent(1, fps).block(0, {})
    assert block.shape == (48000 // fps, 2)
    assert block.dtype == np.int16


def test_nothing_clicks_where_blocks_meet() -> None:
    pcm = play(5, 24 * 12, gait=0.0).astype(float)
    bend = np.abs(np.diff(pcm, n=3, axis=0)).max(axis=1)
    borders = np.array([frame * 2000 for frame in range(1, 24 * 12) if frame % 10])  # a beat may well be heard
    at_borders = np.max([bend[borders + offset] for offset in (-3, -2, -1, 0)], axis=0)
    inside = np.max([bend[borders + offset] for offset in (-1003, -1002, -1001, -1000)], axis=0)
    assert np.median(at_borders) < 1.2 * np.median(inside)
    assert at_borders.max() < 1.5 * inside.max()


def test_a_replay_sounds_the_same_and_another_seed_does_not() -> None:
    assert np.array_equal(play(11, 200), play(11, 200))
    assert not np.array_equal(play(11, 200), play(12, 200))


def test_a_negative_and_a_huge_seed_are_seeds_too() -> None:
    for seed in (-1, 2**70):
        assert silent(seed).block(0, {}).shape == (2000, 2)


def test_wind_grows_with_the_haze() -> None:
    def hiss(haze: float) -> float:
        power = np.abs(np.fft.rfft(play(2, 24 * 6, haze=haze, gait=0.0, lantern=0.0)[:, 0])) ** 2
        hz = np.fft.rfftfreq(24 * 6 * 2000, 1 / 48000)
        return float(np.median(power[(hz > 2000) & (hz < 5000)]))

    calm, some, thick = (hiss(haze) for haze in (0.0, 0.5, 1.0))
    assert calm < 0.2 * some < 0.2 * thick


@pytest.mark.parametrize("hidden", [{"gait": 0.2}, {"fox": 0.4}, {"sit": 1.0}])
def test_a_fox_that_stands_sits_or_is_away_makes_no_steps(hidden: dict[str, float]) -> None:
    assert np.array_equal(play(6, 60, **hidden), play(6, 60, gait=0.0))
    assert not np.array_equal(play(6, 60), play(6, 60, gait=0.0))


def test_there_are_two_steps_in_each_stride() -> None:
    track = silent(1)
    struck = []
    track._effects._struck.strike = lambda *args: struck.append(args)  # type: ignore[method-assign]
    for frame, axes in walk(24 * 10, lantern=0.0):
        track.block(frame, axes)
    assert len(struck) == 2 * 11 - 1  # the stride begins on a contact, before anything is heard


def test_the_scene_changes_with_a_figure_and_the_same_scene_without() -> None:
    plain, same, changed = silent(4), silent(4), silent(4)
    heard = []
    for track, second in ((plain, None), (same, "lake"), (changed, "forest")):
        track.moment(moment(0, "lake"), 0)
        for frame in range(15):
            track.block(frame, {})
        if second:
            track.moment(moment(1, second), 15)
        heard.append(np.concatenate([track.block(frame, {}) for frame in range(15, 40)]))
    assert np.array_equal(heard[0], heard[1])
    assert np.array_equal(heard[0][:10_000], heard[2][:10_000])  # up to the next beat
    assert not np.array_equal(heard[0][10_000:], heard[2][10_000:])


def test_what_rings_stays_bounded_through_a_long_show() -> None:
    track, most = silent(8), 0
    for frame in range(24 * 60):
        track.block(frame, {"hour": frame / 24 / 2.5 % 24, "lantern": 1.0})
        most = max(most, track._music.ringing)
    assert most < 700


def test_pitches_are_midi() -> None:
    assert hertz(69) == 440.0
    assert hertz(57) == pytest.approx(220.0)


@pytest.mark.parametrize("kind", ["effects", "music"])
def test_a_volume_turns_its_kind_down_and_the_others_stay(kind: str) -> None:
    def loud(quiet: tuple[str, ...]) -> float:
        track = silent(7)
        for one in quiet:
            track.volume(one, 0.0)
        blocks = [track.block(frame, axes) for frame, axes in walk(96, haze=0.8, fox=1.0, gait=1.0)]
        return float(np.abs(np.concatenate(blocks[48:]).astype(float)).mean())

    assert loud(("voice", "effects", "music")) < 1
    assert loud((kind,)) > 10, "the other is still heard"
