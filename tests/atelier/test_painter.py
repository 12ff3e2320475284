import numpy as np
import pytest

pytest.importorskip("skia", reason="the painter is the extra `train`")

from dataclasses import replace
from itertools import pairwise

from forkreel.atelier.data import Paintings, fox_box, sample
from forkreel.atelier.painter import Painter
from forkreel.model.house.geometry import PLACES
from forkreel.model.house.setting import Setting

SIZE = (256, 144)


@pytest.fixture(scope="module")
def painter():
    return Painter()


def test_the_same_setting_is_the_same_picture_from_two_painters(painter):
    setting = Setting(place="village", hour=20.0, lantern=1.0)
    assert np.array_equal(painter.paint(setting, SIZE), Painter().paint(setting, SIZE))


@pytest.mark.parametrize("place", PLACES)
def test_panning_once_round_a_place_comes_back(painter, place):
    setting = Setting(place=place, fox=0.0)
    there = painter.paint(replace(setting, pan=0.999999), SIZE)
    assert np.abs(painter.paint(setting, SIZE).astype(int) - there).mean() < 0.05


@pytest.mark.parametrize("place", PLACES)
def test_a_place_has_no_seam(painter, place):
    views = [painter.paint(Setting(place=place, fox=0.0, pan=p % 1), SIZE).astype(int) for p in np.arange(-8, 8) / 400]
    steps = [np.abs(b - a).mean() for a, b in pairwise(views)]
    assert max(steps) < 3 * np.median(steps)


def test_half_way_between_places_nothing_of_either_stands(painter):
    bare = [painter.sky_mask(Setting(place=p, other="lake", presence=0.5, fox=0.0), (128, 72)) for p in PLACES[:3]]
    for mask in bare:
        assert (mask[:52] > 250).all()


def test_the_fox_lies_inside_its_box(painter):
    rng = np.random.default_rng(4)
    checked = 0
    while checked < 20:
        setting = replace(sample(rng), presence=1.0, lantern=0.0, fox=1.0)
        box = fox_box(setting, SIZE)
        if box is None:
            continue
        checked += 1
        with_it, without = (painter.paint(replace(setting, fox=f), SIZE).astype(int) for f in (1.0, 0.0))
        rows, columns = np.nonzero(np.abs(with_it - without).max(2) > 40)
        if rows.size:
            assert box[0] - 1 <= columns.min()
            assert columns.max() <= box[2] + 1
            assert box[1] - 1 <= rows.min()
            assert rows.max() <= box[3] + 1


def test_batch_n_of_the_stream_is_always_the_same():
    first, again = (Paintings(5, 10, 2, SIZE)[7] for _ in range(2))
    assert first.settings == again.settings
    assert np.array_equal(first.pictures.numpy(), again.pictures.numpy())
    assert Paintings(5, 10, 2, SIZE)[8].settings != first.settings
