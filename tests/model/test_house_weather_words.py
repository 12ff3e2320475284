import pytest

from forkreel.model.house.space import checked
from forkreel.model.house.weather_words import heard, without_seasons


@pytest.mark.parametrize(
    ("prompt", "axes"),
    [
        ("a fox in the rain", {"rain": 0.7}),
        ("Heavy rain over the harbour", {"rain": 1.0}),
        ("a light drizzle falls", {"rain": 0.175}),
        ("snow falls on the village", {"snow": 0.6}),
        ("a blizzard in the mountains", {"snow": 1.0, "storm": 0.9}),
        ("a thunderstorm at sea", {"storm": 1.0, "rain": 0.7}),
        ("thunder rolls", {"storm": 0.9}),
        ("under the northern lights", {"aurora": 1.0, "hour": 23.0}),
        ("the village in late autumn", {"season": 2.0}),
        ("a frosty morning by the lake", {"season": 3.0}),
        ("snow falls on a winter night", {"snow": 0.6, "season": 3.0}),
        ("a spring morning", {"season": 0.0}),
        ("Midsummer in the meadow", {"season": 1.0}),
        ("fireflies over the meadow", {"fireflies": 1.0, "hour": 21.8}),
    ],
)
def test_words_of_weather_and_season_are_heard(prompt, axes):
    assert heard(prompt) == pytest.approx(axes)
    checked(heard(prompt))


@pytest.mark.parametrize(
    "prompt",
    [
        "", "a fox by the lake", "over snowy alpine rocks", "snow-capped peaks", "snow on the summits",
        "no rain", "after the rain", "a night without a storm", "before the storm", "a train in terrain", "again",
        "a fox springs over a brook", "the fox falls asleep", "a spring wells up from the rocks",
    ],
)  # fmt: skip
def test_what_is_not_weather_is_not_heard(prompt):
    assert heard(prompt) == {}


@pytest.mark.parametrize(
    ("prompt", "left"),
    [
        ("a meadow in spring", "a meadow"),
        ("The forest on a clear Winter night", "The forest on a clear night"),
        ("a lake on a summer morning", "a lake on a morning"),
        ("a village, autumn, at dusk", "a village, at dusk"),
        ("winter", "winter"),
        ("a fox springs over a brook", "a fox springs over a brook"),
    ],
)
def test_the_reader_hears_of_no_seasons(prompt, left):
    assert without_seasons(prompt) == left
