import pytest

from forkreel.errors import Refused
from forkreel.stage.mailbox import Letter
from forkreel.stage.waiting import Waiting
from forkreel.story.moment import Choose


def letter(name: str, viewer: int = 1) -> Letter:
    return Letter(Choose("p", name), name, lambda answer: None, viewer)


def test_answers_come_out_when_their_frame_has_come_in_the_order_in_which_they_came() -> None:
    waiting = Waiting()
    for frame, viewer in ((30, 1), (20, 2), (20, 3)):
        waiting.put(frame, letter(f"of {viewer}", viewer))
    assert [one.viewer for one in waiting.due(19)] == []
    assert [one.viewer for one in waiting.due(20)] == [2, 3]
    assert [one.viewer for one in waiting.due(99)] == [1]
    assert waiting.due(99) == []


def test_a_later_answer_takes_the_place_of_the_same_viewers_earlier_one_but_not_of_itself_sent_again() -> None:
    waiting = Waiting()
    first, again, other = letter("a"), letter("a"), letter("b")
    assert waiting.put(5, first) == []
    assert waiting.put(5, again) == []
    assert waiting.put(5, other) == [first, again]
    assert waiting.due(5) == [other]


def test_no_more_than_a_full_house_waits_and_who_comes_too_late_changes_nothing() -> None:
    waiting = Waiting()
    for viewer in range(256):
        waiting.put(5, letter("a", viewer))
    with pytest.raises(Refused, match="send this again soon"):
        waiting.put(5, letter("a", 256))
    assert len(waiting.put(5, letter("b", 3))) == 1, "who waits already may change the answer"
    assert len(waiting.due(5)) == 256
