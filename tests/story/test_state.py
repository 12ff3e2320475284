import json

import pytest

from forkreel.errors import StoryError
from forkreel.story import Playthrough
from forkreel.story.moment import Advance, Back, Choose
from forkreel.story.state import MAX_PAST
from tests.story.conftest import Checked, Told, feature

TALE = """
story: x
vars: {coins: {type: int, default: 1, range: [0, 9]}}
scenes:
  a: {say: ["{{ coins }}"], ask: {choices: [{id: on, label: On, set: {coins: coins + 1}, goto: b}]}}
  b: {say: ["{{ coins }}"], ask: {choices: [{id: on, label: On, goto: end}, {id: off, label: Off, goto: a}]}}
  end: {ending: x}
"""


def choose(play: Playthrough, choice: str) -> None:
    assert play.moment.ask is not None
    play.apply(Choose(play.moment.ask.poll, choice))


def test_a_save_is_json_keyed_by_the_authors_ids(told: Told) -> None:
    play = Playthrough.start(told(TALE))
    choose(play, "on")
    save = json.loads(play.save())
    assert (save["save"], save["story"], save["version"], save["number"]) == (1, "tale", 1, 1)
    assert save["now"]["scene"] == "b"
    assert save["now"]["variables"] == {"coins": 2}
    assert save["now"]["visits"] == {"a": 1, "b": 1}
    assert save["now"]["chosen"] == {"a.on": 1}


def test_a_loaded_walk_goes_on_as_if_nothing_had_happened(told: Told) -> None:
    story = told(TALE)
    play = Playthrough.start(story, 3)
    choose(play, "on")
    other = Playthrough.load(story, play.save())
    assert (other.moment, other.seed, other.state) == (play.moment, 3, play.state)
    assert other.apply(Back()) == play.apply(Back())
    assert other.save() == play.save()


def test_a_save_that_does_not_count_its_own_scene_is_no_crash(told: Told) -> None:
    play = Playthrough.start(told(TALE.replace("{{ coins }}", "{{ cycle('tick', 'tock') }}{{ coins }}")))
    save = json.loads(play.save())
    save["now"]["visits"] = {}
    loaded = Playthrough.load(play.story, json.dumps(save))
    assert [line.text for line in loaded.moment.lines] == ["tick1"]


def test_a_save_survives_an_edited_story(told: Told) -> None:
    play = Playthrough.start(told(TALE))
    choose(play, "on")
    edited = TALE.replace(
        "coins: {type: int, default: 1, range: [0, 9]}", "coins: {type: int, range: [0, 1]}, lit: true"
    )
    loaded = Playthrough.load(told(edited), play.save())
    assert loaded.moment.scene == "b"
    assert dict(loaded.state.variables) == {"coins": 0, "lit": True}
    assert loaded.lost == ("'coins' goes from 0 to 1, not to 2: it is 0 again",)


def test_a_save_in_a_scene_that_is_gone_asks_the_last_question_again(told: Told) -> None:
    play = Playthrough.start(told(TALE))
    choose(play, "on")
    edited = told(TALE.replace("  b: ", "  c: ").replace("goto: b", "goto: c"))
    loaded = Playthrough.load(edited, play.save())
    assert (loaded.moment.scene, loaded.moment.number, loaded.state.variables["coins"]) == ("a", 1, 1)
    everything_gone = told("story: y\nscenes: {z: {goto: y}, y: {ending: x}}\n")
    anew = Playthrough.load(everything_gone, play.save())
    assert anew.moment.scene == "z"
    assert anew.apply(Advance(anew.moment.number)).scene == "y"


def test_a_variable_that_changed_its_type_starts_anew(told: Told) -> None:
    play = Playthrough.start(told(TALE))
    choose(play, "on")
    edited = TALE.replace("{type: int, default: 1, range: [0, 9]}", "few").replace("coins + 1", "coins ~ '!'")
    assert Playthrough.load(told(edited), play.save()).state.variables["coins"] == "few"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not JSON"),
        ("nonsense", "not JSON"),
        ("[]", "not a save"),
        ("{}", "format None"),
        ('{"save": 9}', "format 9"),
        ('{"save": 1, "story": "first"}', "version"),
        ("[" * 100_000, "not"),
    ],
)
def test_text_that_is_no_save_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(StoryError, match=words):
        Playthrough.load(feature("first"), text)


@pytest.mark.parametrize(
    ("key", "value"),
    [("scene", 3), ("step", -1), ("step", "x"), ("variables", {"coins": None}), ("visits", []), ("shot", {})],
)
def test_a_save_with_a_damaged_part_names_the_part(key: str, value: object) -> None:
    save = json.loads(Playthrough.start(feature("first")).save())
    save["now"][key] = value
    with pytest.raises(StoryError, match=f"now.{key}"):
        Playthrough.load(feature("first"), json.dumps(save))


