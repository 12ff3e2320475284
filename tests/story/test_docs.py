import re
from pathlib import Path

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
