"""What a question has besides choices: controls, typed answers, choices that stay, that are hidden, or fall back."""

from __future__ import annotations

import pytest

from forkreel.story import Playthrough
from forkreel.story.moment import Advance, Back, Choose, Ending, Option, Say, Slider, Steer, Swatches, TextField, Topic
from tests.story.conftest import Told, choose, feature, poll, refused, start


def control(play: Playthrough, name: str) -> Slider | Swatches | TextField:
    assert play.moment.ask is not None
    return next(one for one in play.moment.ask.controls if one.id == name)


def test_controls_show_where_they_are() -> None:
    play = start(feature("controls"))
    assert play.moment.ask is not None
    assert play.moment.ask.controls == (
        Slider("size", "Size 1", 0, 9, 1, 1),
        Slider("hour", "The hour", 5, 21, 5, 18),
        Slider("warm", "Warmth", 0, 1, 0.25, 0.5),
        Swatches("glass", "The glass", (Option("red", "Ruby", "#c8442e"), Option("blue", "Sea")), "red"),
    )


def test_a_control_moves_the_picture_while_the_same_question_stays_open() -> None:
    play = start(feature("controls"))
    before = play.moment
    moment = play.apply(Steer("size", 6))
    assert (moment.number, moment.scene, poll(play)) == (before.number, before.scene, "shop.0")
    assert (moment.stays, moment.lines) == (True, before.lines)
    assert (moment.shot.axes["haze"], control(play, "size")) == (0.6, Slider("size", "Size 6", 0, 9, 1, 6))
    assert moment.ask is not None
    assert [(one.label, one.available) for one in moment.ask.choices] == [
        ("Buy it for 50", True),
        ("Have it delivered", True),
    ]
    assert play.apply(Steer("glass", "blue")).shot.prompt == "a lamp of blue glass"
    assert choose(play, "buy").lines[0].text == "A blue lamp, 6 hands high."


def test_a_control_of_an_axis_moves_it_until_the_scene_is_left() -> None:
    play = start(feature("controls"))
    assert play.apply(Steer("hour", 6.0)).shot.axes == {"haze": 0.1, "hour": 5.0, "lantern": 0.5}
    assert play.apply(Steer("size", 2)).shot.axes["hour"] == 5.0
    assert Playthrough.load(play.story, play.save()).moment.shot == play.moment.shot
    assert choose(play, "buy").shot.axes["hour"] == 5.0
    assert dict(play.state.steered) == {}


@pytest.mark.parametrize(
    ("name", "value", "settled"),
    [("size", 3.4, 3), ("size", 9, 9), ("hour", 21, 20.0), ("hour", 7.4, 5.0), ("warm", 0.9, 1.0), ("warm", 0.3, 0.25)],
)
def test_a_value_between_two_steps_goes_to_the_nearest(name: str, value: float, settled: float) -> None:
    play = start(feature("controls"))
    play.apply(Steer(name, value))
    slider = control(play, name)
    assert slider.value == settled


def test_what_a_control_cannot_take_is_refused_and_changes_nothing() -> None:
    play = start(feature("controls"))
    for value in (-1, 10, float("nan"), float("inf"), "red", True):
        assert refused(play, Steer("size", value)) == "out_of_range"
    for colour in ("green", "", 1, "Ruby"):
        assert refused(play, Steer("glass", colour)) == "out_of_range"
    assert refused(play, Steer("sise", 1)) == "no_control"
    assert refused(play, Steer("buy", 1)) == "no_control"
    choose(play, "buy")
    assert refused(play, Steer("size", 1)) == "no_control"


def test_going_back_brings_the_controls_back_to_where_they_were() -> None:
    play = start(feature("controls"))
    play.apply(Steer("size", 4))
    choose(play, "buy")
    play.apply(Back())
    assert (play.state.variables["size"], play.moment.shot.axes["haze"]) == (4, 0.4)


def test_what_is_typed_fills_its_variable_and_is_never_a_template() -> None:
    play = start(feature("typing"))
    assert control(play, "input") == TextField("input", "Name", 12, "Ash", "")
    moment = play.apply(Say("gate.0", "  {{ 7*7\x07 }}\n"))
    assert (moment.scene, moment.lines[0].text) == ("hall", "Come in, {{ 7*7 }}.")
    assert moment.shot.prompt == "the hall of {{ 7*7 }}"
    assert Playthrough.load(play.story, play.save()).moment == moment
    assert choose(play, "leave").ask is not None
    assert control(play, "input").value == "{{ 7*7 }}"


