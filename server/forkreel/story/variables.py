"""Typed variables: what a story remembers, and what each variable can hold."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

Kind = Literal["int", "float", "bool", "text", "enum", "set"]
Value = int | float | bool | str | tuple[str, ...]
"""What a variable can hold; the words of a set are in the order in which they are declared."""

MAX_TEXT = 500  # characters of a text variable, unless it says less
KINDS: tuple[Kind, ...] = ("int", "float", "bool", "text", "enum", "set")
WORDED: tuple[Kind, ...] = ("enum", "set")  # the kinds that have words of their own
_CALLED = {"int": "a whole number", "float": "a number", "bool": "true or false", "text": "a text"}


class Unfit(ValueError):
    """A value that a variable cannot hold; the message says what it can. `code` is that of the diagnostic."""

    code = "wrong-type"


class Beyond(Unfit):
    """A number beyond the variable's range."""

    code = "out-of-range"


@dataclass(frozen=True, slots=True)
class Variable:
    """A name, what it can hold, and what it holds at the start.

    `low` and `high` bound numbers, `values` lists the words of an enum or a set, `max_length` bounds a text.
    `once_called` has its names in older saves.
    """

    name: str
    kind: Kind
    default: Value
    low: float = -math.inf
    high: float = math.inf
    values: tuple[str, ...] = ()
    max_length: int = MAX_TEXT
    once_called: tuple[str, ...] = ()

    def fit(self, value: object) -> Value:
        """The value as this variable holds it. Raises `Unfit` for another type, and beyond its range."""
        match self.kind:
            case "bool" if isinstance(value, bool):
                return value
            case "int" | "float" if isinstance(value, (int, float)) and not isinstance(value, bool):
                return self._number(value)
            case "text" if isinstance(value, str):
                if len(value) > self.max_length:
                    raise Unfit(f"'{self.name}' holds at most {self.max_length} characters, not {len(value)}")
                return value
            case "enum" if value in self.values and isinstance(value, str):
                return value
            case "set" if isinstance(value, list | tuple | set | frozenset):
                return self._words(value)
        raise Unfit(f"'{self.name}' holds {self.holds}, not {describe(value)}")

    def _number(self, value: int | float) -> Value:
        if not math.isfinite(value):
            raise Unfit(f"'{self.name}' holds {self.holds}, not {value}")
        if not self.low <= value <= self.high:
            raise Beyond(f"'{self.name}' goes from {self.low:g} to {self.high:g}, not to {value:g}")
        if self.kind == "float":
            return float(value)
        if value != int(value):
            raise Unfit(f"'{self.name}' holds {self.holds}, not {value} (there are `//` and `|round`)")
        return int(value)

    def _words(self, words: Collection[object]) -> tuple[str, ...]:
        for word in words:
            if word not in self.values:
                raise Unfit(f"'{self.name}' holds {self.holds}, not {describe(word)}")
        return tuple(word for word in self.values if word in words)

    @property
    def holds(self) -> str:
        """What the variable can hold, in words."""
        if self.kind in WORDED:
            return f"{'one' if self.kind == 'enum' else 'some'} of {', '.join(self.values)}"
        return _CALLED[self.kind]


def describe(value: object) -> str:
    """A value in words, for messages."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text {value[:40]!r}"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list | tuple):
        return f"the words {', '.join(map(str, value))[:60]}" if value else "no words"
    return f"a {type(value).__name__}"
