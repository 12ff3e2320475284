import json
from pathlib import Path

import pytest

from forkreel.errors import StoryError
from forkreel.story import load
from forkreel.story.check import AxisRange, check, render_json
from tests.story.conftest import Checked, Told

AXES = {"haze": AxisRange(), "hour": AxisRange(0, 24), "place": AxisRange(labels=("forest", "lake"))}


def scene(body: str, top: str = "") -> str:
    """A story whose scene `a` has the given lines; the first of them is line 4 of the file, or later with a top."""
    return f"story: x\n{top}scenes:\n  a:\n{body}  end: {{ending: x}}\n"


@pytest.mark.parametrize(
    ("body", "code", "spot"),
    [
        ("    promt: x\n    goto: end\n", "unknown-key", (4, 5)),
        ("    goto: edn\n", "unknown-scene", (4, 11)),
        ("    goto: '{{ x }}'\n", "wrong-type", (4, 11)),
        ("    goto: 3.5\n", "unknown-scene", (4, 11)),
        ("    goto: {a: b}\n", "missing-key", (4, 11)),
        ("    goto: []\n", "wrong-type", (4, 11)),
        ("    goto: [{when: visits('a'), goto: end}]\n", "may-be-stuck", (4, 12)),
        ("    goto: [{when: visits('a')}, end]\n", "missing-key", (4, 12)),
        ("    prompt: x\n", "no-way-on", (3, 3)),
        ("    goto: end\n    ending: y\n", "after-ending", (4, 5)),
        ("    ending: {title: y, di: z}\n", "unknown-key", (4, 24)),
        ("    ending: {id: e}\n", "missing-key", (4, 13)),
        ("    ending: {id: end, title: y}\n", "duplicate-id", (5, 3)),
        ("    prompt: [x]\n    goto: end\n", "wrong-type", (4, 13)),
        ("    prompt:\n    goto: end\n", "wrong-type", (4, 12)),
        ("    prompt: '{{ x + }}'\n    goto: end\n", "template-error", (4, 14)),
        ("    prompt: '{{ x }}'\n    goto: end\n", "undefined-variable", (4, 17)),
        ("    prompt: '{{ 1 + \"a\" }}'\n    goto: end\n", "template-error", (4, 13)),
        ("    prompt: |\n      a\n      b {{ x }}\n    goto: end\n", "undefined-variable", (6, 12)),
        ("    prompt: >-\n      a\n\n      b {{ x\n      }}\n    goto: end\n", "undefined-variable", (7, 12)),
        ("    move: fast\n    goto: end\n", "wrong-type", (4, 11)),
        ("    move: {over: -1}\n    goto: end\n", "out-of-range", (4, 18)),
        ("    move: {over: .inf}\n    goto: end\n", "wrong-type", (4, 18)),
        ("    move: {easing: bouncy}\n    goto: end\n", "unknown-word", (4, 20)),
        ("    move: {path: via}\n    goto: end\n", "missing-key", (4, 12)),
        ("    move: {path: cut, via: {haze: 1}}\n    goto: end\n", "unknown-key", (4, 23)),
        ("    say: hello\n    goto: end\n", "wrong-type", (4, 10)),
        ("    say: [{bob: hello}]\n    goto: end\n", "unknown-speaker", (4, 12)),
        ("    say: [{who: bob, text: hello}]\n    goto: end\n", "unknown-speaker", (4, 17)),
        ("    say: [{id: i}]\n    goto: end\n", "missing-key", (4, 11)),
        ("    say: [{id: i, text: x}, {id: i, text: y}]\n    goto: end\n", "duplicate-id", (4, 34)),
        ("    set: {coins: 1}\n    goto: end\n", "undefined-variable", (4, 11)),
        ("    set: [coins]\n    goto: end\n", "wrong-type", (4, 10)),
        ("    ask: {prompt: x}\n", "missing-key", (4, 10)),
        ("    ask: {choices: []}\n", "wrong-type", (4, 20)),
        ("    ask: {choices: [{id: c, label: C}]}\n", "choice-without-goto", (4, 21)),
        ("    ask: {choices: [{label: C, goto: end}]}\n", "missing-key", (4, 21)),
        ("    ask: {choices: [{id: c, goto: end}]}\n", "missing-key", (4, 21)),
        ("    ask: {choices: [{id: c d, label: C, goto: end}]}\n", "bad-id", (4, 26)),
        ("    ask: {choices: [{id: c, label: C, goto: end, once: maybe}]}\n", "wrong-type", (4, 56)),
        ("    ask: {choices: [{id: c, label: C, goto: end, once: true}]}\n", "may-be-stuck", (4, 5)),
        ("    ask: {choices: [{id: c, label: C, goto: end, when: '{{ 1 }}'}]}\n", "braces", (4, 56)),
        ("    ask: {choices: [{id: c, label: C, goto: end, when: visits('b')}]}\n", "unknown-scene", (4, 64)),
        ("    ask: {choices: [{id: c, label: C, goto: end, when: chosen('b')}]}\n", "unknown-choice", (4, 64)),
        ("    ask: {choices: [{id: c, label: C, goto: end}, {id: c, label: D, goto: end}]}\n", "duplicate-id", (4, 56)),
        ("    ask: {default: d, choices: [{id: c, label: C, goto: end}]}\n", "unknown-choice", (4, 20)),
        ("    ask: {timer: soon, default: c, choices: [{id: c, label: C, goto: end}]}\n", "wrong-type", (4, 18)),
        ("    ask: {timer: 0, default: c, choices: [{id: c, label: C, goto: end}]}\n", "out-of-range", (4, 18)),
    ],
)
def test_an_error_in_a_scene_has_its_code_and_place(
    checked: Checked, body: str, code: str, spot: tuple[int, int]
) -> None:
    report = checked(scene(body))
    assert (code, spot) in [(one.code, (one.spot.line, one.spot.column)) for one in report.errors], report.render()


