from forkreel.stage.messages import Tally
from forkreel.stage.teller import Teller


def votes(left: int) -> Tally:
    return Tally("p", {"left": left}, left)


def test_the_votes_are_told_when_they_have_changed_and_not_too_often() -> None:
    teller = Teller()
    assert teller.news(None, 0.0) is None
    assert teller.news(votes(1), 0.0) == votes(1)
    assert teller.news(votes(1), 9.0) is None, "nothing new"
    assert teller.news(votes(2), 9.0) == votes(2)
    assert teller.news(votes(3), 9.1) is None
    assert teller.news(votes(4), 9.2) == votes(4)


def test_with_nobody_watching_there_is_no_frame_to_wait_for() -> None:
    teller = Teller()
    assert teller.news(votes(1), 1.0) == votes(1)
    assert teller.news(votes(2), 1.0, hurry=True) == votes(2)


def test_after_a_poll_the_next_ones_first_vote_is_news() -> None:
    teller = Teller()
    assert teller.news(votes(1), 0.0) == votes(1)
    assert teller.news(None, 1.0) is None
    assert teller.news(votes(1), 2.0) == votes(1)
