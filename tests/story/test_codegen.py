"""What templates mean as Python functions: to the bit what Jinja's own code means, errors included."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from types import FunctionType
from typing import Any, cast

import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st
from jinja2 import nodes
from jinja2.parser import Parser

from forkreel.story.codegen import Function, Generator
from forkreel.story.sandbox import FAULTS, PLAY, PLAY_FUNCTIONS, capping, harden, objections, play_time
from forkreel.story.template import Compiler, Expression, Fault, Flaw, sentence
from forkreel.story.trial import TrialScope

SANDBOX = play_time()
GENERATOR = Generator(SANDBOX)

Strategy = st.SearchStrategy[str]


def _joined(parts: Strategy, form: str) -> Strategy:
    return st.lists(parts, min_size=form.count("{}"), max_size=form.count("{}")).map(lambda few: form.format(*few))


LEAVES = st.sampled_from([
    "coins", "half", "name", "lit", "bag", "gone", "none", "true", "false", "0", "1", "3", "64", "2.5",
    "10 ** 15", "''", "'Ash'", "'7'", "[]", "()", "[1, 2.0, 'x']", "(lit, none)", "visits('a')", "roll(1, 6)",
])  # fmt: skip
FORMS = (
    *(f"({{}} {sign} {{}})" for sign in ("+", "-", "*", "/", "//", "%", "**", "~", "and", "or")),
    *(f"({{}} {sign} {{}})" for sign in ("==", "!=", "<", "<=", ">", ">=", "in", "not in")),
    "({} < {} <= {})", "({} if {})", "({} if {} else {})", "(not {})", "(-{})", "(+{})", "({} ~ {} ~ {})",
    "[{}, {}]", "({}, {})", "[{}]", "({} is odd)", "({} is even)", "({} is divisibleby {})",
    "({} is in {})", "({} is defined)", "({} is not defined)", "({} is number)", "({} is string)", "({} is true)",
    "({} is boolean)", "({}|abs)", "({}|capitalize)", "({}|float)", "({}|int)", "({}|int({}))", "({}|length)",
    "({}|lower)", "({}|max)", "({}|min({}))", "({}|round)", "({}|round({}))",
    "({}|title)", "({}|trim)", "({}|trim({}))", "({}|upper)", "min({}, {})", "max({})", "pick({}, {})", "roll({}, {})",
    "weighted({}, {})", "cycle({})", "look({})",
)  # fmt: skip
EXPRESSIONS: Strategy = st.recursive(
    LEAVES, lambda inner: st.sampled_from(FORMS).flatmap(lambda form: _joined(inner, form)), max_leaves=10
)
PRINTED = st.one_of(
    st.sampled_from(["", "a", " b\n", "{ }", "é\u2028"]), EXPRESSIONS.map(lambda one: f"{{{{ {one} }}}}")
)
TEXTS: Strategy = st.recursive(
    PRINTED,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map("".join),
        st.tuples(EXPRESSIONS, inner).map(lambda two: "{{% if {} %}}{}{{% endif %}}".format(*two)),
        st.tuples(EXPRESSIONS, inner, EXPRESSIONS, inner, inner).map(
            lambda five: "{{% if {} %}}{}{{% elif {} %}}{}{{%- else -%}}{}{{% endif %}}".format(*five)
        ),
    ),
    max_leaves=4,
)
HELD = st.fixed_dictionaries({
    "coins": st.integers(-3, 10), "half": st.sampled_from([0.5, -0.0, 1e15, 2.0]), "lit": st.booleans(),
    "name": st.sampled_from(["Ash", "", " elm ", "x" * 500, "{{ coins }}"]),
    "bag": st.sampled_from([(), ("bell",), ("bell", "key")]),
})  # fmt: skip


def by_jinja(tree: nodes.Template, scope: TrialScope) -> Callable[[], tuple[str, dict[str, Any]]]:
    """What a template writes and the variables that it sets, by Jinja's own code."""

    def run() -> tuple[str, dict[str, Any]]:
        tree.set_environment(SANDBOX)
        template = SANDBOX.from_string(tree)  # which can fail already: Jinja works out what is constant
        context = template.new_context({**scope.variables, **{name: getattr(scope, name) for name in PLAY_FUNCTIONS}})
        return "".join(template.root_render_func(context)), context.vars

    return run


def outcome(run: Callable[[], object]) -> tuple[str, str]:
    """The type and the value of what comes back, or of the error."""
    try:
        value = run()
        return type(value).__name__, repr(value) if type(value).__name__ != "Undefined" else ""
    except FAULTS as error:
        event("a fault")
        return type(error).__name__, sentence(error)


