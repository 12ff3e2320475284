from typing import Any

import pytest

from forkreel.story.template import Compiler, Expression, Fault, Text
from forkreel.story.trial import TrialScope

HELD = {"coins": 3, "name": "Ash", "lit": True, "half": 0.5}
SCOPE = TrialScope(HELD)
COMPILER = Compiler(
    frozenset({"coins", "name", "lit", "half"}),
    {"visits": ("scene", frozenset({"a"})), "chosen": ("choice", frozenset({"x", "a.x"}))},
)


def expression(source: str) -> Expression:
    compiled = COMPILER.expression(source, "tale.yaml:1:1")
    assert isinstance(compiled, Expression), compiled
    return compiled


def text(source: str) -> Text:
    compiled = COMPILER.text(source, "tale.yaml:1:1")
    assert isinstance(compiled, Text), compiled
    return compiled


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("coins + 1", 4),
        ("coins / 2", 1.5),
        ("coins // 2", 1),
        ("coins % 2", 1),
        ("2 ** 3", 8),
        ("-coins", -3),
        ("name ~ '!'", "Ash!"),
        ("'a' * 3", "aaa"),
        ("lit and coins > 2", True),
        ("not lit", False),
        ("'yes' if lit else 'no'", "yes"),
        ("name in ['Ash', 'Elm']", True),
        ("coins is odd", True),
        ("name|upper|length", 3),
        ("half|round", 0),
        ("(10 / 3)|round(2)", 3.33),
        ("[coins, 9]|max", 9),
        ("visits('a')", 0),
        ("chosen('a.x')", False),
        ("roll(2, 5)", 2),
    ],
)
def test_a_bare_expression_keeps_the_type_of_its_value(source: str, value: object) -> None:
    found = expression(source).evaluate(SCOPE)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "source",
    [
        "''.__class__",
        "name.upper()",
        "name[0]",
        "{'a': 1}",
        "range(3)",
        "coins|tojson",
        "half|round(*[1])",
        "name|trim(**name)",
        "coins is divisibleby(*[2])",
        "coins|center(9)",
        "roll(low=1)",
        "coins =",
        "coins = 3",
        "coins 3",
        "",
        "(((",
        "1" * 5000,
        "coins" + "+1" * 2000,
        "visits('b')",
        "visits(name)",
        "chosen('y')",
        "coinz",
        "self",
        "lit is callable",
        "cycler('a')",
        "namespace()",
        "lipsum()",
        "joiner()",
        "dict()",
        "}}",
        "coins }} {{ coins",
    ],
)
def test_what_is_not_on_the_list_is_a_flaw_and_never_runs(source: str) -> None:
    assert isinstance(COMPILER.expression(source, ""), list)


@pytest.mark.parametrize(
    "source",
    [
        "{% for x in [1] %}{% endfor %}",
        "{% macro m() %}{% endmacro %}",
        "{% set x = 1 %}",
        "{% import 'x' as y %}",
        "{% include 'x' %}",
        "{% extends 'x' %}",
        "{% block b %}{% endblock %}",
        "{{ coins",
        "{% if lit %}",
        "{{ }}",
        "{% nothing %}",
        "{{ coins }} {{ ",
        "{% call x() %}{% endcall %}",
        "{% filter upper %}a{% endfilter %}",
        "{% with %}{% endwith %}",
        "{% from 'x' import y %}",
    ],
)
def test_a_text_holds_expressions_and_ifs_alone(source: str) -> None:
    assert isinstance(COMPILER.text(source, ""), list)


@pytest.mark.parametrize(
    "source",
    [
        "'a' * 10 ** 9",
        "name * 10 ** 9",
        "10 ** 9 * name",
        "[1] * 10 ** 9",
        "'%1000000000d' % 1",
        "2 ** 65",
        "9 ** 99",
        "1 / 0",
        "10 ** 14 * 10 ** 14",
        "name + 1",
        "coins < name",
        "half|round(-999999999)",
        "roll(1, name)",
        "(0 - 8) ** half",
    ],
)
def test_what_would_grow_without_bounds_or_make_no_sense_is_a_fault_with_its_place(source: str) -> None:
    class Dice(TrialScope):
        def roll(self, low: Any, high: Any) -> Any:
            return range(low, high)

    with pytest.raises(Fault, match=r"^tale\.yaml:1:1: "):
        expression(source).evaluate(Dice(HELD))


def test_a_text_renders_what_stands_in_braces() -> None:
    assert text("{{ name }} has {{ coins }}.").render(SCOPE) == "Ash has 3."
    assert text("{% if lit %}bright{% else %}dark{% endif %}").render(SCOPE) == "bright"


def test_what_a_variable_holds_is_never_a_template() -> None:
    assert text("Hello {{ name }}").render(TrialScope({**HELD, "name": "{{ coins }}"})) == "Hello {{ coins }}"


def test_a_plain_text_is_not_compiled() -> None:
    assert text("100 % plain }} text").render({}) == "100 % plain }} text"
