"""Reads one mapping of a story file key by key; what does not fit becomes a finding, and reading goes on."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator

from forkreel.story.diagnostic import Findings, Spot, did_you_mean
from forkreel.story.document import Items, Node, Pair, Scalar, Table
from forkreel.story.language import IDENTIFIER, KEYS
from forkreel.story.variables import describe

MAX_WORDS = 2_000  # characters of a text
MAX_HINT = 60  # characters of a text in a hint
_SYNONYMS = {"number": "float", "string": "text", "str": "text", "boolean": "bool", "integer": "int", "list": "enum"}
MAX_SECONDS = 600.0
_MENDS = {
    "a text": "write some words, in quotes if they begin with `#` or could be read as something else",
    "a number": "write a number, such as 10 or 2.5",
    "a whole number": "write a whole number, such as 3",
    "true or false": "write true or false",
}
_NAMES = {
    "story": "the story",
    "sfx": "a cue",
    "audio": "an audio clip",
    "say pick": "a pick that types",
    **{key: f"`{key}`" for key in ("hold", "move", "ask", "vote", "questions", "expect")},
}


class Fields:
    """The keys of one block, checked against the language. Readers return None when the key is absent or wrong."""

    def __init__(self, table: Table, block: str, findings: Findings) -> None:
        self.spot = table.spot
        self.block = block
        self._findings = findings
        self._pairs = {pair.key.text: pair for pair in table.pairs}
        known = KEYS[block]
        for before, pair in zip((None, *table.pairs), table.pairs, strict=False):
            name = pair.key.text
            if name not in known:
                otherwise = _cut_at_a_comma(before, pair) or f"there are {', '.join(known)}"
                hint = did_you_mean(name, known, otherwise)
                findings.error(pair.key.spot, "unknown-key", f"'{name}' is not a key of {_named(block)}", hint)

    def __contains__(self, key: str) -> bool:
        return key in self._pairs

    def node(self, key: str) -> Node | None:
        """The key's value as it was parsed."""
        pair = self._pairs.get(key)
        return pair.value if pair else None

    def key_spot(self, key: str) -> Spot:
        """Where the key stands, or the block when it is absent."""
        pair = self._pairs.get(key)
        return pair.key.spot if pair else self.spot

    def wrong(self, node: Node, what: str, expected: str, hint: str = "") -> None:
        """Report a value of the wrong type."""
        hint = hint or _MENDS.get(expected, "")
        self._findings.error(node.spot, "wrong-type", f"'{what}' is {expected}, not {shape(node)}", hint)

    def text(self, key: str) -> Scalar | None:
        """A text; numbers and true/false count as they are written."""
        node = self.node(key)
        return None if node is None else self.text_of(node, key)

    def text_of(self, node: Node, what: str) -> Scalar | None:
        """A node as text; `what` names it in the finding."""
        if not isinstance(node, Scalar) or node.value is None:
            self.wrong(node, what, "a text")
            return None
        if len(node.text) > MAX_WORDS:
            self._findings.error(node.spot, "too-long", f"'{what}' is longer than {MAX_WORDS} characters")
            return None
        return node

    def words(self, key: str) -> Scalar | None:
        """A text that viewers see."""
        node = self.node(key)
        return None if node is None else self.words_of(node, key)

    def words_of(self, node: Node, what: str) -> Scalar | None:
        """A node as a text that viewers see; a finding when a comment takes a part of it."""
        scalar = self.text_of(node, what)
        if scalar is not None and (comment := scalar.comment) is not None:
            whole = json.dumps(f"{scalar.text} {comment.text}"[:MAX_HINT], ensure_ascii=False)
            self._findings.warning(
                comment.spot,
                "text-in-comment",
                f"{comment.text[:40]!r} is a comment and no part of '{what}': ` #` begins one",
                f"write {whole} in quotes, or a blank behind `#` if it is a comment",
            )
        return scalar

    def identifier(self, key: str) -> Scalar | None:
        """An id: letters, digits, `_` and `-`."""
        scalar = self.text(key)
        return scalar if scalar and self.is_identifier(scalar, key) else None

    def is_identifier(self, scalar: Scalar, what: str) -> bool:
        """Whether a scalar can be an id; a finding when it cannot."""
        if len(scalar.text) <= 64 and IDENTIFIER.fullmatch(scalar.text):
            return True
        self._findings.error(
            scalar.spot,
            "bad-id",
            f"{scalar.text[:70]!r} cannot be an id ({what})",
            "an id has letters, digits, _ and -, at most 64, and no templates",
        )
        return False

    def number(self, key: str, low: float = -math.inf, high: float = math.inf) -> float | None:
        """A finite number between low and high."""
        node = self.node(key)
        return None if node is None else self.number_of(node, key, low, high)

    def number_of(self, node: Node, what: str, low: float = -math.inf, high: float = math.inf) -> float | None:
        """A node as a number; `what` names it in the finding."""
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self.wrong(node, what, "a number")
            return None
        if not low <= value <= high:
            bounds = f"at least {low:g}" if high == math.inf else f"between {low:g} and {high:g}"
            self._findings.error(node.spot, "out-of-range", f"'{what}' is {bounds}, not {value}")
            return None
        return value

    def whole(self, key: str, low: int, high: int) -> int | None:
        """A whole number between low and high."""
        node = self.node(key)
        if node is None:
            return None
        if isinstance(node, Scalar) and isinstance(node.value, float):
            self.wrong(node, key, "a whole number")
            return None
        value = self.number_of(node, key, low, high)
        return None if value is None else int(value)

    def flag(self, key: str) -> bool:
        """True or false; false when absent or wrong."""
        node = self.node(key)
        if node is None:
            return False
        if not isinstance(node, Scalar) or not isinstance(node.value, bool):
            self.wrong(node, key, "true or false")
            return False
        return node.value

    def one_of(self, key: str, words: Iterable[str]) -> str | None:
        """One of some words."""
        scalar, words = self.text(key), tuple(words)
        if scalar is None or scalar.text in words:
            return scalar.text if scalar else None
        self._findings.error(
            scalar.spot,
            "unknown-word",
            f"'{key}' is one of {', '.join(words)}, not {scalar.text[:40]!r}",
            did_you_mean(_SYNONYMS.get(scalar.text.lower(), scalar.text), words),
        )
        return None

    def table(self, key: str, what: str = "") -> Table | None:
        """A mapping."""
        node = self.node(key)
        if node is None or isinstance(node, Table):
            return node
        self.wrong(node, key, what or "a map of keys and values")
        return None

    def items(self, key: str) -> tuple[Node, ...] | None:
        """A list that is not empty."""
        node = self.node(key)
        if node is None:
            return None
        if not isinstance(node, Items):
            self.wrong(node, key, "a list", "start each entry with `- `")
            return None
        if not node.items:
            self._findings.error(
                node.spot, "wrong-type", f"'{key}' is an empty list", "give it an entry or leave it out"
            )
        return node.items

    def pairs(self, key: str, what: str = "") -> Iterator[Pair]:
        """The entries of a mapping, one by one; none when absent or wrong."""
        table = self.table(key, what)
        yield from table.pairs if table else ()


