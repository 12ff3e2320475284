from __future__ import annotations

import numpy as np
import pytest

from forkreel.latent.lean import RADIUS
from forkreel.stage.ballot import FIRST_VOTE_S, Close, Extend, Open, Skip, Vote
from forkreel.stage.journal import Past
from forkreel.story.moment import Choose, Expire, Voting
from tests.helpers.fakes import scene
from tests.stage.conftest import Opener, Theatre

HOST = 99
TIMED = (
    scene("fork", choices=("left", "right", "stay"), timer_s=5),
    scene("glade", grey=1.0, choices=("on", "rest")),
    scene("home", ending="home"),
)


def vote(show: Theatre, viewer: int, choice: str, poll: str = "poll-0") -> None:
    show.stage.vote(f"v{len(show.heard)}", Vote(poll, choice), show.hear, viewer)


def decided(show: Theatre) -> list[str]:
    return [event.choice for event in show.playthrough.events if isinstance(event, Choose)]


async def test_votes_are_journalled_acknowledged_and_counted_and_the_timer_decides(opened: Opener) -> None:
    show = opened(TIMED, room=True)
    for viewer, choice in enumerate(("left", "right", "right")):
        show.stage.vote(f"v{viewer}", Vote("poll-0", choice), show.hear, viewer)
    await show.run(1)
    assert [ack["id"] for ack in show.said("ack")] == ["v0", "v1", "v2"]
    [tally] = show.said("tally")
    assert tally == {
        "type": "tally", "poll": "poll-0", "votes": {"left": 1, "right": 2, "stay": 0}, "voters": 3, "decided": None,
    }  # fmt: skip
    assert [(entry.event, entry.viewer) for entry in show.journal.entries()] == [
        (Vote("poll-0", choice), viewer) for viewer, choice in enumerate(("left", "right", "right"))
    ]
    assert len(show.said("moment")) == 1, "the moment is the same"
    await show.run(119)
    assert decided(show) == ["right"]
    assert isinstance(show.journal.entries()[-1].event, Expire)
    assert show.said("tally")[-1]["decided"] == "right"
    assert show.said("moment")[-1]["scene"] == "glade"
    assert show.said("moment")[-1]["seq"] == 4


async def test_a_vote_may_be_changed_until_the_poll_closes_and_is_late_after_it(opened: Opener) -> None:
    show = opened(TIMED, room=True)
    vote(show, 1, "left")
    await show.run(1)
    vote(show, 1, "stay")
    await show.run(130)
    assert decided(show) == ["stay"]
    vote(show, 1, "left")
    await show.run(1)
    assert show.said("refused")[-1]["code"] == "late"


async def test_a_hidden_tally_says_how_many_voted_and_the_votes_only_at_the_end(opened: Opener) -> None:
    hidden = scene("fork", choices=("left", "right"), timer_s=2, voting=Voting("hidden"))
    show = opened((hidden, TIMED[1]), room=True)
    vote(show, 1, "left")
    await show.run(1)
    assert (show.said("tally")[-1]["votes"], show.said("tally")[-1]["voters"]) == ({}, 1)
    await show.run(60)
    assert show.said("tally")[-1]["votes"] == {"left": 1, "right": 0}
    assert show.said("tally")[-1]["decided"] == "left"


async def test_below_the_quorum_the_default_is_taken(opened: Opener) -> None:
    show = opened((scene("fork", choices=("left", "right"), timer_s=2, voting=Voting(quorum=2)), TIMED[1]), room=True)
    vote(show, 1, "left")
    await show.run(60)
    assert decided(show) == ["right"]


async def test_without_a_timer_the_first_vote_starts_the_clock_and_everybody_hears_of_it(opened: Opener) -> None:
    show = opened(room=True)
    await show.run(100)
    assert show.said("moment")[-1]["ask"]["deadline_frame"] is None
    vote(show, 1, "left")
    await show.run(1)
    moment = show.said("moment")[-1]
    assert moment["ask"]["deadline_frame"] == 101 + round(FIRST_VOTE_S * 24)
    assert moment["seq"] == 0, "the same moment as before"
    late: list[object] = []
    show.stage.subscribe(late.append)
    assert [type(message).__name__ for message in late] == ["Hello", "MomentMessage", "Tally"]
    assert late[0].seq == 1  # type: ignore[attr-defined]
    await show.run(round(FIRST_VOTE_S * 24))
    assert decided(show) == ["left"]


