import numpy as np
import pytest

from forkreel.sound.bank import Bank, Timbre

BELL = Timbre(
    hz=np.array([441.3, 1234.5]), decay=np.array([1.5, 40.0]), left=np.array([0.5, 0.2]), right=np.array([0.1, -0.3])
)


def formula(timbre: Timbre, samples: int) -> np.ndarray:
    time = np.arange(samples)[np.newaxis] / 48000
    waves = np.sin(2 * np.pi * timbre.hz[:, np.newaxis] * time) * np.exp(-timbre.decay[:, np.newaxis] * time)
    return np.stack([timbre.left @ waves, timbre.right @ waves])


@pytest.mark.parametrize("block", [2000, 1920, 1600, 100])
def test_what_is_struck_rings_as_the_formula_says_over_many_blocks(block: int) -> None:
    bank = Bank(block)
    bank.strike(BELL, 0.5)
    heard = np.concatenate([bank.play() for _ in range(24)], axis=1)
    assert np.abs(heard - 0.5 * formula(BELL, 24 * block)).max() < 1e-5


def test_a_strike_begins_at_its_very_sample() -> None:
    bank = Bank(2000)
    bank.play()
    bank.strike(BELL, at=1234)
    heard = np.concatenate([bank.play() for _ in range(3)], axis=1)
    assert not heard[:, :1235].any()
    assert np.abs(heard[:, 1234:] - formula(BELL, 6000 - 1234)).max() < 1e-5


def test_strikes_add_up_and_those_that_have_faded_are_let_go() -> None:
    bank = Bank(2000)
    for _ in range(600):
        bank.strike(BELL)
        bank.play()
    seconds = np.log(32768 * 0.5) / BELL.decay.min()
    assert bank.ringing < 2 * (seconds * 24 + 2)


def test_silence_is_silent() -> None:
    assert not Bank(2000).play().any()
