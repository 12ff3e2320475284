from pathlib import Path

import pytest

from forkreel.story import load
from forkreel.story.rehearse import rehearse
from tests.story.conftest import Checked, Told

LANTERN = Path(__file__).parents[2] / "stories" / "lantern.yaml"
BANK = """story: A timer
vars: {rope: false, n: {type: int, range: [0, 9]}, mood: {type: enum, of: [calm, wild]}}
scenes:
  bank:
    say: ["{{ 'Again.' if visits('bank') > 1 else 'A river.' }}"]
    ask:
      timer: 8
      default: rope
      choices:
        - {id: jump, label: Jump, goto: wet}
        - {id: rope, label: Take the rope, when: rope, goto: dry}
        - {id: look, label: Look around, set: {rope: true}, goto: bank}
  dry: {say: [{id: swing, text: Over it.}], ask: {choices: [{id: go, label: Go, goto: over}]}}
  over: {ending: Dry}
  wet: {ending: {id: soaked, title: Wet}}
tests:
"""


def failures(told: Told, test: str) -> list[str]:
    [outcome] = rehearse(told(BANK + test))
    return outcome.render().split("\n")[1:]


def test_the_flagship_carries_a_passing_test_for_each_ending() -> None:
    story = load(LANTERN)
    assert all(outcome.passed for outcome in rehearse(story))
    assert {test.ending.value for test in story.rehearsals if test.ending} == {end.id for end in story.endings}


@pytest.mark.parametrize(
    "test",
    [
        "  - {name: t, expect: {scene: bank, vars: {rope: false, n: 0, mood: calm}, lines: [bank.1, A river.]}}\n",
        "  - {name: t, picks: [look, ~, go], expect: {ending: over, scene: over, lines: [swing, Again.]}}\n",
        "  - {name: t, seed: 4, picks: [~], expect: {ending: soaked}}\n",
        "  - {name: t, picks: [bank.look, rope], expect: {scene: dry, vars: {rope: true}}}\n",
    ],
)
def test_what_comes_as_expected_passes(told: Told, test: str) -> None:
    assert failures(told, test) == []


@pytest.mark.parametrize(
    ("test", "message"),
    [
        ("picks: [jump], expect: {ending: ^over}", "expected the ending 'over', but the story ended with 'soaked'"),
        ("picks: [jump], expect: {scene: ^dry}", "expected the scene 'dry', but the story ended"),
        ("expect: {ending: ^over}", "the story asks in the scene 'bank'"),
        ("picks: [look], expect: {vars: {rope: ^false}}", "expected rope to be false, but it is true"),
        ("picks: [look], expect: {lines: [^swing]}", "expected to see the line 'swing', but it was not among"),
        ("picks: [look, rope], expect: {lines: [^gain]}", "that is a part of the line 'Again.': give its id or"),
        ("picks: [^rope], expect: {scene: dry}", "in the scene 'bank' it cannot be taken then"),
        ("picks: [^go], expect: {scene: dry}", "the scene 'bank' asks for jump, rope, look"),
        ("picks: [look, ^dry.go], expect: {scene: dry}", "expected the choice 'dry.go'"),
        ("picks: [jump, ^jump], expect: {scene: wet}", "expected a question that 'jump' answers"),
        ("picks: [look, rope, ^~], expect: {scene: dry}", "waits for ever"),
    ],
)
def test_a_failure_says_where_what_was_expected_and_what_came(told: Told, test: str, message: str) -> None:
    line = f"  - {{name: t, {test}}}\n"
    [failure] = failures(told, line.replace("^", ""))
    assert message in failure
    assert f"tale.yaml:17:{line.index('^') + 1}: " in failure


def test_every_difference_is_told_at_once(told: Told) -> None:
    assert len(failures(told, "  - {name: t, expect: {scene: wet, ending: soaked, vars: {n: 3, rope: true}}}\n")) == 4


def test_a_story_that_fails_or_goes_round_fails_the_test(told: Told) -> None:
    top = "story: x\nvars: {n: 0}\nscenes:\n  b: {ending: x}\n  a: "
    for scene, message in (
        ("{say: ['{{ 1 // n }}'], goto: b}", "division"),
        ("{goto: [{when: n, goto: b}, a]}", "500"),
    ):
        [outcome] = rehearse(told(f"{top}{scene}\nstart: a\ntests: [{{name: t, expect: {{ending: b}}}}]\n"))
        assert [message in failure.message for failure in outcome.failures] == [True]


