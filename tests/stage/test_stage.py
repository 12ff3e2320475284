from __future__ import annotations

import asyncio
import threading
from itertools import pairwise

import numpy as np
import pytest

from forkreel.sound.timing import speaking_time_s
from forkreel.stage.comfort import Comfort
from forkreel.stage.hush import FADE
from forkreel.stage.journal import Entry, Past
from forkreel.stage.reel import retold
from forkreel.stage.show import Show
from forkreel.story.moment import Advance, Back, Choose, Expire
from tests.helpers.fakes import FakeModel, FakePlaythrough, Recorder, scene
from tests.stage.conftest import FORK, Opener

SPOKEN = "The lake was black, and it kept the moon to itself all night; nobody asked for it."


async def test_a_frame_is_painted_for_every_tick(opened: Opener) -> None:
    show = opened()
    await show.run(48)
    assert show.output.ticks == list(range(49))
    assert show.model.takes[0].frames == list(range(49))
    assert show.stage.stats().painted == 49
    assert show.stage.stats().fps == pytest.approx(24)


async def test_every_tick_has_the_sound_of_its_frame(opened: Opener) -> None:
    show = opened()
    await show.run(9)
    assert [len(pcm) for pcm in show.output.pcm] == [2000] * 10
    assert [pcm[0, 0] for pcm in show.output.pcm] == list(range(1, 11))


async def test_nothing_is_painted_ahead_of_the_clock(opened: Opener) -> None:
    show = opened()
    assert show.model.takes[0].frames == [0]
    await show.run(1)
    assert show.model.takes[0].frames == [0, 1]


async def test_a_slow_painter_skips_frames_and_never_falls_behind_the_clock(opened: Opener) -> None:
    show = opened(paint_s=2.5 / 24)
    await show.run(240)
    assert show.stage.stats().painted == pytest.approx(240 / 2.5, abs=2)
    assert show.stage.stats().skipped == pytest.approx(240 - 240 / 2.5, abs=2)
    assert show.stage.stats().paint_ms == pytest.approx(2500 / 24)
    assert show.output.ticks == show.model.takes[0].frames, "the frame keeps up with media time"
    assert 240 - show.output.ticks[-1] <= 3, "the last picture is at most one painting late"


