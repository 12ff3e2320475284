import numpy as np

from forkreel.model.house import stars
from forkreel.model.house.setting import Setting

NOISE = np.random.default_rng(1).standard_normal((72, 128)).astype(np.float32)
OPEN = np.ones((72, 128), np.float32)


def lit(hour, open_sky=OPEN, haze=0.1, walk=0.0):
    picture = np.full((288, 512, 3), 20, np.uint8)
    stars.scatter(picture, NOISE, open_sky, Setting(hour=hour, haze=haze, walk=walk))
    return picture


def test_the_night_has_stars_and_the_day_has_none():
    assert (lit(0.0).max(2) > 100).sum() > 20
    assert (lit(12.0) == 20).all()


def test_no_star_shines_through_what_stands_before_the_sky():
    assert (lit(0.0, np.zeros_like(OPEN)) == 20).all()


def test_no_star_stands_near_the_horizon_or_below():
    assert (lit(0.0)[170:] == 20).all()


def test_thick_haze_hides_the_stars():
    assert (lit(0.0, haze=1.0) == 20).all()


def test_stars_twinkle_without_moving():
    first, second = lit(0.0), lit(0.0, walk=0.15)
    assert not np.array_equal(first, second)
    assert np.array_equal(first > 24, second > 24) or np.mean((first > 40) ^ (second > 40)) < 0.001
