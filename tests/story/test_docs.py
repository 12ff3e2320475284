import re
from pathlib import Path
from textwrap import indent

import pytest

from forkreel.story.language import BUSES, EASINGS, KEYS, MOODS, PATHS, RETURN, RULES, SOUNDS, TALLIES, UNAVAILABLE
from forkreel.story.sandbox import PLAY_FUNCTIONS, filters, load_time, play_time
from forkreel.story.variables import KINDS
from tests.story.conftest import Checked

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "writing-stories.md").read_text(encoding="utf-8")
HEADINGS = {
    "story": "The title page",
    "included file": "More than one file",
    "cast member": "Voices",
    "voice": "Voices",
    "scene": "Scenes",
    "hold": "Standing still",
    "move": "Moves",
    "line": "Lines",
    "sfx": "Sounds and music",
    "audio": "Sounds and music",
    "ask": "Questions",
    "choice": "Questions",
    "control": "Controls",
    "option": "Controls",
    "input": "Typing",
    "questions": "Questions of the viewers",
    "answer": "Questions of the viewers",
    "vote": "Rooms",
    "branch": "Ways on",
    "ending": "Endings",
    "variable": "Variables",
    "test": "Tests",
    "say pick": "Tests",
    "expect": "Tests",
}


def section(heading: str) -> str:
    match = re.search(rf"^#+ {heading}\n(.*?)(?=^#|\Z)", re.sub(r"(?m)^#%", " #%", PAGE), re.MULTILINE | re.DOTALL)
    assert match, heading
    return match[1]


SNIPPETS = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
UNTOLD = {
    "audio-missing",
    "undefined-variable",
    "unknown-choice",
    "unknown-ending",
    "unknown-include",
    "unknown-line",
    "unknown-scene",
    "unread-variable",
    "unreachable-scene",
}  # what an excerpt speaks of and does not have


def framed(snippet: str) -> str:
    """An excerpt as a whole story."""
    keys = set(re.findall(r"^(\w+):", snippet, re.MULTILINE))
    if keys == {"picks"}:
        snippet, keys = "tests:\n  - name: y\n    expect: {scene: a}\n" + indent(snippet, "    "), {"tests"}
    elif not keys & {"scenes", *KEYS["story"]} and not keys <= {*KEYS["scene"]}:  # a scene by its id
        snippet, keys = "scenes:\n" + indent(snippet, "  "), {"scenes"}
    elif not keys & {*KEYS["story"]}:
        ends = "" if keys & {"ask", "goto", "ending"} else "    ending: y\n"
        snippet, keys = f"scenes:\n  a:\n{indent(snippet, '    ')}{ends}", {"scenes"}
    title = "" if "story" in keys else "story: x\n"
    return title + snippet + ("" if "scenes" in keys else "scenes: {a: {ending: y}}\n")


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda snippet: snippet.split("\n")[0])
def test_every_snippet_of_the_page_is_sound(snippet: str, checked: Checked) -> None:
    report = checked(framed(snippet))
    assert not {one.code for one in report.diagnostics} - UNTOLD, report.render()


@pytest.mark.parametrize("block", KEYS)
def test_every_key_of_the_language_is_on_the_page(block: str) -> None:
    text = section(HEADINGS[block])
    for key in KEYS[block]:
        assert f"`{key}`" in text or f"{{{key}: " in text, f"{key} of {block} is not described"


WORDS = {*BUSES, *EASINGS, *MOODS, *SOUNDS, *PATHS, *RULES, *TALLIES, *UNAVAILABLE, RETURN, *KINDS}


@pytest.mark.parametrize("word", sorted({*WORDS, *filters(play_time()), *filters(load_time())}))
def test_every_word_of_the_language_is_on_the_page(word: str) -> None:
    assert f"`{word}`" in PAGE


@pytest.mark.parametrize("function", sorted(PLAY_FUNCTIONS))
def test_every_function_is_on_the_page(function: str) -> None:
    assert f"`{function}(" in PAGE


def test_the_page_leads_to_the_diagnostics() -> None:
    assert "(diagnostics.md)" in section("Checking")


def test_the_stories_of_the_page_are_sound(checked: Checked) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    whole = [block for block in blocks if block.startswith("story:")]
    assert len(whole) == 1
    assert len(whole[0].strip().split("\n")) == 11
    assert checked(whole[0]).diagnostics == ()
    loop = next(block for block in blocks if block.startswith("#%"))
    assert checked("story: x\n" + loop).diagnostics == ()


SLIPS = {
    "yaml-syntax",
    "duplicate-key",
    "unknown-key",
    "wrong-type",
    "unknown-word",
    "bad-id",
    "template-error",
    "braces",
}


@pytest.mark.parametrize("block", re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL), ids=lambda block: block[:16])
def test_every_example_of_the_page_is_the_language(block: str, checked: Checked) -> None:
    key = block.partition(":")[0]
    if key == "picks":
        block = "tests:\n- name: t\n" + re.sub("(?m)^", "  ", block)
    elif key not in KEYS["story"] and not block.startswith("#%"):
        scene = block if key not in KEYS["scene"] else "a:\n" + re.sub("(?m)^", "  ", block)
        block = "scenes:\n" + re.sub("(?m)^", "  ", scene)
    report = checked(block if key == "story" else "story: x\n" + block)
    assert not {one.code for one in report.diagnostics} & SLIPS, report.render()
