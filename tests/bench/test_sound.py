import numpy as np
import pyloudnorm
import pytest
from scipy.signal import resample_poly

from forkreel.app import load_stories, shipped
from forkreel.bench.sound import FPS, Rendered, rendered, steps_ms
from forkreel.bench.stories import broken


@pytest.fixture(scope="module")
def flagship() -> Rendered:
    return rendered(load_stories([shipped().stories / "lantern.yaml"], broken)["lantern"], 45.0)


def test_the_flagship_is_as_loud_as_a_film_should_be(flagship: Rendered) -> None:
    heard = flagship.pcm / 32768
    assert pyloudnorm.Meter(48000).integrated_loudness(heard) == pytest.approx(-16.0, abs=1.0)


def test_no_true_peak_of_the_flagship_is_above_minus_one(flagship: Rendered) -> None:
    assert np.abs(resample_poly(flagship.pcm / 32768, 4, 1, axis=0)).max() < 10 ** (-1 / 20)


def test_the_first_line_of_each_scene_is_heard_within_200_ms(flagship: Rendered) -> None:
    assert len(flagship.begun_ms) >= 3
    assert max(flagship.begun_ms) < 200


def test_nothing_clicks_where_the_story_turns(flagship: Rendered) -> None:
    """What is played has nothing above 16 kHz; a click has."""
    high = np.diff(flagship.pcm.astype(float), n=1, axis=0)
    spectrum = np.fft.rfft(high.mean(axis=1)[: len(high) // 500 * 500].reshape(-1, 500) * np.hanning(500), axis=1)
    above = np.abs(spectrum[:, np.fft.rfftfreq(500, 1 / 48000) > 16000]).max(axis=1)
    turns = [turn * 4 + step for turn in flagship.turns[1:] for step in range(-1, 9)]  # 2000 samples are 4 windows
    assert len(flagship.turns) > 4
    assert max(above[turns]) < 3 * np.percentile(above, 99)


def test_mouths_follow_what_is_heard_without_lag(flagship: Rendered) -> None:
    assert flagship.mouth_correlation > 0.8
    assert abs(flagship.mouth_lag_frames) <= 1


def test_speech_is_made_faster_than_it_is_said(flagship: Rendered) -> None:
    assert 0.0 < flagship.synthesis < 0.5


def test_steps_are_heard_while_the_first_frame_with_the_foot_down_stands() -> None:
    late = steps_ms(10.0)
    assert len(late) == pytest.approx(7 * 2.2, abs=1)
    assert 0.0 <= min(late) <= max(late) <= 1000 / FPS + 1.0  # its attack
