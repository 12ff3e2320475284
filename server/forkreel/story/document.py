"""YAML 1.2 text as a tree of nodes that know their place in the source file.

Knows YAML and nothing of stories. Only maps, lists and scalars are let through; duplicate keys, tags, merge keys and
documents that unfold without bounds are refused. What a missing quote broke is patched: one slip hides no other.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.scanner import RoundTripScanner

from forkreel.story.diagnostic import Findings, Spot

MAX_DEPTH = 16
MAX_NODES = 50_000
MAX_TOKENS = 200_000
MAX_PATCHES = 20
_TOO_DEEP = f"lists or maps are nested more than {MAX_DEPTH} deep"

_VALUE = re.compile(r"^(\s*(?:-\s+)*(?:[^\s:#'\"{}\[\],&*!|>%@`-][^:#]*:\s+)?)(\S.*)$")
_TAG = re.compile(r"(?:&\S+\s+)?(!\S*)")
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_WORDS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value: as it is written (`text`), and as YAML 1.2 reads it. `raw` is its slice of the document."""

    spot: Spot
    text: str
    value: str | int | float | bool | None
    raw: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Pair:
    """A key and its value."""

    key: Scalar
    value: Node


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping, in the order of the file."""

    spot: Spot
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    spot: Spot
    items: tuple[Node, ...]


Node = Scalar | Table | Items


class Document:
    """The text that YAML was read from, and the way from there back to the source file."""

    def __init__(self, text: str, origin: Sequence[int], source: Sequence[str], file: str = "") -> None:
        self.text = text
        self._file = file
        self._lines = text.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._origin = origin
        self._source = source

    def spot(self, index: int) -> Spot:
        """The place in the source file of the character at `index`."""
        row = min(bisect_right(self._starts, index) - 1, len(self._lines) - 1)
        column = index - self._starts[row]
        number = self._origin[row]
        return Spot(number + 1, _align(self._source[number], self._lines[row], column) + 1, self._file)

    def spot_at(self, row: int, column: int) -> Spot:
        """The place in the source file of a row and column (both from 0) of the text."""
        row = min(row, len(self._lines) - 1)
        return self.spot(self._starts[row] + min(column, len(self._lines[row])))

    def find(self, scalar: Scalar, pattern: str, nth: int = 0) -> Spot:
        """The place of the nth match of a regular expression within a scalar, or the scalar's own."""
        start, end = scalar.raw
        for number, match in enumerate(re.finditer(pattern, self.text[start:end])):
            if number == nth:
                return self.spot(start + match.start())
        return scalar.spot


class _TooMuch(MarkedYAMLError):
    """More than is read, found before ruamel spends quadratic time on it."""

    def __init__(self, code: str, message: str, mark: Any) -> None:
        super().__init__(None, None, message, mark)
        self.code = code


class _Scanner(RoundTripScanner):
    def fetch_flow_collection_start(self, TokenClass: Any, to_push: str) -> None:
        super().fetch_flow_collection_start(TokenClass, to_push)
        self._bound(len(self.flow_context))

    def add_indent(self, column: int) -> bool:
        added = super().add_indent(column)
        self._bound(len(self.indents))
        return added

    def fetch_more_tokens(self) -> Any:
        self._tokens = getattr(self, "_tokens", 0) + 1
        if self._tokens > MAX_TOKENS:
            raise _TooMuch("file-too-large", f"the file has more than {MAX_TOKENS} tokens", self.reader.get_mark())
        return super().fetch_more_tokens()

    def _bound(self, depth: int) -> None:
        if depth > 2 * MAX_DEPTH:
            raise _TooMuch("too-deep", _TOO_DEEP, self.reader.get_mark())


class _Composer(Composer):
    def __init__(self, loader: Any = None) -> None:
        super().__init__(loader)
        self.warn_double_anchors = False  # YAML lets an anchor be given anew


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.Composer = _Composer
    yaml.Scanner = _Scanner
    return yaml


def patched(text: str, findings: Findings) -> tuple[str, Any] | None:
    """The text with slips of YAML's syntax reported and patched, line by line, and ruamel's graph of it.

    None when a slip cannot be patched.
    """
    lines, touched = text.split("\n"), set[int]()
    for _ in range(MAX_PATCHES):
        try:
            patch = "\n".join(lines)
            return patch, _yaml().compose(patch)
        except MarkedYAMLError as error:
            row = _report_syntax(error, lines, findings)
            if row is None or row in touched:
                return None
            touched.add(row)
        except (YAMLError, ValueError) as error:
            findings.error(Spot(1, 1), "yaml-syntax", str(error).split("\n")[0])
            return None
    return None


def tree(document: Document, findings: Findings, graph: Any = None) -> Node | None:
    """The tree of a document, from ruamel's graph of it where that is known; None, with a finding, when it has none."""
    try:
        root = _yaml().compose(document.text) if graph is None else graph
        if root is None or (isinstance(root, ScalarNode) and root.value == ""):
            findings.error(
                Spot(1, 1), "file-empty", "the file holds no story", "docs/writing-stories.md has a first story"
            )
            return None
        if re.match(r"(?:#[^\n]*\n|\s)*%YAML\s+1\.1", document.text):
            findings.error(Spot(1, 1), "yaml-version", "stories are YAML 1.2", "delete the %YAML line")
        return _Unfolding(document, findings).node(root, ())
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        spot = document.spot_at(mark.line, mark.column) if mark else Spot(1, 1)
        findings.error(spot, _code(error), _problem(error), _syntax_hint(error))
    return None