@pytest.mark.parametrize(
    ("top", "code", "spot"),
    [
        ("verzion: 1\n", "unknown-key", (2, 1)),
        ("version: 1.5\n", "wrong-type", (2, 10)),
        ("version: 0\n", "out-of-range", (2, 10)),
        ("seed: -3\n", "out-of-range", (2, 7)),
        ("start: b\n", "unknown-scene", (2, 8)),
        ("cast: [fox]\n", "wrong-type", (2, 7)),
        ("cast: {who: Doctor}\n", "bad-id", (2, 8)),
        ("cast: {fox: {nam: Fox}}\n", "unknown-key", (2, 14)),
        ("vars: {coins: {type: integer}}\n", "unknown-word", (2, 22)),
        ("vars: {coins: {default: 1}}\n", "missing-key", (2, 8)),
        ("vars: {coins: {type: int, default: x}}\n", "wrong-type", (2, 36)),
        ("vars: {coins: {type: int, default: 1.5}}\n", "wrong-type", (2, 36)),
        ("vars: {coins: {type: int, default: 9, range: [0, 5]}}\n", "out-of-range", (2, 36)),
        ("vars: {coins: {type: int, range: [5, 0]}}\n", "out-of-range", (2, 34)),
        ("vars: {coins: {type: int, range: 5}}\n", "wrong-type", (2, 34)),
        ("vars: {lit: {type: bool, range: [0, 1]}}\n", "unknown-key", (2, 26)),
        ("vars: {lit: {type: bool, default: 1}}\n", "wrong-type", (2, 35)),
        ("vars: {mood: {type: enum}}\n", "missing-key", (2, 8)),
        ("vars: {mood: {type: enum, of: [a, a]}}\n", "duplicate-id", (2, 35)),
        ("vars: {mood: {type: enum, of: [a], default: b}}\n", "wrong-type", (2, 45)),
        ("vars: {if: 1}\n", "bad-id", (2, 8)),
        ("vars: {1a: 1}\n", "bad-id", (2, 8)),
        ("vars: {coins: }\n", "wrong-type", (2, 14)),
    ],
)
def test_an_error_above_the_scenes_has_its_code_and_place(
    checked: Checked, top: str, code: str, spot: tuple[int, int]
) -> None:
    report = checked(scene("    goto: end\n", top))
    assert [(one.code, (one.spot.line, one.spot.column)) for one in report.errors] == [(code, spot)], report.render()