@pytest.mark.parametrize(
    ("test", "code", "hint"),
    [
        ("name: t", "missing-key", ""),
        ("expect: {scene: wet}", "missing-key", ""),
        ("name: t, expect: {}", "missing-key", "expect: {"),
        ("name: t, expct: {scene: wet}", "unknown-key", "did you mean 'expect'?"),
        ("name: t, expect: {endng: wet}", "unknown-key", "did you mean 'ending'?"),
        ("name: t, expect: {scene: wett}", "unknown-scene", "did you mean 'wet'?"),
        ("name: t, expect: {ending: soakd}", "unknown-ending", "did you mean 'soaked'?"),
        ("name: t, expect: {lines: [swimg]}", "unknown-line", "did you mean 'swing'?"),
        ("name: t, expect: {lines: {a: b}}", "wrong-type", ""),
        ("name: t, expect: {vars: {rop: true}}", "undefined-variable", "did you mean 'rope'?"),
        ("name: t, expect: {vars: {rope: 3}}", "wrong-type", ""),
        ("name: t, expect: {vars: {rope: [3]}}", "wrong-type", ""),
        ("name: t, expect: {vars: {mood: wlid}}", "wrong-type", "did you mean 'wild'?"),
        ("name: t, expect: {vars: {n: 10}}", "out-of-range", ""),
        ("name: t, picks: [jmp], expect: {scene: wet}", "unknown-choice", "did you mean 'jump'?"),
        ("name: t, picks: [[jump]], expect: {scene: wet}", "wrong-type", ""),
        ("name: t, picks: jump, expect: {scene: wet}", "wrong-type", ""),
        ("name: t, seed: -1, expect: {scene: wet}", "out-of-range", ""),
    ],
)
def test_what_is_wrong_with_a_test_is_a_diagnostic(checked: Checked, test: str, code: str, hint: str) -> None:
    text = BANK.replace("{{ 'Again.' if visits('bank') > 1 else 'A river.' }}", "A river.")
    errors = [one for one in checked(f"{text}  - {{{test}}}\n").errors if one.code == code]
    assert errors
    assert errors[0].spot.line == 17
    assert errors[0].hint.startswith(hint)


def test_two_tests_of_one_name_are_an_error(checked: Checked) -> None:
    one = "  - {name: t, expect: {scene: wet}}\n"
    assert [(error.code, error.spot.line) for error in checked(BANK + one + one).errors] == [("duplicate-id", 18)]


def test_a_text_that_a_template_may_give_can_be_expected(checked: Checked) -> None:
    said = BANK.replace(
        "say: [\"{{ 'Again.' if visits('bank') > 1 else 'A river.' }}\"]", 'say: ["You have {{ n }} left."]'
    )
    good = "  - {name: t, expect: {lines: [You have 0 left.]}}\n"
    assert checked(said + good).ok
    assert [one.code for one in checked(said + good.replace("You have", "She has")).errors] == ["unknown-line"]


SHOP = """story: A shop
vars: {size: {type: int, range: [0, 9]}, name: {type: text, max_length: 9}, bag: {type: set, of: [key, bell]}}
scenes:
  gate: {ask: {input: {var: name, goto: shop}}}
  shop:
    prompt: a lamp of size {{ size }}
    ask:
      controls: [{id: size, label: Size, var: size}]
      questions:
        fallback: [No idea.]
        answers:
          - {id: price, examples: [what does it cost], set: {bag: {add: bell}}, say: ["{{ size }} crowns."]}
          - {id: secret, examples: [open sesame], when: size > 5, goto: sold}
      choices: [{id: buy, label: Buy, goto: sold}]
  sold: {say: ["It is yours, {{ name }}."], ending: Sold}
tests:
"""


def outcomes(told: Told, test: str) -> list[str]:
    [outcome] = rehearse(told(SHOP + test))
    return outcome.render().split("\n")[1:]


def test_a_test_moves_controls_and_types(told: Told) -> None:
    test = """\
  - name: A sale
    inputs: {size: 4}
    picks: [{say: Ash}, {say: "how much?", as: price}, {say: "cheese?", as: ~}, buy]
    expect: {ending: sold, vars: {size: 4, bag: [bell]}, lines: [4 crowns., No idea., "It is yours, Ash."]}
"""
    assert outcomes(told, test) == []


@pytest.mark.parametrize(
    ("test", "words"),
    [
        (
            "picks: [{say: Ash}, {say: x, as: secret}]",
            "expected the answer 'secret', but the scene 'shop' does not",
        ),
        ("picks: [{say: Ash}, buy, {say: x}]", "expected a question that takes a text, but the story ended"),
        (
            "inputs: {size: 99}\n    picks: [{say: Ash}]",
            "the story failed: the control 'size' takes a number from 0",
        ),
        ("inputs: {size: 2}", "expected a question with this control, but none was asked"),
        ("picks: [{say: Ashes to ashes}]", "holds at most 9 characters, not 14"),
    ],
)
def test_what_came_otherwise_with_controls_and_typing_is_told(told: Told, test: str, words: str) -> None:
    [row] = outcomes(told, f"  - name: t\n    {test}\n    expect: {{ending: sold}}\n")
    assert words in row


def test_a_field_that_is_picked_like_a_choice_is_told_how_one_types(checked: Checked) -> None:
    [error] = checked(SHOP + "  - {name: t, picks: [input], expect: {scene: shop}}\n").errors
    assert error.hint == "what is typed is picked by its text: {say: the text}"


@pytest.mark.parametrize(
    ("test", "code"),
    [
        ("inputs: {sise: 2}", "unknown-choice"),
        ("inputs: {size: [2]}", "wrong-type"),
        ("picks: [{say: x, as: prize}]", "unknown-choice"),
        ("picks: [{as: price}]", "missing-key"),
        ("picks: [{sya: x}]", "unknown-key"),
        ("picks: [{say: ' '}]", "missing-key"),
    ],
)
def test_what_a_test_moves_and_types_is_checked(checked: Checked, test: str, code: str) -> None:
    report = checked(SHOP + f"  - name: t\n    {test}\n    expect: {{ending: sold}}\n")
    assert code in [one.code for one in report.errors], report.render()