def open_block(node: Node, block: str, findings: Findings) -> Fields | None:
    """A node as a block of the language; None, with a finding, when it is no map."""
    if isinstance(node, Table):
        return Fields(node, block, findings)
    findings.error(node.spot, "wrong-type", f"{_named(block)} is a map of keys and values, not {shape(node)}")
    return None


def _cut_at_a_comma(before: Pair | None, pair: Pair) -> str:
    """A hint for a text without quotes that a comma in a one-line map cut in two; empty where it was not so."""
    if before is None or not isinstance(first := before.value, Scalar) or not isinstance(rest := pair.value, Scalar):
        return ""
    if rest.raw[0] != rest.raw[1] or not isinstance(first.value, str) or first.spot.line != pair.key.spot.line:
        return ""
    whole = json.dumps(f"{first.text}, {pair.key.text}", ensure_ascii=False)
    return f"a text with a comma in it needs quotes: {before.key.text}: {whole}"


def shape(node: Node) -> str:
    """What a node is, in words, for messages."""
    if isinstance(node, Scalar):
        return describe(node.value)
    return "a map" if isinstance(node, Table) else "a list"


def _named(block: str) -> str:
    """What messages call a block: by its article and noun, or by its key where that is no noun for one thing."""
    return _NAMES.get(block) or f"{'an' if block[0] in 'aeiou' else 'a'} {block}"
