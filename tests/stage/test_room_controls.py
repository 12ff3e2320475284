"""Controls and typed answers in a room, and under a picture that drifts: a show without time, and the house's space."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import pytest

from forkreel.errors import Refused
from forkreel.latent.space import LatentPoint
from forkreel.model.house.space import SPACE, point_of
from forkreel.stage.ballot import Close, Skip, Vote
from forkreel.stage.comfort import Comfort
from forkreel.stage.show import Show
from forkreel.story import Playthrough, load
from forkreel.story.moment import Advance, Expire, Say, Steer
from tests.helpers.fakes import FakeModel

TALE = """\
story: A room that is asked
vars: {glow: {type: float, default: 0.2, range: [0, 1]}}
scenes:
  a:
    prompt: a lake
    axes: {pan: 0.1, haze: 0.2, lantern: "{{ glow }}"}
    drift: {pan: 0.02}
    ask:
      controls: [{id: fog, label: Fog, axis: haze, range: [0, 1]}, {id: glow, label: Glow, var: glow}]
      choices: [{id: go, label: Go, when: glow < 0.9, goto: b}, {id: stay, label: Stay, goto: b}]
      questions:
        answers:
          - {id: why, examples: [why], say: [So.]}
          - {id: away, examples: [away], goto: b}
        fallback: [Hm.]
  b: {ending: E}
"""
TYPED = """\
story: Only typed
scenes:
  a: {ask: {questions: {answers: [{id: on, examples: [on], goto: b}], fallback: [Hm.]}}}
  b: {ending: E}
"""
CLOSING = """\
story: A question that a control closes
vars: {shut: false}
scenes:
  a:
    ask:
      controls: [{id: door, label: Door, var: shut, options: [{value: true, label: Shut}, {value: false, label: Open}]}]
      choices: [{id: out, label: Out, when: not shut, goto: b}]
    goto: b
  b: {ending: E}
"""


class House(FakeModel):
    """Points of the house model, without its weights."""

    space = SPACE

    def point(self, prompt: str, axes: Mapping[str, float | str], seed: int) -> LatentPoint:
        return point_of(axes, seed)


def shown(folder: Path, text: str = TALE, *, room: bool = True) -> Show:
    path = folder / "tale.yaml"
    path.write_text(text, encoding="utf-8")
    show = Show(Playthrough.start(load(path)), House(), 1, 24, {}, Comfort(), room=room)
    show.open()
    return show


def poll(show: Show) -> str:
    assert show.moment.ask is not None
    return show.moment.ask.poll


def voters(show: Show) -> int:
    tally = show.tally()
    return 0 if tally is None else tally.voters


def test_what_drifts_goes_on_while_a_control_is_moved(tmp_path: Path) -> None:
    show, pans, hazes = shown(tmp_path, room=False), list[float](), list[float]()
    for frame in range(200):
        if frame == 120:
            show.apply(Steer("fog", 0.9), frame)
        point = show.at(frame)
        pans.append(float(point["pan"]))
        hazes.append(float(point["haze"]))
    steps = [after - before for before, after in pairwise(pans)]
    assert min(steps) > 0
    assert max(steps) == pytest.approx(min(steps), rel=0.02)
    assert (hazes[119], hazes[-1]) == (pytest.approx(0.2), pytest.approx(0.9))


def test_who_has_voted_still_has_when_somebody_asks_or_moves_a_control(tmp_path: Path) -> None:
    show = shown(tmp_path)
    show.apply(Vote(poll(show), "go"), 3, viewer=5)
    show.apply(Steer("fog", 0.5), 5, viewer=6)
    assert voters(show) == 1
    closes = show.deadline_frame
    show.apply(Say(poll(show), "why", "why"), 7, viewer=6)
    assert voters(show) == 1
    assert [line.text for line in show.moment.lines] == ["So."]
    assert show.deadline_frame == closes, "nobody keeps a poll open by asking"
    assert show.due(closes or 0) == Expire(poll(show))


def test_a_vote_for_what_a_control_has_made_impossible_is_gone(tmp_path: Path) -> None:
    show = shown(tmp_path)
    show.apply(Vote(poll(show), "go"), 3, viewer=5)
    show.apply(Vote(poll(show), "stay"), 3, viewer=6)
    show.apply(Steer("glow", 1.0), 5, viewer=6)
    assert voters(show) == 1


def test_nobody_leads_a_room_elsewhere_by_typing(tmp_path: Path) -> None:
    show = shown(tmp_path)
    with pytest.raises(Refused) as refused:
        show.apply(Say(poll(show), "away", "away"), 3, viewer=6)
    assert refused.value.code == "vote_decides"
    assert (show.moment.scene, show.seq) == ("a", 0)


def test_a_poll_without_choices_has_nothing_to_decide(tmp_path: Path) -> None:
    show = shown(tmp_path, TYPED)
    for event in (Close(poll(show)), Skip(poll(show))):
        with pytest.raises(Refused) as refused:
            show.apply(event, 3, viewer=0)
        assert refused.value.code == "nothing_to_decide"


def test_a_question_that_a_control_closes_lets_the_story_go_on(tmp_path: Path) -> None:
    show = shown(tmp_path, CLOSING, room=False)
    show.apply(Steer("door", True), 3)
    assert show.moment.ask is None
    assert show.due(999) == Advance(show.moment.number)


def test_a_word_that_no_axis_has_is_left_out_and_the_show_goes_on(tmp_path: Path) -> None:
    axes = "{place: '{{ spot }}', haze: '{{ spot }}'}"
    text = f"story: x\nvars: {{spot: {{type: text, default: moonbase}}}}\nscenes: {{a: {{axes: {axes}, ending: E}}}}\n"
    show = shown(tmp_path, text, room=False)
    assert float(show.at(0)["haze"]) == pytest.approx(0.25), "the model's own"
