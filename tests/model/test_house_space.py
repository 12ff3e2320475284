from itertools import pairwise

import numpy as np
import pytest

from forkreel.errors import AxisError
from forkreel.latent import LatentPoint
from forkreel.model.house.geometry import PLACES
from forkreel.model.house.setting import Setting
from forkreel.model.house.space import SPACE, checked, point_of, setting_of


def with_places(weights):
    return LatentPoint.of({**point_of({}, 1), "places": np.array(weights)})


def test_a_point_has_every_component_in_its_shape():
    point = point_of({"place": "lake", "hour": 18.0}, 7)
    assert {name: array.shape for name, array in point.items()} == {c.name: c.shape for c in SPACE.components}
    assert float(point["hour"]) == pytest.approx(0.75)


def test_the_same_axes_and_seed_give_the_same_bits_and_another_seed_other_stars():
    assert point_of({"haze": 0.3}, 5) == point_of({"haze": 0.3}, 5)
    assert point_of({"haze": 0.3}, 5) != point_of({"haze": 0.3}, 6)


@pytest.mark.parametrize("name", [axis.name for axis in SPACE.axes if not axis.labels])
def test_an_axis_comes_back_from_the_point_in_the_units_it_was_given_in(name):
    axis = SPACE.axis(name)
    value = axis.low + 0.3 * (axis.high - axis.low)
    assert SPACE.scalars(point_of({name: value}, 0))[name] == pytest.approx(value, abs=1e-5)


def test_a_single_place_stands_alone():
    setting = setting_of(point_of({"place": "harbour"}, 0))
    assert (setting.place, setting.presence) == ("harbour", 1.0)


def test_each_seed_turns_the_layers_of_a_place_its_own_way_and_always_the_same():
    first, again, other = (setting_of(point_of({}, seed)).layout for seed in (5, 5, 6))
    assert first == again
    assert len(first) == 5
    assert all(abs(a - b) > 1e-3 for a, b in zip(first, other, strict=True))


def test_the_ground_and_the_clouds_are_not_turned():
    setting = Setting(pan=0.3, layout=(0.5, 0.1, 0.2, 0.9, 0.4))
    assert [round(setting.pan_of(depth), 6) for depth in range(6)] == [0.8, 0.4, 0.5, 0.2, 0.7, 0.3]


def test_a_season_is_a_quarter_of_the_year():
    assert [setting_of(point_of({"season": float(n)}, 0)).season for n in range(5)] == [0.0, 0.25, 0.5, 0.75, 0.0]


def test_half_way_between_two_places_the_stage_is_bare():
    weights = np.zeros(len(PLACES))
    weights[[1, 4]] = 0.5
    assert setting_of(with_places(weights)).presence == 0.5


def test_a_third_place_takes_over_only_when_the_stage_is_bare():
    shares = np.linspace(0, 1, 101)
    settings = [setting_of(with_places([0.5 * (1 - s), 0.5 * (1 - s), s] + [0.0] * (len(PLACES) - 3))) for s in shares]
    changes = [b for a, b in pairwise(settings) if a.place != b.place]
    assert [setting.place for setting in changes] == ["village"]
    assert changes[0].presence < 0.52


def test_who_leaves_fades_before_the_next_one_comes():
    shares = np.linspace(0, 1, 21)
    mixes = [{**point_of({}, 1), "others": np.array([0, 1 - s, s, 0])} for s in shares]
    settings = [setting_of(LatentPoint.of(arrays)) for arrays in mixes]
    assert (settings[0].who, settings[0].company) == ("heron", 1.0)
    assert (settings[-1].who, settings[-1].company) == ("child", 1.0)
    changes = [b for a, b in pairwise(settings) if a.who != b.who]
    assert [setting.who for setting in changes] == ["child"]
    assert changes[0].company < 0.11


def test_nobody_else_is_there_unless_asked_for():
    assert setting_of(point_of({}, 0)).company == 0.0
    assert setting_of(point_of({"other": "scarecrow"}, 0)).company == 1.0


def test_the_turntable_counts_in_degrees_and_comes_round():
    assert setting_of(point_of({"turn": 90.0}, 0)).turn == pytest.approx(0.25)
    assert point_of({"turn": 360.0}, 0) == point_of({"turn": 0.0}, 0)


@pytest.mark.parametrize("name", ["scarf", "coat", "body", "glass", "finish", "other_x", "other_face", "fox_x"])
def test_a_setting_begins_as_its_axes_do(name):
    assert getattr(setting_of(point_of({}, 0)), name) == pytest.approx(getattr(Setting(), name))


@pytest.mark.parametrize(
    ("axes", "words"),
    [
        ({"fog": 0.5}, "no axis 'fog'; it has place, pan"),
        ({"place": "moon"}, "one of forest, lake"),
        ({"haze": 1.5}, "from 0 to 1, not to 1.5"),
        ({"haze": "much"}, "from 0 to 1, not to 'much'"),
    ],
)
def test_an_axis_that_does_not_fit_is_refused_with_what_would(axes, words):
    with pytest.raises(AxisError, match=words):
        checked(axes)


def test_far_layers_of_other_seeds_may_be_another_places_and_the_near_ones_never():
    layouts = [setting_of(point_of({"place": "village"}, seed)) for seed in range(40)]
    assert {setting.layer_of(0) for setting in layouts} >= {"village", "mountain", "forest"}
    assert {setting.layer_of(depth) for setting in layouts for depth in (3, 4, 5)} == {"village"}
    assert all(Setting(place=place).layer_of(depth) == place for place in PLACES for depth in range(6))