@pytest.mark.parametrize(
    ("effect", "code"),
    [
        ("coins: soon", "undefined-variable"),
        ("coins: \"'soon'\"", "wrong-type"),
        ("coins: 99", "out-of-range"),
        ("coins: 1.5", "wrong-type"),
        ("coins: name + 1", "template-error"),
        ("lit: 1", "wrong-type"),
        ("mood: happy", "undefined-variable"),
        ("mood: \"'happy'\"", "wrong-type"),
        ("name: {a: b}", "wrong-type"),
        ("name:", "wrong-type"),
    ],
)
def test_a_value_that_its_variable_cannot_hold_is_an_error(checked: Checked, effect: str, code: str) -> None:
    top = "vars: {coins: {type: int, range: [0, 9]}, name: Ash, lit: false, mood: {type: enum, of: [calm]}}\n"
    report = checked(scene(f"    set:\n      {effect}\n    goto: end\n", top))
    assert [one.code for one in report.errors] == [code], report.render()


@pytest.mark.parametrize(
    ("axes", "code"),
    [
        ("{hazy: 0.3}", "unknown-axis"),
        ("{haze: 1.5}", "axis-value"),
        ("{hour: 25}", "axis-value"),
        ("{place: moon}", "axis-value"),
        ("{place: 3}", "axis-value"),
        ("{haze: thick}", "wrong-type"),
        ("{haze: '{{ 3 * 2 }}'}", "axis-value"),
    ],
)
def test_axes_are_checked_when_the_model_is_known(checked: Checked, axes: str, code: str) -> None:
    text = scene(f"    axes: {axes}\n    goto: end\n")
    assert [one.code for one in checked(text, AXES).errors] == [code]
    assert checked(text).ok


def test_a_drift_is_a_number_on_an_axis_of_numbers(checked: Checked) -> None:
    report = checked(scene("    drift: {haze: 2, place: 1, hour: slow, hoar: 1}\n    goto: end\n"), AXES)
    assert [(one.code, one.spot.column) for one in report.errors] == [
        ("axis-value", 29),
        ("wrong-type", 38),
        ("unknown-axis", 44),
    ]


GOOD = "choices: [{id: c, label: C, goto: end}]"


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        ("controls: [{id: d, axis: haze, var: n}]", "missing-key"),
        ("controls: [{id: d}]", "missing-key"),
        ("controls: [{axis: haze}]", "missing-key"),
        ("controls: [{id: c, axis: haze}]", "duplicate-id"),
        ("controls: [{id: d, axis: hoze}]", "unknown-axis"),
        ("controls: [{id: d, axis: place}]", "missing-key"),
        ("controls: [{id: d, axis: hour, range: [0, 48]}]", "axis-value"),
        ("controls: [{id: d, axis: hour, range: [9, 9]}]", "out-of-range"),
        ("controls: [{id: d, axis: hour, range: [9]}]", "wrong-type"),
        ("controls: [{id: d, axis: hour, step: 0}]", "out-of-range"),
        ("controls: [{id: d, axis: place, options: [{value: moon}]}]", "axis-value"),
        ("controls: [{id: d, var: none_such}]", "undefined-variable"),
        ("controls: [{id: d, var: bag}]", "wrong-type"),
        ("controls: [{id: d, var: free}]", "missing-key"),
        ("controls: [{id: d, var: mood}]", "missing-key"),
        ("controls: [{id: d, var: mood, options: [{value: happy}]}]", "wrong-type"),
        ("controls: [{id: d, var: n, options: [{value: 12}]}]", "out-of-range"),
        ("controls: [{id: d, var: n, options: [{label: x}]}]", "missing-key"),
        ("controls: [{id: d, var: n, options: [{value: 1, colour: red}]}]", "bad-colour"),
        ("input: {label: x}", "missing-key"),
        ("input: {var: n}", "wrong-type"),
        ("input: {var: nome}", "undefined-variable"),
        ("input: {var: name, goto: nowhere}", "unknown-scene"),
        ("questions: {answers: [{id: a, examples: [x], say: [y]}]}", "missing-key"),
        ("questions: {fallback: [x]}", "missing-key"),
        ("questions: {fallback: [x], answers: [{id: a, say: [y]}]}", "missing-key"),
        ("questions: {fallback: [x], answers: [{id: a, examples: [z]}]}", "missing-key"),
        ("questions: {fallback: [x], answers: [{id: a, examples: [z], say: [y], goto: end}]}", "say-and-goto"),
        ("questions: {fallback: [x], threshold: 2, answers: [{id: a, examples: [z], say: [y]}]}", "out-of-range"),
        ("questions: {fallback: [x], answers: [{id: c, examples: [z], say: [y]}]}", "duplicate-id"),
        ("unavailable: gone", "unknown-word"),
        ("show_after: -1", "out-of-range"),
        ("finish_line_first: maybe", "wrong-type"),
        ("previews: small", "wrong-type"),
    ],
)
def test_what_a_question_has_besides_choices_is_checked(checked: Checked, ask: str, code: str) -> None:
    worded = "mood: {type: enum, of: [calm]}, bag: {type: set, of: [x]}"
    top = f"vars: {{n: {{type: int, range: [0, 9]}}, free: 1, name: x, {worded}}}\n"
    report = checked(scene(f"    ask: {{{GOOD}, {ask}}}\n", top), AXES)
    assert [one.code for one in report.errors] == [code], report.render()
    assert report.errors[0].hint


