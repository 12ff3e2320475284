import json

import pytest

from forkreel.errors import StoryError
from forkreel.story import Playthrough
from forkreel.story.moment import Advance, Back, Choose
from forkreel.story.state import MAX_PAST
from tests.story.conftest import Told, feature

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
