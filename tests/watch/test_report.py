"""What a viewer has to tell: how long choices took, and what is missing."""

import pytest

from forkreel.watch import WatchReport
from forkreel.watch.report import CardSeen, ChoiceMade, percentile


def report(cards: list[tuple[int, int, float]], *choices: ChoiceMade) -> WatchReport:
    seen = tuple(CardSeen(*card) for card in cards)
    return WatchReport("s", "x", 1.0, len(cards), 0.0, None, (), choices, None, seen, 0)


def test_a_choice_is_timed_to_the_first_card_of_its_scene() -> None:
    cards = [(0, 0, 1.0), (1, 0, 1.1), (2, 1, 1.2), (3, 1, 1.3)]
    assert report(cards, ChoiceMade("go", 1.05, 2, "b", 1)).choice_to_picture_s == pytest.approx((0.15,))


def test_a_card_of_the_scene_before_is_not_taken_for_the_new_one() -> None:
    cards = [(0, 0, 1.0), (1, 1, 1.1), (2, 1, 1.2), (3, 0, 1.3)]
    made = [ChoiceMade("go", 0.9, 1, "b", 1), ChoiceMade("back", 1.0, 3, "a", 0)]
    assert report(cards, *made).choice_to_picture_s == pytest.approx((0.2, 0.3))


def test_a_choice_without_its_picture_is_left_out() -> None:
    assert report([(0, 0, 1.0)], ChoiceMade("go", 0.9, 1, "b", 1)).choice_to_picture_s == ()


def test_gaps_name_the_numbers_on_both_sides() -> None:
    assert report([(0, 0, 0.0), (1, 0, 0.1), (4, 0, 0.2)]).gaps == ((1, 4),)


@pytest.mark.parametrize(("percent", "value"), [(50, 10), (95, 19), (100, 20), (1, 1)])
def test_a_percentile_is_one_of_the_values(percent: float, value: int) -> None:
    assert percentile(list(range(1, 21)), percent) == value