@pytest.mark.parametrize(
    ("times", "before", "code"),
    [
        ("hide_after: 3", "", "may-be-stuck"),
        ("hide_after: 3", "timer: 9, default: c, ", None),
        ("hide_after: 3, show_after: 4", "timer: 9, default: c, ", "out-of-range"),
        ("hide_after: 0", "timer: 9, default: c, ", "out-of-range"),
        ("hide_after: 3, fallback: true", "", None),
        ("show_after: soon", "", "wrong-type"),
        ("show_after: 9", "timer: 9, default: c, ", "timer-too-short"),
        ("show_after: 3, hide_after: 3.5", "timer: 9, default: c, ", "timer-too-short"),
    ],
)
def test_when_choices_come_and_go_is_checked(checked: Checked, times: str, before: str, code: str | None) -> None:
    choices = f"choices: [{{id: c, label: A choice of several words, goto: end, {times}}}]"
    report = checked(scene(f"    ask: {{{before}{choices}}}\n    goto: end\n"), AXES)
    found = [one for one in report.diagnostics if one.code != "unreachable-branch"]
    assert [one.code for one in found] == ([code] if code else []), report.render()
    assert all(one.hint for one in found)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("    goto: {call: end}\n", "missing-key"),
        ("    goto: {goto: end, then: a}\n", "unknown-key"),
        ("    goto: {call: end, then: nowhere}\n", "unknown-scene"),
        ("    goto: {call: return, then: a}\n", "unknown-scene"),
        ("    goto: return\n", "return-without-call"),
        ("    ask: {choices: [{id: c, fallback: true, when: visits('a') > 1, goto: end}]}\n", "may-be-stuck"),
        (
            "    ask: {choices: [{id: c, fallback: true, goto: end}, {id: d, fallback: true, goto: end}]}\n",
            "duplicate-id",
        ),
        ("    hold: {over: 3}\n    goto: end\n", "missing-key"),
        ("    hold: {axes: {place: 1}}\n    goto: end\n", "axis-value"),
        ("    hold: {axes: {haze: much}}\n    goto: end\n", "wrong-type"),
        ("    set: {bag: {ad: x}}\n    goto: end\n", "wrong-type"),
        ("    set: {bag: {add: y}}\n    goto: end\n", "undefined-variable"),
        ("    set: {bag: [x, y]}\n    goto: end\n", "wrong-type"),
        ("    back: never\n    goto: end\n", "wrong-type"),
    ],
)
def test_calls_fallbacks_holds_and_sets_are_checked(checked: Checked, body: str, code: str) -> None:
    report = checked(scene(body, "vars: {bag: {type: set, of: [x]}}\n"), AXES)
    assert [one.code for one in report.errors] == [code], report.render()


def test_scenes_that_lead_nowhere_are_warned_of(checked: Checked) -> None:
    report = checked("""
        story: x
        scenes:
          a: {ask: {choices: [{id: l, label: L, goto: loop}, {id: e, label: E, goto: end}]}}
          loop: {goto: round}
          round: {goto: loop}
          island: {goto: end}
          end: {ending: x}
        """)
    assert report.ok
    assert [(one.code, one.spot.line) for one in report.warnings] == [
        ("endless-loop", 4),
        ("unreachable-scene", 6),
    ]


