import pytest

from forkreel.story.rendering import render
from tests.story.conftest import Checked, feature


def test_a_loop_writes_scenes() -> None:
    story = feature("loop")
    assert list(story.scenes) == ["red", "green", "blue"]
    assert [(edge.source, edge.target) for edge in story.edges()] == [("red", "green"), ("green", "blue")]
    assert story.endings[0].title == "The blue room"


def test_an_error_in_a_line_that_a_loop_produced_points_at_the_source_line(checked: Checked) -> None:
    report = checked("""
        story: x
        scenes:
          #% for n in range(3)
          room_${ n }:
            say: ["{{ coins }}"]
            goto: room_${ n + 1 }
          #% endfor
          end: {ending: x}
        """)
    found = [(one.code, one.spot.line, one.spot.column) for one in report.errors]
    assert found == [("undefined-variable", 5, 15), ("unknown-scene", 6, 11)]
    assert report.errors[0].excerpt == '    say: ["{{ coins }}"]'


def test_columns_behind_an_insertion_are_those_of_the_source(checked: Checked) -> None:
    report = checked("""
        story: x
        #% set long = 'abcdefghijkl'
        scenes:
          a: {prompt: "${ long }", goto: nowhere}
        """)
    assert [(one.code, one.spot.line, one.spot.column) for one in report.errors] == [("unknown-scene", 4, 34)]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("#% for n in", "ends too early"),
        ("#% for n in nothing\n#% endfor", "'nothing' is undefined"),
        ("#% call m()\n#% endcall", "a call block cannot be used here"),
        ("#% import 'x' as x", "an import cannot be used here"),
        ("#% set x = ''.join(['a'])", "only range() can be called"),
        ("#% set x = 'a'.__class__.__mro__[1]", "unsafe"),
        ("#% set x = 'a' * 10 ** 9", "longer than"),
        ("#% set x = '%1000000000d' % 1", "`%` works on numbers"),
        ("#% set x = 10 ** 999999999", "too large"),
        ("#% for a in range(9999)\n#% for b in range(9999)\n#% endfor\n#% endfor", "turn more than"),
        ("#% set x = range(10 ** 9)", "longer than"),
        ("\n".join(["#% set x = 'aaaaaaaaaa'", *["#% set x = x ~ x"] * 40]), "longer than"),
        ("\n".join(["#% set x = ['a']", *["#% set x = [x, x]"] * 40]), "longer than"),
        ("#% if x", "never closed"),
        ("#% endfor", "closes nothing"),
    ],
)  # fmt: skip
def test_a_line_statement_that_fails_or_costs_too_much_says_so(checked: Checked, line: str, words: str) -> None:
    report = checked(f"story: x\n{line}\nscenes: {{a: {{ending: x}}}}\n")
    assert len(report.errors) == 1
    error = report.errors[0]
    assert error.code == "load-template"
    assert words.lower() in error.message.lower()
    assert error.spot.line >= 2


def test_several_failing_insertions_are_all_reported_and_so_is_what_follows(checked: Checked) -> None:
    report = checked("""
        story: ${ one }
        seed: ${ two + }
        scenes:
          a: {promt: x, ending: x}
        """)
    found = [(one.code, one.spot.line, one.spot.column) for one in report.errors]
    assert found == [("load-template", 1, 8), ("load-template", 2, 7), ("unknown-key", 4, 7)]


def test_play_time_braces_and_comments_are_left_alone(checked: Checked) -> None:
    report = checked("""
        story: x
        vars: {coins: 1}
        #% set two = 2
        # a comment {# with #} braces {% if %}
        scenes:
          a: {say: ["{{ coins }} {# note #} ${ two }"], ending: x}
        """)
    assert report.ok, report.render()


def test_an_insertion_must_end_on_its_line(checked: Checked) -> None:
    report = checked("story: x\nscenes:\n  a:\n    ending: ${ 1 +\n      1 }\n")
    assert "load-template" in [one.code for one in report.errors]


MACRO = """\
story: Macros
#% macro fox(x, gait=0)
#: {place: meadow,
#:  fox_x: ${ x }, gait: ${ gait }}
#% endmacro
scenes:
  a: {goto: b}
  b:
    axes: ${ fox(0.6, 1) }
    ending: The end
"""


def test_a_macro_is_written_once_and_put_on_the_line_that_calls_it() -> None:
    rendered = render(MACRO)
    assert rendered.problems == []
    assert rendered.text is not None
    lines = rendered.text.split("\n")
    at = lines.index("    axes: {place: meadow, fox_x: 0.6, gait: 1}")
    assert rendered.origin[at] == 8, "and is of the line that calls it"


def test_a_macro_that_calls_itself_ends_with_a_diagnostic() -> None:
    endless = MACRO.replace("${ x }", "${ fox(x) }")
    assert [message for _, _, message, _ in render(endless).problems] == ["the expression is nested too deeply"]


def test_a_macro_without_an_end_is_reported_where_it_begins() -> None:
    open_ended = MACRO.replace("#% endmacro\n", "")
    assert render(open_ended).problems[0][:3] == (2, 1, "this `macro` is never closed")
