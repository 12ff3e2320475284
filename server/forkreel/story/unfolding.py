"""YAML 1.2 text as a tree of nodes: maps, lists and scalars alone.

Duplicate keys, tags, merge keys and documents that unfold without bounds are refused.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from forkreel.story.composing import MAX_DEPTH, TOO_DEEP, TooMuch, compose
from forkreel.story.diagnostic import Findings, Spot
from forkreel.story.document import Document, Items, Node, Pair, Scalar, Table
from forkreel.story.slips import report, report_unquoted

MAX_NODES = 50_000

_TAG = re.compile(r"(?:&\S+\s+)?(!\S*)")
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_WORDS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


def tree(document: Document, findings: Findings, graph: Any = None) -> Node | None:
    """The tree of a document, from ruamel's graph of it where that is known; None, with a finding, when it has none."""
    try:
        root = compose(document.text) if graph is None else graph
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
        report(error, spot, findings)
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
            raise TooMuch(code, message, node.start_mark)
        if id(node) in above:
            raise TooMuch("alias-bomb", "the value contains itself", node.start_mark)
        if len(above) > MAX_DEPTH:
            raise TooMuch("too-deep", TOO_DEEP, node.start_mark)
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
        if not plain:
            return Scalar(spot, text, text, raw)
        return Scalar(spot, text, _plain_value(text), raw, self._document.comment(raw[1]))

    def _unquoted(self, node: MappingNode, spot: Spot) -> Scalar:
        raw = (node.start_mark.index, node.end_mark.index)
        text = self._document.text[slice(*raw)].strip()
        report_unquoted(spot, text, self._findings)
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
