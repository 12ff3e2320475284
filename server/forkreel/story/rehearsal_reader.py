"""From the `tests:` of a story to its `Rehearsal`s: every key read, every name checked against the story."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from forkreel.story.diagnostic import Findings, Spot, did_you_mean, unknown
from forkreel.story.document import Items, Node, Scalar, Table
from forkreel.story.fields import Fields, open_block
from forkreel.story.rehearsal import WAIT, Expected, Pick, Rehearsal, Typed
from forkreel.story.scene import Scene
from forkreel.story.variables import Unfit, Variable

_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)


class RehearsalReader:
    """Reads the tests of one story.

    `choices` are ids, alone and as `scene.choice`; `broken` are the variables whose definition has an error.
    """

    def __init__(
        self,
        findings: Findings,
        scenes: Mapping[str, Scene],
        choices: Collection[str],
        variables: Mapping[str, Variable],
        broken: Collection[str],
        max_seed: int,
    ) -> None:
        self._findings = findings
        self._scenes = scenes
        self._choices = choices
        self._variables = variables
        self._broken = broken
        self._max_seed = max_seed
        self._endings = [scene.close.id for scene in scenes.values() if scene.close is not None]
        speeches = [speech for scene in scenes.values() for speech in scene.all_speeches]
        questions = [scene.question for scene in scenes.values() if scene.question is not None]
        self._entries = {question.entry.id for question in questions if question.entry is not None}
        self._controls = {dial.id for question in questions for dial in question.dials}
        self._lines = {speech.id for speech in speeches} | {speech.text.source for speech in speeches}
        self._templates = [_TEMPLATE.split(speech.text.source) for speech in speeches if "{" in speech.text.source]
        self._names: dict[str, Spot] = {}

    def rehearsal(self, node: Node) -> Rehearsal | None:
        """One test, as far as it can be read."""
        fields = open_block(node, "test", self._findings)
        if fields is None:
            return None
        name = fields.text("name")
        for key in ("name", "expect"):
            if key not in fields:
                self._findings.error(fields.spot, "missing-key", f"the test has no {key}")
        if name is not None and self._names.setdefault(name.text, name.spot) != name.spot:
            message = f"the test '{name.text[:70]}' is given twice; first in line {self._names[name.text].line}"
            self._findings.error(name.spot, "duplicate-id", message)
        picks = [self._pick(fields, item) for item in fields.items("picks") or ()]
        expected = fields.node("expect")
        expect = open_block(expected, "expect", self._findings) if expected is not None else None
        seed = fields.whole("seed", 0, self._max_seed)
        if name is None or expect is None:
            return None
        if not any(key in expect for key in ("scene", "ending", "vars", "lines")):
            self._findings.error(expect.spot, "missing-key", "the test expects nothing", "expect: {ending: home}")
        return Rehearsal(
            name=name.text.strip(),
            file=self._findings.file,
            spot=fields.spot,
            seed=seed,
            inputs=tuple(self._inputs(fields)),
            picks=tuple(pick for pick in picks if pick is not None),
            scene=self._known(expect, "scene", self._scenes),
            ending=self._known(expect, "ending", self._endings),
            variables=tuple(self._values(expect)),
            lines=tuple(self._seen(expect)),
        )

    def _inputs(self, fields: Fields) -> Iterator[tuple[str, Expected]]:
        for pair in fields.pairs("inputs", "a map of controls and values"):
            if pair.key.text not in self._controls:
                hint = did_you_mean(pair.key.text, self._controls, "an input is the id of a slider or of swatches")
                message = f"there is no control '{pair.key.text[:70]}'"
                self._findings.error(pair.key.spot, "unknown-choice", message, hint)
            elif not isinstance(pair.value, Scalar) or pair.value.value is None:
                fields.wrong(pair.value, pair.key.text, "a value")
            else:
                yield pair.key.text, Expected(pair.value.spot, pair.value.value)

    def _typed(self, node: Table) -> Typed | None:
        fields = open_block(node, "say pick", self._findings)
        text = fields.text("say") if fields is not None else None
        meant = fields.node("as") if fields is not None else None
        if fields is not None and "say" not in fields:
            self._findings.error(fields.spot, "missing-key", "nothing is typed", "{say: the text, as: an answer}")
        if text is None:
            return None
        if not text.text.strip():
            self._findings.error(text.spot, "missing-key", "nothing is typed", "{say: the text, as: an answer}")
        topic = meant.text if isinstance(meant, Scalar) and meant.text != WAIT else None
        if topic is not None and meant is not None and topic not in self._choices:
            message, hint = unknown(f"there is no answer '{topic[:70]}'", topic, self._choices)
            self._findings.error(meant.spot, "unknown-choice", message, hint)
        return Typed(node.spot, text.text, topic)

    def _pick(self, fields: Fields, node: Node) -> Pick | Typed | None:
        if isinstance(node, Table):
            return self._typed(node)
        if isinstance(node, Scalar) and node.text == WAIT:
            return Pick(node.spot, None)
        scalar = fields.text_of(node, "picks")
        if scalar is not None and scalar.text not in self._choices:
            message = f"there is no choice '{scalar.text[:70]}'"
            if scalar.text in self._entries:
                hint = "what is typed is picked by its text: {say: the text}"
            else:
                hint = "a pick is the id of a choice, or ~ to let the timer run out"
                message, hint = unknown(message, scalar.text, self._choices, hint)
            self._findings.error(scalar.spot, "unknown-choice", message, hint)
        return Pick(scalar.spot, scalar.text) if scalar is not None else None

    def _known(self, expect: Fields, kind: str, known: Collection[str]) -> Expected | None:
        scalar = expect.text(kind)
        if scalar is None:
            return None
        if scalar.text not in known:
            code = {"scene": "unknown-scene", "ending": "unknown-ending"}[kind]
            message, hint = unknown(f"there is no {kind} '{scalar.text[:70]}'", scalar.text, known)
            self._findings.error(scalar.spot, code, message, hint)
        return Expected(scalar.spot, scalar.text)

    def _values(self, expect: Fields) -> list[tuple[str, Expected]]:
        values = []
        for pair in expect.pairs("vars", "a map of variables and values"):
            name, variable = pair.key.text, self._variables.get(pair.key.text)
            if variable is None:
                message = f"there is no variable '{name[:70]}'"
                message, hint = unknown(message, name, self._variables, "define it below `vars`")
                self._findings.error(pair.key.spot, "undefined-variable", message, hint)
            elif variable.kind == "set" and isinstance(pair.value, Items):
                values += self._words(variable, pair.value)
            elif not isinstance(pair.value, Scalar) or pair.value.value is None:
                expect.wrong(pair.value, name, variable.holds)
            elif name not in self._broken:
                values += self._value(variable, pair.value)
        return values

    def _words(self, variable: Variable, items: Items) -> list[tuple[str, Expected]]:
        words = [item.text for item in items.items if isinstance(item, Scalar)]
        try:
            return [(variable.name, Expected(items.spot, variable.fit(words)))]
        except Unfit as unfit:
            self._findings.error(items.spot, "wrong-type", str(unfit))
            return []

    def _value(self, variable: Variable, scalar: Scalar) -> list[tuple[str, Expected]]:
        given = scalar.text if variable.kind in ("text", "enum") else scalar.value
        try:
            value = variable.fit(given)
        except Unfit as unfit:
            hint = did_you_mean(scalar.text, variable.values)
            self._findings.error(scalar.spot, unfit.code, str(unfit), hint)
            return []
        return [(variable.name, Expected(scalar.spot, value))]

    def _seen(self, expect: Fields) -> list[Expected]:
        lines = []
        for item in expect.items("lines") or ():
            scalar = expect.text_of(item, "lines")
            if scalar is None:
                continue
            text = scalar.text.strip()
            if text not in self._lines and not any(_can_read(parts, text) for parts in self._templates):
                hint = did_you_mean(text, self._lines, "a line is named by its id, or by its whole text")
                self._findings.error(scalar.spot, "unknown-line", f"no line is, or reads, '{text[:70]}'", hint)
            lines.append(Expected(scalar.spot, text))
        return lines


def _can_read(parts: list[str], text: str) -> bool:
    """Whether a text has what stands around a line's templates, in that order: what they give is not known here."""
    at = 0
    for part in parts:
        found = text.find(part.strip(), at)
        if found < 0:
            return False
        at = found + len(part.strip())
    return True
