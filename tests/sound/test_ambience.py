from collections.abc import Iterator

import numpy as np
import pytest
from loudness import lufs

from forkreel.sound import Ambience
from forkreel.sound.instruments import hertz
from forkreel.story.moment import Ending, Moment, Motion, Shot

MOODS = {"night": 0.0, "dawn": 6.5, "day": 12.0, "dusk": 18.5}


def walk(frames: int, **axes: float) -> Iterator[tuple[int, dict[str, float]]]:
    for frame in range(frames):
        steady = {"hour": 12.0, "haze": 0.2, "fox": 1.0, "fox_x": 0.5, "gait": 1.0, "lantern": 0.3}
        yield frame, {**steady, "walk": frame * 1.1 / 24 % 1.0, **axes}


def play(seed: int, frames: int, **axes: float) -> np.ndarray:
    ambience = Ambience(seed)
    return np.concatenate([ambience.block(frame, at) for frame, at in walk(frames, **axes)])


def moment(number: int, scene: str, ending: Ending | None = None) -> Moment:
    return Moment(number, scene, number, Shot(""), Motion(), ending=ending)


@pytest.mark.parametrize("fps", [24, 25, 30])
def test_a_block_is_as_long_as_a_frame(fps: int) -> None:
    block = Ambience(1, fps).block(0, {})
    assert block.shape == (48000 // fps, 2)
    assert block.dtype == np.int16


@pytest.mark.parametrize("haze", [0.0, 1.0])
@pytest.mark.parametrize("mood", MOODS)
def test_it_is_as_loud_as_a_bed_should_be_and_never_near_clipping(mood: str, haze: float) -> None:
    pcm = play(len(mood), 24 * 14, hour=MOODS[mood], haze=haze)
    assert -24.0 <= lufs(pcm) <= -18.0
    assert np.abs(pcm.astype(int)).max() < 32767 * 10 ** (-3 / 20)
    assert abs(pcm.mean()) < 32


def test_the_meter_reads_a_full_scale_sine_of_997_hz_on_both_sides_as_0_lufs() -> None:
    wave = 3276.8 * np.sin(2 * np.pi * 997 / 48000 * np.arange(48000 * 4))
    assert lufs(np.stack([wave, wave], axis=1)) == pytest.approx(-20.0, abs=0.05)


def test_no_loudness_of_the_parts_can_clip() -> None:
    ambience = Ambience(3)
    for number in range(40):
        ambience.moment(moment(number, f"scene {number}"), number * 10)
        pcm = np.concatenate([ambience.block(number * 10 + frame, {"hour": 0.0, "haze": 9.0}) for frame in range(10)])
        assert np.abs(pcm.astype(int)).max() < 32767 * 10 ** (-3 / 20)


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
        assert Ambience(seed).block(0, {}).shape == (2000, 2)


def test_a_model_without_a_fox_or_hours_has_a_bed_too() -> None:
    ambience = Ambience(1)
    pcm = np.concatenate([ambience.block(frame, {}) for frame in range(24 * 10)])
    assert -24.0 <= lufs(pcm) <= -18.0


def test_wind_grows_with_the_haze() -> None:
    def hiss(haze: float) -> float:
        power = np.abs(np.fft.rfft(play(2, 24 * 6, haze=haze, gait=0.0, lantern=0.0)[:, 0])) ** 2
        hz = np.fft.rfftfreq(24 * 6 * 2000, 1 / 48000)
        return float(np.median(power[(hz > 2000) & (hz < 5000)]))

    calm, some, thick = (hiss(haze) for haze in (0.0, 0.5, 1.0))
    assert calm < 0.2 * some < 0.2 * thick


def test_a_step_falls_on_the_very_sample_of_the_contact() -> None:
    still, walking = Ambience(6), Ambience(6)
    for frame, phase in ((3, 0.45), (4, 0.49), (5, 0.53)):
        axes = {"fox": 1.0, "walk": phase, "fox_x": 0.5}
        quiet = still.block(frame, {**axes, "gait": 0.0}).astype(int)
        heard = walking.block(frame, {**axes, "gait": 1.0}).astype(int)
        different = np.flatnonzero((quiet != heard).any(axis=1))
        if frame < 5:
            assert different.size == 0
        else:
            assert 500 <= different[0] < 510  # 0.50 lies a quarter of the way from 0.49 to 0.53


@pytest.mark.parametrize("hidden", [{"gait": 0.2}, {"fox": 0.4}, {"sit": 1.0}])
def test_a_fox_that_stands_sits_or_is_away_makes_no_steps(hidden: dict[str, float]) -> None:
    assert np.array_equal(play(6, 60, **hidden), play(6, 60, gait=0.0))
    assert not np.array_equal(play(6, 60), play(6, 60, gait=0.0))


def test_there_are_two_steps_in_each_stride() -> None:
    ambience = Ambience(1)
    struck = []
    ambience._steps.strike = lambda *args: struck.append(args)  # type: ignore[method-assign]
    for frame, axes in walk(24 * 10):
        ambience.block(frame, axes)
    assert len(struck) == 2 * 11 - 1  # the stride begins on a contact, before anything is heard


def test_the_scene_changes_with_a_figure_and_the_same_scene_without() -> None:
    plain, same, changed = Ambience(4), Ambience(4), Ambience(4)
    heard = []
    for ambience, second in ((plain, None), (same, "lake"), (changed, "forest")):
        ambience.moment(moment(0, "lake"), 0)
        for frame in range(15):
            ambience.block(frame, {})
        if second:
            ambience.moment(moment(1, second), 15)
        heard.append(np.concatenate([ambience.block(frame, {}) for frame in range(15, 40)]))
    assert np.array_equal(heard[0], heard[1])
    assert np.array_equal(heard[0][:10_000], heard[2][:10_000])  # up to the next beat
    assert not np.array_equal(heard[0][10_000:], heard[2][10_000:])


def test_what_rings_stays_bounded_through_a_long_show() -> None:
    ambience, most = Ambience(8), 0
    for frame in range(24 * 60):
        ambience.block(frame, {"hour": frame / 24 / 2.5 % 24, "lantern": 1.0})
        most = max(most, ambience._bank.ringing)
    assert most < 700


def test_pitches_are_midi() -> None:
    assert hertz(69) == 440.0
    assert hertz(57) == pytest.approx(220.0)