def test_what_cannot_be_typed_is_refused() -> None:
    play = start(feature("typing"))
    assert refused(play, Say("gate.0", " \n\x00\ud800")) == "empty"
    assert refused(play, Say("gate.0", "x" * 13)) == "too_long"
    assert refused(play, Say("gate.1", "Ash")) == "no_poll"
    play.apply(Say("gate.0", "Ash"))
    assert refused(play, Say("gate.0", "Ash")) == "late"
    assert refused(play, Say("hall.1", "why? " * 41)) == "too_long"
    assert refused(start(feature("first")), Say("door.0", "hello")) == "not_listening"


def test_a_question_of_a_viewer_is_answered_and_asked_again() -> None:
    play = start(feature("typing"))
    play.apply(Say("gate.0", "Ash"))
    ask = play.moment.ask
    assert ask is not None
    assert (ask.threshold, ask.topics) == (0.6, (Topic("dark", ("why is it dark", "where is the light")),))
    first = play.apply(Say(poll(play), "so dark?", "dark"))
    assert (first.number, first.scene, first.stays) == (2, "hall", True)
    assert [(line.id, line.text) for line in first.lines] == [("hall.dark.1", "It is night.")]
    field = control(play, "questions")
    assert isinstance(field, TextField)
    assert (field.value, field.understood) == ("so dark?", "why is it dark")
    assert play.apply(Say(poll(play), "dark", "dark")).lines[0].text == "Still night."
    play.apply(Back())
    play.apply(Say(poll(play), "Where's the light?", "dark"))
    field = control(play, "questions")
    assert isinstance(field, TextField)
    assert field.understood == "where is the light", "of an answer's examples the one that is nearest to what was typed"
    play.apply(Back())
    play.apply(Say(poll(play), "dark", "dark"))
    assert play.state.variables["asked"] == 2
    play.apply(Back())
    assert play.state.variables["asked"] == 1


@pytest.mark.parametrize("topic", [None, "secret", "no such answer", "leave"])
def test_what_is_near_to_nothing_or_to_a_closed_answer_gets_the_fallback(topic: str | None) -> None:
    play = start(feature("typing"))
    play.apply(Say("gate.0", "Ash"))
    moment = play.apply(Say(poll(play), "cheese?", topic))
    assert [line.text for line in moment.lines] == ["The hall does not know."]
    field = control(play, "questions")
    assert isinstance(field, TextField)
    assert (field.value, field.understood) == ("cheese?", None)


def test_an_answer_opens_when_its_condition_holds_and_can_lead_on() -> None:
    play = start(feature("typing"))
    play.apply(Say("gate.0", "Ash"))
    play.apply(Say(poll(play), "dark?", "dark"))
    assert play.moment.ask is not None
    assert [topic.id for topic in play.moment.ask.topics] == ["dark", "secret"]
    assert play.apply(Say(poll(play), "the curtain?", "secret")).ending == Ending("stage", "Ash, on a stage")


def test_a_choice_that_stays_says_its_lines_and_asks_again() -> None:
    play = start(feature("looking"))
    assert play.moment.ask is not None
    assert [choice.id for choice in play.moment.ask.choices] == ["trunk", "window"]
    moment = choose(play, "trunk")
    assert (moment.number, moment.scene, moment.stays) == (1, "garret", True)
    assert [(line.id, line.text) for line in moment.lines] == [("garret.trunk.1", "A key lies in it.")]
    assert play.state.visits["garret"] == 1
    assert moment.ask is not None
    assert [(one.id, one.available) for one in moment.ask.choices] == [("window", True), ("door", True)]
    assert refused(play, Choose(poll(play), "trunk")) == "not_on_offer"


def test_a_grey_choice_is_shown_and_a_fallback_is_taken_when_nothing_else_can_be() -> None:
    play = start(feature("looking"))
    moment = choose(play, "trunk", "window")
    assert moment.ask is not None
    assert [(one.id, one.available) for one in moment.ask.choices] == [("window", False), ("door", True)]
    assert refused(play, Choose(poll(play), "nothing")) == "not_on_offer"
    moment = choose(play, "door")
    moment = play.apply(Advance(moment.number))
    assert (moment.scene, moment.ask, moment.advances) == ("garret", None, True)
    assert play.apply(Advance(moment.number)).ending == Ending("bed", "Asleep")
    assert play.state.variables["key"] is False
    assert play.state.chosen["garret.nothing"] == 1


def test_nobody_goes_back_past_a_choice_or_a_scene_that_forbids_it(told: Told) -> None:
    play = start(feature("looking"))
    choose(play, "trunk", "door")
    assert refused(play, Back()) == "nothing_to_undo"
    choices = "{ask: {choices: [{id: on, label: On, goto: b}]}}"
    story = told(f"story: x\nscenes: {{a: {choices}, b: {{back: false, goto: c}}, c: {{ending: x}}}}\n")
    play = start(story)
    choose(play, "on")
    assert refused(play, Back()) == "nothing_to_undo"
