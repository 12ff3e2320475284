import numpy as np
import pytest

from forkreel.stage.hush import FADE, Hush


def wave(samples: int, start: int = 0) -> np.ndarray:
    tone = 12000 * np.cos(2 * np.pi * 220 / 48000 * np.arange(start, start + samples))
    return np.repeat(np.round(tone).astype(np.int16)[:, np.newaxis], 2, axis=1)


def steps(*blocks: np.ndarray) -> float:
    return float(np.abs(np.diff(np.concatenate(blocks).astype(float), axis=0)).max())


@pytest.mark.parametrize("stopped_at", [2000, 2050, 2100, 2160])
def test_neither_going_silent_nor_coming_back_makes_a_step(stopped_at: int) -> None:
    hush = Hush()
    before, silence, more, after = (
        hush.sound(wave(stopped_at)),
        hush.silence(2000),
        hush.silence(2000),
        hush.sound(wave(2000, stopped_at)),
    )
    assert steps(before, silence, more, after) < 1.2 * steps(wave(4000))
    assert not silence[FADE:].any()
    assert not more.any()


def test_sound_that_goes_on_is_handed_on_to_the_bit() -> None:
    hush, first, second = Hush(), wave(2000), wave(2000, 2000)
    assert hush.sound(first) is first
    assert hush.sound(second) is second


def test_after_silence_only_the_beginning_is_faded() -> None:
    hush = Hush()
    hush.silence(2000)
    assert np.array_equal(hush.sound(wave(2000))[FADE:], wave(2000)[FADE:])
