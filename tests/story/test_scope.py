"""What templates see: what varies from time to time, sets, conditions by name, looks and places."""

from __future__ import annotations

import pytest

from forkreel.errors import Refused
from forkreel.story import Playthrough
from forkreel.story.moment import Advance, Back, Choose, Ending
from tests.story.conftest import Checked, Told, choose, feature, poll, refused, start


def texts(play: Playthrough) -> list[str]:
    return [line.text for line in play.moment.lines if line.id not in ("drawn", "sky")]


def drawn(play: Playthrough) -> str:
    return next(line.text for line in play.moment.lines if line.id == "drawn")


def test_what_varies_goes_by_how_often_its_scene_was_entered() -> None:
    play = start(feature("turns"))
    assert texts(play) == ["tick", "first", "hello", "once, 0, -1"]
    choose(play, "again")
    assert texts(play) == ["tock", "second", "you again", "twice, 0, -1"]
    choose(play, "b")
    play.apply(Advance(play.moment.number))
    assert texts(play) == ["tick", "again", "twice, 0, 1"]
    choose(play, "again")
    assert texts(play) == ["tock", "again", "often, 0, 2"]


def test_a_shuffle_gives_each_once_and_then_all_of_them_again() -> None:
    play = start(feature("turns"))
    order = [drawn(play), *(drawn(play) for _ in range(11) if choose(play, "again"))]
    for first in range(0, 12, 3):
        assert sorted(order[first : first + 3]) == ["heron", "owl", "toad"]
    orders = set()
    for seed in range(12):
        play = start(feature("turns"), seed)
        orders.add((drawn(play), *(drawn(play) for _ in range(2) if choose(play, "again"))))
    assert len(orders) > 2


def test_what_varies_is_the_same_with_the_same_seed_after_a_save_and_after_going_back() -> None:
    story = feature("turns")
    play, other = start(story, 9), start(story, 9)
    for _ in range(5):
        choose(play, "again")
        other = Playthrough.load(story, other.save())
        choose(other, "again")
        assert other.moment.lines == play.moment.lines
        play.apply(Back())
        choose(play, "again")
        assert other.moment.lines == play.moment.lines


def test_weights_decide_how_often_something_is_drawn() -> None:
    play = start(feature("turns"))
    skies = [next(one.text for one in choose(play, "again").lines if one.id == "sky") for _ in range(80)]
    assert skies.count("rain") > skies.count("snow") > 0
    assert "fire" not in skies


def test_a_set_has_words_added_and_removed() -> None:
    play = start(feature("turns"))
    assert play.moment.ask is not None
    assert not play.moment.ask.choices[2].available
    choose(play, "b")
    assert play.state.variables["bag"] == ("bell", "key")
    play.apply(Advance(play.moment.number))
    assert Playthrough.load(play.story, play.save()).state == play.state
    choose(play, "drop")
    assert play.state.variables["bag"] == ("bell",)
    assert refused(play, Choose(poll(play), "drop")) == "unavailable"
    assert choose(play, "again", "end").ending == Ending("end", "1 things")


def test_prompts_know_what_the_cast_and_the_places_look_like() -> None:
    assert start(feature("turns")).moment.shot.prompt == "a small red fox and The owl by a still lake"


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        ("{{ look('wolf') }}", "unknown-speaker", 19),
        ("{{ place('sea') }}", "unknown-place", 20),
        ("{{ turns_since('c') }}", "unknown-scene", 26),
        ("{{ look(fox) }}", "undefined-variable", 18),
        ("{{ weighted('a', 1, 'b') }}", "template-error", 9),
        ("{{ shuffle() }}", "template-error", 9),
        ("{{ sometimes }}", "undefined-variable", 13),
    ],
)
def test_a_name_or_a_call_that_means_nothing_is_an_error(checked: Checked, line: str, code: str, column: int) -> None:
    report = checked(
        f"story: x\ncast: {{fox: F}}\nplaces: {{lake: L}}\nvars: {{n: 1}}\n"
        f'scenes:\n  a:\n    say:\n      - "{line}"\n    ending: "{{{{ n }}}}"\n'
    )
    errors = [(one.code, one.spot.line) for one in report.errors]
    assert (code, 8) in errors, report.render()


def test_a_condition_may_use_those_above_it_and_no_others(checked: Checked) -> None:
    text = "story: x\nconditions:\n  one: two\n  two: visits('a') > 1\nscenes: {a: {ending: x}}\n"
    assert [(one.code, one.spot.line) for one in checked(text).errors] == [("undefined-variable", 3)]
    text = "story: x\nvars: {n: 1}\nconditions: {n: visits('a') > 1, if: true}\nscenes: {a: {ending: '{{ n }}'}}\n"
    assert [one.code for one in checked(text).errors] == ["duplicate-id", "bad-id"]


def test_scenes_that_are_called_come_back_to_whoever_called() -> None:
    play = start(feature("calls"))
    choose(play, "nap")
    way = [play.moment.scene]
    while play.moment.ending is None:
        way.append(play.apply(Advance(play.moment.number)).scene)
        assert Playthrough.load(play.story, play.save()).state == play.state
    turn = ["dream", "bell", "waking", "lake"]
    assert way == [*turn, *turn, *turn, "home"]
    assert play.state.calls == ()
    assert refused(play, Back()) == "nothing_to_undo"


def test_to_return_when_nobody_has_called_is_a_fault_of_the_story(told: Told) -> None:
    story = told("""
        story: x
        scenes:
          a: {ask: {choices: [{id: call, label: C, goto: {call: b, then: end}}, {id: go, label: G, goto: b}]}}
          b: {ask: {choices: [{id: back, label: B, goto: return}]}}
          end: {ending: x}
        """)
    play = start(story)
    choose(play, "go")
    assert refused(play, Choose(poll(play), "back")) == "story_fault"
    with pytest.raises(Refused, match="'b' returns, but nothing has called it"):
        play.apply(Choose(poll(play), "back"))
    assert choose(start(story), "call", "back").ending == Ending("end", "x")


def test_calls_that_never_come_back_are_bounded(told: Told) -> None:
    play = start(told("story: x\nscenes: {a: {goto: {call: a, then: b}}, b: {ending: x}}\n"))
    for number in range(32):
        play.apply(Advance(number))
    with pytest.raises(Refused, match="32 calls have not come back"):
        play.apply(Advance(32))
