from itertools import pairwise

import numpy as np
import pytest

from forkreel.model.house.heavens import TURN_S, curves, darkness, fog, lightning, overcast
from forkreel.model.house.setting import Setting

SIZE = (512, 288)


@pytest.mark.parametrize("seed", range(20))
def test_lightning_never_flashes_more_than_three_times_in_a_second(seed):
    noise = np.random.default_rng(seed).standard_normal((72, 128)).astype(np.float32)
    fps = 60
    light = [lightning(n / (TURN_S * fps) % 1, noise) for n in range(int(2 * TURN_S * fps))]
    rises = [n for n, (a, b) in enumerate(pairwise(light)) if a <= 0.05 < b or (b - a > 0.1 and light[n - 1] >= a)]
    flashes = [rise for n, rise in enumerate(rises) if n == 0 or rise - rises[n - 1] > 1]
    assert len(flashes) >= 6
    assert max(sum(start <= other < start + fps for other in flashes) for start in flashes) <= 3
    assert max(light) <= 1


def test_the_curves_close_where_the_pan_and_the_clocks_come_round():
    def at(**phases):
        shapes = curves(Setting(storm=1.0, aurora=1.0, haze=1.0, **phases), SIZE)
        return [getattr(shapes, name) for name in shapes.__dataclass_fields__]

    for phase in ("pan", "clouds", "air"):
        for a, b in zip(at(**{phase: 0.0}), at(**{phase: 1.0}), strict=True):
            assert a.size
            np.testing.assert_allclose(a, b, atol=0.02)


def test_a_larger_picture_has_the_same_curves():
    small, large = (curves(Setting(storm=1.0), size).clouds for size in (SIZE, (1024, 576)))
    np.testing.assert_allclose(large.reshape(3, 512, 2).mean(2) / 2, small, atol=0.5)


def test_no_bank_of_fog_reaches_the_fox():
    shapes = curves(Setting(haze=1.0), SIZE)
    assert (shapes.middles + 2 * shapes.halves).max() < 0.72 * SIZE[1]


def test_nothing_hangs_in_calm_clear_air_and_the_day_is_not_dark():
    calm = Setting()
    assert (overcast(calm), fog(calm), darkness(12.0), darkness(0.0)) == (0.0, 0.0, 0.0, 1.0)
    assert sum(getattr(curves(calm, SIZE), name).size for name in curves(calm, SIZE).__dataclass_fields__) == 0
