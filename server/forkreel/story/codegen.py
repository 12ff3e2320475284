"""Code generation: a template's tree, as Jinja parsed it and the allow-list let it through, becomes a Python function.

It means to the bit what Jinja's own code for the tree means (a property test holds the two together), without the
generator, the context and the look-ups in the environment that a `{{ coins }}` would go through each time. The tree
becomes a tree of Python's `ast`, never text: no word of an author's is ever read as Python. Names are looked up in the
scope, functions are methods of it, and the code sees nothing else but this module's table: there are no builtins.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from types import CodeType
from typing import Any

from jinja2 import Undefined, nodes
from jinja2.runtime import str_join
from jinja2.visitor import NodeVisitor

from forkreel.story.sandbox import PLAY_FUNCTIONS, Sandbox


class Scope:
    """What the code of templates sees: every variable that it may name, and the functions of play as methods."""

    __slots__ = ("variables",)

    def __init__(self, variables: Mapping[str, Any]) -> None:
        self.variables = variables


Function = Callable[[Scope], Any]

_OPERATORS: Mapping[type[nodes.Node], ast.operator | ast.unaryop | ast.boolop] = {
    nodes.Sub: ast.Sub(), nodes.Div: ast.Div(), nodes.FloorDiv: ast.FloorDiv(),
    nodes.Neg: ast.USub(), nodes.Pos: ast.UAdd(), nodes.Not: ast.Not(), nodes.And: ast.And(), nodes.Or: ast.Or(),
}  # fmt: skip
_COMPARISONS: Mapping[str, ast.cmpop] = {
    "eq": ast.Eq(), "ne": ast.NotEq(), "lt": ast.Lt(), "lteq": ast.LtE(), "gt": ast.Gt(), "gteq": ast.GtE(),
    "in": ast.In(), "notin": ast.NotIn(),
}  # fmt: skip


class Generator:
    """Makes functions of trees that `objections` has nothing against and that `harden` has been through."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._table: dict[str, Any] = {"__builtins__": {}, "joined": str_join, "Undefined": Undefined}
        self._table |= {f"filter {name}": function for name, function in sandbox.filters.items()}
        self._table |= {f"test {name}": function for name, function in sandbox.tests.items()}
        self._table |= {f"operator {sign}": sandbox.binop_table[sign] for sign in Sandbox.intercepted_binops}

    def function(self, tree: nodes.Expr | nodes.Template) -> Function:
        """The value of an expression, or the text of a template, as a function of the scope.

        Raises RecursionError for a tree that is too deep for Python.
        """
        scope = ast.arguments(posonlyargs=[], args=[ast.arg("scope")], kwonlyargs=[], kw_defaults=[], defaults=[])
        root = ast.fix_missing_locations(ast.Expression(ast.Lambda(scope, _Writer().visit(tree))))
        code: CodeType = compile(root, "<template>", "eval")
        made: Function = eval(code, self._table)
        return made


