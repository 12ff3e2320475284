"""Play-time Jinja: `{{ ... }}` inside scalars, and bare expressions, compiled once and evaluated in a scope."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from jinja2 import TemplateSyntaxError, UndefinedError, nodes
from jinja2.exceptions import SecurityError
from jinja2.parser import Parser
from jinja2.visitor import NodeTransformer

from forkreel.story.codegen import Function, Generator, Scope
from forkreel.story.sandbox import FAULTS, PLAY, PLAY_FUNCTIONS, capping, harden, objections, play_time, walk

MAX_EXPRESSION = 2_000  # characters
MAX_TEXT = 20_000
MAX_MEANT = 20_000  # parts of expressions that conditions put in the place of their names, in all of a story

Tree = TypeVar("Tree", bound=nodes.Node)

_OPENING = re.compile(r"\{[{%#]")
_PRINTED = re.compile(r"\{\{.*?\}\}", re.DOTALL)


class Fault(Exception):
    """A template that failed while the story was played; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a template: a code, a sentence, and which match of a pattern is the place."""

    code: str
    message: str
    pattern: str = ""
    nth: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Expression:
    """A bare expression: evaluates to a value of its own type. `names` are the variables and functions it uses."""

    source: str
    where: str
    names: frozenset[str] = frozenset()
    _function: Function | None = field(default=None, repr=False, compare=False)
    _value: object = None

    @classmethod
    def constant(cls, value: object, where: str) -> Expression:
        """An expression that is always the same value."""
        return cls(str(value), where, _value=value)

    def evaluate(self, scope: Scope) -> Any:
        """The expression's value in this scope. Raises `Fault`."""
        if self._function is None:
            return self._value
        try:
            return self._function(scope)
        except FAULTS as error:
            raise Fault(f"{self.where}: `{self.source}` failed: {sentence(error)}") from error


@dataclass(frozen=True, slots=True)
class Text:
    """A text that may have `{{ ... }}` in it. `source` is what the author wrote."""

    source: str
    where: str = ""
    _function: Function | None = field(default=None, repr=False, compare=False)

    @property
    def constant(self) -> bool:
        """Whether it reads the same in every scope: as `source`."""
        return self._function is None

    def render(self, scope: Scope) -> str:
        """The text as it reads in this scope. Raises `Fault`."""
        if self._function is None:
            return self.source
        try:
            text: str = self._function(scope)
        except FAULTS as error:
            raise Fault(f"{self.where}: the text failed: {sentence(error)}") from error
        if len(text) > MAX_TEXT:
            raise Fault(f"{self.where}: the text grows beyond {MAX_TEXT} characters")
        return text.strip()


