"""Jinja kept on a short leash: a sandboxed environment in which work and memory are bounded by the size of the story.

Jinja's own sandbox guards attributes, not cost: `'a' * 10 ** 9`, `'%1000000000d' % 1` and nested loops pass it, and
constant folding runs such products while compiling. So only listed syntax, filters and functions are let through, the
operators that can grow a value are intercepted (which also keeps them from being folded), and loops draw on a budget.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, NamedTuple, TypeVar, cast

from jinja2 import StrictUndefined, nodes, pass_context
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.filters import FILTERS
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

MAX_LENGTH = 20_000  # characters of a text, or elements of a nested list
MAX_NUMBER = 10**15  # beyond this, floats no longer count in ones
MAX_TURNS = 20_000  # turns of all the loops of a file

# What a template can raise: Jinja's own, what its operators and filters raise, and Python's compiler at its limits.
FAULTS = (
    TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
)

Node = type[nodes.Node]
Tree = TypeVar("Tree", bound=nodes.Node)

_EXPRESSION: frozenset[Node] = frozenset({
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Compare, nodes.Operand, nodes.And,
    nodes.Or, nodes.Not, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow, nodes.Neg,
    nodes.Pos, nodes.Concat, nodes.CondExpr, nodes.Filter, nodes.Test, nodes.Call, nodes.Tuple, nodes.List, nodes.If,
})  # fmt: skip
_LOOPS: frozenset[Node] = frozenset({
    nodes.For, nodes.Assign, nodes.Macro, nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Dict, nodes.Pair,
})  # fmt: skip
_CALLED: Mapping[Node, str] = {
    nodes.For: "a loop", nodes.Macro: "a macro", nodes.CallBlock: "a call block", nodes.Import: "an import",
    nodes.FromImport: "an import", nodes.Include: "an include", nodes.Extends: "an extends", nodes.Block: "a block",
    nodes.Assign: "a `set` statement", nodes.AssignBlock: "a `set` block", nodes.FilterBlock: "a filter block",
    nodes.Getattr: "an attribute (`a.b`)", nodes.Getitem: "a subscript (`a[b]`)", nodes.Dict: "a dictionary",
    nodes.With: "a `with` block", nodes.NSRef: "a namespace", nodes.Keyword: "a named argument",
}  # fmt: skip
_TESTS = frozenset({"odd", "even", "divisibleby", "in", "defined", "number", "string", "true", "false", "boolean"})
_PLAIN_FILTERS = ("abs", "capitalize", "float", "int", "length", "lower", "max", "min", "title", "trim", "upper")
_LIST_FILTERS = ("default", "dictsort", "first", "items", "last", "list", "reverse", "sort", "sum", "unique")


@dataclass(frozen=True, slots=True)
class Leash:
    """What a template may use: syntax, and functions by name. Filters are those its environment holds."""

    syntax: frozenset[Node]
    functions: frozenset[str]


PLAY_FUNCTIONS = frozenset({
    "visits", "turns_since", "chosen", "roll", "pick", "weighted", "cycle", "sequence", "once", "shuffle", "min", "max",
    "look", "place",
})  # fmt: skip
PLAY = Leash(_EXPRESSION, PLAY_FUNCTIONS)
LOAD = Leash(_EXPRESSION | _LOOPS, frozenset({"range"}))


class Sandbox(ImmutableSandboxedEnvironment):
    """An environment whose operators refuse what would grow beyond the caps."""

    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def __init__(self, filters: Iterable[str], functions: Mapping[str, Callable[..., Any]], **options: Any) -> None:
        super().__init__(undefined=StrictUndefined, keep_trailing_newline=True, cache_size=0, **options)
        self.globals = dict(functions)
        self.filters = {name: FILTERS[name] for name in filters}
        self.filters |= {name: partial(FILTERS[name], self) for name in ("max", "min")}  # they ask for an environment
        self.filters |= {"round": _round, "capped": capped, "counted": self._counted, "spliced": _spliced}
        if "list" in self.filters:
            self.filters["join"] = _join
        self.tests = {name: self.tests[name] for name in self.tests if name in _TESTS}
        self.binop_table = {**self.binop_table, "+": _plus, "*": _times, "%": _modulo, "**": _power}
        self._turns = MAX_TURNS

    @staticmethod
    @pass_context  # which also keeps Jinja from folding it into a constant
    def _counted(context: Context, iterable: Iterable[Any]) -> list[Any]:
        sandbox = context.environment
        assert isinstance(sandbox, Sandbox)
        items = list(islice(iterable, sandbox._turns + 1))
        sandbox._turns -= len(items)
        if sandbox._turns < 0:
            raise SecurityError(f"the loops of this file turn more than {MAX_TURNS} times")
        return items


def play_time() -> Sandbox:
    """The environment of `{{ ... }}` in scalars and of bare expressions."""
    return Sandbox(_PLAIN_FILTERS, {})


def load_time() -> Sandbox:
    """The environment of `#% ...` lines and `${ ... }`. Made anew for each file: its loops draw on one budget."""
    return Sandbox(
        (*_PLAIN_FILTERS, *_LIST_FILTERS),
        {"range": _range},
        block_start_string="\x00[", block_end_string="\x00]",           # no blocks but `#%` lines
        comment_start_string="\x00(", comment_end_string="\x00)",       # no comments but YAML's
        variable_start_string="${", variable_end_string="}",
        line_statement_prefix="#%",
        finalize=_as_yaml,
    )  # fmt: skip


class Objection(NamedTuple):
    """Something the leash does not let through: a sentence, the template's line, and a pattern to find it by."""

    message: str
    line: int
    pattern: str


