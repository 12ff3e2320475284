"""What a show tells in its time: lines and captions, timers, endings, and what who comes late hears."""

from __future__ import annotations

from itertools import pairwise

from forkreel.sound.timing import speaking_time_s
from forkreel.stage.journal import Entry
from forkreel.story.moment import Advance, Choose, Expire
from tests.helpers.fakes import scene
from tests.stage.conftest import Opener

SPOKEN = "The lake was black, and it kept the moon to itself all night; nobody asked for it."


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
