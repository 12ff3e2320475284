"""Nodes that know their place in the source file, and the text that they were read from."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from forkreel.story.diagnostic import Spot


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment that stands right behind a value and begins as a word does: `#1`, `#hashtag`."""

    spot: Spot
    text: str


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value: as it is written (`text`), and as YAML 1.2 reads it. `raw` is its slice of the document.

    `comment` is one behind a value without quotes that its author may have meant as a part of it.
    """

    spot: Spot
    text: str
    value: str | int | float | bool | None
    raw: tuple[int, int]
    comment: Comment | None = None


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

_COMMENT = re.compile(r"[ \t]+(#\w.*)")


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

    def comment(self, index: int) -> Comment | None:
        """The comment behind a value that ends at `index`, where it begins as a word does."""
        match = _COMMENT.match(self.text, index)
        if match is None:
            return None
        return Comment(self.spot(match.start(1)), re.split(r"\s#\s", match[1], maxsplit=1)[0].rstrip())

    def find(self, scalar: Scalar, pattern: str, nth: int = 0) -> Spot:
        """The place of the nth match of a regular expression within a scalar, or the scalar's own."""
        start, end = scalar.raw
        for number, match in enumerate(re.finditer(pattern, self.text[start:end])):
            if number == nth:
                return self.spot(start + match.start())
        return scalar.spot


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
