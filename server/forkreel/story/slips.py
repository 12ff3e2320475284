"""Slips of YAML's syntax in an author's words, and patched where that can be done: one slip hides no other."""

from __future__ import annotations

import json
import re
from typing import Any

from ruamel.yaml.error import MarkedYAMLError, YAMLError

from forkreel.story.composing import TooMuch, compose
from forkreel.story.diagnostic import Findings, Spot

MAX_PATCHES = 20
_VALUE = re.compile(r"^(\s*(?:-\s+)*(?:[^\s:#'\"{}\[\],&*!|>%@`-][^:#]*:\s+)?)(\S.*)$")


def patched(text: str, findings: Findings) -> tuple[str, Any] | None:
    """The text with slips of YAML's syntax reported and patched, line by line, and ruamel's graph of it.

    None when a slip cannot be patched.
    """
    lines, touched = text.split("\n"), set[int]()
    for _ in range(MAX_PATCHES):
        try:
            patch = "\n".join(lines)
            return patch, compose(patch)
        except MarkedYAMLError as error:
            row = _report_syntax(error, lines, findings)
            if row is None or row in touched:
                return None
            touched.add(row)
        except (YAMLError, ValueError) as error:
            findings.error(Spot(1, 1), "yaml-syntax", str(error).split("\n")[0])
            return None
    return None


def report(error: MarkedYAMLError, spot: Spot, findings: Findings) -> None:
    """A finding of what ruamel stumbled over."""
    findings.error(spot, _code(error), _problem(error), _syntax_hint(error))


def report_unquoted(spot: Spot, value: str, findings: Findings) -> None:
    """A finding of a value that YAML takes for a map because it starts with `{{`."""
    findings.error(
        spot,
        "missing-quotes",
        "a value that starts with `{{` needs quotes around it",
        f"write {json.dumps(value, ensure_ascii=False)}",
    )


def _report_syntax(error: MarkedYAMLError, lines: list[str], findings: Findings) -> int | None:
    """Report a slip of syntax and patch its line in place; the row that was patched, or None."""
    mark, context = error.problem_mark, error.context_mark
    quoted = "quoted scalar" in str(error.context)
    at = (context if quoted else mark) or mark or context
    if at is None:
        report(error, Spot(1, 1), findings)
        return None
    row: int = min(at.line, len(lines) - 1)
    spot = Spot(row + 1, min(at.column, len(lines[row])) + 1)
    line = lines[row]
    match = _VALUE.match(line)
    value = match[2] if match else ""
    if match and value.startswith("{{"):
        report_unquoted(Spot(row + 1, match.start(2) + 1), value, findings)
        lines[row] = match[1] + json.dumps(value, ensure_ascii=False)
        return row
    report(error, spot, findings)
    if isinstance(error, TooMuch):
        return None
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" in indent:
        lines[row] = indent.expandtabs(2) + line.lstrip()
    elif match and not value.startswith(("|", ">", "[", "{")) and match[1].strip():
        lines[row] = match[1] + json.dumps(value, ensure_ascii=False)
    else:
        return None
    findings.mute(row + 1)
    return row


_PROBLEMS = (
    ("mapping values are not allowed", "a second `: ` in one value", "put quotes around the value"),
    ("'\\t' that cannot start", "a tab where YAML wants spaces", "indent with spaces"),
    ("that cannot start any token", "the value starts with a character that YAML needs", "put quotes around the value"),
    ("unexpected end of stream", "a quote that is never closed", "close it on the same line"),
    ("expected <block end>", "this does not fit the lines above it", "check the indentation; quote a value with `: `"),
    ("expected ',' or", "a list or map in one line is not closed here", "quote a value with `{`, `[`, `,`, ` #` in it"),
    ("could not find expected ':'", "a key without its colon", "write `key: value`"),
    ("undefined alias", "an alias that no anchor defines", "define it with & above"),
    ("another document", "a second document after `---`", "one file holds one story"),
)  # fmt: skip


def _code(error: MarkedYAMLError) -> str:
    return error.code if isinstance(error, TooMuch) else "yaml-syntax"


def _problem(error: MarkedYAMLError) -> str:
    problem = str(error.problem or error)
    return next((f"{ours} ({problem})" for theirs, ours, _ in _PROBLEMS if theirs in problem), problem)


def _syntax_hint(error: MarkedYAMLError) -> str:
    problem = str(error.problem or error)
    return next((hint for theirs, _, hint in _PROBLEMS if theirs in problem), "")
