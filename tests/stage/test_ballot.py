from __future__ import annotations

from collections import Counter

import pytest

from forkreel.errors import Refused
from forkreel.stage.ballot import Ballot
from forkreel.story.moment import Ask, Choice, Voting

CHOICES = (Choice("a", "A"), Choice("b", "B"), Choice("c", "C", available=False))


def ballot(votes: str, poll: str = "p.0", **voting: object) -> Ballot:
    made = Ballot(Ask(poll, "?", CHOICES, voting=Voting(**voting)))  # type: ignore[arg-type]
    for viewer, choice in enumerate(votes):
        made.cast(viewer, choice)
    return made


def test_everybody_has_one_vote_and_may_change_it() -> None:
    votes = ballot("aab")
    votes.cast(0, "b")
    votes.cast(0, "b")
    assert votes.counts() == {"a": 1, "b": 2}
    assert votes.voters == 3
    assert votes.shares() == {"a": 1 / 3, "b": 2 / 3}
    assert votes.decide(1) == "b"


@pytest.mark.parametrize(("choice", "code"), [("c", "unavailable"), ("d", "not_on_offer")])
def test_a_vote_for_what_cannot_be_taken_is_refused(choice: str, code: str) -> None:
    votes = ballot("a")
    with pytest.raises(Refused) as refused:
        votes.cast(1, choice)
    assert refused.value.code == code
    assert votes.voters == 1


def test_a_tie_is_broken_by_the_seed_and_not_always_alike() -> None:
    decided = [ballot("ab", f"p.{n}").decide(7) for n in range(100)]
    assert decided == [ballot("ba", f"p.{n}").decide(7) for n in range(100)], "the order of votes makes no difference"
    assert 25 < decided.count("a") < 75
    assert decided != [ballot("ab", f"p.{n}").decide(8) for n in range(100)]


def test_in_proportion_a_choice_wins_as_often_as_it_has_votes() -> None:
    won = Counter(ballot("aaab", f"p.{n}", rule="proportional").decide(7) for n in range(1000))
    assert 700 < won["a"] < 800
    assert won["b"] == 1000 - won["a"]


def test_with_too_few_votes_nothing_is_decided() -> None:
    assert ballot("").decide(1) is None
    assert ballot("aa", quorum=3).decide(1) is None
    assert ballot("aab", quorum=3).decide(1) == "a"


def test_what_is_taken_without_votes_is_the_default_or_the_first_that_can_be() -> None:
    assert Ballot(Ask("p.0", "?", CHOICES, 5.0, "b")).fallback == "b"
    assert Ballot(Ask("p.0", "?", CHOICES[::-1])).fallback == "b"