def test_a_save_of_another_story_is_refused() -> None:
    save = Playthrough.start(feature("first")).save()
    with pytest.raises(StoryError, match="of the story 'first', not of 'goto'"):
        Playthrough.load(feature("goto"), save)


def test_what_can_be_taken_back_is_bounded() -> None:
    play = Playthrough.start(feature("chance"))
    for _ in range(MAX_PAST + 30):
        choose(play, "again")
    assert len(json.loads(play.save())["past"]) == MAX_PAST


OLD = """
story: x
vars: {fuel: 3, gone: true, mood: {type: enum, of: [calm, wild], default: wild}}
scenes:
  port: {ask: {choices: [{id: stay, label: Stay, once: true, goto: quay}, {id: sail, label: Sail, goto: quay}]}}
  quay: {ask: {choices: [{id: call, label: Call, goto: {call: inn, then: port}}, {id: on, label: On, goto: port}]}}
  inn: {ask: {choices: [{id: out, label: Out, goto: return}]}}
"""
NEW = """
story: x
vars: {oil: {type: int, range: [0, 9], renamed_from: [petrol, fuel]}, lit: true, mood: {type: enum, of: [calm, dull]}}
recover: lost
scenes:
  harbour:
    renamed_from: port
    ask: {choices: [{id: wait, renamed_from: stay, label: W, once: true, goto: quay}, {id: sail, label: S, goto: quay}]}
  quay: {ask: {choices: [{id: call, label: C, goto: {call: tavern, then: harbour}}]}}
  tavern: {renamed_from: [pub, inn], ask: {choices: [{id: out, label: O, goto: return}]}}
  lost: {say: ["{{ oil }}"], ask: {choices: [{id: on, label: O, goto: harbour}]}}
"""


def test_an_old_save_follows_what_was_renamed_and_says_what_it_could_not_keep(told: Told) -> None:
    play = Playthrough.start(told(OLD))
    for choice in ("stay", "call"):
        choose(play, choice)
    loaded = Playthrough.load(told(NEW), play.save())
    assert (loaded.moment.scene, loaded.moment.number, loaded.state.calls) == ("tavern", 2, ("harbour",))
    assert dict(loaded.state.variables) == {"oil": 3, "lit": True, "mood": "calm"}
    assert dict(loaded.state.chosen) == {"harbour.wait": 1, "quay.call": 1}
    assert dict(loaded.state.visits) == {"harbour": 1, "quay": 1, "tavern": 1}
    assert loaded.lost == (
        "'mood' holds one of calm, dull, not the text 'wild': it is the text 'calm' again",
        "the variable 'gone' is gone",
    )
    choose(loaded, "out")
    assert loaded.moment.ask is not None
    assert [(one.id, one.available) for one in loaded.moment.ask.choices] == [("wait", False), ("sail", True)]
    assert Playthrough.load(loaded.story, loaded.save()).lost == ()


def test_a_save_none_of_whose_scenes_is_left_goes_on_where_the_story_says(told: Told) -> None:
    play = Playthrough.start(told(OLD))
    new = NEW.replace("renamed_from: port", "back: true")
    loaded = Playthrough.load(told(new), play.save())
    assert (loaded.moment.scene, loaded.moment.lines[0].text) == ("lost", "3")
    assert "the scene 'port' is gone: the story goes on in 'lost'" in loaded.lost
    choose(loaded, "on")
    assert loaded.moment.scene == "harbour"


def test_a_scene_that_was_to_be_come_back_to_and_is_gone_is_reported(told: Told) -> None:
    play = Playthrough.start(told(OLD))
    for choice in ("sail", "call"):
        choose(play, choice)
    loaded = Playthrough.load(told(NEW.replace("renamed_from: port", "back: true")), play.save())
    assert (loaded.moment.scene, loaded.state.calls) == ("tavern", ())
    assert "the scene 'port', which was to be come back to, is gone" in loaded.lost


def test_a_scene_that_only_old_saves_come_to_is_not_warned_of(checked: Checked) -> None:
    text = "story: x\nrecover: b\nscenes: {a: {ending: x}, b: {goto: a}}\n"
    assert checked(text).diagnostics == ()
    assert [one.code for one in checked(text.replace("recover: b\n", "")).diagnostics] == ["unreachable-scene"]
    assert [one.code for one in checked(text.replace("recover: b", "recover: c")).diagnostics] == ["unknown-scene"]
