import re
from pathlib import Path

import pytest

from forkreel.story.language import EASINGS, KEYS, MOODS, PATHS, RULES, SOUNDS, TALLIES
from forkreel.story.sandbox import PLAY_FUNCTIONS, filters, load_time, play_time
from forkreel.story.variables import KINDS
from tests.story.conftest import Checked

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "writing-stories.md").read_text(encoding="utf-8")
HEADINGS = {
    "story": "The title page",
    "cast member": "Voices",
    "voice": "Voices",
    "scene": "Scenes",
    "move": "Moves",
    "line": "Lines",
    "sfx": "Sounds and music",
    "ask": "Questions",
    "choice": "Questions",
    "vote": "Rooms",
    "branch": "Ways on",
    "ending": "Endings",
    "variable": "Variables",
    "test": "Tests",
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


@pytest.mark.parametrize(
    "word",
    sorted({*EASINGS, *MOODS, *SOUNDS, *PATHS, *RULES, *TALLIES, *KINDS, *filters(play_time()), *filters(load_time())}),
)
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