@given(source=EXPRESSIONS, held=HELD)
@example(source="(coins if ([]|max))", held={"coins": 0})  # found by fuzzing: Jinja fails on it before anybody plays
def test_an_expression_means_what_it_means_to_jinja(source: str, held: dict[str, Any]) -> None:
    def parsed() -> nodes.Expr:
        return Parser(SANDBOX, source, state="variable").parse_expression()

    scope = TrialScope(held)
    assert not list(objections(nodes.Template([nodes.Output([parsed()])], lineno=1), PLAY, SANDBOX))
    assigned = nodes.Template([nodes.Assign(nodes.Name("result", "store"), parsed(), lineno=1)], lineno=1)
    theirs = by_jinja(harden(assigned), scope)
    ours = GENERATOR.function(capping(harden(parsed())))
    assert outcome(lambda: ours(scope)) == outcome(lambda: theirs()[1]["result"])


@given(source=TEXTS, held=HELD)
def test_a_text_reads_as_it_reads_to_jinja(source: str, held: dict[str, Any]) -> None:
    scope = TrialScope(held)
    theirs, ours = by_jinja(harden(SANDBOX.parse(source)), scope), GENERATOR.function(harden(SANDBOX.parse(source)))
    assert outcome(lambda: ours(scope)) == outcome(lambda: theirs()[0])


def names(function: Function) -> set[str]:
    return set(cast(FunctionType, function).__code__.co_names)


@given(source=EXPRESSIONS)
def test_the_code_of_a_template_names_nothing_but_its_table_and_its_scope(source: str) -> None:
    made = GENERATOR.function(harden(Parser(SANDBOX, source, state="variable").parse_expression()))
    known = {f"filter {name}" for name in SANDBOX.filters} | {f"test {name}" for name in SANDBOX.tests}
    known |= {f"operator {sign}" for sign in SANDBOX.intercepted_binops} | {"joined", "Undefined", "variables"}
    assert names(made) <= known | PLAY_FUNCTIONS


@pytest.mark.parametrize("name", ["scope", "variables", "__class__", "__builtins__", "eval", "self", "import_"])
def test_a_name_is_a_variable_and_never_a_name_of_python(name: str) -> None:
    compiled = Compiler(frozenset({name}), {}).expression(name, "x")
    assert isinstance(compiled, Expression)
    assert compiled.evaluate(TrialScope({name: 7})) == 7


@pytest.mark.parametrize(
    "source", ["name.x", "name[0]", "{'a': 1}", "name()", "range(3)", "visits", "coins[1:2]", "name|max(*bag)"]
)
def test_no_code_is_made_of_what_the_allow_list_does_not_know(source: str) -> None:
    with pytest.raises(AssertionError):
        GENERATOR.function(Parser(SANDBOX, source, state="variable").parse_expression())


def test_a_loop_is_no_code_either() -> None:
    with pytest.raises(AssertionError, match="no code is made of For"):
        GENERATOR.function(SANDBOX.parse("{% for one in [1] %}{{ one }}{% endfor %}"))


@pytest.mark.parametrize("source", ["visits", "visits + 1", "[roll]", "look if roll(1, 2) else 1"])
def test_a_function_that_is_not_called_is_a_flaw(source: str) -> None:
    flaws = Compiler(frozenset(), {}).expression(source, "x")
    assert isinstance(flaws, list)
    assert "is a function" in flaws[0].message


@pytest.mark.parametrize("form", ["{}1{}", "{}'a'{}"])
@pytest.mark.parametrize("deep", [90, 300, 900])
@pytest.mark.parametrize(("opens", "closes"), [("(", ")"), ("-", ""), ("not ", ""), ("[", "]"), ("", "+1"), ("", "~1")])
def test_what_is_nested_deeply_has_a_value_or_a_flaw(form: str, deep: int, opens: str, closes: str) -> None:
    source = form.format(opens * deep, closes * deep)[:2000]
    compiled = Compiler(frozenset(), {}).expression(source, "x")
    if isinstance(compiled, Expression):
        with suppress(Fault):
            compiled.evaluate(TrialScope({}))
    else:
        assert all(isinstance(flaw, Flaw) and flaw.message for flaw in compiled)


def test_nothing_large_is_worked_out_before_anybody_plays() -> None:
    for source in ("'a' * 10 ** 9", "[1] * 10 ** 9", "2 ** 64 ** 64", "9 ** 64 ** 9", "'%1000000000d' % 1"):
        assert isinstance(Compiler(frozenset(), {}).expression(source, "x"), Expression)


def test_a_number_beyond_all_is_a_fault() -> None:
    """Jinja writes it as the name `inf`, which nothing knows: a NameError got past every error that was expected."""
    compiled = Compiler(frozenset(), {}).expression("1e999", "x")
    assert isinstance(compiled, Expression)
    with pytest.raises(Fault, match="larger than 10"):
        compiled.evaluate(TrialScope({}))
