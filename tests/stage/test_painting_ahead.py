"""A take that paints two pictures at a time: the next is begun while one is not done, and nothing else changes."""

from __future__ import annotations

import asyncio

from tests.helpers.fakes import FakeTakeAhead
from tests.stage.conftest import Opener, Theatre


def take_of(show: Theatre) -> FakeTakeAhead:
    take = show.model.takes[0]
    assert isinstance(take, FakeTakeAhead)
    return take


def chosen(show: Theatre) -> int:
    return int(show.stage.choices.buckets()[0][-1][1])


async def test_a_picture_that_takes_longer_than_a_tick_comes_one_tick_late_and_none_is_skipped(opened: Opener) -> None:
    show = opened(ahead=True)
    await show.run(24)
    assert list(take_of(show).begun) == list(range(25))
    assert show.output.ticks == list(range(24))
    assert [pcm[0, 0] for pcm in show.output.pcm] == list(range(1, 25)), "each with the sound of its own frame"
    assert show.stage.stats().skipped == 0


async def test_a_picture_that_is_done_in_time_waits_for_nothing(opened: Opener) -> None:
    show = opened(ahead=True)
    await show.run(3)
    assert show.output.ticks == [0, 1, 2]
    take_of(show).begun[3].result()
    await show.settle()
    assert show.output.ticks == [0, 1, 2, 3]


async def test_a_choice_is_seen_in_the_picture_that_is_begun_next_and_counts_when_that_is_shown(opened: Opener) -> None:
    show = opened(ahead=True)
    await show.run(24)
    show.stage.choose(1, "poll-0", "left", show.hear)
    await show.run(1)
    assert show.said("ack")[0]["frame"] == max(take_of(show).begun) == 25
    assert show.output.ticks[-1] == 24
    assert chosen(show) == 0
    await show.run(1)
    assert show.output.ticks[-1] == 25
    assert chosen(show) == 1
    await show.run(24)
    greys = [int(picture[0, 0, 0]) for picture in show.output.pictures if picture is not None]
    assert greys[25] == 0 < greys[26], "the walk to the choice begins with that frame"


async def test_a_pause_shows_what_was_begun_before_it(opened: Opener) -> None:
    show = opened(ahead=True)
    await show.run(4)
    show.stage.pause(1, show.hear)
    await show.run(3)
    assert show.output.ticks == list(range(8))
    assert [picture is None for picture in show.output.pictures] == [False] * 5 + [True] * 3
    show.stage.pause(2, show.hear, on=False)
    await show.run(3)
    assert list(take_of(show).begun) == list(range(max(take_of(show).begun) + 1)), "the pause costs no frame"


async def test_who_leaves_has_been_given_what_was_begun(opened: Opener) -> None:
    show = opened(ahead=True)
    await show.run(4)
    show.stage.viewers(0)
    await show.run(2)
    assert show.output.ticks == list(range(max(take_of(show).begun) + 1))


async def test_out_of_memory_lowers_the_quality_and_the_show_lives(opened: Opener) -> None:
    show = opened(ahead=True)
    await show.run(4)
    show.model.no_memory_for = {"full"}
    await show.run(4)
    assert show.stage.stats().quality == "draft"
    assert show.output.ticks == list(range(8))
    assert all(picture is not None for picture in show.output.pictures)
    assert show.failures == []


async def test_a_failure_ends_the_show_with_a_sentence(opened: Opener) -> None:
    show = opened(ahead=True, fails_at=2)
    show.clock._limit = 1.0
    await asyncio.to_thread(show.stage._rendering.thread.join)
    await asyncio.sleep(0)
    assert show.failures == ["this show has ended: the brush broke"]
    assert show.output.ticks == [0, 1]


async def test_what_is_not_painted_when_the_show_is_closed_is_cancelled(opened: Opener) -> None:
    show = opened(ahead=True)
    await show.run(4)
    await show.stage.close()
    assert take_of(show).begun[4].cancelled()
    assert show.output.ticks == list(range(4))
