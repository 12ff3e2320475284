import numpy as np
import pytest

from forkreel.sound.effects import Effects
from forkreel.sound.instruments import CUES
from forkreel.sound.mixer import LATENESS
from forkreel.story.language import SOUNDS


def test_a_step_falls_on_the_very_sample_of_the_contact_once_it_is_mixed() -> None:
    still, walking = Effects(6, 2000, 24), Effects(6, 2000, 24)
    for frame, phase in ((3, 0.45), (4, 0.49), (5, 0.53)):
        axes = {"fox": 1.0, "walk": phase, "fox_x": 0.5}
        quiet = still.play(frame, {**axes, "gait": 0.0})
        heard = walking.play(frame, {**axes, "gait": 1.0})
        different = np.flatnonzero((quiet != heard).any(axis=0))
        if frame < 5:
            assert different.size == 0
        else:
            assert 500 <= different[0] + LATENESS < 510  # 0.50 lies a quarter of the way from 0.49 to 0.53


def test_a_step_is_heard_on_the_side_where_the_fox_is() -> None:
    def sides(fox_x: float) -> tuple[float, float]:
        def play(gait: float) -> np.ndarray:
            effects = Effects(6, 2000, 24)
            axes = {"fox": 1.0, "gait": gait, "fox_x": fox_x}
            return np.concatenate([effects.play(n, {**axes, "walk": n / 24}) for n in range(48)], axis=1)

        left, right = np.square(play(1.0) - play(0.0)).sum(axis=1)
        return float(left), float(right)

    assert sides(0.1)[0] > 4 * sides(0.1)[1]
    assert sides(0.9)[1] > 4 * sides(0.9)[0]


@pytest.mark.parametrize(
    "seen", [{"fox": 1.0, "run": 1.0, "fox_x": 0.1}, {"other=none": 0.0, "other_gait": 1.0, "other_x": 0.1}]
)
def test_who_gallops_and_who_comes_along_is_heard_where_it_is(seen: dict[str, float]) -> None:
    def play(axes: dict[str, float]) -> np.ndarray:
        effects = Effects(6, 2000, 24)
        return np.concatenate([effects.play(n, {**axes, "walk": n / 24 % 1.0}) for n in range(48)], axis=1)

    still = {name: 0.0 if name in ("run", "other_gait") else value for name, value in seen.items()}
    left, right = np.square(play(seen) - play(still)).sum(axis=1)
    assert left > 4 * right > 0.0


def loudness(frames: range, cue: str | None = None, **axes: float) -> np.ndarray:
    """The root mean square of each frame."""
    effects = Effects(3, 2000, 24)
    if cue is not None:
        effects.cue([(10, cue)])
    blocks = [effects.play(frame, {"haze": 0.0, **axes}) for frame in frames]
    return np.array([np.sqrt(np.mean(block**2)) for block in blocks])


@pytest.mark.parametrize("sound", SOUNDS)
def test_a_cue_is_heard_on_its_frame(sound: str) -> None:
    with_cue, without = loudness(range(30), sound), loudness(range(30))
    assert np.array_equal(with_cue[:10], without[:10])
    assert with_cue[10] > without[10]
    assert with_cue[10:].max() > 1.2 * without[10:].max()


def test_every_sound_of_the_language_is_made() -> None:
    assert set(CUES) == set(SOUNDS)


@pytest.mark.parametrize("axis", ["rain", "storm", "place=lake", "place=harbour"])
def test_weather_and_water_are_heard(axis: str) -> None:
    dry, wet = loudness(range(100)), loudness(range(100), **{axis: 1.0})
    assert wet[10:].mean() > 1.15 * dry[10:].mean()


def test_the_village_tells_a_full_hour_once() -> None:
    def played(place: float) -> np.ndarray:
        effects = Effects(3, 2000, 24)
        hours = [21.9 + frame * 0.004 for frame in range(60)]
        return np.concatenate(
            [effects.play(n, {"hour": h, "place=village": place}) for n, h in enumerate(hours)], axis=1
        )

    different = np.flatnonzero((played(1.0) != played(0.0)).any(axis=0))
    assert 24 * 2000 < different[0] <= 26 * 2000
