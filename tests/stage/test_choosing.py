"""What a viewer chooses: when it counts, what is answered, what is kept of it, and how the picture goes there."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from forkreel.stage.comfort import Comfort
from forkreel.stage.journal import Entry, Past
from forkreel.stage.reel import retold
from forkreel.stage.show import Show
from forkreel.story.moment import Back, Choose
from tests.helpers.fakes import FakeModel, FakePlaythrough, scene
from tests.stage.conftest import FORK, Opener


async def test_a_choice_is_applied_at_a_frame_boundary_journalled_and_then_acknowledged(opened: Opener) -> None:
    show = opened()
    await show.run(10)
    show.stage.choose("a", "poll-0", "left", show.hear)
    assert show.said("ack") == [], "not before it is journalled"
    await show.run(1)
    assert show.said("ack") == [{"type": "ack", "id": "a", "seq": 1, "frame": 11}]
    assert show.journal.entries() == (Entry(1, 11, Choose("poll-0", "left"), 1, "a"),)
    kinds = [message["type"] for message in show.heard]
    assert kinds == ["hello", "moment", "ack", "moment"]
    assert show.said("moment")[-1]["scene"] == "glade"
    assert show.said("moment")[-1]["frame"] == 11


async def test_who_has_heard_the_ack_finds_the_moment_that_it_brought(opened: Opener) -> None:
    show = opened(viewers=0)
    show.sound.gate.clear()
    found: list[object] = []
    acknowledged = asyncio.Event()

    def reply(answer: object) -> None:
        asyncio.get_running_loop().call_soon(show.stage.subscribe, found.append)
        acknowledged.set()

    show.stage.choose("a", "poll-0", "left", reply)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(acknowledged.wait(), 0.05)
    show.sound.gate.set()
    await acknowledged.wait()
    await asyncio.sleep(0)
    hello, moment = found
    assert (hello.seq, moment.seq, moment.scene) == (1, 1, "glade")


async def test_a_choice_moves_the_picture_from_where_it_is_to_the_new_shot(opened: Opener) -> None:
    show = opened()
    await show.run(10)
    show.stage.choose("a", "poll-0", "left", show.hear)
    await show.run(30)
    greys = [float(point["grey"]) for point in show.model.takes[0].points]
    assert greys[:11] == [0.0] * 11
    assert greys[-1] == 1.0
    steps = np.diff(greys)
    assert (steps >= 0).all()
    assert steps.max() < 0.15, "no jump"


async def test_the_scene_is_shown_from_the_frame_of_the_choice(opened: Opener) -> None:
    show = opened()
    await show.run(5)
    show.stage.choose("a", "poll-0", "left", show.hear)
    await show.run(3)
    assert [int(point["scene"]) for point in show.model.takes[0].points] == [0] * 6 + [1] * 3


async def test_the_scene_changes_even_when_both_scenes_show_the_same_shot(opened: Opener) -> None:
    show = opened([scene("a", choices=("on",)), scene("b", ending="end")])
    show.stage.choose("x", "poll-0", "on", show.hear)
    await show.run(2)
    assert [int(point["scene"]) for point in show.model.takes[0].points] == [0, 1, 1]


async def test_what_comes_between_two_frames_is_acknowledged_before_the_next_one_is_due(opened: Opener) -> None:
    show = opened()
    await show.run(10)
    show.stage.choose("a", "poll-0", "left", show.hear)
    await show.settle()
    assert show.said("ack") == [{"type": "ack", "id": "a", "seq": 1, "frame": 11}]
    assert show.journal.entries() == (Entry(1, 11, Choose("poll-0", "left"), 1, "a"),)
    assert show.output.ticks == list(range(11)), "no time has passed"
    await show.run(1)
    assert [int(point["scene"]) for point in show.model.takes[0].points] == [0] * 11 + [1]


async def test_frames_after_letters_between_frames_are_told_again_to_the_bit(opened: Opener) -> None:
    show = opened(paint_s=2.5 / 24)  # so that frames are skipped after the letter too
    for message_id, poll, choice in (("a", "poll-0", "left"), ("b", "poll-1", "on")):
        await show.run(10)
        show.stage.choose(message_id, poll, choice, show.hear)
        await show.settle()
    await show.run(30)
    painted = show.model.takes[0].points
    again = Show(FakePlaythrough(FORK), FakeModel(), 7, 24, {}, Comfort())
    frames = {frame.number: frame.point for frame in retold(again, Past(show.journal.entries(), show.stage.frame))}
    assert [ack["id"] for ack in show.said("ack")] == ["a", "b"]
    assert painted == [frames[int(point["frame"])] for point in painted]


async def test_choices_keep_their_order_within_a_frame(opened: Opener) -> None:
    show = opened()
    show.stage.choose("a", "poll-0", "left", show.hear)
    show.stage.choose("b", "poll-1", "on", show.hear)
    show.stage.choose("c", "poll-0", "right", show.hear)
    await show.run(1)
    assert [(ack["id"], ack["seq"]) for ack in show.said("ack")] == [("a", 1), ("b", 2)]
    assert show.said("refused") == [{"type": "refused", "id": "c", "code": "late", "message": "poll poll-0 is closed"}]
    assert len(show.journal.entries()) == 2


async def test_a_choice_that_is_not_on_offer_changes_nothing(opened: Opener) -> None:
    show = opened()
    show.stage.choose("a", "poll-0", "up", show.hear)
    await show.run(2)
    assert show.said("refused")[0]["code"] == "not_on_offer"
    assert show.journal.entries() == ()
    assert show.stage.stats().painted == 3


async def test_the_same_message_twice_acts_once_and_is_answered_alike(opened: Opener) -> None:
    show = opened()
    show.stage.choose("a", "poll-0", "left", show.hear)
    show.stage.choose("a", "poll-0", "left", show.hear)
    await show.run(1)
    show.stage.choose("a", "poll-0", "left", show.hear)
    await show.run(1)
    assert show.said("ack") == [{"type": "ack", "id": "a", "seq": 1, "frame": 1}] * 3
    assert len(show.journal.entries()) == 1


async def test_a_full_mailbox_says_so_at_once(opened: Opener) -> None:
    show = opened(capacity=2)
    await show.stage.close()  # nobody takes anything out
    for message_id in "abc":
        show.stage.choose(message_id, "poll-0", "left", show.hear)
    assert [(no["id"], no["code"]) for no in show.said("refused")] == [("c", "busy")]


async def test_back_returns_to_the_question_before(opened: Opener) -> None:
    show = opened()
    show.stage.choose("a", "poll-0", "left", show.hear)
    await show.run(1)
    show.stage.back("b", show.hear)
    await show.run(1)
    show.stage.back("c", show.hear)
    await show.run(1)
    assert show.playthrough.events == [Choose("poll-0", "left"), Back()]
    assert [moment["scene"] for moment in show.said("moment")] == ["fork", "glade", "fork"]
    assert show.said("refused")[0]["code"] == "no_way_back"


async def test_who_goes_back_is_there_within_half_a_second_however_slow_the_scenes_move_is(opened: Opener) -> None:
    show = opened([scene("fork", choices=("on",), move_s=4.0), scene("glade", grey=1.0, ending="glade")])
    show.stage.choose("a", "poll-0", "on", show.hear)
    await show.run(60)
    show.stage.back("b", show.hear)
    await show.run(14)
    greys = [float(point["grey"]) for point in show.model.takes[0].points]
    assert greys[59] == 1.0
    assert 0.0 < greys[65] < 1.0
    assert greys[-1] == 0.0


async def test_a_choice_in_a_pause_counts_for_the_frame_that_comes_next(opened: Opener) -> None:
    show = opened()
    await show.run(4)
    show.stage.pause(None, show.hear)
    await show.run(4)
    show.stage.choose("a", "poll-0", "left", show.hear)
    await show.run(4)
    assert show.journal.entries() == (Entry(1, 5, Choose("poll-0", "left"), 1, "a"),)
    show.stage.pause(None, show.hear, on=False)
    await show.run(1)
    assert int(show.model.takes[0].points[-1]["scene"]) == 1


async def test_a_held_show_still_answers(opened: Opener) -> None:
    show = opened(viewers=0)
    show.stage.choose("a", "poll-0", "left", show.hear)
    await show.settle()
    assert show.said("ack") == [{"type": "ack", "id": "a", "seq": 1, "frame": 0}]


async def test_what_cannot_be_journalled_is_not_acknowledged(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    show = opened()

    def full(entry: Entry, written: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(show.journal, "append", full)
    show.stage.choose("a", "poll-0", "left", show.hear)
    show.clock._limit = 1.0
    await asyncio.to_thread(show.stage._rendering.thread.join)
    await asyncio.sleep(0)
    assert show.said("ack") == []
    assert [moment["scene"] for moment in show.said("moment")] == ["fork"]
    assert show.said("refused")[0]["code"] == "show_failed"
    assert "disk" not in show.said("refused")[0]["message"], "what is inside stays in the log"


async def test_same_events_at_the_same_frames_give_the_same_points_to_the_bit(opened: Opener) -> None:
    shows = [opened(), opened()]
    for show in shows:
        await show.run(7)
        show.stage.choose("a", "poll-0", "left", show.hear)
        await show.run(9)
        show.stage.choose("b", "poll-1", "on", show.hear)
        await show.run(40)
    first, second = (show.model.takes[0].points for show in shows)
    assert first == second