class _Writer(NodeVisitor):
    """From Jinja's nodes to Python's. A node that has no method here is nothing that the allow-list lets through."""

    def generic_visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> Any:
        raise AssertionError(f"no code is made of {type(node).__name__}")

    def visit_Template(self, node: nodes.Template) -> ast.expr:
        return self._text(node.body)

    def _text(self, body: Iterable[nodes.Node]) -> ast.expr:
        """The pieces of a text, joined: an f-string."""
        pieces: list[ast.expr] = []
        for statement in body:
            for piece in statement.nodes if isinstance(statement, nodes.Output) else [statement]:
                made = self.visit(piece)
                pieces.append(made if isinstance(piece, nodes.TemplateData) else ast.FormattedValue(made, ord("s")))
        return ast.JoinedStr(pieces)

    def visit_If(self, node: nodes.If) -> ast.expr:
        otherwise = self._text(node.else_)
        for branch in (*reversed(node.elif_), node):
            otherwise = ast.IfExp(self.visit(branch.test), self._text(branch.body), otherwise)
        return otherwise

    def visit_TemplateData(self, node: nodes.TemplateData) -> ast.expr:
        return ast.Constant(node.data)

    def visit_Const(self, node: nodes.Const) -> ast.expr:
        return ast.Constant(node.value)

    def visit_Name(self, node: nodes.Name) -> ast.expr:
        assert node.name not in PLAY_FUNCTIONS, "a function is called"
        return ast.Subscript(_of_scope("variables"), ast.Constant(node.name), ast.Load())

    def visit_Call(self, node: nodes.Call) -> ast.expr:
        assert isinstance(node.node, nodes.Name), "only names are called"
        assert node.node.name in PLAY_FUNCTIONS, "only functions of play are called"
        return ast.Call(_of_scope(node.node.name), self._each(node.args), [])

    def visit_Filter(self, node: nodes.Filter) -> ast.expr:
        return self._applied(f"filter {node.name}", node)

    def visit_Test(self, node: nodes.Test) -> ast.expr:
        return self._applied(f"test {node.name}", node)

    def _applied(self, function: str, node: nodes.Filter | nodes.Test) -> ast.expr:
        assert node.node is not None, "a filter stands behind a value"
        starred = node.kwargs or node.dyn_args or node.dyn_kwargs
        assert not starred, "arguments are plain"
        return ast.Call(_name(function), self._each([node.node, *node.args]), [])

    def visit_Compare(self, node: nodes.Compare) -> ast.expr:
        signs = [_COMPARISONS[operand.op] for operand in node.ops]
        return ast.Compare(self.visit(node.expr), signs, self._each(operand.expr for operand in node.ops))

    def visit_CondExpr(self, node: nodes.CondExpr) -> ast.expr:
        if node.expr2 is None:
            line = f"the inline if-expression on line {node.lineno} evaluated to false"
            why = ast.Constant(f"{line} and no else section was defined.")
            nothing: ast.expr = ast.Call(_name("Undefined"), [why], [])
        else:
            nothing = self.visit(node.expr2)
        return ast.IfExp(self.visit(node.test), self.visit(node.expr1), nothing)

    def visit_Concat(self, node: nodes.Concat) -> ast.expr:
        return ast.Call(_name("joined"), [ast.Tuple(self._each(node.nodes), ast.Load())], [])

    def visit_Tuple(self, node: nodes.Tuple) -> ast.expr:
        return ast.Tuple(self._each(node.items), ast.Load())

    def visit_List(self, node: nodes.List) -> ast.expr:
        return ast.List(self._each(node.items), ast.Load())

    def _binary(self, node: nodes.BinExpr) -> ast.expr:
        left, right = self.visit(node.left), self.visit(node.right)
        if node.operator in Sandbox.intercepted_binops:  # by a call, which Python does not fold into a constant either
            return ast.Call(_name(f"operator {node.operator}"), [left, right], [])
        sign = _OPERATORS[type(node)]
        if isinstance(sign, ast.boolop):
            return ast.BoolOp(sign, [left, right])
        assert isinstance(sign, ast.operator), "two operands"
        return ast.BinOp(left, sign, right)

    def _unary(self, node: nodes.UnaryExpr) -> ast.expr:
        sign = _OPERATORS[type(node)]
        assert isinstance(sign, ast.unaryop), "one operand"
        return ast.UnaryOp(sign, self.visit(node.node))

    visit_Add = visit_Sub = visit_Mul = visit_Div = visit_FloorDiv = visit_Mod = visit_Pow = _binary
    visit_And = visit_Or = _binary
    visit_Neg = visit_Pos = visit_Not = _unary

    def _each(self, trees: Iterable[nodes.Node]) -> list[ast.expr]:
        return [self.visit(tree) for tree in trees]


def _name(name: str) -> ast.expr:
    return ast.Name(name, ast.Load())


def _of_scope(name: str) -> ast.expr:
    return ast.Attribute(_name("scope"), name, ast.Load())
