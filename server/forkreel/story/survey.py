"""What only the whole story can tell of its variables: which are never read, and which conditions never hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from math import prod

from forkreel.story.codegen import Scope
from forkreel.story.diagnostic import Findings, Spot
from forkreel.story.template import Expression, Fault
from forkreel.story.templates import Templates
from forkreel.story.variables import Value, Variable

MAX_TRIED = 2_000  # combinations of values that one condition is tried with


def survey(
    variables: Mapping[str, Variable], spots: Mapping[str, Spot], templates: Templates, findings: Findings
) -> None:
    """Warn of variables that no template reads, and of conditions that hold for no value of their variables."""
    for name in variables:
        if name not in templates.read and not findings.at(spots[name]):
            hint = "use it in a condition or a text, or delete it"
            findings.warning(spots[name], "unread-variable", f"nothing ever looks at the variable '{name}'", hint)
    domains = {
        name: _domain(variable) if name in templates.assigned else (variable.default,)
        for name, variable in variables.items()
    }
    for spot, condition in templates.conditions:
        if _never(condition, domains) and not findings.at(spot):
            message = f"`{condition.source}` never holds, whatever its variables are"
            hint = "change the condition, or `set` what it asks for somewhere; without it this is always there"
            findings.warning(spot, "never-true", message, hint)


def _domain(variable: Variable) -> Iterable[Value] | None:
    """Every value that a variable can have, or None when they are too many."""
    if variable.kind == "bool":
        return (False, True)
    if variable.kind == "enum":
        return variable.values
    if variable.kind == "int" and variable.high - variable.low < MAX_TRIED:
        return range(round(variable.low), round(variable.high) + 1)
    return None


def _never(condition: Expression, domains: Mapping[str, Iterable[Value] | None]) -> bool:
    """Whether a condition is false for every combination of values; false where nobody can tell."""
    names = sorted(condition.names)
    tried = [list(domains.get(name) or ()) for name in names]
    if not all(tried) or prod(map(len, tried)) > MAX_TRIED:
        return False
    try:
        return not any(condition.evaluate(Scope(dict(zip(names, values, strict=True)))) for values in product(*tried))
    except Fault:
        return False
