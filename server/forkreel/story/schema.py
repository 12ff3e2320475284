"""The JSON Schema (2020-12) of a story file as its author writes it, for editors.

Keys, their meanings, words and limits are the reader's own tables; what only the whole story can tell (whether a scene
exists, whether a template fits) is left to `check`. Load-time `${ ... }` may stand for any value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forkreel.story.ask_reader import (
    MAX_ANSWERS,
    MAX_CHOICES,
    MAX_EXAMPLES,
    MAX_QUORUM,
)
from forkreel.story.cast import FORMANT, PACE, PITCH
from forkreel.story.clips import MAX_CLIPS, MAX_VOLUME
from forkreel.story.control_reader import MAX_CONTROLS, MAX_OPTIONS
from forkreel.story.fields import MAX_SECONDS, MAX_WORDS
from forkreel.story.language import (
    BUSES,
    EASINGS,
    IDENTIFIER,
    KEYS,
    MOODS,
    PATHS,
    RULES,
    SOUNDS,
    TALLIES,
    UNAVAILABLE,
    VARIABLE_NAME,
)
from forkreel.story.reader import MAX_SEED
from forkreel.story.translations import LANGUAGE
from forkreel.story.variables import KINDS, MAX_TEXT

Schema = dict[str, Any]

_LOAD_TIME: Schema = {"type": "string", "pattern": r"\$\{"}
_VALUE: Schema = {"type": ["string", "number", "boolean"]}


def _or_load_time(schema: Schema) -> Schema:
    return {"anyOf": [schema, _LOAD_TIME]}


def _key(block: str) -> str:
    return block.replace(" ", "-")  # a reference is a URI


def _block(name: str) -> Schema:
    return {"$ref": f"#/$defs/{_key(name)}"}


def _list(item: Schema, **limits: int) -> Schema:
    return {"type": "array", "minItems": 1, "items": item, **limits}


def _map(key: Schema, value: Schema, **limits: int) -> Schema:
    return {"type": "object", "propertyNames": _or_load_time(key), "additionalProperties": value, **limits}


def _words(words: tuple[str, ...]) -> Schema:
    return _or_load_time({"enum": list(words)})


def _number(low: float, high: float, kind: str = "number") -> Schema:
    return _or_load_time({"type": kind, "minimum": low, "maximum": high})


_TEXT: Schema = {"type": ["string", "number", "boolean"], "maxLength": MAX_WORDS}
_ID: Schema = {"type": ["string", "integer"], "maxLength": 64, "pattern": rf"^({IDENTIFIER.pattern})$|\$\{{"}
_NAME: Schema = {"type": "string", "maxLength": 64, "pattern": f"^({VARIABLE_NAME.pattern})$"}
_SEED = _number(0, MAX_SEED, "integer")
_SETTINGS = _map({"type": "string"}, _TEXT)
_WORDS: Schema = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}
_CHANGE: Schema = {
    "type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": False,
    "properties": {"add": _WORDS, "remove": _WORDS},
}  # fmt: skip
_EFFECTS = _map(_NAME, {"anyOf": [_VALUE, {"type": "array", "items": _TEXT}, _CHANGE]})
_WAYS: Schema = {"anyOf": [_ID, _block("branch"), _list({"anyOf": [_ID, _block("branch")]})]}
_SPEECH = {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": _TEXT}
_LINES = _list({"anyOf": [_TEXT, _block("line"), _SPEECH]})
_CLIP: Schema = {"anyOf": [_TEXT, _block("audio")]}
_FLAG = _or_load_time({"type": "boolean"})
_RANGE: Schema = {"type": "array", "minItems": 2, "maxItems": 2, "items": _or_load_time({"type": "number"})}
_FORMER: Schema = {"anyOf": [_TEXT, _list(_TEXT)]}

_SHAPES: Mapping[str, Mapping[str, Schema]] = {
    "story": {
        "story": _TEXT,
        "version": _number(1, MAX_SEED, "integer"),
        "language": {"type": "string", "pattern": f"^{LANGUAGE.pattern}$"},
        "seed": _SEED,
        "include": {"anyOf": [_TEXT, _list(_TEXT)]},
        "cast": _map(_ID, {"anyOf": [_TEXT, _block("cast member")]}),
        "vars": _map(_NAME, {"anyOf": [_VALUE, _block("variable")]}),
        "places": _map(_ID, _TEXT),
        "conditions": _map(_NAME, _VALUE),
        "start": _ID,
        "recover": _ID,
        "scenes": _map(_ID, _block("scene"), minProperties=1),
        "tests": _list(_block("test")),
    },
    "included file": {
        "include": {"anyOf": [_TEXT, _list(_TEXT)]},
        "cast": _map(_ID, {"anyOf": [_TEXT, _block("cast member")]}),
        "places": _map(_ID, _TEXT),
        "vars": _map(_NAME, {"anyOf": [_VALUE, _block("variable")]}),
        "conditions": _map(_NAME, _VALUE),
        "scenes": _map(_ID, _block("scene"), minProperties=1),
    },
    "cast member": {"name": _TEXT, "look": _TEXT, "voice": _block("voice"), "mouth": _TEXT},
    "voice": {"pitch": _number(*PITCH), "formant": _number(*FORMANT), "pace": _number(*PACE)},
    "variable": {
        "type": _words(KINDS),
        "default": {"anyOf": [_VALUE, {"type": "array", "items": _TEXT}]},
        "range": _RANGE,
        "of": _list(_TEXT),
        "max_length": _number(1, MAX_TEXT, "integer"),
        "renamed_from": _FORMER,
    },
    "scene": {
        "prompt": _TEXT,
        "axes": _SETTINGS,
        "drift": _SETTINGS,
        "hold": _block("hold"),
        "move": _block("move"),
        "say": _LINES,
        "sfx": _list({"anyOf": [_words(SOUNDS), _block("sfx")]}),
        "audio": {"anyOf": [_CLIP, _list(_CLIP, maxItems=MAX_CLIPS)]},
        "mood": _words(MOODS),
        "ask": _block("ask"),
        "goto": _WAYS,
        "set": _EFFECTS,
        "ending": {"anyOf": [_TEXT, _block("ending")]},
        "back": _FLAG,
        "renamed_from": _FORMER,
    },
    "hold": {"over": _number(0.5, MAX_SECONDS), "axes": _SETTINGS},
    "move": {"over": _number(0, MAX_SECONDS), "easing": _words(EASINGS), "path": _words(PATHS), "via": _SETTINGS},
    "sfx": {"sound": _words(SOUNDS), "at": _number(0, MAX_SECONDS)},
    "audio": {
        "file": _TEXT,
        "loop": _FLAG,
        "volume": _number(0, MAX_VOLUME),
        "at": _number(0, MAX_SECONDS),
        "bus": _words(BUSES),
    },
    "line": {"id": _ID, "who": _ID, "text": _TEXT},
    "ask": {
        "prompt": _TEXT,
        "timer": _number(0.5, MAX_SECONDS),
        "default": _ID,
        "choices": _list(_block("choice"), maxItems=MAX_CHOICES),
        "vote": _block("vote"),
        "show_after": _number(0, MAX_SECONDS),
        "finish_line_first": _FLAG,
        "previews": _FLAG,
        "unavailable": _words(UNAVAILABLE),
        "controls": _list(_block("control"), maxItems=MAX_CONTROLS),
        "input": _block("input"),
        "questions": _block("questions"),
    },
    "vote": {"tally": _words(TALLIES), "rule": _words(RULES), "quorum": _number(1, MAX_QUORUM, "integer")},
    "choice": {
        "id": _ID,
        "label": _TEXT,
        "when": _VALUE,
        "once": _FLAG,
        "fallback": _FLAG,
        "unavailable": _words(UNAVAILABLE),
        "show_after": _number(0, MAX_SECONDS),
        "hide_after": _number(0.5, MAX_SECONDS),
        "set": _EFFECTS,
        "say": _LINES,
        "stay": _FLAG,
        "goto": _WAYS,
        "back": _FLAG,
        "renamed_from": _FORMER,
    },
    "control": {
        "id": _ID,
        "label": _TEXT,
        "var": _NAME,
        "axis": _TEXT,
        "range": _RANGE,
        "step": _number(1e-6, 1e6),
        "options": _list(_block("option"), maxItems=MAX_OPTIONS),
    },
    "option": {"value": _VALUE, "label": _TEXT, "colour": {"type": "string", "pattern": r"^#[0-9a-fA-F]{6}$|\$\{"}},
    "input": {
        "id": _ID,
        "var": _NAME,
        "label": _TEXT,
        "placeholder": _TEXT,
        "set": _EFFECTS,
        "goto": _WAYS,
    },
    "questions": {
        "id": _ID,
        "label": _TEXT,
        "placeholder": _TEXT,
        "threshold": _number(0, 1),
        "answers": _list(_block("answer"), maxItems=MAX_ANSWERS),
        "fallback": _LINES,
    },
    "answer": {
        "id": _ID,
        "examples": _list(_TEXT, maxItems=MAX_EXAMPLES),
        "when": _VALUE,
        "set": _EFFECTS,
        "say": _LINES,
        "goto": _WAYS,
    },
    "branch": {"when": _VALUE, "goto": _ID, "call": _ID, "then": _ID},
    "ending": {"id": _ID, "title": _TEXT},
    "test": {
        "name": _TEXT,
        "seed": _SEED,
        "inputs": _map(_ID, _VALUE),
        "picks": _list({"anyOf": [{"type": ["string", "integer", "null"]}, _block("say pick")]}),
        "expect": _block("expect"),
    },
    "say pick": {"say": _TEXT, "as": {"type": ["string", "null"]}},
    "expect": {
        "scene": _ID,
        "ending": _ID,
        "vars": _map(_NAME, {"anyOf": [_VALUE, {"type": "array", "items": _TEXT}]}),
        "lines": _list(_TEXT),
    },
}
_EITHER: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "choice": (("label",), ("fallback",)),
    "branch": (("goto",), ("call", "then")),
}
_REQUIRED: Mapping[str, tuple[str, ...]] = {
    "story": ("story", "scenes"),
    "variable": ("type",),
    "line": ("text",),
    "sfx": ("sound",),
    "audio": ("file",),
    "hold": ("axes",),
    "choice": ("id",),
    "control": ("id",),
    "option": ("value",),
    "input": ("var",),
    "questions": ("answers", "fallback"),
    "answer": ("id", "examples"),
    "say pick": ("say",),
    "ending": ("title",),
    "test": ("name", "expect"),
}


def schema() -> Schema:
    """The schema as plain values, ready for JSON."""
    blocks = {_key(block): _object(block) for block in KEYS}
    story = blocks.pop("story")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A forkreel story",
        **story,
        "$defs": blocks,
    }


def _object(block: str) -> Schema:
    """One block of the language: no key but those that the reader knows, each with what it means."""
    properties = {key: {"description": meaning, **_SHAPES[block][key]} for key, meaning in KEYS[block].items()}
    required = {"required": list(_REQUIRED[block])} if block in _REQUIRED else {}
    either = {"anyOf": [{"required": list(keys)} for keys in _EITHER[block]]} if block in _EITHER else {}
    least = {"minProperties": 1} if block == "expect" else {}
    return {"type": "object", "properties": properties, "additionalProperties": False, **required, **either, **least}
