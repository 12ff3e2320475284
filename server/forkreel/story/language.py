"""The words of the language: every key that an author can write, block by block, with what it means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

KEYS: Mapping[str, Mapping[str, str]] = MappingProxyType({
    "story": {
        "story": "the title",
        "version": "a whole number, raised when a change breaks saves",
        "seed": "a whole number that decides all chance",
        "cast": "who speaks: an id and the name that is shown",
        "vars": "what the story remembers",
        "start": "the scene that comes first",
        "scenes": "the scenes, by id",
        "tests": "what `forkreel test` tries",
    },
    "cast member": {
        "name": "the name that is shown",
        "voice": "how it speaks",
        "mouth": "the axis that opens and closes with its speech, or none",
    },
    "voice": {
        "pitch": "in semitones, 0 as it is",
        "formant": "1 as it is, less for a larger throat, more for a smaller one",
        "pace": "1 as it is, less for slower",
    },
    "variable": {
        "type": "int, float, bool, text or enum",
        "default": "what it holds at the start",
        "range": "the least and the greatest number",
        "values": "the words of an enum",
    },
    "scene": {
        "prompt": "what is seen, in words",
        "axes": "what is seen, by named axes of the model",
        "drift": "axes that run on by themselves, in units a second",
        "move": "how the picture gets there",
        "say": "the lines",
        "sfx": "sounds, each with its time",
        "mood": "how the music is",
        "ask": "the question",
        "goto": "where the story goes on",
        "set": "variables that change on entering",
        "ending": "the story ends here",
    },
    "move": {
        "over": "how long it takes, in seconds",
        "easing": "linear, in, out or in-out",
        "path": "direct, cut or via",
        "via": "axes that are passed half way",
    },
    "line": {
        "id": "a name for translators and voices",
        "who": "an id of the cast; without it the narrator speaks",
        "text": "what is said",
    },
    "sfx": {
        "sound": "which",
        "at": "seconds after the scene begins",
    },
    "ask": {
        "prompt": "the question in words",
        "timer": "seconds to answer in",
        "default": "the choice taken when the timer runs out",
        "choices": "what can be answered",
        "vote": "how a room decides; one viewer alone never notices",
    },
    "vote": {
        "tally": "live or hidden: whether the votes are seen before the poll closes",
        "rule": "majority, or proportional: chance decides, by the shares of the votes",
        "quorum": "how many have to vote; with fewer the default is taken",
    },
    "choice": {
        "id": "its name, unique in the question",
        "label": "what the viewer reads",
        "when": "a condition; while it does not hold the choice cannot be taken",
        "once": "true: it can be taken once in a playthrough",
        "set": "variables that change when it is taken",
        "goto": "where the story goes on",
    },
    "branch": {
        "when": "a condition; without it the branch is always taken",
        "goto": "the scene",
    },
    "ending": {
        "id": "its name, unique in the story",
        "title": "what the viewer reads",
    },
    "test": {
        "name": "what it tries, in words",
        "seed": "decides all chance in this test",
        "picks": "the choices to take, by id; ~ lets a timer run out",
        "expect": "what is to be so after them",
    },
    "expect": {
        "scene": "the scene that asks or ends",
        "ending": "the ending, by its id",
        "vars": "variables and the values that they have",
        "lines": "lines that were seen, by id or by their whole text",
    },
})  # fmt: skip

SOUNDS = ("bell", "chime", "door", "knock", "splash", "thunder")
MOODS = ("bright", "tender", "wistful", "still", "tense", "silent")
EASINGS = ("linear", "in", "out", "in-out")
PATHS = ("direct", "cut", "via")
TALLIES = ("live", "hidden")
RULES = ("majority", "proportional")

IDENTIFIER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
VARIABLE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
RESERVED = frozenset({
    "and", "or", "not", "in", "is", "if", "else", "elif", "endif", "true", "false", "none", "True", "False", "None",
    "visits", "chosen", "roll", "pick", "self", "super", "caller", "varargs", "kwargs", "loop", "context",
    "environment", "blocks", "result", "for", "set", "recursive",
})  # fmt: skip
