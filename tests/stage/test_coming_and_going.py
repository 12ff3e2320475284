from __future__ import annotations

from pathlib import Path

import pytest

from forkreel.stage.ballot import Vote
from forkreel.stage.comfort import Comfort
from forkreel.stage.messages import Window
from forkreel.stage.schedule import schedule
from forkreel.story.check import load
from forkreel.story.playthrough import Playthrough
from tests.stage.conftest import Opener, Theatre

TALE = """\
story: A moth, and who waits
scenes:
  porch:
    ask:
      show_after: 1
      timer: 20
      default: listen
      choices:
        - {id: listen, label: Listen, goto: tale}
        - {id: catch, label: Catch the moth, hide_after: 2, goto: moth}
        - {id: name, label: Ask, show_after: 3, goto: tale}
  tale: {ending: Tale}
  moth: {ending: Moth}
"""


@pytest.fixture
def tale(tmp_path: Path) -> Playthrough:
    return told(tmp_path, TALE)


def told(folder: Path, text: str) -> Playthrough:
    path = folder / "tale.yaml"
    path.write_text(text, encoding="utf-8")
    return Playthrough.start(load(path))


def choose(show: Theatre, choice: str) -> None:
    show.stage.choose(f"c{len(show.heard)}", show.said("moment")[-1]["ask"]["poll"], choice, show.hear)


def codes(show: Theatre) -> list[str]:
    return [refusal["code"] for refusal in show.said("refused")]


async def test_viewers_are_told_from_which_frame_to_which_a_choice_is_seen(opened: Opener, tale: Playthrough) -> None:
    show = opened(playthrough=tale)
    await show.run(1)
    choices = show.said("moment")[-1]["ask"]["choices"]
    seen = {choice["id"]: (choice.get("shown_frame"), choice.get("hidden_frame")) for choice in choices}
    assert seen == {"listen": (None, None), "catch": (24, 72), "name": (96, None)}


async def test_a_choice_that_is_not_there_yet_or_no_more_is_refused_and_the_question_goes_on(
    opened: Opener, tale: Playthrough
) -> None:
    show = opened(playthrough=tale)
    await show.run(40)
    choose(show, "name")
    await show.run(40)
    choose(show, "catch")
    await show.run(1)
    assert codes(show) == ["early", "vanished"]
    assert show.said("moment")[-1]["scene"] == "porch"
    await show.run(30)
    choose(show, "name")
    await show.run(1)
    assert show.said("moment")[-1]["scene"] == "tale"


async def test_a_choice_can_be_taken_until_it_vanishes(opened: Opener, tale: Playthrough) -> None:
    show = opened(playthrough=tale)
    await show.run(60)
    choose(show, "catch")
    await show.run(1)
    assert show.said("moment")[-1]["scene"] == "moth"


async def test_an_answer_that_waits_for_a_line_does_not_wait_until_its_choice_has_vanished(
    opened: Opener, tmp_path: Path
) -> None:
    spoken = TALE.replace("  porch:\n", "  porch:\n    say: [This line wants to be heard to its end.]\n")
    show = opened(playthrough=told(tmp_path, spoken.replace("show_after: 1", "finish_line_first: true")))
    await show.run(30)
    assert show.said("caption")[-1]["end_frame"] > 48
    choose(show, "catch")
    await show.run(30)
    assert (show.said("ack")[-1]["frame"], show.said("moment")[-1]["scene"]) == (47, "moth")


async def test_a_vote_that_was_cast_in_time_counts_for_a_choice_that_has_vanished(
    opened: Opener, tale: Playthrough
) -> None:
    show = opened(playthrough=tale, room=True)
    await show.run(40)
    poll = show.said("moment")[-1]["ask"]["poll"]
    show.stage.vote("v1", Vote(poll, "catch"), show.hear, 1)
    await show.run(60)
    show.stage.vote("v2", Vote(poll, "catch"), show.hear, 2)
    await show.run(1)
    assert codes(show) == ["vanished"]
    await show.run(24 * 22)
    assert show.said("moment")[-1]["scene"] == "moth"


@pytest.mark.parametrize(("timers", "hidden"), [(1.0, 72), (2.0, 120), (0.0, None)])
def test_who_takes_more_time_has_it_for_what_vanishes_too(tale: Playthrough, timers: float, hidden: int | None) -> None:
    planned = schedule(tale.moment, 0, 0, 24, {}, {}, Comfort(timers=timers))
    assert planned.windows.get("catch", Window(24)).hidden_frame == hidden