class _Unfolding:
    """Turns ruamel's graph, in which an alias is one more way to the same node, into a bounded tree."""

    def __init__(self, document: Document, findings: Findings) -> None:
        self._document = document
        self._findings = findings
        self._nodes = 0

    def node(self, node: Any, above: tuple[int, ...]) -> Node:
        spot = self._document.spot(node.start_mark.index)
        self._nodes += 1
        if self._nodes > MAX_NODES:
            message = f"the file unfolds to more than {MAX_NODES} values"
            code = "alias-bomb" if "&" in self._document.text else "file-too-large"
            raise _TooMuch(code, message, node.start_mark)
        if id(node) in above:
            raise _TooMuch("alias-bomb", "the value contains itself", node.start_mark)
        if len(above) > MAX_DEPTH:
            raise _TooMuch("too-deep", _TOO_DEEP, node.start_mark)
        below = (*above, id(node))
        if tag := _TAG.match(self._document.text, node.start_mark.index):
            self._findings.error(spot, "yaml-tag", f"the tag {tag[1]} is not part of the language", "delete it")
        if isinstance(node, MappingNode):
            if node.flow_style and node.value and isinstance(node.value[0][0], MappingNode):
                return self._unquoted(node, spot)
            return Table(spot, tuple(self._pairs(node, below)))
        if isinstance(node, SequenceNode):
            return Items(spot, tuple(self.node(item, below) for item in node.value))
        return self._scalar(node, spot)

    def _pairs(self, node: MappingNode, below: tuple[int, ...]) -> list[Pair]:
        pairs: dict[str, Pair] = {}
        for key_node, value_node in node.value:
            key_spot = self._document.spot(key_node.start_mark.index)
            if not isinstance(key_node, ScalarNode):
                self._findings.error(key_spot, "wrong-type", "a key must be a word, not a list or a map")
                continue
            key = self._scalar(key_node, key_spot)
            if key.text == "<<":
                self._findings.error(
                    key_spot, "yaml-merge", "merge keys (`<<`) are not part of YAML 1.2", "repeat lines with `#% for`"
                )
                continue
            value = self.node(value_node, below)
            if (
                isinstance(value, Scalar) and value.raw[0] == value.raw[1]
            ):  # nothing: ruamel places it at the next token
                value = replace(value, spot=self._document.spot(key_node.end_mark.index + 1))
            if key.text in pairs:
                first = pairs[key.text].key.spot
                self._findings.error(
                    key_spot, "duplicate-key", f"'{key.text}' is given twice; first in line {first.line}", "keep one"
                )
                continue
            pairs[key.text] = Pair(key, value)
        return list(pairs.values())

    def _scalar(self, node: ScalarNode, spot: Spot) -> Scalar:
        raw = (node.start_mark.index, node.end_mark.index)
        plain = node.style in (None, "")
        text = node.value.replace("\a", "") if node.style == ">" else node.value  # ruamel marks folds with a bell
        return Scalar(spot, text, _plain_value(text) if plain else text, raw)

    def _unquoted(self, node: MappingNode, spot: Spot) -> Scalar:
        raw = (node.start_mark.index, node.end_mark.index)
        text = self._document.text[slice(*raw)].strip()
        _report_unquoted(spot, text, self._findings)
        return Scalar(spot, text, text, raw)


def _plain_value(text: str) -> str | int | float | bool | None:
    """A plain scalar by the core schema of YAML 1.2 (section 10.3.2): `no` and `on` are words, `007` is seven."""
    if text in _NULLS:
        return None
    if text in _WORDS:
        return _WORDS[text]
    if len(text) <= 40 and _INT.fullmatch(text):
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    if len(text) <= 40 and _FLOAT.fullmatch(text):
        return float(text)
    return text


def _align(source: str, line: str, column: int) -> int:
    """The source column of a column of the line made from it: exact outside what load-time Jinja put in."""
    if source == line:
        return column
    before = 0
    while before < min(len(source), len(line)) and source[before] == line[before]:
        before += 1
    if column <= before:
        return column
    if line[before + 1 : -1] == source[before:]:  # quotes that a patch put round the value
        return min(column - 1, len(source))
    after = 0
    while after < min(len(source), len(line)) - before and source[-1 - after] == line[-1 - after]:
        after += 1
    if column >= len(line) - after:
        return column - len(line) + len(source)
    return before


def _report_unquoted(spot: Spot, value: str, findings: Findings) -> None:
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
        findings.error(Spot(1, 1), "yaml-syntax", _problem(error), _syntax_hint(error))
        return None
    row: int = min(at.line, len(lines) - 1)
    spot = Spot(row + 1, min(at.column, len(lines[row])) + 1)
    line = lines[row]
    match = _VALUE.match(line)
    value = match[2] if match else ""
    if match and value.startswith("{{"):
        _report_unquoted(Spot(row + 1, match.start(2) + 1), value, findings)
        lines[row] = match[1] + json.dumps(value, ensure_ascii=False)
        return row
    findings.error(spot, _code(error), _problem(error), _syntax_hint(error))
    if isinstance(error, _TooMuch):
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
    ("expected ',' or", "a list or map in one line is not closed here", "quote a value with `{`, `[` or `,` in it"),
    ("could not find expected ':'", "a key without its colon", "write `key: value`"),
    ("undefined alias", "an alias that no anchor defines", "define it with & above"),
    ("another document", "a second document after `---`", "one file holds one story"),
)  # fmt: skip


def _code(error: MarkedYAMLError) -> str:
    return error.code if isinstance(error, _TooMuch) else "yaml-syntax"


def _problem(error: MarkedYAMLError) -> str:
    problem = str(error.problem or error)
    return next((f"{ours} ({problem})" for theirs, ours, _ in _PROBLEMS if theirs in problem), problem)


def _syntax_hint(error: MarkedYAMLError) -> str:
    problem = str(error.problem or error)
    return next((hint for theirs, _, hint in _PROBLEMS if theirs in problem), "")
