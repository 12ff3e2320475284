from itertools import pairwise

import numpy as np
import pytest

from forkreel.model.house.particles import DRIVEN, FIREFLIES, RAIN, SNOW, capsules, draw_rows
from forkreel.model.house.setting import Setting

NOISE = np.random.default_rng(1).standard_normal((72, 128)).astype(np.float32)
LIGHT = np.array([120, 130, 150], np.float32)
WEATHERS = {"rain": {"rain": 1.0}, "snow": {"snow": 1.0}, "blizzard": {"snow": 1.0, "storm": 1.0},
            "fireflies": {"fireflies": 1.0}}  # fmt: skip


def strewn(size=(512, 288), dark=1.0, **axes):
    return capsules(Setting(**axes), NOISE, size, LIGHT, dark)


def drawn(particles, size=(512, 288)):
    picture = np.full((size[1], size[0], 3), 40, np.uint8)
    return picture, draw_rows(particles, picture, 0, size[1])


def test_still_air_has_no_particles():
    assert strewn().shape == (0, 10)
    assert strewn(storm=1.0).shape == (0, 10)


@pytest.mark.parametrize("weather", WEATHERS)
def test_the_clock_has_no_seam(weather):
    picture = drawn(strewn(air=0.0, **WEATHERS[weather]))[0].astype(int)
    again = drawn(strewn(air=1.0, **WEATHERS[weather]))[0].astype(int)
    assert (picture != 40).any()
    assert np.abs(picture - again).max() <= 2


@pytest.mark.parametrize("weather", ["rain", "snow", "blizzard"])
def test_particles_fall(weather):
    before, after = (strewn(air=air, **WEATHERS[weather]) for air in (0.3, 0.3005))
    assert len(before) == len(after)
    moved = after[:, 1] - before[:, 1]
    assert np.mean(moved > 0) > 0.9


@pytest.mark.parametrize(("size", "most"), [((512, 288), 1.0), ((1024, 576), 0.6), ((1920, 1080), 0.5)])
def test_the_worst_weather_looks_at_no_more_pixels_than_the_picture_has(size, most):
    particles = strewn(size, rain=1.0, snow=1.0, storm=1.0, fireflies=1.0, air=0.4)
    assert len(particles) <= sum(kind.count for kind in (*RAIN, *SNOW, *DRIVEN, *FIREFLIES))
    assert drawn(particles, size)[1] <= most * size[0] * size[1]


def test_more_rain_is_more_strokes_and_each_stays_where_it_was():
    light, heavy = strewn(rain=0.4), strewn(rain=0.9)
    places = {tuple(row[:4]) for row in heavy}
    assert len(light) < len(heavy)
    assert all(tuple(row[:4]) in places for row in light)


def test_what_is_lit_stays_lit_behind_the_rain():
    picture = np.full((288, 512, 3), 220, np.uint8)
    draw_rows(strewn(rain=1.0), picture, 0, 288)
    assert picture.min() >= 220


def test_the_axis_says_how_many_fireflies_there_are_at_any_darkness():
    def shown(axis, dark):
        return sum(len(strewn(fireflies=axis, air=n / 9, dark=dark)) for n in range(9))

    for dark in (0.3, 1.0):
        counts = [shown(axis, dark) for axis in (0.2, 0.4, 0.6, 0.8)]
        assert all(fewer + 60 < more for fewer, more in pairwise(counts)), counts
    assert shown(0.5, 0.3) > 0.9 * shown(0.5, 1.0)


def test_fireflies_are_brighter_by_night():
    night, day = (drawn(strewn(fireflies=1.0, air=0.4, dark=dark))[0].astype(int).sum() for dark in (1.0, 0.0))
    assert night > day


def test_bands_of_rows_together_are_the_whole_picture():
    particles = strewn(rain=1.0, snow=0.5)
    whole = drawn(particles)[0]
    cut = np.full_like(whole, 40)
    for first, last in ((0, 100), (100, 101), (101, 288)):
        draw_rows(particles, cut, first, last)
    assert np.array_equal(whole, cut)