async def test_without_a_timer_too_few_votes_wait_for_more(opened: Opener) -> None:
    show = opened((scene("fork", choices=("left", "right"), voting=Voting(quorum=2)), TIMED[1]), room=True)
    vote(show, 1, "left")
    await show.run(500)
    assert decided(show) == []
    assert show.said("moment")[-1]["ask"]["deadline_frame"] is None
    vote(show, 2, "left")
    await show.run(500)
    assert decided(show) == ["left"]


async def test_the_host_closes_extends_opens_and_skips(opened: Opener) -> None:
    show = opened(TIMED, room=True)
    await show.run(10)
    show.stage.vote("e", Extend("poll-0", 10), show.hear, HOST)
    await show.run(1)
    assert show.said("moment")[-1]["ask"]["deadline_frame"] == 120 + 240
    show.stage.vote("o", Open("poll-0", 2), show.hear, HOST)
    await show.run(1)
    assert show.said("moment")[-1]["ask"]["deadline_frame"] == 12 + 48
    vote(show, 1, "left")
    show.stage.vote("c", Close("poll-0"), show.hear, HOST)
    await show.run(1)
    assert decided(show) == ["left"]
    vote(show, 1, "rest", "poll-1")
    show.stage.vote("s", Skip("poll-1"), show.hear, HOST)
    await show.run(1)
    assert decided(show) == ["left", "on"], "the first, whatever the votes say"
    show.stage.vote("l", Close("poll-1"), show.hear, HOST)
    await show.run(1)
    assert show.said("refused")[-1]["code"] == "late"


async def test_a_poll_that_the_host_closes_without_votes_takes_the_default(opened: Opener) -> None:
    show = opened(TIMED, room=True)
    show.stage.vote("c", Close("poll-0"), show.hear, HOST)
    await show.run(1)
    assert decided(show) == ["stay"]


async def test_the_picture_leans_towards_the_votes_and_settles_when_the_poll_closes(opened: Opener) -> None:
    show = opened(TIMED, room=True)
    await show.run(10)
    vote(show, 1, "left")
    await show.run(60)
    greys = [float(point["grey"]) for point in show.model.takes[0].points]
    assert greys[10] == 0.0
    assert greys[-1] == pytest.approx(RADIUS, abs=1e-6)
    show.stage.vote("c", Close("poll-0"), show.hear, HOST)
    await show.run(100)
    greys = [float(point["grey"]) for point in show.model.takes[0].points]
    assert greys[-1] == 1.0
    assert np.max(np.abs(np.diff(greys))) < 0.15, "no jump"


async def test_a_room_that_was_broken_off_has_its_votes_and_its_lean_again(opened: Opener) -> None:
    show = opened(TIMED, room=True)
    await show.run(10)
    for viewer, choice in enumerate(("left", "left", "right")):
        vote(show, viewer, choice)
        await show.run(3)
    await show.run(30)
    again = opened(TIMED, room=True, past=Past(show.journal.entries(), 30))
    assert again.said("tally") == show.said("tally")[-1:]
    assert again.heard[0]["seq"] == 3
    await again.run(200)
    await show.run(200)
    points = {int(point["frame"]): point for point in show.model.takes[0].points}
    for point in again.model.takes[0].points:
        if int(point["frame"]) in points:
            assert point == points[int(point["frame"])]
    assert decided(again)[-1] == decided(show)[-1] == "left"


async def test_a_vote_where_there_is_no_room_is_refused(opened: Opener) -> None:
    show = opened()
    vote(show, 1, "left")
    await show.run(1)
    assert show.said("refused")[0]["code"] == "no_room"
    assert show.failures == []


async def test_a_full_room_hears_of_its_votes_a_few_times_a_second_and_of_the_last_one_too(opened: Opener) -> None:
    show = opened(TIMED, room=True)
    for viewer in range(48):
        vote(show, viewer, "left")
        await show.run(1)
    assert 10 <= len(show.said("tally")) <= 14
    await show.run(6)
    assert show.said("tally")[-1]["voters"] == 48
