from __future__ import annotations

from collections.abc import Sequence

import pytest

from forkreel.stage.understanding import understood
from forkreel.story.likeness import words_alike
from forkreel.story.moment import Ask, Topic

ASK = Ask(
    "sky.1",
    "Anything else?",
    (),
    topics=(
        Topic("blue", ("why is the sky blue", "where does the blue come from")),
        Topic("end", ("when is it over",)),
    ),
    threshold=0.5,
)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Why is the sky so blue?", "blue"),
        ("where do the blues come from", "blue"),
        ("When is it over, please", "end"),
        ("may I have a sandwich", None),
        ("", None),
        ("…", None),
    ],
)
def test_words_in_common_find_the_nearest_answer(text: str, topic: str | None) -> None:
    assert understood(text, ASK, words_alike) == topic


def test_the_threshold_belongs_to_the_question() -> None:
    def lukewarm(text: str, phrases: Sequence[str]) -> list[float]:
        return [0.5, 0.1, 0.49]

    assert understood("anything", ASK, lukewarm) == "blue"
    assert understood("anything", Ask("sky.1", "", (), topics=ASK.topics, threshold=0.51), lukewarm) is None


def test_of_two_that_are_as_near_the_first_in_the_file_is_meant() -> None:
    assert understood("anything", ASK, lambda text, phrases: [0.1, 0.8, 0.8]) == "blue"


def test_without_topics_nothing_is_understood() -> None:
    assert understood("hello", Ask("a.1", "", ()), words_alike) is None
