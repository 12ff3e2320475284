from __future__ import annotations

import asyncio

import pytest

from forkreel.errors import JournalError
from forkreel.stage.journal import Entry, Past, Written
from forkreel.story.moment import Choose
from tests.helpers.fakes import scene
from tests.stage.conftest import FORK, Opener, Theatre

LONG = (
    scene("fork", choices=("left", "right")),
    scene("glade", grey=1.0, move_s=2, lines=["x" * 170], choices=("on", "rest"), timer_s=10),
    scene("home", grey=0.3, ending="home"),
)


async def played(opened: Opener, ticks: int) -> Theatre:
    """A show with a choice at frame 11, that has been running for so many ticks."""
    show = opened(LONG)
    await show.run(10)
    show.stage.choose("a", "poll-0", "left", show.hear)
    await show.run(ticks)
    return show


async def test_a_show_that_was_broken_off_goes_on_with_the_same_points_to_the_bit(opened: Opener) -> None:
    first = await played(opened, 520)
    entries = first.journal.entries()
    assert len(entries) == 2, "a choice, and a timer that ran out"
    again = opened(LONG, past=Past(entries[:1], 40))
    await again.run(500)
    points = {int(point["frame"]): point for point in first.model.takes[0].points}
    resumed = again.model.takes[0].points
    assert [int(point["frame"]) for point in resumed][:2] == [40, 41]
    compared = [point for point in resumed if int(point["frame"]) in points]
    assert len(compared) > 300
    assert all(point == points[int(point["frame"])] for point in compared)
    assert again.journal.entries() == entries[1:], "the timer runs out at the same frame"


async def test_who_comes_to_a_resumed_show_hears_where_it_stands(opened: Opener) -> None:
    first = await played(opened, 60)
    again = opened(LONG, past=Past(first.journal.entries(), 60))
    hello, moment, caption = again.heard
    assert (hello["seq"], moment["seq"], moment["scene"]) == (1, 1, "glade")
    assert moment["frame"] == 60
    assert moment["ask"] == first.said("moment")[-1]["ask"], "the deadline is where it was"
    assert caption == first.said("caption")[-1]
    assert again.sound.moments == [(1, 60)]


async def test_a_message_that_was_applied_before_is_answered_as_it_was(opened: Opener) -> None:
    first = await played(opened, 20)
    again = opened(LONG, past=Past(first.journal.entries(), 20))
    again.stage.choose("a", "poll-0", "left", again.hear)
    await again.run(1)
    assert again.said("ack") == first.said("ack")
    assert again.journal.entries() == ()


async def test_a_paused_show_is_resumed_paused(opened: Opener) -> None:
    again = opened(FORK, past=Past((), 30, paused=True))
    await again.run(5)
    assert again.stage.frame == 30
    again.stage.pause("r", again.hear, on=False)
    await again.run(5)
    assert again.model.takes[0].frames == [30, 31, 32, 33, 34]


async def test_a_journal_that_does_not_fit_the_story_is_named(opened: Opener) -> None:
    with pytest.raises(JournalError, match=r"event 1 .* does not fit"):
        opened(FORK, past=Past((Entry(1, 5, Choose("poll-0", "up")),)))


async def test_the_journal_hears_once_a_second_how_far_the_show_is(opened: Opener) -> None:
    show = opened()
    reached: list[tuple[int, bool]] = []
    show.journal.reached = lambda frame, paused: reached.append((frame, paused))  # type: ignore[method-assign]
    await show.run(60)
    show.stage.pause("p", show.hear)
    await show.run(60)
    assert reached == [(24, False), (48, False), (61, True)]


async def test_painting_does_not_wait_for_the_journal_and_what_is_said_does(opened: Opener) -> None:
    show = opened()
    waiting: list[Written] = []
    show.journal.append = lambda entry, written: waiting.append(written)  # type: ignore[method-assign]
    show.stage.choose("a", "poll-0", "left", show.hear)
    await show.run(12)
    assert show.stage.stats().painted == 13
    assert int(show.model.takes[0].points[-1]["scene"]) == 1
    assert show.said("ack") == []
    assert len(show.said("moment")) == 1
    waiting[0](None)
    await show.settle()
    assert [message["type"] for message in show.heard] == ["hello", "moment", "ack", "moment"]


async def test_a_journal_that_fails_ends_the_show_and_acknowledges_nothing(opened: Opener) -> None:
    show = opened()
    show.journal.append = lambda entry, written: written(JournalError("no room"))  # type: ignore[method-assign]
    show.stage.choose("a", "poll-0", "left", show.hear)
    show.clock._limit = 1.0
    await asyncio.to_thread(show.stage._rendering.thread.join)
    await asyncio.sleep(0)
    assert show.said("ack") == []
    assert show.failures == ["this show has ended: no room"]


async def test_while_the_journal_is_far_behind_letters_wait_and_then_are_refused(opened: Opener) -> None:
    show = opened(capacity=2)
    show.stage._outbox.appended(1000)
    for message_id in "abc":
        show.stage.choose(message_id, "poll-0", "left", show.hear)
    await show.run(5)
    assert [(no["id"], no["code"]) for no in show.said("refused")] == [("c", "busy")]
    show.stage._outbox.written(1000)
    await show.run(1)
    assert [entry.message for entry in show.journal.entries()] == ["a"]
