"""Every code of a diagnostic: how bad it is, and what it means. docs/diagnostics.md has an example of each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]


class Code(NamedTuple):
    """What a code stands for."""

    severity: Severity
    meaning: str
    mend: str
    """How it is mended, where whoever found it knows nothing better."""


_MENDS: Mapping[str, str] = {
    "file-missing": "look for a slip in the name, or in the folder that the command runs in",
    "file-unreadable": "a story is a plain file that you may read",
    "file-too-large": "write what repeats with `#% for`, or make two stories of it",
    "too-deep": "nothing in the language is nested so deep: look for brackets that are never closed",
    "alias-bomb": "write the value out, or repeat it with `#% for`",
    "duplicate-id": "give one of them another id",
    "out-of-range": "take a number within these limits",
    "wrong-type": "write what is wanted in its place",
    "unknown-word": "take one of these words",
    "too-long": "shorten it, or make two of it",
    "bad-id": "an id has letters, digits, _ and -, at most 64",
    "missing-key": "add the key",
    "unknown-key": "delete it",
    "unknown-scene": "take the id of a scene, or write the scene",
    "unknown-choice": "take the id of a choice",
    "unknown-ending": "take the id of an ending",
    "axis-value": "take a value that the axis has",
    "template-error": "docs/writing-stories.md lists what expressions have",
    "load-template": "docs/writing-stories.md lists what load-time Jinja has",
    "yaml-syntax": "look at this line and the one above it: quotes, brackets, indentation",
    "no-scenes": "write a scene: `scenes: {end: {ending: The end}}`",
    "translation-missing": "fill in the rows; `forkreel ids STORY --csv LANG` adds those that are not there",
    "translation-stale": "mend the translation, run `forkreel ids STORY --csv LANG`, and delete `stale` in the note",
    "audio-broken": "save it anew, and name it as what it is",
    "audio-size": "take a shorter piece, or save it as .ogg or .mp3",
    "after-ending": "delete one of the two",
    "unreachable-branch": "move the way without a condition to the end of the list",
}


def _all(severity: Severity, **meanings: str) -> dict[str, Code]:
    names = {name: name.replace("_", "-") for name in meanings}
    return {names[name]: Code(severity, meaning, _MENDS.get(names[name], "")) for name, meaning in meanings.items()}


_FILE = _all(
    "error",
    file_missing="There is no file of that name.",
    file_is_folder="A folder was given where a story file is wanted.",
    file_unreadable="The file is there, but cannot be read as a file.",
    file_empty="The file holds nothing but blanks and comments.",
    file_too_large="The file holds more than a story may.",
    not_utf8="The bytes of the file are not UTF-8.",
)
_YAML = _all(
    "error",
    control_character="A character that YAML does not allow.",
    yaml_syntax="The file is not valid YAML here.",
    yaml_tag="A `!tag`, which the language does not have.",
    yaml_merge="A merge key (`<<`), which YAML 1.2 does not have.",
    yaml_version="A `%YAML 1.1` line; stories are YAML 1.2.",
    duplicate_key="A key stands twice in one map.",
    missing_quotes="A value starts with `{{` and has no quotes round it.",
    too_deep="Lists and maps stand too deep within each other.",
    alias_bomb="Aliases unfold to more values than a story may have, or a value contains itself.",
) | _all(
    "warning",
    text_in_comment="A part of a text stands behind ` #`, which makes a comment of it.",
)  # fmt: skip
_KEYS = _all(
    "error",
    unknown_key="A key that the language does not have in this place.",
    missing_key="A key that this block needs is not there.",
    wrong_type="A value of the wrong kind: a text where a number is wanted, a list where a map is.",
    out_of_range="A number beyond its limits.",
    unknown_word="A word that is none of those to choose from.",
    too_long="A text or a list that is longer than allowed.",
    bad_colour="A colour that is not written as `#rrggbb`.",
    bad_id="A name that cannot be one.",
    duplicate_id="A name is given twice where it has to name one thing.",
)
_NAMES = _all(
    "error",
    unknown_scene="No scene has this id.",
    unknown_choice="No choice has this id.",
    unknown_ending="No ending has this id.",
    unknown_line="A test expects a line that the story does not have.",
    unknown_speaker="Nobody in the cast has this id.",
    undefined_variable="No variable has this name.",
    unknown_place="No place has this name.",
    unknown_include="There is no file to include of that name.",
    include_outside="A file to include that is no story file in the story's own folder.",
    include_cycle="Files that include each other.",
    audio_outside="A sound that is no audio file in the story's own folder.",
    unknown_axis="The model has no axis of this name.",
    axis_value="A value that the axis cannot take.",
)
_TEMPLATES = _all(
    "error",
    template_error="A template or an expression that cannot be worked out.",
    braces="Braces round a bare expression.",
    load_limit="The load-time lines take more time or memory than a story may.",
    load_template="A `#%` line or a `${ ... }` that cannot be worked out when the file is read.",
)
_WAYS = _all(
    "error",
    no_scenes="There is no scene below `scenes`.",
    no_way_on="A scene that neither asks, goes on nor ends.",
    choice_without_goto="A choice that leads nowhere.",
    may_be_stuck="There can be a moment at which no way leads on.",
    two_fields="A question with two fields to type into.",
    stay_and_goto="A choice that stays, and wants to go on too.",
    say_and_goto="Lines that nobody would see, as the story goes on at once.",
    return_without_call="A scene that returns, though nothing calls a scene.",
    after_ending="A scene that ends the story, and wants to go on too.",
) | _all(
    "warning",
    no_ending="No ending can be reached from the start.",
    endless_loop="Scenes that lead round in a ring, with no way out of it.",
    dead_end="A scene that only leads to where no ending can be reached.",
    unreachable_scene="A scene that no way leads to.",
    unreachable_branch="A way on that is never looked at, as the one before it is always taken.",
    never_true="A condition that does not hold, whatever the viewer does.",
    unread_variable="A variable that nothing in the story ever looks at.",
)  # fmt: skip
_TRANSLATIONS = _all(
    "error",
    translation_table="A table of translations that cannot be read.",
) | _all(
    "warning",
    translation_missing="Texts that a table of translations does not have, or has empty.",
    translation_stale="A translation whose source has changed since.",
    translation_unknown="A translation of a text that the story does not have.",
)  # fmt: skip
_READERS = _all(
    "warning",
    no_default="A timer without a default.",
    timer_too_short="A timer that runs out before the question and its choices can be read, at 200 words a minute.",
    line_too_long="A line that is too long for a caption.",
    line_unspeakable="A line in which a voice finds nothing to say.",
)
_AUDIO = _all(
    "warning",
    audio_missing="There is no audio file of that name.",
    audio_broken="An audio file that does not begin as one of its kind does.",
    audio_size="An audio file that is empty, or larger than those that are played.",
)

CODES: Mapping[str, Code] = MappingProxyType(
    {**_FILE, **_YAML, **_KEYS, **_NAMES, **_TEMPLATES, **_WAYS, **_READERS, **_AUDIO, **_TRANSLATIONS}
)