def objections(tree: nodes.Node, leash: Leash, sandbox: Sandbox) -> Iterator[Objection]:
    """What the leash does not let through, in the order of the template."""
    macros = _macros(tree)
    for node in walk(tree):
        if isinstance(node, nodes.For) and node.recursive:
            yield Objection("a recursive loop cannot be used here", node.lineno, r"\brecursive\b")
        if type(node) not in leash.syntax:
            name = _CALLED.get(type(node), f"`{type(node).__name__.lower()}`")
            yield Objection(f"{name} cannot be used here", node.lineno, r"\{%" if isinstance(node, nodes.Stmt) else "")
        elif isinstance(node, nodes.Filter) and node.name not in sandbox.filters:
            known = ", ".join(filters(sandbox))
            yield Objection(f"there is no filter '{node.name}' here; there are {known}", node.lineno, _word(node.name))
        elif isinstance(node, nodes.Test) and node.name not in sandbox.tests:
            known = ", ".join(sorted(sandbox.tests))
            yield Objection(f"there is no test 'is {node.name}' here; there are {known}", node.lineno, _word(node.name))
        elif isinstance(node, nodes.Filter | nodes.Test) and (node.dyn_args or node.dyn_kwargs):
            yield Objection(f"'{node.name}' takes plain arguments, one after the other", node.lineno, _word(node.name))
        elif isinstance(node, nodes.Call):
            function = node.node.name if isinstance(node.node, nodes.Name) else ""
            if function not in leash.functions | macros:
                known = ", ".join(f"{name}()" for name in sorted(leash.functions | macros))
                yield Objection(f"only {known} can be called", node.lineno, _word(function))
            elif node.kwargs or node.dyn_args or node.dyn_kwargs:
                yield Objection(
                    f"{function}() takes plain arguments, one after the other", node.lineno, _word(function)
                )


def filters(sandbox: Sandbox) -> list[str]:
    """The names of the filters that authors may use."""
    return sorted(sandbox.filters.keys() - {"capped", "counted", "spliced"})


def walk(tree: nodes.Node) -> Iterator[nodes.Node]:
    """Every node of the tree, in the order of the source."""
    yield tree
    for child in tree.iter_child_nodes():
        yield from walk(child)


def harden(tree: Tree) -> Tree:
    """The same template with its loops counted, its concatenations and assignments capped, and what its macros write
    put on the line that calls them."""
    return cast(Tree, _Harden(_macros(tree)).visit(tree))


def capping(tree: nodes.Expr) -> nodes.Expr:
    """The expression, refused at play when its value is beyond the caps or is none at all."""
    return tree if _within_caps(tree) else _through("capped", tree)


def _within_caps(tree: nodes.Node) -> bool:
    """Whether the value of a hardened expression is true or false, or was capped where it was made."""
    if isinstance(tree, nodes.And | nodes.Or):
        return _within_caps(tree.left) and _within_caps(tree.right)
    made = isinstance(tree, nodes.BinExpr) and tree.operator in Sandbox.intercepted_binops
    return made or isinstance(tree, nodes.Compare | nodes.Not | nodes.Test)


