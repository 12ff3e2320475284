"""Controls and typed answers on a stage with a real story: what is steered is seen, and what is typed is understood."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from forkreel.stage.messages import Caption, Message, MomentMessage
from forkreel.story import Playthrough, load
from forkreel.story.moment import Say, Steer
from tests.stage.conftest import Opener, Theatre

TALE = """\
story: A dial and a question
vars: {bright: {type: int, default: 2, range: [0, 10]}}
scenes:
  room:
    prompt: a room
    axes: {grey: "{{ bright / 10 }}"}
    move: {path: cut}
    say: [It was rather dark.]
    ask:
      timer: 30
      default: leave
      controls: [{id: lamp, label: Lamp, var: bright}, {id: sky, label: Sky, axis: grey, range: [0, 1]}]
      questions:
        answers:
          - {id: why, examples: [why is it dark, what is wrong with the lamp], say: [Somebody has turned it down.]}
        fallback: [Nobody could say.]
      choices: [{id: leave, label: Leave, goto: out}]
  out: {prompt: outside, axes: {grey: 1}, ending: Outside}
"""

PATIENT = """\
story: A line that is heard out
scenes:
  room:
    say: [This line wants to be heard.]
    ask: {finish_line_first: true, show_after: 0.5, choices: [{id: a, label: A, goto: x}, {id: b, label: B, goto: y}]}
  x: {ending: X}
  y: {ending: Y}
