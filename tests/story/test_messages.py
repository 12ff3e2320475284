"""What messages say beside their code: what there is instead, what was lost, and what a block is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from forkreel.story.diagnostic import did_you_mean
from forkreel.story.language import KEYS
from tests.story.conftest import Checked

TALE = """
    story: A lamp
    cast: {fox: The fox}
    scenes:
      a:
        prompt: a lamp
        say:
          - first
          - fox: second
          - {id: it, text: third
            }
        ask:
          prompt: Which
          choices:
            - {id: c, label: Stay, stay: true, say: [
                fourth
                ]}
            - {id: d, label: Go, goto: end}
          questions:
            fallback: [Hm.]
            answers:
              - id: why
                examples: [why]
                say:
                  - fifth
      end:
        ending: Home
"""
SEEN = ("story: A lamp", "prompt: a lamp", "- first", "second", "third", "Which", "fourth", "fifth", "ending: Home")


@pytest.mark.parametrize("text", SEEN)
def test_a_comment_that_takes_a_part_of_what_viewers_see_is_warned_of(checked: Checked, text: str) -> None:
    assert checked(TALE).diagnostics == ()
    [found] = checked(TALE.replace(f"{text}\n", f"{text} #1 of two  # a note\n")).diagnostics
    assert (found.code, found.severity) == ("text-in-comment", "warning")
    assert "'#1 of two' is a comment" in found.message
    assert f'{text.rsplit(": ", maxsplit=1)[-1].removeprefix("- ")} #1 of two" in quotes' in found.hint
    assert found.excerpt[found.spot.column - 1 :].startswith("#1 of two")


@pytest.mark.parametrize("text", SEEN)
@pytest.mark.parametrize("comment", ["# 1 of two", "#", "#: two", "## two"])
def test_an_ordinary_comment_is_not_warned_of(checked: Checked, text: str, comment: str) -> None:
    assert checked(TALE.replace(f"{text}\n", f"{text} {comment}\n")).diagnostics == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("- first\n", '- "first" #1\n'),
        ("- first\n", "- first#1\n"),
        ("- first\n", "- |\n            first #1\n"),
        ("id: why\n", "id: why #1\n"),
        ("- first\n", "- first\n    #% if true\n    #% endif\n"),
    ],
)
def test_what_loses_nothing_is_not_warned_of(checked: Checked, old: str, new: str) -> None:
    assert checked(TALE.replace(old, new)).diagnostics == ()


def test_what_load_time_jinja_writes_into_a_comment_is_warned_of_at_its_place(checked: Checked) -> None:
    [found] = checked(TALE.replace("- first\n", "- first #${ 6 + 1 }\n")).diagnostics
    assert (found.code, found.spot.line) == ("text-in-comment", 7)
    assert "'#7' is a comment" in found.message


def test_a_name_that_is_like_no_other_is_answered_with_those_that_there_are(checked: Checked) -> None:
    text = """
        story: x
        vars: {coins: 1, oil: 2}
        conditions: {lit: oil > 1}
        scenes:
          a: {ask: {choices: [{id: c, label: "{{ coins }}", when: hass_key and lit, goto: b}]}, goto: b}
          b: {ending: x}
        """
    [found] = checked(text).errors
    assert found.message == "there is no variable 'hass_key'; there are coins, lit, oil"
    assert found.hint.startswith("define it below `vars`")
    [found] = checked(text.replace("hass_key", "litt")).errors
    assert (found.message, found.hint) == ("there is no variable 'litt'", "did you mean 'lit'?")


def test_of_very_many_names_eight_are_listed(checked: Checked) -> None:
    scenes = "".join(f"  s{number}: {{goto: end}}\n" for number in range(9))
    [found] = checked(f"story: x\nscenes:\n  a: {{goto: thunder}}\n{scenes}  end: {{ending: x}}\n").errors
    assert found.message == "there is no scene 'thunder'; there are a, end, s0, s1, s2, s3, s4, s5 and 3 more"


@pytest.mark.parametrize(
    ("word", "known", "hint"),
    [
        ("thunder", "other", ""),
        ("river", "recover", ""),
        ("edn", "end", "did you mean 'end'?"),
        ("lkae", "lake", "did you mean 'lake'?"),
        ("hass_key", "has_key", "did you mean 'has_key'?"),
        ("colors", "colour", "did you mean 'colour'?"),
    ],
)
def test_a_near_match_is_not_far_fetched(word: str, known: str, hint: str) -> None:
    assert did_you_mean(word, [known]) == hint


OF_STORIES = {
    "story": ("oops: 1", "the story"),
    "included file": ("include: part.yaml", "an included file"),
    "cast member": ("cast: {fox: {oops: 1}}", "a cast member"),
    "voice": ("cast: {fox: {voice: {oops: 1}}}", "a voice"),
    "variable": ("vars: {n: {type: int, oops: 1}}", "a variable"),
    "test": ("tests: [{oops: 1}]", "a test"),
    "expect": ("tests: [{name: t, expect: {oops: 1}}]", "`expect`"),
    "say pick": ("tests: [{name: t, picks: [{oops: 1}], expect: {scene: b}}]", "a pick that types"),
}
OF_SCENES = {
    "scene": ("oops: 1", "a scene"),
    "hold": ("hold: {oops: 1}", "`hold`"),
    "move": ("move: {oops: 1}", "`move`"),
    "line": ("say: [{text: x, oops: 1}]", "a line"),
    "sfx": ("sfx: [{oops: 1}]", "a cue"),
    "audio": ("audio: {oops: 1}", "an audio clip"),
    "branch": ("goto: {oops: 1}", "a branch"),
    "ending": ("ending: {oops: 1}", "an ending"),
    "ask": ("ask: {oops: 1}", "`ask`"),
    "vote": ("ask: {vote: {oops: 1}}", "`vote`"),
    "choice": ("ask: {choices: [{oops: 1}]}", "a choice"),
    "control": ("ask: {controls: [{oops: 1}]}", "a control"),
    "option": ("ask: {controls: [{axis: haze, options: [{oops: 1}]}]}", "an option"),
    "input": ("ask: {input: {oops: 1}}", "an input"),
    "questions": ("ask: {questions: {oops: 1}}", "`questions`"),
    "answer": ("ask: {questions: {answers: [{oops: 1}]}}", "an answer"),
}


@pytest.mark.parametrize("block", KEYS)
def test_a_block_is_called_by_its_noun_or_its_key(checked: Checked, tmp_path: Path, block: str) -> None:
    (tmp_path / "part.yaml").write_text("oops: 1\n")
    where, name = (OF_STORIES | OF_SCENES)[block]
    top, scene = (where, "goto: b") if block in OF_STORIES else ("", where)
    report = checked(f"story: x\n{top}\nscenes:\n  a: {{{scene}}}\n  b: {{ending: x}}\n")
    assert f"'oops' is not a key of {name}" in [one.message for one in report.errors]