def capped(value: Any) -> Any:
    """The value itself when it is within the caps; SecurityError when it is not, UndefinedError when there is none."""
    kind = type(value)
    if (kind is int or kind is float) and -MAX_NUMBER <= value <= MAX_NUMBER:
        return value
    if kind is bool or (kind is str and len(value) <= MAX_LENGTH):
        return value  # as nearly all are
    if kind is StrictUndefined:
        str(value)  # raises: Jinja lets a name that stands for nothing through until something is done with it
    if _weight(value, MAX_LENGTH) > MAX_LENGTH:
        raise SecurityError(f"the value is longer than {MAX_LENGTH}")
    if _is_number(value) and not isinstance(value, complex) and abs(value) > MAX_NUMBER:
        raise SecurityError("the number is larger than 10 ** 15")
    if isinstance(value, complex):
        raise SecurityError("the root of a negative number is none")
    return value


def _plus(left: Any, right: Any) -> Any:
    return capped(left + right)


def _times(left: Any, right: Any) -> Any:
    for much, times in ((left, right), (right, left)):
        if isinstance(much, str | list | tuple) and len(much) * max(0, times) > MAX_LENGTH:
            raise SecurityError(f"the product is longer than {MAX_LENGTH}")
    return capped(left * right)


def _modulo(left: Any, right: Any) -> Any:
    if not _is_number(left):
        raise SecurityError("`%` works on numbers; join texts with `~`")
    return capped(left % right)


def _power(left: Any, right: Any) -> Any:
    if abs(right) > 64 or abs(left) > MAX_NUMBER:
        raise SecurityError("the power is too large")
    return capped(left**right)


class _Harden(NodeTransformer):
    def __init__(self, macros: frozenset[str]) -> None:
        self._macros = macros

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        called = isinstance(node.node, nodes.Name) and node.node.name in self._macros
        return _through("spliced", node) if called else node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self.generic_visit(node)
        node.nodes = [_through("capped", operand) for operand in node.nodes]
        return _through("capped", node)

    def visit_For(self, node: nodes.For) -> nodes.Node:
        self.generic_visit(node)
        node.iter = _through("counted", node.iter)
        return node

    def visit_Assign(self, node: nodes.Assign) -> nodes.Node:
        self.generic_visit(node)
        node.node = _through("capped", node.node)
        return node


def _through(name: str, node: nodes.Node) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


def _macros(tree: nodes.Node) -> frozenset[str]:
    return frozenset(macro.name for macro in tree.find_all(nodes.Macro))


def _spliced(text: str) -> str:
    """What a macro wrote, on one line and without the markers of the lines it was written on."""
    lines = (re.sub("\x00\\d+\x00", "", line).strip() for line in str(text).split("\n"))
    return str(capped(" ".join(line for line in lines if line)))


def _word(name: str) -> str:
    return rf"\b{re.escape(name)}\b" if name else ""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | complex)


def _weight(value: Any, limit: int) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, Mapping):
        value = [*value.keys(), *value.values()]
    if not isinstance(value, list | tuple):
        return 1
    weight = 1
    for item in value:
        weight += _weight(item, limit - weight)
        if weight > limit:
            break
    return weight


def _round(value: float, digits: int = 0) -> float:
    """Rounded to 0-6 digits; a whole number when there are none."""
    if not isinstance(digits, int) or not 0 <= digits <= 6:
        raise SecurityError("round takes 0 to 6 digits")
    return round(value, digits) if digits else round(value)


def _join(values: Iterable[Any], between: str = "") -> str:
    items = [str(capped(value)) for value in islice(values, MAX_LENGTH)]
    if sum(map(len, items)) + len(items) * len(between) > MAX_LENGTH:
        raise SecurityError(f"the text is longer than {MAX_LENGTH}")
    return between.join(items)


def _range(*bounds: int) -> range:
    whole = range(*bounds)
    if len(whole) > MAX_TURNS:
        raise SecurityError(f"the range is longer than {MAX_TURNS}")
    return whole


def _as_yaml(value: Any) -> Any:
    capped(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return value
