import pytest

from forkreel.story.readers import MAX_CAPTION
from tests.story.conftest import Checked

ASK = """
    story: x
    scenes:
      a:
        ask:
          prompt: The wind leans in, and takes a very deep breath.
          timer: {timer}
          default: run
          choices: [{{id: run, label: Run for the top of the hill, goto: end}}]
      end: {{ending: x}}
"""


@pytest.mark.parametrize(("timer", "warned"), [(5, True), (5.1, False)])  # 17 words at 200 a minute
def test_a_timer_has_to_leave_time_to_read(checked: Checked, timer: float, warned: bool) -> None:
    assert [one.code for one in checked(ASK.format(timer=timer)).diagnostics] == ["timer-too-short"] * warned


def line(text: str) -> str:
    return f"story: x\nvars: {{lit: false}}\nscenes: {{a: {{say: ['{text}'], ending: x}}}}\n"


def test_a_line_has_to_fit_a_caption(checked: Checked) -> None:
    used = "{% if lit %}{% endif %}"
    assert checked(line(used + "x" * MAX_CAPTION)).diagnostics == ()
    assert [one.code for one in checked(line(used + "x" * (MAX_CAPTION + 1))).diagnostics] == ["line-too-long"]


def test_of_a_line_that_says_one_thing_or_another_only_one_counts(checked: Checked) -> None:
    half = "x" * (MAX_CAPTION - 10)
    assert checked(line(f"{{% if lit %}}{half}{{% else %}}{half}{{% endif %}}")).diagnostics == ()


@pytest.mark.parametrize(
    ("language", "line", "silent"),
    [
        ("en", "…", True),
        ("en", "♪ ♪", True),
        ("en", "ねこ", True),
        ("en", "7!", False),
        ("en", "Ça va?", False),
        ("en", '"{{ name }}!"', False),
        ("ja", "ねこ", False),
        ("ja", "…", True),
    ],
)
def test_a_line_that_no_voice_can_say_is_warned_of(checked: Checked, language: str, line: str, silent: bool) -> None:
    text = f"story: x\nlanguage: {language}\nvars: {{name: Ann}}\nscenes: {{a: {{say: [{line}], ending: x}}}}\n"
    codes = {diagnostic.code for diagnostic in checked(text).diagnostics}
    assert ("line-unspeakable" in codes) == silent
