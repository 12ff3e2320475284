"""From the `controls` of a question to sliders and swatches, and what all parts of a question have: ids, variables."""

from __future__ import annotations

import math
import re

from forkreel.story.axes import AxisLike, misfit
from forkreel.story.diagnostic import Findings, Spot, did_you_mean, unknown
from forkreel.story.document import Node, Scalar
from forkreel.story.fields import Fields, open_block
from forkreel.story.parts_reader import PartsReader
from forkreel.story.scene import Dial, Swatch
from forkreel.story.template import Text
from forkreel.story.variables import Variable

MAX_CONTROLS = 8
MAX_OPTIONS = 16

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class ControlReader:
    """Reads the controls of one story's questions."""

    def __init__(self, findings: Findings, parts: PartsReader) -> None:
        self._findings = findings
        self._parts = parts

    def dials(self, ask: Fields, ids: dict[str, Spot]) -> tuple[Dial, ...]:
        """The controls of a question, as far as they can be read."""
        dials = [self._dial(node, ids) for node in self.at_most(ask, "controls", MAX_CONTROLS)]
        return tuple(dial for dial in dials if dial is not None)

    def _dial(self, node: Node, ids: dict[str, Spot]) -> Dial | None:
        fields = open_block(node, "control", self._findings)
        if fields is None:
            return None
        name = self.identifier(fields, "control", ids, needed=True)
        if ("var" in fields) == ("axis" in fields):
            message = "a control sets a variable or moves an axis: it has `var` or `axis`"
            self._findings.error(fields.spot, "missing-key", message, "axis: hour")
            return None
        variable, axis = self.variable(fields), fields.text("axis")
        known = self._parts.axes
        if axis is not None and known is not None and axis.text not in known:
            hint = did_you_mean(axis.text, known, f"there are {', '.join(known)}")
            self._findings.error(axis.spot, "unknown-axis", f"the model has no axis '{axis.text}'", hint)
        low, high = self._range(fields, variable, axis)
        swatches = tuple(self._swatches(fields, variable, axis))
        if axis is not None and known is not None and axis.text in known and "options" not in fields:
            self._check_slider(fields, axis.text, known[axis.text], low, high)
        if variable is not None and variable.kind not in ("int", "float") and not swatches:
            hint = "options: [{value: …, label: …}]"
            self._findings.error(fields.spot, "missing-key", f"'{variable.name}' is no number: give it swatches", hint)
        if low >= high:
            self._findings.error(fields.key_spot("range"), "out-of-range", "the range is empty", "range: [0, 1]")
        step = fields.number("step", 1e-6, 1e6)
        if step is None and variable is not None and variable.kind == "int":
            step = 1.0
        if name is None or (variable is None and axis is None):
            return None
        label = self._parts.text(fields, "label")
        bound = variable.name if variable else None
        return Dial(name, label, bound, axis.text if axis else None, low, high, step, swatches)

    def variable(self, fields: Fields, kinds: tuple[str, ...] = ()) -> Variable | None:
        """The variable that a part of the question is bound to, of one of `kinds`, or of any that holds one value."""
        scalar = fields.text("var")
        if scalar is None:
            return None
        variable = self._parts.variables.get(scalar.text)
        if variable is None:
            message = f"there is no variable '{scalar.text[:70]}'"
            message, hint = unknown(message, scalar.text, self._parts.variables, "define it below `vars`")
            self._findings.error(scalar.spot, "undefined-variable", message, hint)
        elif variable.kind == "set" or (kinds and variable.kind not in kinds):
            wanted = " or ".join(kinds) or "one value"
            message = f"'{variable.name}' is of type {variable.kind}, and this sets {wanted}"
            self._findings.error(scalar.spot, "wrong-type", message)
            return None
        else:
            self._parts.templates.assigned.add(variable.name)
        return variable

    def _range(self, fields: Fields, variable: Variable | None, axis: Scalar | None) -> tuple[float, float]:
        given = [fields.number_of(item, "range") for item in fields.items("range") or ()]
        if len(given) == 2 and given[0] is not None and given[1] is not None:
            low, high = float(given[0]), float(given[1])
            if variable is not None and low <= high and not variable.low <= low <= high <= variable.high:
                message = f"'{variable.name}' goes from {variable.low:g} to {variable.high:g}, not {low:g} to {high:g}"
                self._findings.error(fields.key_spot("range"), "out-of-range", message)
            return low, high
        if "range" in fields:
            self._findings.error(fields.key_spot("range"), "wrong-type", "a range is two numbers", "range: [0, 1]")
        if variable is not None and math.isfinite(variable.high - variable.low):
            return variable.low, variable.high
        if variable is not None and variable.kind in ("int", "float") and "options" not in fields:
            message = f"'{variable.name}' has no limits, so the slider needs a range"
            self._findings.error(fields.spot, "missing-key", message, "range: [0, 10]")
        known = self._parts.axes.get(axis.text) if axis is not None and self._parts.axes is not None else None
        return (known.low, known.high) if known is not None and not known.labels else (0.0, 1.0)

    def _check_slider(self, fields: Fields, name: str, axis: AxisLike, low: float, high: float) -> None:
        if axis.labels:
            hint = f"options: [{{value: {axis.labels[0]}, label: …}}]"
            self._findings.error(fields.spot, "missing-key", f"the axis '{name}' is a word: give it swatches", hint)
        elif low < axis.low or high > axis.high:
            message = f"the axis '{name}' goes from {axis.low:g} to {axis.high:g}, not from {low:g} to {high:g}"
            self._findings.error(fields.key_spot("range"), "axis-value", message)

    def _swatches(self, fields: Fields, variable: Variable | None, axis: Scalar | None) -> list[Swatch]:
        swatches = []
        for node in self.at_most(fields, "options", MAX_OPTIONS):
            option = open_block(node, "option", self._findings)
            value = option.node("value") if option is not None else None
            if option is None:
                continue
            if not isinstance(value, Scalar) or value.value is None:
                self._findings.error(option.spot, "missing-key", "the option has no value", "value: red")
                continue
            held = value.text if variable is not None and variable.kind in ("text", "enum") else value.value
            if variable is not None:
                self._parts.templates.fits(value, variable, held)
            known = self._parts.axes.get(axis.text) if axis is not None and self._parts.axes is not None else None
            if axis is not None and known is not None and (found := misfit(axis.text, held, known)):
                self._findings.error(value.spot, *found)
            colour = option.text("colour")
            if colour is not None and not _COLOUR.fullmatch(colour.text):
                message = f"{colour.text[:40]!r} is no colour"
                self._findings.error(colour.spot, "bad-colour", message, "write it in quotes: '#c8442e'")
                colour = None
            label = self._parts.text(option, "label") if "label" in option else Text(value.text)
            swatches.append(Swatch(held, label, colour.text.lower() if colour else ""))
        return swatches

    def identifier(self, fields: Fields, kind: str, ids: dict[str, Spot], *, needed: bool) -> str | None:
        """The id of a part of the question; they are all of one kind to viewers, and so unique together."""
        name = fields.identifier("id")
        if needed and "id" not in fields:
            self._findings.error(fields.spot, "missing-key", f"the {kind} has no id")
        if name is not None:
            self._parts.unique(name, kind, ids)
        return name.text if name else None

    def at_most(self, fields: Fields, key: str, most: int) -> tuple[Node, ...]:
        """The items of a list that may not be longer than `most`."""
        nodes = fields.items(key) or ()
        if len(nodes) > most:
            self._findings.error(nodes[most].spot, "too-long", f"there are at most {most} {key}")
        return nodes[:most]
