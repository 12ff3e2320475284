import random
from itertools import pairwise

import pytest

from forkreel.errors import StoryError
from forkreel.story import layout as module
from forkreel.story.layout import GAP, Layout, lay_out


def random_layout(seed: int) -> tuple[Layout, list[tuple[int, int, float]]]:
    dice = random.Random(seed)
    count = dice.randint(1, 14)
    ways = [
        (dice.randrange(count), dice.randrange(count), dice.choice([0.0, 30.0, 150.0]))
        for _ in range(dice.randint(0, 24))
    ]
    return lay_out([dice.choice([90.0, 140.0, 300.0]) for _ in range(count)], ways), ways


@pytest.mark.parametrize("seed", range(25))
def test_nothing_overlaps_and_every_way_goes_from_layer_to_layer(seed: int) -> None:
    layout, ways = random_layout(seed)
    for layer in range(layout.layers):
        row = sorted((place for place in layout.places if place.layer == layer), key=lambda place: place.x)
        for left, right in pairwise(row):
            assert right.x - left.x >= (left.width + right.width) / 2 + GAP - 1e-6
    for (source, target, label), chain in zip(ways, layout.ways, strict=True):
        assert (chain[0], chain[-1]) == (source, target)
        steps = {layout.places[below].layer - layout.places[above].layer for above, below in pairwise(chain)}
        assert steps in ({1}, {-1}, {0} if source == target else {1})
        assert layout.places[source].layer % 2 == 0
        assert label == 0 or source == target or any(layout.places[one].width == label for one in chain[1:-1])


def test_a_scene_stands_below_every_scene_that_leads_to_it() -> None:
    layout = lay_out([90.0] * 4, [(0, 1, 0), (1, 2, 0), (0, 2, 0), (2, 3, 0), (3, 1, 0)])
    assert [place.layer for place in layout.places[:4]] == [0, 2, 4, 6]


def test_ways_that_need_not_cross_do_not() -> None:
    layout = lay_out([90.0] * 5, [(0, 1, 0), (0, 2, 0), (1, 4, 0), (2, 3, 0)])
    one, two, three, four = (place.x for place in layout.places[1:5])
    assert (one < two) == (four < three)


def test_a_long_chain_does_not_meet_the_recursion_limit() -> None:
    layout = lay_out([90.0] * 3000, [(at, at + 1, 0.0) for at in range(2999)])
    assert layout.layers == 5999


def test_what_no_page_can_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_POINTS", 5)
    with pytest.raises(StoryError, match=r"too many scenes.*\.dot"):
        lay_out([90.0] * 9, [(at, at + 1, 0.0) for at in range(8)])