def test_a_story_that_never_ends_can_be_loaded_and_is_warned_of(told: Told, checked: Checked) -> None:
    text = "story: x\nscenes: {a: {goto: b}, b: {goto: a}}\n"
    assert [one.code for one in checked(text).diagnostics] == ["no-ending"]
    assert told(text).endings == ()


def test_a_timer_without_a_default_and_a_branch_behind_the_last_are_warned_of(checked: Checked) -> None:
    report = checked(scene("    ask: {timer: 5, choices: [{id: c, label: C, goto: [end, a]}]}\n"))
    assert report.ok
    assert [one.code for one in report.warnings] == ["no-default", "unreachable-branch"]


def test_a_broken_variable_can_be_what_another_is_set_to(checked: Checked) -> None:
    report = checked("""
        story: x
        vars: {a: {type: what}, b: {type: enum, of: [x, y]}}
        scenes: {s: {set: {b: a}, goto: c}, c: {ending: x}}
    """)
    assert [one.code for one in report.diagnostics] == ["unknown-word"]


def test_a_broken_variable_is_reported_once_and_its_uses_are_not(checked: Checked) -> None:
    body = '    set: {coins: coins + 1}\n    say: ["{{ coins * 2 }}"]\n    goto: end\n'
    report = checked(scene(body, "vars: {coins: {type: integer}}\n"))
    assert [one.code for one in report.errors] == ["unknown-word"]


def test_a_report_shows_the_line_a_caret_and_a_hint(checked: Checked) -> None:
    report = checked("story: x\nscenes:\n  a:\n    promt: A fox\n    ending: x\n")
    assert report.render().split("\n")[0].endswith("tale.yaml:4:5: error unknown-key 'promt' is not a key of a scene")
    assert report.render().split("\n")[1:] == [
        "        promt: A fox",
        "        ^",
        "    hint: did you mean 'prompt'?",
        f"{report.file}: 1 error",
    ]


def test_a_report_as_json_is_a_list_of_plain_objects(checked: Checked) -> None:
    report = checked("story: x\nscenes: {a: {promt: A fox, ending: x}}\n")
    assert json.loads(render_json([report])) == report.as_json()
    assert report.as_json() == [
        {
            "file": report.file,
            "line": 2,
            "column": 14,
            "severity": "error",
            "code": "unknown-key",
            "message": "'promt' is not a key of a scene",
            "hint": "did you mean 'prompt'?",
        }
    ]


def test_a_long_line_is_cropped_round_its_caret(checked: Checked) -> None:
    report = checked("story: x\nscenes: {a: {prompt: " + "x" * 300 + ", promt: y, ending: x}}\n")
    excerpt, caret = report.render().split("\n")[1:3]
    assert len(excerpt) <= 124
    assert excerpt[caret.index("^") :].startswith("promt")


def test_load_raises_with_the_whole_report(tmp_path: Path) -> None:
    file = tmp_path / "tale.yaml"
    file.write_text("story: x\nscenes: {a: {promt: y}}\n")
    with pytest.raises(StoryError) as caught:
        load(file)
    assert str(caught.value) == check(file).render()
    with pytest.raises(StoryError, match="no such file"):
        load(tmp_path / "none.yaml")


def test_a_slider_goes_no_further_than_its_variable(checked: Checked) -> None:
    control = "{id: c, label: C, var: oil, range: [0, 9]}"
    text = f"""
        story: x
        vars: {{oil: {{type: int, range: [0, 4]}}}}
        scenes:
          a: {{ask: {{prompt: "{{{{ oil }}}}", controls: [{control}], choices: [{{id: on, label: On, goto: b}}]}}}}
          b: {{ending: End}}
        """
    assert [one.code for one in checked(text).errors] == ["out-of-range"]


@pytest.mark.parametrize(
    "ask",
    [
        "{input: {var: name, label: Name}}",
        "{questions: {answers: [{id: why, examples: [why], say: [So.]}], fallback: [Hm.]}}",
        "{choices: [{id: look, label: Look, stay: true}]}",
    ],
)
def test_a_question_that_only_asks_again_is_reported(checked: Checked, ask: str) -> None:
    text = f"story: x\nvars: {{name: Ash}}\nscenes: {{a: {{say: ['{{{{ name }}}}'], ask: {ask}}}}}\n"
    assert [one.code for one in checked(text).errors] == ["may-be-stuck"]
