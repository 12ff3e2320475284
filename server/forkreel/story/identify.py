"""Gives every line of a story an id of its own where it has none: by surgery on the text, so that all else stays.

Choices, questions and endings need none: the author's ids of scene and choice name them already.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from forkreel.errors import StoryError
from forkreel.story.diagnostic import Spot
from forkreel.story.document import Document, Items, Node, Scalar, Table
from forkreel.story.expand import Expanded, expand, needs_expanding
from forkreel.story.slips import patched
from forkreel.story.source import read
from forkreel.story.unfolding import tree


@dataclass(frozen=True, slots=True)
class Given:
    """A line without an id, and the one that it gets: None where load-time Jinja writes it, and only its author can."""

    spot: Spot
    id: str | None


@dataclass(frozen=True, slots=True)
class Identified:
    """The text with its ids, and what was given."""

    text: str
    given: tuple[Given, ...]


def identify(path: Path) -> Identified:
    """A story file's text with an id for every line. Raises `StoryError` for a file that YAML cannot read."""
    source, findings = read(path)
    expanded: Expanded | None = None
    if source.text and patched(source.text, findings) is not None:
        expanded = Expanded(source.text, tuple(range(len(source.lines))))
        if needs_expanding(source.text):
            expanded = expand(source.text, findings)
    document = Document(expanded.text, expanded.origin, source.lines) if expanded else None
    root = tree(document, findings) if document else None
    if expanded is None or document is None or root is None or not findings.report().ok:
        raise StoryError(findings.report().render())
    lines = sorted(_lines(root), key=lambda one: one[1].spot)
    taken = {scalar.text for _, line, _ in lines if isinstance(scalar := _under(line, "id"), Scalar)}
    starts = [0]
    for words in source.lines:
        starts.append(starts[-1] + len(words) + 1)
    text, shift, given = source.text, 0, list[Given]()
    for scene, line, listed in lines:
        if _under(line, "id") is not None:
            continue
        row = line.spot.line - 1
        if expanded.origin.count(row) != 1 or "${" in source.lines[row]:
            given.append(Given(line.spot, None))
            continue
        name = next(one for number in range(1, len(lines) + 1) if (one := f"{scene}-{number}") not in taken)
        taken.add(name)
        given.append(Given(line.spot, name))
        start = starts[row] + line.spot.column - 1
        in_flow = source.text[starts[listed.line - 1] + listed.column - 1] == "["
        old, new = _cut(line, name, source.text[start:], in_flow, document)
        at = start + shift
        assert text[at : at + len(old)] == old, f"the line at {line.spot} is where it was"
        text, shift = text[:at] + new + text[at + len(old) :], shift + len(new) - len(old)
    return Identified(text, tuple(given))


def _cut(line: Node, name: str, rest: str, in_flow: bool, document: Document) -> tuple[str, str]:
    """What stands at the start of a line, and what takes its place."""
    below = "\n" + " " * (line.spot.column - 1)
    if isinstance(line, Table):
        brace = rest[: len(rest) - len(rest.lstrip("{ "))] if rest.startswith("{") else ""
        after, key = ", " if brace else below, line.pairs[0].key
        raw = document.text[key.raw[0] : key.raw[1]]
        if len(line.pairs) > 1 or key.text in ("text", "who"):
            return brace + raw, f"{brace}id: {name}{after}{raw}"
        return brace + raw, f"{brace}id: {name}{after}who: {raw}{after}text"
    assert isinstance(line, Scalar), "a line is a text or a map"
    raw = document.text[line.raw[0] : line.raw[1]].rstrip()
    if in_flow:
        return raw, f"{{id: {name}, text: {raw}}}"
    text = json.dumps(line.text.strip(), ensure_ascii=False) if "\n" in raw else raw
    return raw, f"id: {name}{below}text: {text}"


def _lines(root: Node) -> Iterator[tuple[str, Node, Spot]]:
    """Every line of every scene: the scene's id, the line, and where its list begins."""
    scenes = _under(root, "scenes")
    for pair in scenes.pairs if isinstance(scenes, Table) else ():
        for listed in _lists(pair.value):
            for line in listed.items:
                if isinstance(line, Scalar) or (isinstance(line, Table) and line.pairs):
                    yield pair.key.text, line, listed.spot


def _lists(scene: Node) -> Iterator[Items]:
    """Every list of lines of a scene: its own, and those of the answers to its question."""
    ask = _under(scene, "ask")
    questions = _under(ask, "questions")
    answers = [_under(ask, "choices"), _under(questions, "answers")]
    said = [one for listed in answers if isinstance(listed, Items) for one in listed.items]
    for node in (_under(scene, "say"), _under(questions, "fallback"), *(_under(one, "say") for one in said)):
        if isinstance(node, Items):
            yield node


def _under(node: Node | None, key: str) -> Node | None:
    if not isinstance(node, Table):
        return None
    return next((pair.value for pair in node.pairs if pair.key.text == key), None)
