import random
from itertools import combinations

import pytest

from forkreel.errors import StoryError
from forkreel.story import layout as module
from forkreel.story.layout import Layout, Point, Size, lay_out

BOX = (90.0, 46.0)


def chosen(seed: int) -> tuple[Layout, list[Size], list[tuple[int, int, Size | None]]]:
    """The layout of a graph by chance: rings, ways to itself, several ways between two, parts that do not hang on."""
    dice = random.Random(seed)
    count = dice.randint(1, 14)
    ways = [
        (dice.randrange(count), dice.randrange(count), dice.choice([None, (30.0, 20.0), (150.0, 20.0)]))
        for _ in range(dice.randint(0, 24))
    ]
    nodes = [dice.choice([BOX, (300.0, 46.0)]) for _ in range(count)]
    return lay_out(nodes, ways), nodes, ways


@pytest.mark.parametrize("seed", range(25))
def test_nothing_overlaps_and_all_of_it_is_inside(seed: int) -> None:
    layout, nodes, ways = chosen(seed)
    labels = [(layout.labels[number], size) for number, (_, _, size) in enumerate(ways) if number in layout.labels]
    drawn = [*zip(layout.nodes, nodes, strict=True), *((point, size) for point, size in labels if size is not None)]
    for ((x, y), (width, height)), ((other_x, other_y), (wide, high)) in combinations(drawn, 2):
        assert abs(x - other_x) >= (width + wide) / 2 - 1e-6 or abs(y - other_y) >= (height + high) / 2 - 1e-6
    for (x, y), (width, height) in drawn:
        assert width / 2 - 1e-6 <= x <= layout.size[0] - width / 2 + 1e-6
        assert height / 2 - 1e-6 <= y <= layout.size[1] - height / 2 + 1e-6


@pytest.mark.parametrize("seed", range(25))
def test_every_way_goes_from_its_source_by_its_label_to_its_target(seed: int) -> None:
    layout, _, ways = chosen(seed)
    for number, (source, target, size) in enumerate(ways):
        points = layout.ways[number]
        assert bool(points) == (source != target)
        if points:
            assert (points[0], points[-1]) == (layout.nodes[source], layout.nodes[target])
            assert (size is None) or layout.labels[number] in points[1:-1]
            assert goes_one_way([y for _, y in points])


def goes_one_way(heights: list[float]) -> bool:
    return heights in (sorted(heights), sorted(heights, reverse=True))


def test_a_scene_stands_below_every_scene_that_leads_to_it() -> None:
    layout = lay_out([BOX] * 4, [(0, 1, None), (1, 2, None), (0, 2, None), (2, 3, None), (3, 1, None)])
    heights = [y for _, y in layout.nodes]
    assert heights == sorted(set(heights))


def test_ways_that_need_not_cross_do_not() -> None:
    layout = lay_out([BOX] * 5, [(0, 1, None), (0, 2, None), (1, 4, None), (2, 3, None)])
    one, two, three, four = (x for x, _ in layout.nodes[1:5])
    assert (one < two) == (four < three)


def test_a_long_chain_does_not_meet_the_recursion_limit() -> None:
    points: list[Point] = list(lay_out([BOX] * 300, [(at, at + 1, (30.0, 20.0)) for at in range(299)]).nodes)
    assert len({y for _, y in points}) == 300


def test_what_no_page_can_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_PLACES", 12)
    with pytest.raises(StoryError, match=r"too many scenes.*\.dot"):
        lay_out([BOX] * 9, [(at, at + 1, (30.0, 20.0)) for at in range(8)])
