from pathlib import Path

import numpy as np
import pytest

from forkreel.sound import Soundtrack, Studio, Tone, open_sound
from forkreel.story import load


@pytest.mark.parametrize("fps", [24, 25, 30])
def test_a_block_is_as_long_as_a_frame(fps: int) -> None:
    block = Tone(fps).block(0, {})
    assert block.shape == (48000 // fps, 2)
    assert block.dtype == np.int16


def test_the_tone_sounds_on_the_first_two_frames_of_a_second_and_else_all_is_silent() -> None:
    tone = Tone()
    for frame in range(24 * 3):
        assert tone.block(frame, {}).any() == (frame % 24 < 2)


def test_the_onset_is_exact_to_the_sample() -> None:
    tone = Tone()
    pcm = np.concatenate([tone.block(frame, {}) for frame in range(20, 48)])
    heard = np.flatnonzero(pcm[:, 0])
    onset = (24 - 20) * 2000
    assert pcm[onset, 0] == 0
    assert heard[0] == onset + 1
    assert heard[-1] < onset + 4000


def test_the_tone_is_one_unbroken_kilohertz_across_its_two_frames() -> None:
    tone = Tone()
    pcm = np.concatenate([tone.block(frame, {}) for frame in (48, 49)])
    expected = np.round(0.5 * 32767 * np.sin(2 * np.pi * 1000 / 48000 * np.arange(4000)))
    assert np.array_equal(pcm[:, 0], expected)
    assert np.array_equal(pcm[:, 0], pcm[:, 1])


def test_every_call_gives_a_block_of_its_own() -> None:
    tone = Tone()
    tone.block(0, {})[:] = 7
    assert not np.all(tone.block(0, {}) == 7)


def test_the_test_card_beeps_and_other_models_have_a_soundtrack() -> None:
    studio, story = Studio(lambda: None), load(Path(__file__).parents[1] / "stories" / "cast.yaml")
    assert isinstance(open_sound("testcard", story, 1, studio), Tone)
    assert isinstance(open_sound("house", story, 1, studio), Soundtrack)
    assert isinstance(open_sound("/some/folder", story, 1, studio, fps=25), Soundtrack)
