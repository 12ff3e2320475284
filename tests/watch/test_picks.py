"""What is picked in advance: choices, controls and typed words."""

from typing import Any

import pytest

from forkreel.errors import WatchError
from forkreel.watch.picks import message_of, picks_of

ASK = {
    "poll": "a.0", "prompt": "Brighter?",
    "choices": [{"id": "on", "available": True}, {"id": "off", "available": False}],
    "controls": [{"id": "glow", "kind": "slider"}, {"id": "shut", "kind": "swatches"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("pick", "message"),
    [
        ("on", {"type": "choose", "poll": "a.0", "choice": "on"}),
        ("glow=0.5", {"type": "steer", "control": "glow", "value": 0.5}),
        ("shut=true", {"type": "steer", "control": "shut", "value": True}),
        ("shut=ajar", {"type": "steer", "control": "shut", "value": "ajar"}),
    ],
)
def test_a_pick_is_a_choice_or_a_control(pick: str, message: dict[str, Any]) -> None:
    assert message_of(pick, ASK) == message


@pytest.mark.parametrize(
    ("pick", "words"),
    [("off", "not on offer"), ("fog=1", "no control 'fog': glow, shut"), ('"why"', "no typed answer")],
)
def test_a_pick_that_the_question_does_not_have_is_named(pick: str, words: str) -> None:
    with pytest.raises(WatchError, match=words):
        message_of(pick, ASK)


def test_picks_are_written_with_commas_and_what_is_typed_in_quotes() -> None:
    assert picks_of('left, glow=0.5 ,"why, though", right') == ["left", "glow=0.5", '"why, though"', "right"]
    assert picks_of("") == picks_of(" , ") == []
