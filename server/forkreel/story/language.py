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
        "language": "what it is written in, as `en` or `pt-BR`",
        "include": "further files, whose cast, places, vars, conditions and scenes belong to the story",
        "cast": "who speaks: an id and the name that is shown",
        "places": "what places look like, for prompts: `{{ place('lake') }}`",
        "vars": "what the story remembers",
        "conditions": "conditions by name, for use anywhere",
        "start": "the scene that comes first",
        "recover": "where a save goes on when none of its scenes is left",
        "scenes": "the scenes, by id",
        "tests": "what `forkreel test` tries",
    },
    "included file": {
        "include": "further files",
        "cast": "who speaks, as in the story itself",
        "places": "what places look like, as in the story itself",
        "vars": "what the story remembers",
        "conditions": "conditions by name",
        "scenes": "scenes, by id",
    },
    "cast member": {
        "name": "the name that is shown",
        "voice": "how it speaks",
        "mouth": "the axis that opens and closes with its speech, or none",
        "look": "what they look like, for prompts: `{{ look('fox') }}`",
    },
    "voice": {
        "pitch": "in semitones, 0 as it is",
        "formant": "1 as it is, less for a larger throat, more for a smaller one",
        "pace": "1 as it is, less for slower",
    },
    "variable": {
        "type": "int, float, bool, text, enum or set",
        "default": "what it holds at the start",
        "range": "the least and the greatest number",
        "of": "the words of an enum, or of a set",
        "max_length": "how many characters a text can have",
        "renamed_from": "its name in older saves",
    },
    "scene": {
        "prompt": "what is seen, in words",
        "axes": "what is seen, by named axes of the model",
        "drift": "axes that run on by themselves, in units a second",
        "hold": "axes that sway about where they are once the picture has arrived",
        "move": "how the picture gets there",
        "say": "the lines",
        "sfx": "sounds, each with its time",
        "audio": "sound files that lie beside the story",
        "mood": "how the music is",
        "ask": "the question",
        "goto": "where the story goes on",
        "set": "variables that change on entering",
        "ending": "the story ends here",
        "back": "false: nobody goes back from here",
        "renamed_from": "its id in older saves",
    },
    "hold": {
        "over": "how long it takes to sway there and back, in seconds",
        "axes": "by how much each axis sways to either side",
    },
    "move": {
        "over": "how long it takes, in seconds",
        "easing": "linear, in, out or in-out",
        "path": "direct, cut, via, lerp or slerp",
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
    "audio": {
        "file": "its path from here",
        "loop": "true: it begins anew when it is over",
        "volume": "1 is about as loud as speech",
        "at": "seconds after the scene begins",
        "bus": "music, effects or voice: whose volume it has",
    },
    "ask": {
        "prompt": "the question in words",
        "timer": "seconds to answer in",
        "default": "the choice taken when the timer runs out",
        "show_after": "seconds from the beginning of the scene until the question is seen",
        "finish_line_first": "true: a choice takes effect when the line that is being spoken ends",
        "previews": "true: each choice shows a small picture of what it leads to",
        "unavailable": "grey or hide: what becomes of choices that cannot be taken",
        "choices": "what can be answered",
        "vote": "how a room decides; one viewer alone never notices",
        "controls": "sliders and swatches that move the picture",
        "input": "a text that viewers type into a variable",
        "questions": "answers to what viewers ask in their own words",
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
        "fallback": "true: not shown, and taken by itself when nothing else can be",
        "unavailable": "grey or hide: what becomes of it while it cannot be taken",
        "show_after": "seconds from when the question is seen until this choice is",
        "hide_after": "seconds from when the question is seen until this choice vanishes",
        "set": "variables that change when it is taken",
        "say": "lines that are said when it is taken, and the question is asked again",
        "stay": "true: the question is asked again",
        "goto": "where the story goes on",
        "back": "false: nobody takes it back",
        "renamed_from": "its id in older saves",
    },
    "control": {
        "id": "its name, unique in the question",
        "label": "what the viewer reads",
        "var": "the variable that it sets",
        "axis": "the axis of the model that it moves",
        "range": "the least and the greatest number of a slider",
        "step": "how far apart its values are",
        "options": "the values of swatches",
    },
    "option": {
        "value": "what it stands for",
        "label": "what the viewer reads",
        "colour": "how it looks: #rrggbb",
    },
    "input": {
        "id": "its name, unique in the question",
        "var": "the text variable that it fills",
        "label": "what the viewer reads",
        "placeholder": "an example, shown while it is empty",
        "set": "variables that change when something was typed",
        "goto": "where the story goes on; without it the question stays open",
    },
    "questions": {
        "id": "its name, unique in the question",
        "label": "what the viewer reads",
        "placeholder": "an example, shown while it is empty",
        "threshold": "how near a text has to be to an example, 0 to 1",
        "answers": "what can be meant",
        "fallback": "the lines that are said when nothing is near",
    },
    "answer": {
        "id": "its name, unique in the question",
        "examples": "ways to ask for it",
        "when": "a condition; while it does not hold nobody is understood so",
        "set": "variables that change",
        "say": "the lines that are said",
        "goto": "where the story goes on; without it the question stays open",
    },
    "branch": {
        "when": "a condition; without it the branch is always taken",
        "goto": "the scene",
        "call": "a scene to go to and come back from",
        "then": "where the story goes on when it comes back",
    },
    "ending": {
        "id": "its name, unique in the story",
        "title": "what the viewer reads",
    },
    "test": {
        "name": "what it tries, in words",
        "seed": "decides all chance in this test",
        "inputs": "values for controls, by their ids, given whenever a question has them",
        "picks": "the choices to take, by id; ~ lets a timer run out",
        "expect": "what is to be so after them",
    },
    "say pick": {
        "say": "what is typed",
        "as": "the answer that it is understood as, by its id; ~ for none",
    },
    "expect": {
        "scene": "the scene that asks or ends",
        "ending": "the ending, by its id",
        "vars": "variables and the values that they have",
        "lines": "lines that were seen, by id or by their whole text",
    },
})  # fmt: skip

SOUNDS = ("bell", "chime", "door", "knock", "splash", "thunder")
BUSES = ("music", "effects", "voice")
MOODS = ("bright", "tender", "wistful", "still", "tense", "silent")
EASINGS = ("linear", "in", "out", "in-out")
PATHS = ("direct", "cut", "via", "lerp", "slerp")
UNAVAILABLE = ("grey", "hide")
RETURN = "return"
"""What `goto` says to come back from a scene that was called."""
TALLIES = ("live", "hidden")
RULES = ("majority", "proportional")

IDENTIFIER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
VARIABLE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
RESERVED = frozenset({
    "and", "or", "not", "in", "is", "if", "else", "elif", "endif", "true", "false", "none", "True", "False", "None",
    "visits", "turns_since", "chosen", "roll", "pick", "weighted", "cycle", "sequence", "once", "shuffle", "min", "max",
    "look", "place", "self", "super", "caller", "varargs", "kwargs", "loop", "context",
    "environment", "blocks", "result", "for", "set", "recursive",
})  # fmt: skip
