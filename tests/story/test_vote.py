from __future__ import annotations

from forkreel.story.moment import Choose, Voting
from forkreel.story.playthrough import Playthrough
from tests.story.conftest import Checked, feature

ASKING = """\
story: x
start: a
scenes:
  a:
    ask: {choices: [{id: b, label: B, goto: b}], VOTE}
  b:
    ending: B
"""


def test_a_question_says_how_a_room_decides() -> None:
    ask = Playthrough.start(feature("vote")).moment.ask
    assert ask is not None
    assert ask.voting == Voting("hidden", "proportional", 3)


def test_without_a_word_on_it_the_majority_of_any_votes_wins_in_the_open() -> None:
    ask = Playthrough.start(feature("timer")).moment.ask
    assert ask is not None
    assert ask.voting == Voting("live", "majority", 1)


def test_a_vote_that_cannot_be_is_found(checked: Checked) -> None:
    for vote, code in (
        ("{tally: secret}", "unknown-word"),
        ("{rule: loudest}", "unknown-word"),
        ("{quorum: 0}", "out-of-range"),
        ("{quorum: 1.5}", "wrong-type"),
        ("{quorun: 2}", "unknown-key"),
        ("live", "wrong-type"),
    ):
        report = checked(ASKING.replace("VOTE", f"vote: {vote}"))
        assert [finding.code for finding in report.diagnostics if finding.severity == "error"] == [code], vote


def test_what_happens_in_a_fork_of_a_walk_does_not_happen_in_the_walk() -> None:
    walk = Playthrough.start(feature("vote"))
    assert walk.fork().apply(Choose("gate.0", "right")).scene == "sea"
    assert walk.moment.scene == "gate"
    assert walk.apply(Choose("gate.0", "left")).scene == "garden"
