"""What a viewer keeps of what it sees and hears."""

from pathlib import Path
from typing import Any

import av
import numpy as np
import pyloudnorm
import pytest
from scipy.signal import resample_poly

from forkreel.errors import WatchError
from forkreel.model.testcard import decode
from forkreel.watch import watch
from tests.helpers.recording import Recording
from tests.helpers.serving import serving

PINGPONG = Path(__file__).parents[1] / "stories" / "pingpong.yaml"


async def test_the_recording_holds_every_picture_and_the_sound_beside_it(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    async with serving(PINGPONG) as house:
        report = await watch(house.url, record=film, seconds=2.5, choose_first=False)
    with av.open(str(film)) as recorded:
        cards = [(decode(f.to_ndarray(format="gray8")).frame, float(f.time)) for f in recorded.decode(video=0)]
    with av.open(str(film)) as recorded:
        sound_s = sum(frame.samples for frame in recorded.decode(audio=0)) / 48_000
    assert [number for number, _ in cards] == [card.frame for card in report.cards]
    assert len(cards) == report.pictures
    first = cards[0]
    assert all(abs((at - first[1]) - (number - first[0]) / 24) < 0.002 for number, at in cards)
    assert abs(sound_s - report.sound_s) < 0.2
    assert report.recorded == str(film)


@pytest.mark.recorded
def test_half_a_minute_of_the_lantern_is_recorded_as_loud_as_a_film_with_voice_and_a_sound_of_its_own(
    half_a_minute: Recording, record_property: Any
) -> None:
    report = half_a_minute.report()
    with av.open(str(half_a_minute.film)) as recorded:
        heard = np.concatenate([frame.to_ndarray() for frame in recorded.decode(audio=0)], axis=1).T
    assert len(heard) / 48_000 == pytest.approx(report["sound_s"], abs=0.2)
    assert report["sound_s"] >= 30.0
    heard = heard[: 30 * 48_000]
    assert len(report["choices"]) >= 1
    loudness = pyloudnorm.Meter(48_000).integrated_loudness(heard)
    record_property("loudness_lufs", loudness)
    assert loudness == pytest.approx(-16.0, abs=1.0)
    true_peak = np.abs(resample_poly(heard, 4, 1, axis=0)).max()
    record_property("true_peak_dbfs", 20 * np.log10(true_peak))
    assert true_peak < 10 ** (-1 / 20)
    ringing = [_share(heard[at : at + 12_000, 0], 440.0) for at in range(0, len(heard) - 12_000, 6_000)]
    assert max(ringing) > 0.3, "the story's own sound is heard"
    assert np.median(ringing) < 0.1, "but not all the time"


def _share(signal: Any, hertz: float) -> float:
    """Of the power of a quarter of a second, how much is near a pitch."""
    power = np.abs(np.fft.rfft(signal * np.hanning(len(signal)))) ** 2
    near = np.abs(np.fft.rfftfreq(len(signal), 1 / 48_000) - hertz) < 20
    return float(power[near].sum() / max(power.sum(), 1e-9))


async def test_a_recording_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    async with serving(PINGPONG) as house:
        with pytest.raises(WatchError, match=r"nowhere/film\.mp4 cannot be written"):
            await watch(house.url, record=tmp_path / "nowhere" / "film.mp4", seconds=1)
