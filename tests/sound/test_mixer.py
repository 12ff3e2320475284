import numpy as np
import pytest
from loudness import lufs
from scipy.signal import resample_poly

from forkreel.sound.mixer import Mixer, Volumes

NOTHING = np.zeros((2, 2000), np.float32)
MUTE = np.zeros(2000, np.float32)


def noise(seed: int, blocks: int, loud: float) -> np.ndarray:
    return (loud * np.random.default_rng(seed).standard_normal((2, 2000 * blocks))).astype(np.float32)


def mixed(music: np.ndarray, voice: np.ndarray | None = None, mixer: Mixer | None = None) -> np.ndarray:
    mixer, out = mixer or Mixer(2000), []
    for at in range(0, music.shape[1], 2000):
        said = MUTE if voice is None else voice[at : at + 2000]
        out.append(mixer.mix(said, NOTHING, music[:, at : at + 2000], speaks=voice is not None))
    return np.concatenate(out, axis=1)


@pytest.mark.parametrize("loud", [0.05, 0.1, 0.2])
def test_quiet_and_loud_shows_come_out_as_loud_as_each_other(loud: float) -> None:
    heard = mixed(noise(1, 24 * 50, loud))[:, 48000 * 25 :]
    assert lufs((heard.T * 32767).astype(np.int16)) == pytest.approx(-16.0, abs=1.0)


@pytest.mark.parametrize("loud", [0.5, 4.0])
def test_no_true_peak_gets_near_full_scale(loud: float) -> None:
    soft = resample_poly(noise(2, 24, loud), 2, 1, axis=1)  # nothing that a show plays reaches above 12 kHz
    heard = mixed(soft.astype(np.float32))
    assert np.abs(resample_poly(heard, 4, 1, axis=1)).max() < 10 ** (-1 / 20)


def test_the_limiter_turns_down_before_the_peak_and_bends_no_wave() -> None:
    quiet = np.sin(2 * np.pi * 440 / 48000 * np.arange(24000, dtype=np.float32)) * np.float32(0.05)
    music = np.stack([quiet, quiet])
    music[:, 11000:11010] = 3.0
    heard = mixed(music)
    assert np.abs(heard).max() <= 10 ** (-2.2 / 20) + 1e-6
    gain = np.abs(heard[0, 240:]).reshape(-1, 110)[:, :].max(axis=1)[:90]
    assert np.abs(np.diff(gain)).max() < 0.05


def test_the_mix_is_five_milliseconds_late_and_else_what_was_given() -> None:
    click = np.zeros((2, 4000), np.float32)
    click[:, 700] = 0.1
    heard = mixed(click)
    assert np.flatnonzero(heard[0])[0] == 700 + 240


def test_music_is_lower_under_speech() -> None:
    music = noise(3, 48, 0.02)
    alone, under = mixed(music), mixed(music, np.zeros(48 * 2000, np.float32))
    assert np.std(under[:, 48000:]) < 0.4 * np.std(alone[:, 48000:])


def test_a_volume_of_nought_silences_its_bus_without_a_click() -> None:
    mixer = Mixer(2000)
    music = np.full((2, 24 * 2000), 0.02, np.float32)
    before = mixed(music, mixer=mixer)
    mixer.volumes = Volumes(music=0.0)
    after = mixed(music, mixer=mixer)
    assert np.abs(np.diff(np.concatenate([before[:, 2000:], after], axis=1))).max() < 1e-4
    assert np.abs(after[:, -2000:]).max() < 1e-3