class Compiler:
    """Compiles the templates of one story; `read` gathers the names of variables that they use.

    `ids` has what the functions that take the name of something can be given, by function: what it is, and which.
    A condition is known by its name from when it is given to `define`, and stands for its expression.
    """

    def __init__(self, names: frozenset[str], ids: Mapping[str, tuple[str, frozenset[str]]]) -> None:
        self._sandbox = play_time()
        self._generator = Generator(self._sandbox)
        self._names = names
        self._ids = ids
        self._conditions: dict[str, nodes.Expr] = {}
        self._sizes: dict[str, int] = {}
        self._room = MAX_MEANT
        self.read = set[str]()

    @property
    def conditions(self) -> frozenset[str]:
        """The names of the conditions that are known so far."""
        return frozenset(self._conditions)

    def define(self, name: str, source: str, where: str) -> Expression | list[Flaw]:
        """A condition that goes by a name from now on, or what is wrong with it."""
        compiled = self.expression(source, where)
        parsed = Parser(self._sandbox, source if isinstance(compiled, Expression) else "true", state="variable")
        try:
            meant = self._meant(parsed.parse_expression())
        except SecurityError as error:  # there was room for it once, as an expression, but not again, as a condition
            meant, compiled = nodes.Const(True), [Flaw("template-error", sentence(error))]
        self._conditions[name] = meant
        self._sizes[name] = sum(1 for _ in walk(meant))
        return compiled

    def text(self, source: str, where: str) -> Text | list[Flaw]:
        """A scalar's text as a `Text`, or what is wrong with it."""
        if not _OPENING.search(source):
            return Text(source.strip(), where)
        try:
            tree = self._sandbox.parse(source)
            if flaws := self._flaws(tree, source, "root"):
                return flaws
            return Text(source, where, self._generator.function(harden(self._meant(tree))))
        except FAULTS as error:
            return [self._syntax_flaw(error, source)]

    def expression(self, source: str, where: str) -> Expression | list[Flaw]:
        """A bare expression, or what is wrong with it."""
        if len(source) > MAX_EXPRESSION:
            return [Flaw("template-error", f"the expression is longer than {MAX_EXPRESSION} characters")]
        try:
            parser = Parser(self._sandbox, source, state="variable")
            parsed = parser.parse_expression()
            if not parser.stream.eos:
                left = parser.stream.current
                found = left.value if isinstance(left.value, str) else left.type
                return [
                    Flaw("template-error", f"'{found}' does not belong behind the expression", re.escape(str(found)))
                ]
            if flaws := self._flaws(nodes.Template([nodes.Output([parsed])], lineno=1), source, "variable"):
                return flaws
            parsed = self._meant(parsed)
            function = self._generator.function(capping(harden(parsed)))
        except FAULTS as error:
            return [Flaw("template-error", sentence(error))]
        names = frozenset(node.name for node in walk(parsed) if isinstance(node, nodes.Name))
        return Expression(source, where, names, function)

    def _flaws(self, tree: nodes.Template, source: str, state: str) -> list[Flaw]:
        objected = objections(tree, PLAY, self._sandbox)
        if flaws := [Flaw("template-error", message, pattern) for message, _, pattern in objected]:
            return flaws
        called = {id(node.node) for node in walk(tree) if isinstance(node, nodes.Call)}
        seen: dict[str, int] = {}
        for node in walk(tree):
            if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
                flaws += self._call_flaws(node.node.name, node.args)
            if not isinstance(node, nodes.Name) or node.name in self._conditions:
                continue
            if node.name in PLAY_FUNCTIONS:
                if id(node) not in called:
                    message = f"{node.name}() is a function: its arguments stand in brackets behind it"
                    flaws.append(Flaw("template-error", message, rf"\b{node.name}\b"))
                continue
            self.read.add(node.name)
            nth = seen[node.name] = seen.get(node.name, -1) + 1
            if node.name not in self._names:
                pattern, place = rf"\b{re.escape(node.name)}\b", self._occurrence(node.name, nth, source, state)
                flaws.append(
                    Flaw("undefined-variable", f"there is no variable '{node.name}'", pattern, place, node.name)
                )
        return flaws

    def _meant(self, tree: Tree) -> Tree:
        """The tree with what every condition stands for in the place of its name. Raises `SecurityError` beyond."""
        self._room -= sum(self._sizes.get(node.name, 0) for node in walk(tree) if isinstance(node, nodes.Name))
        if self._room < 0:
            raise SecurityError(f"the story's conditions, written out, have more than {MAX_MEANT} parts")
        return cast(Tree, _Meant(self._conditions).visit(tree))

    def _call_flaws(self, function: str, arguments: list[nodes.Expr]) -> list[Flaw]:
        if function not in self._ids:
            return []
        kind, known = self._ids[function]
        if len(arguments) != 1 or not isinstance(arguments[0], nodes.Const) or not isinstance(arguments[0].value, str):
            return [Flaw("template-error", f"{function}() takes one {kind} id in quotes", rf"\b{function}\b")]
        name = arguments[0].value
        if name in known:
            return []
        code = {"member of the cast": "unknown-speaker"}.get(kind, f"unknown-{kind}")
        return [Flaw(code, f"there is no {kind} '{name}'", rf"(?<=['\"]){re.escape(name)}(?=['\"])", 0, name)]

    def _occurrence(self, name: str, nth: int, source: str, state: str) -> int:
        """Which match of the word in the source is the nth *name* of it: words in quotes and prose are not names."""
        words = [match.start() for match in re.finditer(rf"\b{re.escape(name)}\b", source)]
        offset, found = 0, -1
        for _, kind, value in self._sandbox.lexer.tokeniter(source, None, state=state):
            if kind == "name" and value == name:
                found += 1
                if found == nth and offset in words:
                    return words.index(offset)
            offset += len(value)
        return 0

    def _syntax_flaw(self, error: BaseException, source: str) -> Flaw:
        openings = [match.start() for match in _OPENING.finditer(source)]
        for match in _PRINTED.finditer(source):
            try:
                self._sandbox.parse(match[0])
            except FAULTS as inner:
                return Flaw("template-error", sentence(inner), _OPENING.pattern, openings.index(match.start()))
        return Flaw("template-error", sentence(error), _OPENING.pattern, len(openings) - 1)


class _Meant(NodeTransformer):
    """Puts conditions in the place of their names."""

    def __init__(self, conditions: Mapping[str, nodes.Expr]) -> None:
        self._conditions = conditions

    def visit_Name(self, node: nodes.Name) -> nodes.Node:
        return deepcopy(self._conditions.get(node.name, node))


def weighed(options: tuple[Any, ...]) -> tuple[tuple[Any, ...], tuple[float, ...]]:
    """What `weighted()` draws from, and the weights. Raises ValueError for what it cannot draw from."""
    weights = options[1::2]
    if not options or len(options) % 2 or not all(isinstance(one, int | float) and one >= 0 for one in weights):
        raise ValueError("weighted() takes options and their weights in turn: weighted('rain', 3, 'snow', 1)")
    if not sum(weights):
        raise ValueError("weighted() takes at least one weight above 0")
    return options[::2], weights


def sentence(error: BaseException) -> str:
    """What a template's exception says, for an author."""
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, ZeroDivisionError):
        return "a division by zero"
    text = str(error).strip().rstrip(".") or type(error).__name__
    if isinstance(error, TemplateSyntaxError):
        text = text.replace("end of print statement", "}}").replace("'end of template'", "the end")
        if "unexpected end of template" in text.lower():
            text = "the expression ends too early"
    if isinstance(error, TypeError):
        for theirs, ours in (
            ("'int'", "a number"),
            ("'float'", "a number"),
            ("'str'", "a text"),
            ("'bool'", "true/false"),
        ):
            text = text.replace(theirs, ours)
        text = text.replace("between instances of", "between")
    if isinstance(error, UndefinedError):
        text = text.replace("is undefined", "has no value here")
    return text
