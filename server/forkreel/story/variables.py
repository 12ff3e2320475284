"""Typed variables: what a story remembers, and what each variable can hold."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Kind = Literal["int", "float", "bool", "text", "enum"]
Value = int | float | bool | str

MAX_TEXT = 500  # characters of a text variable
KINDS: tuple[Kind, ...] = ("int", "float", "bool", "text", "enum")
_CALLED = {"int": "a whole number", "float": "a number", "bool": "true or false", "text": "a text"}


class Unfit(ValueError):
    """A value that a variable cannot hold; the message says what it can."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A name, what it can hold, and what it holds at the start.

    `low` and `high` bound numbers, `values` lists the words of an enum.
    """

    name: str
    kind: Kind
    default: Value
    low: float = -math.inf
    high: float = math.inf
    values: tuple[str, ...] = ()

    def fit(self, value: object) -> Value:
        """The value as this variable holds it: numbers are kept within the range. Raises `Unfit` for another type."""
        match self.kind:
            case "bool" if isinstance(value, bool):
                return value
            case "int" | "float" if isinstance(value, int | float) and not isinstance(value, bool):
                return self._number(value)
            case "text" if isinstance(value, str):
                if len(value) > MAX_TEXT:
                    raise Unfit(f"'{self.name}' holds at most {MAX_TEXT} characters, not {len(value)}")
                return value
            case "enum" if value in self.values and isinstance(value, str):
                return value
        raise Unfit(f"'{self.name}' holds {self.holds}, not {describe(value)}")

    def _number(self, value: int | float) -> Value:
        if not math.isfinite(value):
            raise Unfit(f"'{self.name}' holds {self.holds}, not {value}")
        kept = min(max(value, self.low), self.high)
        if self.kind == "float":
            return float(kept)
        if kept != int(kept):
            raise Unfit(f"'{self.name}' holds {self.holds}, not {value} (there are `//` and `|round`)")
        return int(kept)

    @property
    def holds(self) -> str:
        """What the variable can hold, in words."""
        return f"one of {', '.join(self.values)}" if self.kind == "enum" else _CALLED[self.kind]


def describe(value: object) -> str:
    """A value in words, for messages."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text {value[:40]!r}"
    return str(value) if isinstance(value, int | float) else f"a {type(value).__name__}"