"""


@pytest.fixture
def tale(tmp_path: Path) -> Playthrough:
    return story(tmp_path, TALE)


def story(folder: Path, text: str) -> Playthrough:
    path = folder / "tale.yaml"
    path.write_text(text, encoding="utf-8")
    return Playthrough.start(load(path))


def steer(show: Theatre, message: str, control: str, value: float) -> None:
    show.stage.steer(message, control, value, show.hear)


def greys(show: Theatre) -> list[float]:
    return [round(float(point["grey"]), 3) for point in show.model.takes[0].points]


async def test_a_control_moves_the_picture_without_a_jump_and_the_question_stays_open(
    opened: Opener, tale: Playthrough
) -> None:
    show = opened(playthrough=tale)
    await show.run(10)
    before = show.said("moment")[-1]["ask"]
    steer(show, "s1", "lamp", 8)
    await show.run(20)
    seen = greys(show)
    assert seen[9] == 0.2
    assert seen[-1] == 0.8
    assert max(abs(after - one) for one, after in pairwise(seen)) < 0.3
    after = show.said("moment")[-1]["ask"]
    assert after["poll"] == before["poll"]
    assert after["deadline_frame"] == before["deadline_frame"], "a timer is not wound up by a control"
    assert [control["value"] for control in after["controls"] if control["id"] == "lamp"] == [8.0]
    assert show.said("ack")[-1]["id"] == "s1"
    assert show.journal.entries()[-1].event == Steer("lamp", 8)


async def test_a_line_is_not_said_again_when_a_control_is_moved(opened: Opener, tale: Playthrough) -> None:
    show = opened(playthrough=tale)
    await show.run(3)
    steer(show, "s1", "lamp", 8)
    await show.run(3)
    assert len(show.said("caption")) == 1
    assert len(show.sound.moments) == 1, "the sound hears of a moment once"


async def test_of_many_values_in_one_frame_the_last_counts(opened: Opener, tale: Playthrough) -> None:
    show = opened(playthrough=tale)
    for number, value in enumerate((0.5, 0.6, 0.9)):
        steer(show, f"s{number}", "sky", value)
    await show.run(12)
    assert [message["code"] for message in show.said("refused")] == ["superseded", "superseded"]
    assert [entry.event for entry in show.journal.entries()] == [Steer("sky", 0.9)]
    assert greys(show)[-1] == 0.9


async def test_a_value_beyond_the_control_is_refused_and_changes_nothing(opened: Opener, tale: Playthrough) -> None:
    show = opened(playthrough=tale)
    steer(show, "s1", "lamp", 11)
    steer(show, "s2", "moon", 1)
    await show.run(3)
    assert [message["code"] for message in show.said("refused")] == ["out_of_range", "no_control"]
    assert show.journal.entries() == ()


def alike(text: str, phrases: Sequence[str]) -> list[float]:
    assert threading.current_thread() is not threading.main_thread(), "reading does not hold up the event loop"
    return [0.9 if text == "why so gloomy" and "dark" in phrase else 0.1 for phrase in phrases]


async def said(show: Theatre, text: str) -> None:
    """Type a text, and wait until it has been read."""
    show.stage.say("t", show.said("moment")[-1]["ask"]["poll"], text, show.hear)
    while show.stage.thinking:  # noqa: ASYNC110  # the stage has no event for it
        await asyncio.sleep(0.001)
    await show.run(2)


async def test_what_is_typed_is_understood_journalled_and_shown_back(opened: Opener, tale: Playthrough) -> None:
    show = opened(playthrough=tale, alike=alike)
    await said(show, "why so gloomy")
    event = show.journal.entries()[-1].event
    assert isinstance(event, Say)
    assert (event.text, event.topic) == ("why so gloomy", "why")
    moment = show.said("moment")[-1]
    assert [line["text"] for line in moment["lines"]] == ["Somebody has turned it down."]
    field = moment["ask"]["controls"][-1]
    assert (field["kind"], field["value"], field["understood"]) == ("text", "why so gloomy", "why is it dark")


async def test_what_nobody_understands_gets_the_fallback(opened: Opener, tale: Playthrough) -> None:
    show = opened(playthrough=tale, alike=alike)
    await said(show, "{{ 7 * 7 }}")
    moment = show.said("moment")[-1]
    assert [line["text"] for line in moment["lines"]] == ["Nobody could say."]
    assert moment["ask"]["controls"][-1]["value"] == "{{ 7 * 7 }}", "what is typed is data, and never a template"


async def test_an_answer_waits_for_the_end_of_the_line_and_the_last_one_counts(opened: Opener, tmp_path: Path) -> None:
    show = opened(playthrough=story(tmp_path, PATIENT))
    await show.run(2)
    moment, caption = show.said("moment")[-1], show.said("caption")[-1]
    poll = moment["ask"]["poll"]
    assert moment["ask"]["shown_frame"] == 12
    show.stage.choose("c0", poll, "a", show.hear)
    await show.run(12)
    assert show.said("moment")[-1]["scene"] == "room", "the line is still being said"
    show.stage.choose("c1", poll, "b", show.hear)
    await show.run(caption["end_frame"] - show.stage.frame + 2)
    assert show.said("moment")[-1]["scene"] == "y"
    assert [message["code"] for message in show.said("refused")] == ["superseded"]
    assert show.said("ack")[-1]["frame"] == caption["end_frame"]


async def test_a_control_that_is_moved_in_the_frame_of_a_choice_still_counts(opened: Opener, tale: Playthrough) -> None:
    show = opened(playthrough=tale)
    await show.run(3)
    steer(show, "s1", "lamp", 8)
    show.stage.choose("c1", show.said("moment")[-1]["ask"]["poll"], "leave", show.hear)
    await show.run(3)
    assert show.said("refused") == []
    assert [ack["id"] for ack in show.said("ack")] == ["s1", "c1"]


async def test_an_answer_sent_again_while_it_waits_is_answered_as_the_first_is(opened: Opener, tmp_path: Path) -> None:
    show = opened(playthrough=story(tmp_path, PATIENT))
    await show.run(14)
    poll = show.said("moment")[-1]["ask"]["poll"]
    for _ in range(2):
        show.stage.choose("c0", poll, "a", show.hear)
        await show.run(1)
    await show.run(60)
    assert show.said("refused") == []
    assert len({tuple(ack.items()) for ack in show.said("ack")}) == 1
    assert len(show.said("ack")) == 2


async def test_who_comes_after_a_control_was_moved_hears_the_lines_and_the_caption(
    opened: Opener, tale: Playthrough
) -> None:
    show = opened(playthrough=tale)
    await show.run(3)
    steer(show, "s1", "lamp", 8)
    await show.run(3)
    late: list[Message] = []
    show.stage.subscribe(late.append)
    _, moment, caption = late
    assert isinstance(moment, MomentMessage)
    assert isinstance(caption, Caption)
    assert [line.text for line in moment.lines] == [caption.text]


async def test_what_is_typed_is_journalled_without_what_nobody_can_read(opened: Opener, tale: Playthrough) -> None:
    show = opened(playthrough=tale, alike=alike)
    await said(show, "why\x00so\u202e\ud800gloomy")
    event = show.journal.entries()[-1].event
    assert event == Say("room.0", "why so gloomy", "why")
