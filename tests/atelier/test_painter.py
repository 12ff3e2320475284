import numpy as np
import pytest

pytest.importorskip("skia", reason="the painter is the extra `train`")

from dataclasses import replace
from itertools import pairwise

from forkreel.atelier.data import Paintings, fox_box, other_box, product_box, sample
from forkreel.atelier.painter import Painter
from forkreel.model.house.geometry import OTHERS, PLACES
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
def test_the_year_comes_round_and_changes_only_what_grows_or_holds_snow(painter, place):
    def at(season):
        return painter.paint(Setting(place=place, pan=0.3, season=season), SIZE).astype(int)

    assert np.array_equal(at(0.0), at(1.0))
    change = np.abs(at(0.25) - at(0.75)).mean()
    assert change < 0.01 if place in ("desert", "pass", "studio") else change > (0.2 if place == "cave" else 4)


def test_a_layout_turns_each_layer_by_itself(painter):
    setting = Setting(place="village", fox=0.0, pan=0.4, haze=0.0)
    first = painter.paint(setting, SIZE)
    for depth in range(5):
        layout = tuple(0.31 * (n == depth) for n in range(5))
        assert not np.array_equal(first, painter.paint(replace(setting, layout=layout), SIZE)), depth


@pytest.mark.parametrize("place", PLACES)
def test_a_place_has_no_seam(painter, place):
    views = [painter.paint(Setting(place=place, fox=0.0, pan=p % 1), SIZE).astype(int) for p in np.arange(-8, 8) / 400]
    steps = [np.abs(b - a).mean() for a, b in pairwise(views)]
    assert max(steps) < 3 * np.median(steps)


def test_half_way_between_places_nothing_of_any_stands(painter):
    for place in PLACES:
        mask = painter.sky_mask(Setting(place=place, other="lake", presence=0.5, fox=0.0), (128, 72))
        assert (mask[:52] > 250).all(), place


def changed(painter, setting, **without):
    """The bounding box (left, top, right, bottom) of what disappears with a change of axes, in pixels."""
    before, after = (painter.paint(s, SIZE).astype(int) for s in (setting, replace(setting, **without)))
    rows, columns = np.nonzero(np.abs(before - after).max(2) > 40)
    return (columns.min(), rows.min(), columns.max(), rows.max()) if rows.size else None


def test_the_fox_lies_inside_its_box_whatever_it_does(painter):
    rng = np.random.default_rng(4)
    checked = 0
    while checked < 24:
        setting = replace(sample(rng), place="meadow", presence=1.0, lantern=0.0, fox=1.0, company=0.0)
        box = fox_box(setting, SIZE)
        if box is None or (found := changed(painter, setting, fox=0.0)) is None:
            continue
        checked += 1
        assert box[0] - 1 <= found[0]
        assert found[2] <= box[2] + 1
        assert box[1] - 1 <= found[1]
        assert found[3] <= box[3] + 1


@pytest.mark.parametrize("who", OTHERS)
def test_who_stands_beside_the_fox_lies_inside_its_box(painter, who):
    for walk in (0.0, 0.3, 0.6, 0.9):
        setting = Setting(place="pass", fox=0.0, who=who, company=1.0, walk=walk, other_gait=1.0, other_face=-1.0)
        box, found = other_box(setting, SIZE), changed(painter, setting, company=0.0)
        assert box[0] <= found[0]
        assert found[2] <= box[2]
        assert box[1] <= found[1]
        assert found[3] <= box[3]


def test_the_studio_lantern_lies_inside_its_box_and_is_another_at_every_angle(painter):
    table = Setting(place="studio", fox=0.0)
    views = [painter.paint(replace(table, turn=t / 8), SIZE).astype(int) for t in range(8)]
    for n, a in enumerate(views):
        for b in views[:n]:
            assert np.abs(a - b).max() > 40
    left, top, right, bottom = product_box(table, SIZE)
    outside = np.ones(SIZE[::-1], bool)
    outside[top:bottom, left:right] = False
    assert max(np.abs(a - views[0]).max(2)[outside].max() for a in views) == 0


def test_the_childs_scarf_has_the_hue_that_it_is_given(painter):
    child = Setting(place="pass", fox=0.0, who="child", company=1.0, other_x=0.5)
    red, blue = (painter.paint(replace(child, scarf=hue), SIZE).astype(int) for hue in (0.0, 0.66))
    where = np.abs(red - blue).max(2) > 60
    assert where.any()
    assert (red[where][:, 0] > red[where][:, 2] + 40).mean() > 0.8
    assert (blue[where][:, 2] > blue[where][:, 0] + 40).mean() > 0.8


def test_batch_n_of_the_stream_is_always_the_same():
    first, again = (Paintings(5, 10, 2, SIZE)[7] for _ in range(2))
    assert first.settings == again.settings
    assert np.array_equal(first.pictures.numpy(), again.pictures.numpy())
    assert Paintings(5, 10, 2, SIZE)[8].settings != first.settings
