"""What the story room knows of a model's axes: their range or their words, and whether a value fits."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from forkreel.story.diagnostic import did_you_mean
from forkreel.story.variables import describe


class AxisLike(Protocol):
    """An axis in plain terms: numbers from `low` to `high`, or one of `labels` when there are any."""

    @property
    def low(self) -> float: ...  # noqa: D102
    @property
    def high(self) -> float: ...  # noqa: D102
    @property
    def labels(self) -> tuple[str, ...]: ...  # noqa: D102


class AxisRange(NamedTuple):
    """The plainest `AxisLike`."""

    low: float = 0.0
    high: float = 1.0
    labels: tuple[str, ...] = ()


def misfit(name: str, value: object, axis: AxisLike) -> tuple[str, str, str] | None:
    """Code, message and hint when a value does not fit its axis; None when it does."""
    if axis.labels:
        if isinstance(value, str) and value in axis.labels:
            return None
        hint = did_you_mean(value, axis.labels) if isinstance(value, str) else ""
        return "axis-value", f"the axis '{name}' is one of {', '.join(axis.labels)}, not {describe(value)}", hint
    if isinstance(value, str):
        return "wrong-type", f"the axis '{name}' is a number, not {describe(value)}", ""
    if isinstance(value, int | float) and not axis.low <= value <= axis.high:
        return "axis-value", f"the axis '{name}' goes from {axis.low:g} to {axis.high:g}, not to {value:g}", ""
    return None
