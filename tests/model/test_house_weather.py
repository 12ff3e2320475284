import numpy as np
import pytest

from forkreel.model.house import weather
from forkreel.model.house.setting import Setting

NOISE = np.random.default_rng(1).standard_normal((72, 128)).astype(np.float32)
SKY = np.ones((72, 128), np.float32)
SKY[40:] = 0  # the ground begins here


def under(size=(512, 288), bands=2, sky=SKY, **axes):
    """A picture with a blue sky and a green ground, under a weather."""
    width, height = size
    picture = np.empty((height, width, 3), np.uint8)
    picture[: height * 40 // 72], picture[height * 40 // 72 :] = (90, 130, 190), (50, 80, 50)

    def cut(rows, work):
        for n in range(bands):
            work(rows * n // bands, rows * (n + 1) // bands)

    weather.fall(picture, NOISE, sky, Setting(**{"haze": 0.2, **axes}), cut)
    return picture


def test_no_weather_changes_no_bit():
    for hour in (0.0, 6.5, 12.0, 19.0):
        calm = under(hour=hour, air=0.3, haze=0.3)
        assert np.unique(calm.reshape(-1, 3), axis=0).tolist() == [[50, 80, 50], [90, 130, 190]]


@pytest.mark.parametrize(
    "axes",
    [{"rain": 0.7}, {"snow": 0.7}, {"storm": 0.8}, {"aurora": 1.0, "hour": 23.0}, {"fireflies": 1.0, "hour": 22.0},
     {"haze": 0.9}, {"rain": 1.0, "snow": 1.0, "storm": 1.0, "aurora": 1.0, "fireflies": 1.0, "haze": 1.0}],
)  # fmt: skip
def test_the_same_weather_is_the_same_picture_to_the_bit_however_the_rows_are_shared_out(axes):
    first = under(air=0.4, **axes)
    assert not np.array_equal(first, under(hour=axes.get("hour", 12.0)))
    assert np.array_equal(first, under(air=0.4, **axes))
    assert np.array_equal(first, under(air=0.4, bands=3, **axes))


@pytest.mark.parametrize("name", ["rain", "snow", "storm", "aurora", "fireflies"])
def test_a_breath_of_weather_is_hardly_seen(name):
    near = under(hour=23.0, air=0.2, **{name: 0.01}).astype(int) - under(hour=23.0)
    assert np.abs(near).mean() < 2


def test_a_storm_darkens_the_top_and_leaves_the_horizon_pale():
    before, after = under().astype(int).mean((1, 2)), under(storm=1.0).astype(int).mean((1, 2))
    assert after[:60].mean() < 0.5 * before[:60].mean()
    assert after[150:158].mean() > before[150:158].mean()


def test_northern_lights_are_green_and_only_where_the_sky_is_open_and_dark():
    added = under(hour=23.0, aurora=1.0).astype(int) - under(hour=23.0)
    assert added[:160, :, 1].mean() > added[:160, :, 0].mean() > 0
    assert added[170:].mean() < 0.1 * added[:160].mean()
    assert np.array_equal(under(hour=12.0, aurora=1.0), under(hour=12.0))


def test_clouds_stay_behind_what_stands_before_the_sky():
    nothing_open = under(storm=1.0, sky=np.zeros_like(SKY), air=0.1).astype(int)
    assert np.ptp(nothing_open[:150].mean(2)) < 8


def test_a_night_storm_leaves_lamps_alone():
    picture = np.full((288, 512, 3), (20, 24, 50), np.uint8)
    picture[200:220, 100:120] = (250, 210, 120)
    weather.fall(
        picture, NOISE, np.zeros_like(SKY), Setting(hour=23.0, storm=1.0, haze=0.1), lambda n, work: work(0, n)
    )
    assert picture[205, 105].mean() > 185


@pytest.mark.parametrize("size", [(256, 144), (1024, 576), (1920, 1080)])
def test_any_size_has_the_same_weather(size):
    small, large = (under(s, rain=0.6, storm=0.7, air=0.2).astype(float) for s in ((512, 288), size))
    means = [picture.reshape(8, picture.shape[0] // 8, 16, -1, 3).mean((1, 3)) for picture in (small, large)]
    assert np.abs(means[0] - means[1]).max() < 12