async def test_a_slow_painter_loses_no_sound(opened: Opener) -> None:
    show = opened(paint_s=2.5 / 24)
    await show.run(240)
    pcm = np.concatenate(show.output.pcm)
    assert len(pcm) == 2000 * (show.output.ticks[-1] + 1)
    assert (pcm[::2000, 0] == np.arange(1, len(pcm) // 2000 + 1)).all()


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


async def test_axes_that_the_model_does_not_know_are_dropped(opened: Opener) -> None:
    show = opened([scene("a", axes={"grey": 0.5, "fox": 1.0, "place": "forest"}, ending="end")])
    await show.run(1)
    assert float(show.model.takes[0].points[0]["grey"]) == 0.5
    assert show.failures == []


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


async def test_in_a_pause_the_frame_stands_still_and_media_time_goes_on_in_silence(opened: Opener) -> None:
    show = opened()
    await show.run(4)
    show.stage.pause("p", show.hear)
    await show.run(5)
    assert show.output.ticks == list(range(10))
    assert [picture is None for picture in show.output.pictures] == [False] * 5 + [True] * 5
    assert all(not pcm[FADE:].any() and len(pcm) == 2000 for pcm in show.output.pcm[5:])
    assert not np.concatenate(show.output.pcm[6:]).any(), "what was heard last fades in the first block alone"
    show.stage.pause("r", show.hear, on=False)
    await show.run(3)
    assert show.output.pcm[10][0].tolist() == [0, 0], "sound comes back faded in"
    assert show.model.takes[0].frames == list(range(8)), "no frame is missing, none comes twice"
    assert show.stage.stats().repeated == 5
    assert [ack["id"] for ack in show.said("ack")] == ["p", "r"]


async def test_a_pause_in_a_tick_that_skipped_frames_can_be_resumed(opened: Opener) -> None:
    show = opened(paint_s=0.1)
    await show.run(12)
    show.stage.pause("p", show.hear)
    await show.run(12)
    show.stage.pause("r", show.hear, on=False)
    await show.run(12)
    assert show.failures == []
    assert sum(map(len, show.output.pcm)) == 2000 * (show.output.ticks[-1] + 1)


async def test_a_number_that_a_template_drove_out_of_its_range_stays_at_the_axis_end(opened: Opener) -> None:
    show = opened((scene("bright", axes={"grey": 7.0}, choices=("on",)),))
    await show.run(2)
    assert show.failures == []
    assert show.output.pictures[-1].max() == show.model.takes[0].paint([show.model.point("", {"grey": 1.0}, 0)]).max()


async def test_of_a_pause_and_a_resume_in_one_frame_the_last_counts(opened: Opener) -> None:
    show = opened()
    show.stage.pause("p", show.hear)
    show.stage.pause("r", show.hear, on=False)
    await show.run(2)
    assert [(no["id"], no["code"]) for no in show.said("refused")] == [("p", "superseded")]
    assert show.stage.stats().repeated == 0


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


async def test_without_a_viewer_the_show_holds_and_paints_nothing(opened: Opener) -> None:
    show = opened(viewers=0)
    await show.run(100)
    assert show.output.ticks == []
    show.stage.viewers(1)
    await show.settle()
    await show.run(4)
    show.stage.viewers(0)
    await show.run(1000)
    held = list(show.output.ticks)
    show.stage.viewers(1)
    await show.settle()
    await show.run(4)
    assert show.output.ticks == list(range(len(show.output.ticks)))
    assert show.model.takes[0].frames == show.output.ticks
    assert len(show.output.ticks) - len(held) == 5
    assert show.stage.stats().skipped == 0, "nothing is made up for"


async def test_a_held_show_still_answers(opened: Opener) -> None:
    show = opened(viewers=0)
    show.stage.choose("a", "poll-0", "left", show.hear)
    await show.settle()
    assert show.said("ack") == [{"type": "ack", "id": "a", "seq": 1, "frame": 0}]


async def test_lines_become_captions_one_after_the_other(opened: Opener) -> None:
    show = opened([scene("a", lines=["Short.", SPOKEN], ending="end")])
    await show.run(500)
    first, second = show.said("caption")
    assert (first["start_frame"], first["end_frame"]) == (0, 38), "1.6 s at least"
    assert (second["start_frame"], second["end_frame"]) == (38, 38 + round(24 * speaking_time_s(SPOKEN)))
    assert [first["text"], second["text"]] == ["Short.", SPOKEN]
    assert [(one.text, one.start_frame) for one in show.sound.phrases] == [("Short.", 0), (SPOKEN, 38)]


async def test_captions_tell_when_their_words_are_said_as_the_voice_has_it_and_else_estimated(opened: Opener) -> None:
    show = opened([scene("a", lines=["Hush.", "Mind, the step.", "It is wet."], ending="end")])
    show.sound.said = {frame: (frame, frame + 9, frame + 11) for frame in range(30, 60)}
    show.sound.said |= {frame: (frame, frame + 9) for frame in range(60, 200)}
    await show.run(160)
    _, second, third = show.said("caption")
    at = second["start_frame"]
    assert second["word_frames"] == (at, at + 9, at + 11)
    assert len(third["word_frames"]) == 3, "what the voice has does not fit this text"
    assert third["start_frame"] == third["word_frames"][0] < third["word_frames"][1] < third["word_frames"][2]
    assert third["word_frames"][2] < third["end_frame"]


async def test_a_long_line_is_shown_in_parts_that_follow_each_other(opened: Opener) -> None:
    show = opened([scene("a", lines=["It went on and on, said the snail. " * 57], ending="end")])
    await show.run(4000)
    parts = show.said("caption")
    assert "".join(part["text"] for part in parts).replace(" ", "") == "Itwentonandon,saidthesnail." * 57
    assert all(len(part["text"]) <= 120 for part in parts)
    assert all(one["end_frame"] == next["start_frame"] for one, next in pairwise(parts))


async def test_speech_leads_the_axis_that_it_is_bound_to_and_no_other_frame(opened: Opener) -> None:
    show = opened([scene("a", grey=0.2, ending="end")])
    show.sound.led = {3: {"grey": 0.9}, 4: {"grey": 7.0}, 5: {"whiskers": 1.0}}
    await show.run(7)
    greys = [round(float(point["grey"]), 3) for point in show.model.takes[0].points]
    assert greys[:7] == [0.2, 0.2, 0.2, 0.9, 1.0, 0.2, 0.2]


async def test_a_line_begins_within_200_ms_of_its_scene_while_the_picture_still_moves(opened: Opener) -> None:
    show = opened([scene("a", choices=("on",)), scene("b", grey=1.0, move_s=5, lines=["Here."], ending="end")])
    show.stage.choose("x", "poll-0", "on", show.hear)
    await show.run(6)
    begun = show.said("caption")[0]["start_frame"] - show.said("ack")[0]["frame"]
    assert begun == 3
    assert begun / 24 < 0.2


async def test_a_timer_starts_when_the_last_line_ends_and_its_default_is_taken(opened: Opener) -> None:
    show = opened([scene("a", lines=["Short."], choices=("go", "stay"), timer_s=2), scene("b", ending="end")])
    ask = show.said("moment")[0]["ask"]
    assert ask["deadline_frame"] == 38 + 48
    assert ask["default"] == "stay"
    await show.run(38 + 48 - 1)
    assert show.journal.entries() == ()
    await show.run(1)
    assert show.journal.entries() == (Entry(1, 86, Expire("poll-0")),)
    assert show.said("moment")[-1]["scene"] == "b"
    show.stage.choose("late", "poll-0", "go", show.hear)
    await show.run(1)
    assert show.said("refused")[0]["code"] == "late"


async def test_a_choice_at_the_last_frame_beats_the_timer(opened: Opener) -> None:
    show = opened([scene("a", choices=("go", "stay"), timer_s=1), scene("b", ending="end")])
    await show.run(23)
    show.stage.choose("x", "poll-0", "go", show.hear)
    await show.run(1)
    assert show.playthrough.events == [Choose("poll-0", "go")]


async def test_a_pause_stops_the_timer(opened: Opener) -> None:
    show = opened([scene("a", choices=("go", "stay"), timer_s=1), scene("b", ending="end")])
    await show.run(10)
    show.stage.pause(None, show.hear)
    await show.run(1000)
    assert show.playthrough.events == []
    show.stage.pause(None, show.hear, on=False)
    await show.run(14)
    assert show.playthrough.events == [Expire("poll-0")]


async def test_a_scene_that_asks_nothing_goes_on_after_its_last_line_and_a_breath(opened: Opener) -> None:
    show = opened([scene("a", lines=["Short."]), scene("b", move_s=1, grey=1.0), scene("c", ending="end")])
    await show.run(400)
    breath = round(0.8 * 24)
    assert show.journal.entries() == (
        Entry(1, 38 + breath, Advance(0)),
        Entry(2, 38 + breath + 24 + breath, Advance(1)),
    )


async def test_an_ending_stays(opened: Opener) -> None:
    show = opened([scene("a", ending="end")])
    await show.run(500)
    assert show.said("moment")[0]["ending"] == {"id": "end", "title": "End"}
    assert show.journal.entries() == ()
    assert show.output.ticks[-1] == 500


async def test_who_comes_late_hears_at_once_where_the_show_stands(opened: Opener) -> None:
    show = opened(
        [scene("a", choices=("on",)), scene("b", lines=[SPOKEN], choices=("go", "stay"), timer_s=3), scene("c")]
    )
    show.stage.choose("x", "poll-0", "on", show.hear)
    await show.run(60)
    late: list[object] = []
    leave = show.stage.subscribe(late.append)
    assert [type(message).__name__ for message in late] == ["Hello", "MomentMessage", "Caption"]
    hello, moment, caption = late
    assert hello.seq == moment.seq == 1
    assert (hello.session, hello.story, hello.seed, hello.fps, hello.width, hello.height) == (
        "s1", "woods", 7, 24, 64, 36,
    )  # fmt: skip
    assert moment.frame == show.stage.frame
    assert moment.ask.deadline_frame == caption.end_frame + 72
    leave()
    show.stage.choose("y", "poll-1", "go", show.hear)
    await show.run(1)
    assert len(late) == 3


async def test_a_finished_caption_is_not_said_to_who_comes_late(opened: Opener) -> None:
    show = opened([scene("a", lines=["Short."], ending="end")])
    await show.run(60)
    late: list[object] = []
    show.stage.subscribe(late.append)
    assert [type(message).__name__ for message in late] == ["Hello", "MomentMessage"]


async def test_a_failing_model_ends_its_own_show_with_a_clear_message_and_no_other(opened: Opener) -> None:
    failing, other = opened(fails_at=5), opened()
    failing.clock._limit = 1.0
    await asyncio.to_thread(failing.stage._rendering.thread.join)
    await asyncio.sleep(0)
    await other.run(24)
    assert failing.said("refused") == [
        {"type": "refused", "id": None, "code": "show_failed", "message": "this show has ended: the brush broke"}
    ]
    assert failing.failures == ["this show has ended: the brush broke"]
    assert failing.output.ticks == list(range(5))
    assert len(other.output.ticks) == 25
    assert other.failures == []


async def test_what_cannot_be_journalled_is_not_acknowledged(opened: Opener) -> None:
    show = opened()

    def full(entry: Entry, written: object) -> None:
        raise OSError("the disk is full")

    show.journal.append = full  # type: ignore[method-assign]
    show.stage.choose("a", "poll-0", "left", show.hear)
    show.clock._limit = 1.0
    await asyncio.to_thread(show.stage._rendering.thread.join)
    await asyncio.sleep(0)
    assert show.said("ack") == []
    assert [moment["scene"] for moment in show.said("moment")] == ["fork"]
    assert show.said("refused")[0]["code"] == "show_failed"
    assert "disk" not in show.said("refused")[0]["message"], "what is inside stays in the log"


async def test_an_output_that_fails_while_the_show_is_closed_is_no_failure(opened: Opener) -> None:
    class ClosingOutput(Recorder):
        def put(self, *args: object) -> None:
            show.stage.stop()
            raise OSError("closed")

    output = ClosingOutput()
    show = opened(viewers=0, output=output)
    show.stage.viewers(1)
    await show.stage.close()
    await asyncio.sleep(0)
    assert show.failures == []


async def test_closing_ends_the_render_thread(opened: Opener) -> None:
    before = threading.active_count()
    running, held = opened(), opened(viewers=0)
    assert threading.active_count() == before + 2
    await running.stage.close()
    await held.stage.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("stage")]
    await running.stage.close()


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
