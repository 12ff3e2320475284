"""Reads the templates of a story file: compiles them, finds the place of what is wrong, and tries them out once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from jinja2 import UndefinedError

from forkreel.story.codegen import Scope
from forkreel.story.diagnostic import Findings, Spot, did_you_mean, unknown
from forkreel.story.document import Document, Items, Node, Scalar, Table
from forkreel.story.fields import shape
from forkreel.story.scene import Effect
from forkreel.story.template import Compiler, Expression, Fault, Flaw, Text
from forkreel.story.trial import TrialScope
from forkreel.story.variables import Beyond, Unfit, Variable

_BRACES = re.compile(r"\s*\{\{(.*)\}\}\s*", re.DOTALL)
_ONE_BRACED = re.compile(r"\s*\{\{((?:(?!\}\}).)*)\}\}\s*", re.DOTALL)


class Templates:
    """One story's templates. `broken` names variables whose definition has an error: they have no value to try.

    `conditions` gathers the conditions, `assigned` the variables that something changes.
    """

    def __init__(
        self,
        documents: Mapping[str, Document],
        findings: Findings,
        variables: Mapping[str, Variable],
        broken: frozenset[str],
        ids: Mapping[str, frozenset[str]],
    ) -> None:
        """`ids` has the names that functions can be given, by the code of the diagnostic for one that is not there."""
        self._documents = documents
        self._findings = findings
        self._variables = variables
        self._known = {"undefined-variable": frozenset(variables), **ids}
        scenes = ("scene", ids["unknown-scene"])
        self._compiler = Compiler(
            frozenset(variables),
            {
                "visits": scenes,
                "turns_since": scenes,
                "chosen": ("choice", ids["unknown-choice"]),
                "look": ("member of the cast", ids["unknown-speaker"]),
                "place": ("place", ids["unknown-place"]),
            },
        )
        self._broken = broken
        self.conditions: list[tuple[Spot, Expression]] = []
        self.assigned = set[str]()
        self._scope: Scope = TrialScope(
            {name: variable.default for name, variable in variables.items() if name not in broken}
        )

    @property
    def read(self) -> frozenset[str]:
        """The names that some template uses."""
        return frozenset(self._compiler.read)

    def text(self, scalar: Scalar) -> Text:
        """A scalar as a text with `{{ ... }}` in it; a plain text, with findings, when that is not sound."""
        compiled = self._compiler.text(scalar.text, self._where(scalar))
        if isinstance(compiled, list):
            self._report(compiled, scalar)
            return Text(scalar.text)
        self._try(compiled.render, scalar)
        return compiled

    def define(self, name: Scalar, node: Node) -> None:
        """A condition that goes by a name from now on."""
        if not isinstance(node, Scalar) or node.value is None:
            self._findings.error(node.spot, "wrong-type", f"'{name.text}' is an expression, not {shape(node)}")
            return
        compiled = self._compiler.define(name.text, node.text.strip(), self._where(node))
        if isinstance(compiled, list):
            self._report(compiled, node)
        else:
            self._try(compiled.evaluate, node)

    def condition(self, node: Node, what: str) -> Expression:
        """A bare expression that holds or does not."""
        expression = self._bare(node, what)
        self._try(expression.evaluate, node)
        self.conditions.append((node.spot, expression))
        return expression

    def effect(self, node: Node, variable: Variable) -> Effect:
        """What a variable is set to: a bare expression whose value it can hold; its words may stand by themselves.

        Of a set also `{add: word}`, `{remove: word}`, or a list of words.
        """
        self.assigned.add(variable.name)
        change: Literal["is", "add", "remove"] = "is"
        if variable.kind == "set":
            if isinstance(node, Table) and len(node.pairs) == 1 and node.pairs[0].key.text in ("add", "remove"):
                change, node = ("add" if node.pairs[0].key.text == "add" else "remove"), node.pairs[0].value
            if (words := _words(node)) is not None and set(words) <= set(variable.values):
                return Effect(variable.name, Expression.constant(words, self._where(node)), change)
        elif isinstance(node, Scalar) and node.text in variable.values:
            return Effect(variable.name, Expression.constant(node.text, self._where(node)))
        if variable.kind == "set" and not isinstance(node, Scalar):
            hint = f"{variable.name}: {{add: {variable.values[0]}}}, remove, or a list of words"
            self._findings.error(node.spot, "wrong-type", f"'{variable.name}' holds {variable.holds}", hint)
            return Effect(variable.name, Expression.constant((), ""))
        expression = self._bare(node, variable.name)
        given = self._try(expression.evaluate, node)
        if given is not None and variable.name not in self._broken:
            self.fits(node, variable, [given] if change != "is" and isinstance(given, str) else given)
        return Effect(variable.name, expression, change)

    def fits(self, node: Node, variable: Variable, given: object) -> None:
        """A finding when a value that is known does not fit a variable."""
        try:
            variable.fit(given)
        except Beyond as beyond:
            if isinstance(node, Scalar) and not isinstance(node.value, str):  # else it hangs on how the story goes
                self._findings.error(node.spot, beyond.code, str(beyond))
        except Unfit as unfit:
            self._findings.error(node.spot, unfit.code, str(unfit), did_you_mean(str(given), variable.values))

    def setting(self, scalar: Scalar) -> float | str | Text | Expression:
        """A value of an axis: a number, a word, or `{{ ... }}`, which alone in its scalar keeps its own type."""
        if isinstance(scalar.value, int | float) and not isinstance(scalar.value, bool):
            return float(scalar.value)
        if match := _ONE_BRACED.fullmatch(scalar.text):
            expression = self._compiled(match[1].strip(), scalar)
            self._try(expression.evaluate, scalar)
            return expression
        text = self.text(scalar)
        return text if "{{" in scalar.text else text.source

    def tried(self, setting: float | str | Text | Expression) -> object:
        """The value that a setting has at the start of a story, or None when nobody can tell."""
        if isinstance(setting, int | float | str):
            return setting
        try:
            return setting.evaluate(self._scope) if isinstance(setting, Expression) else setting.render(self._scope)
        except Fault:
            return None

    def _bare(self, node: Node, what: str) -> Expression:
        if not isinstance(node, Scalar) or node.value is None:
            self._findings.error(node.spot, "wrong-type", f"'{what}' is an expression, not {shape(node)}")
            return Expression.constant(None, "")
        if not isinstance(node.value, str):
            return Expression.constant(node.value, self._where(node))
        source = node.text.strip()
        if match := _BRACES.fullmatch(source):
            source = match[1].strip()
            if not self._findings.at(node.spot):
                self._findings.error(
                    node.spot, "braces", f"'{what}' is a bare expression, without braces", f"write {what}: {source}"
                )
        return self._compiled(source, node)

    def _compiled(self, source: str, scalar: Scalar) -> Expression:
        compiled = self._compiler.expression(source, self._where(scalar))
        if isinstance(compiled, list):
            self._report(compiled, scalar)
            return Expression.constant(None, "")
        return compiled

    def _try(self, run: Callable[[Scope], object], node: Node) -> object:
        """What a template gives at the start of a story; a finding when it fails on the types of its values."""
        try:
            return run(self._scope)
        except Fault as fault:
            missing = self._broken and isinstance(fault.__cause__, UndefinedError)
            if not missing and not isinstance(fault.__cause__, ArithmeticError):
                self._findings.error(node.spot, "template-error", str(fault).split(" failed: ", 1)[-1])
            return None

    def _report(self, flaws: Iterable[Flaw], scalar: Scalar) -> None:
        for flaw in flaws:
            document, spot = self._documents.get(scalar.spot.file), scalar.spot
            if flaw.pattern and document is not None:  # a table of translations is no document
                spot = document.find(scalar, flaw.pattern, flaw.nth)
            message, hint = flaw.message, ""
            if flaw.code == "undefined-variable":
                known = self._known[flaw.code] | self._compiler.conditions
                otherwise = f"define it below `vars`, or write the text as \"'{flaw.name}'\" in quotes"
                message, hint = unknown(message, flaw.name, known, otherwise)
            elif flaw.code == "template-error":
                hint = _template_hint(scalar.text, message)
            elif flaw.name:
                message, hint = unknown(message, flaw.name, self._known[flaw.code])
            self._findings.error(spot, flaw.code, message, hint)

    def _where(self, node: Node) -> str:
        return f"{node.spot.file or self._findings.file}:{node.spot.line}:{node.spot.column}"


def _words(node: Node) -> tuple[str, ...] | None:
    """The words of a list or of a single scalar, or None when it holds anything else."""
    nodes = node.items if isinstance(node, Items) else (node,)
    scalars = [one.text for one in nodes if isinstance(one, Scalar)]
    return tuple(scalars) if len(scalars) == len(nodes) else None


def _template_hint(source: str, message: str) -> str:
    if "cannot be used here" in message:
        return "`{{ ... }}` holds one expression; what repeats is written with `#% for`"
    if source.count("{{") > source.count("}}"):
        return "close `{{` with `}}`"
    if source.count("(") > source.count(")"):
        return "close the bracket, or put quotes around the whole value: in a one-line map a comma ends it"
    if re.search(r"(?<![=!<>])=(?!=)", source):
        return "compare with `==`"
    if "&&" in source or "||" in source:
        return "write `and`, `or`, `not`"
    return ""
