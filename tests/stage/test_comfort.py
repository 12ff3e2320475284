"""What a viewer asked for their own ease: more time, no timers, cuts instead of moves."""

from __future__ import annotations

import pytest

from forkreel.stage.comfort import Comfort
from forkreel.story.moment import Expire
from tests.helpers.fakes import scene
from tests.stage.conftest import Opener

HURRIED = (scene("fork", choices=("left", "right"), timer_s=2.0), scene("home", ending="home"))


@pytest.mark.parametrize(("timers", "deadline"), [(1.0, 48), (2.0, 96), (0.5, 24)])
async def test_a_timer_takes_as_many_times_as_long_as_was_asked_for(
    opened: Opener, timers: float, deadline: int
) -> None:
    show = opened(HURRIED, comfort=Comfort(timers=timers))
    assert show.said("moment")[0]["ask"]["deadline_frame"] == deadline
    await show.run(deadline + 1)
    assert [(entry.frame, entry.event) for entry in show.journal.entries()] == [(deadline, Expire("poll-0"))]


async def test_without_timers_a_question_waits(opened: Opener) -> None:
    show = opened(HURRIED, comfort=Comfort(timers=0))
    assert show.said("moment")[0]["ask"]["deadline_frame"] is None
    await show.run(240)
    assert show.journal.entries() == ()


async def test_with_cuts_the_picture_is_in_the_new_shot_at_once(opened: Opener) -> None:
    show = opened(
        [scene("fork", choices=("on",)), scene("glade", grey=1.0, move_s=4.0, ending="glade")],
        comfort=Comfort(cuts=True),
    )
    await show.run(5)
    show.stage.choose("a", "poll-0", "on", show.hear)
    await show.run(4)
    greys = [float(point["grey"]) for point in show.model.takes[0].points]
    assert set(greys) == {0.0, 1.0}
    assert greys[:6] == [0.0] * 6
    assert greys[7:] == [1.0] * 3


async def test_a_volume_changes_what_is_heard_and_is_no_event_of_the_story(opened: Opener) -> None:
    show = opened()
    show.stage.volume("a", "music", 0.8, show.hear)
    show.stage.volume("b", "music", 0.25, show.hear)
    await show.run(1)
    assert show.sound.volumes == {"music": 0.25}
    assert show.journal.entries() == ()
    assert [refusal["code"] for refusal in show.said("refused")] == ["superseded"]
    assert [ack["id"] for ack in show.said("ack")] == ["b"]
