"""From the document's tree to a `Story`: the title page, the cast and the variables; scenes are `SceneReader`'s."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from forkreel.story.axes import AxisLike
from forkreel.story.cast_reader import CastReader
from forkreel.story.diagnostic import Findings, unknown
from forkreel.story.document import Document, Items, Node, Pair, Scalar, Table
from forkreel.story.fields import Fields, shape
from forkreel.story.graph import inspect
from forkreel.story.language import RESERVED, VARIABLE_NAME
from forkreel.story.parts_reader import PartsReader, former_names
from forkreel.story.rehearsal_reader import RehearsalReader
from forkreel.story.scene import Scene
from forkreel.story.scene_reader import SceneReader
from forkreel.story.story import Story
from forkreel.story.survey import survey
from forkreel.story.templates import Templates
from forkreel.story.translation_reader import read_translations
from forkreel.story.translations import LANGUAGE
from forkreel.story.variables import KINDS, MAX_TEXT, WORDED, Kind, Unfit, Value, Variable

MAX_SEED = 2**53 - 1


def read_story(
    root: Node, documents: Mapping[str, Document], findings: Findings, axes: Mapping[str, AxisLike] | None = None
) -> Story | None:
    """The story, as far as it can be read; what is wrong with it is in the findings. None when it has no scenes."""
    if not isinstance(root, Table):
        findings.error(root.spot, "wrong-type", f"a story is a map of keys and values, not {shape(root)}")
        return None
    return _Reader(root, documents, findings, axes).story()


class _Reader:
    def __init__(
        self, root: Table, documents: Mapping[str, Document], findings: Findings, axes: Mapping[str, AxisLike] | None
    ) -> None:
        self._documents = documents
        self._findings = findings
        self._axes = axes
        self._broken = set[str]()
        self._fields = Fields(root, "story", findings)

    def story(self) -> Story | None:
        fields = self._fields
        title = fields.words("story")
        if "story" not in fields:
            self._findings.error(fields.spot, "missing-key", "the story has no title", "start with `story: A Title`")
        version = fields.whole("version", 1, MAX_SEED)
        seed = fields.whole("seed", 0, MAX_SEED)
        language = self._language()
        cast = CastReader(self._findings, self._axes).cast(self._fields)
        places = dict(self._places())
        variables = {variable.name: variable for variable in self._variables()}
        scene_pairs = [
            pair
            for pair in fields.pairs("scenes", "a map of scene ids to scenes")
            if fields.is_identifier(pair.key, "scene")
        ]
        if "scenes" not in fields:
            self._findings.error(
                fields.spot, "missing-key", "the story has no scenes", "add `scenes:` with a scene below it"
            )
        elif not scene_pairs and not self._findings.at(fields.key_spot("scenes")):
            self._findings.error(fields.key_spot("scenes"), "no-scenes", "there is no scene below `scenes`")
        scene_ids = frozenset(pair.key.text for pair in scene_pairs)
        ids = {
            "unknown-scene": scene_ids,
            "unknown-choice": frozenset(_choice_ids(scene_pairs)),
            "unknown-speaker": frozenset(cast),
            "unknown-place": frozenset(places),
        }
        templates = Templates(self._documents, self._findings, variables, frozenset(self._broken), ids)
        self._conditions(templates, variables)
        parts = PartsReader(self._findings, templates, variables, frozenset(cast), scene_ids, self._axes, language)
        reader = SceneReader(self._findings, parts)
        scenes: dict[str, Scene] = {}
        for pair in scene_pairs:
            scenes[pair.key.text] = reader.scene(pair, len(scenes))
        start = self._known_scene("start", scene_ids) or next(iter(scenes), None)
        recover = self._known_scene("recover", scene_ids)
        if start is None:
            return None
        rehearsals = RehearsalReader(self._findings, scenes, ids["unknown-choice"], variables, self._broken, MAX_SEED)
        tests = [rehearsals.rehearsal(node) for node in self._fields.items("tests") or ()]
        if self._findings.report().ok:  # what is missing through an error would be warned of too
            inspect(scenes, start, recover, {pair.key.text: pair.key.spot for pair in scene_pairs}, self._findings)
            spots = {pair.key.text: pair.key.spot for pair in fields.pairs("vars")}
            survey(variables, spots, templates, self._findings)
        story = Story(
            name=Path(self._findings.file).stem,
            title=title.text.strip() if title else "",
            version=version or 1,
            seed=seed or 0,
            cast=MappingProxyType({member: name for member, (name, _, _) in cast.items()}),
            manners=MappingProxyType({member: manner for member, (_, manner, _) in cast.items()}),
            variables=MappingProxyType(variables),
            start=start,
            scenes=MappingProxyType(scenes),
            rehearsals=tuple(test for test in tests if test is not None),
            looks=MappingProxyType({member: look for member, (_, _, look) in cast.items()}),
            places=MappingProxyType(places),
            recover=recover,
            language=language,
        )
        if not self._findings.report().ok:
            return story
        return replace(
            story, translations=read_translations(Path(self._findings.file), story, templates, self._findings)
        )

    def _language(self) -> str:
        scalar = self._fields.text("language")
        if scalar is not None and not LANGUAGE.fullmatch(scalar.text):
            hint = "language: en, or de, or pt-BR"
            self._findings.error(scalar.spot, "bad-id", f"'{scalar.text[:40]}' is no language's tag", hint)
            return "en"
        return scalar.text if scalar else "en"

    def _known_scene(self, key: str, scenes: frozenset[str]) -> str | None:
        scalar = self._fields.text(key)
        if scalar is None or scalar.text in scenes:
            return scalar.text if scalar else None
        message = f"there is no scene '{scalar.text[:70]}' to {key} {'with' if key == 'start' else 'at'}"
        self._findings.error(scalar.spot, "unknown-scene", *unknown(message, scalar.text, scenes))
        return None

    def _places(self) -> Iterator[tuple[str, str]]:
        for pair in self._fields.pairs("places", "a map of names to what they look like"):
            scalar = self._fields.text_of(pair.value, pair.key.text)
            if self._fields.is_identifier(pair.key, "place") and scalar is not None:
                yield pair.key.text, scalar.text.strip()

    def _conditions(self, templates: Templates, variables: Mapping[str, Variable]) -> None:
        for pair in self._fields.pairs("conditions", "a map of names to conditions"):
            if not self._is_name(pair.key):
                continue
            if pair.key.text in variables:
                message = f"'{pair.key.text}' is a variable already"
                self._findings.error(pair.key.spot, "duplicate-id", message, "a name stands for one thing")
                continue
            templates.define(pair.key, pair.value)

    def _variables(self) -> list[Variable]:
        return [
            self._variable(pair) or self._placeholder(pair.key.text)
            for pair in self._fields.pairs("vars", "a map of names to values")
            if self._is_name(pair.key)
        ]

    def _placeholder(self, name: str) -> Variable:
        """Stands for a variable whose definition has an error, so that its uses are not reported too."""
        self._broken.add(name)
        return Variable(name, "text", "")

    def _is_name(self, key: Scalar) -> bool:
        if not VARIABLE_NAME.fullmatch(key.text) or len(key.text) > 64:
            hint = "a name has letters, digits and _, and starts with a letter"
            self._findings.error(key.spot, "bad-id", f"{key.text[:70]!r} cannot be the name of a variable", hint)
            return False
        if key.text in RESERVED:
            self._findings.error(key.spot, "bad-id", f"'{key.text}' is a word of the language", "choose another name")
            return False
        return True

    def _variable(self, pair: Pair) -> Variable | None:
        name, node = pair.key.text, pair.value
        if isinstance(node, Scalar) and node.value is not None:
            return self._fitted(Variable(name, _kind_of(node.value), node.value), node)
        if not isinstance(node, Table):
            hint = "write `coins: 0` or `coins: {type: int, default: 0, range: [0, 9]}`"
            self._fields.wrong(node, name, "a value, or a map of type, default and range", hint)
            return None
        fields = Fields(node, "variable", self._findings)
        kind_word = fields.one_of("type", KINDS)
        if "type" not in fields:
            self._findings.error(
                pair.key.spot, "missing-key", f"the variable '{name}' has no type", f"type: {', '.join(KINDS)}"
            )
        if kind_word is None:
            return None
        kind = next(one for one in KINDS if one == kind_word)
        low, high = self._range(fields, kind)
        values = self._words(fields, kind, pair)
        if kind in WORDED and not values:
            return None
        longest = self._longest(fields, kind)
        number = min(max(0.0, low), high)
        defaults: dict[Kind, Value] = {
            "int": math.ceil(number) if math.isfinite(number) else 0, "float": number, "bool": False, "text": "",
            "enum": (*values, "")[0], "set": (),
        }  # fmt: skip
        former = former_names(fields)
        variable = Variable(name, kind, defaults[kind], low, high, values, longest, former)
        node_default = fields.node("default")
        if node_default is None:
            return variable
        given: Value | None = None
        if kind == "set" and isinstance(node_default, Items):
            given = tuple(item.text for item in node_default.items if isinstance(item, Scalar))
        elif isinstance(node_default, Scalar):
            given = (
                node_default.text if kind in ("text", "enum") and node_default.value is not None else node_default.value
            )
        if given is None:
            fields.wrong(node_default, "default", variable.holds)
            return variable
        return self._fitted(replace(variable, default=given), node_default)

    def _fitted(self, variable: Variable, node: Node) -> Variable:
        """The variable with its default in its own type; a finding when it cannot hold its default."""
        try:
            return replace(variable, default=variable.fit(variable.default))
        except Unfit as unfit:
            hint = f"a text has at most {variable.max_length} characters" if variable.kind == "text" else ""
            self._findings.error(node.spot, unfit.code, f"the default does not fit: {unfit}", hint)
            return self._placeholder(variable.name)

    def _longest(self, fields: Fields, kind: Kind) -> int:
        longest = fields.whole("max_length", 1, MAX_TEXT)
        if longest is not None and kind != "text":
            message = f"a variable of type {kind} has no length"
            self._findings.error(fields.key_spot("max_length"), "unknown-key", message, "delete it")
        return MAX_TEXT if longest is None else longest

    def _range(self, fields: Fields, kind: Kind) -> tuple[float, float]:
        everything = (float("-inf"), float("inf"))
        node = fields.node("range")
        if node is None:
            return everything
        if kind not in ("int", "float"):
            self._findings.error(fields.key_spot("range"), "unknown-key", f"a variable of type {kind} has no range")
            return everything
        if not isinstance(node, Items) or len(node.items) != 2:
            fields.wrong(node, "range", "a list of the least and the greatest number", "range: [0, 10]")
            return everything
        low, high = (fields.number_of(item, "range") for item in node.items)
        if low is None or high is None:
            return everything
        if low > high:
            self._findings.error(
                node.spot, "out-of-range", f"the range goes from {low:g} down to {high:g}", "the least comes first"
            )
            return everything
        return low, high

    def _words(self, fields: Fields, kind: Kind, pair: Pair) -> tuple[str, ...]:
        if kind not in WORDED:
            if "of" in fields:
                message = f"a variable of type {kind} has no words of its own"
                self._findings.error(fields.key_spot("of"), "unknown-key", message, "delete `of`")
            return ()
        if "of" not in fields:
            message = f"the {kind} '{pair.key.text}' has no words"
            self._findings.error(pair.key.spot, "missing-key", message, "of: [calm, afraid]")
        words: dict[str, Scalar] = {}
        for scalar in (fields.text_of(item, "of") for item in fields.items("of") or ()):
            if scalar is not None and scalar.text in words:
                self._findings.error(scalar.spot, "duplicate-id", f"the word '{scalar.text}' is given twice")
            elif scalar is not None:
                words[scalar.text] = scalar
        return tuple(words)


def _kind_of(value: Value) -> Kind:
    """The type of a variable that is only given a value."""
    if isinstance(value, bool):
        return "bool"
    return "int" if isinstance(value, int) else "float" if isinstance(value, float) else "text"


def _choice_ids(scene_pairs: list[Pair]) -> set[str]:
    """Every choice id, alone and with its scene before it; what is malformed is reported when its scene is read."""
    ids = set[str]()
    for scene in scene_pairs:
        ask = _under(scene.value, "ask")
        answers = (*_listed(_under(ask, "choices")), *_listed(_under(_under(ask, "questions"), "answers")))
        for answer in (*answers, _under(ask, "input")):
            id_node = _under(answer, "id")
            if isinstance(id_node, Scalar):
                ids |= {id_node.text, f"{scene.key.text}.{id_node.text}"}
    return ids


def _under(node: Node | None, key: str) -> Node | None:
    if not isinstance(node, Table):
        return None
    return next((pair.value for pair in node.pairs if pair.key.text == key), None)


def _listed(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, Items) else ()
