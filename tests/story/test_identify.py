from pathlib import Path

import pytest

from forkreel.errors import StoryError
from forkreel.story.check import load
from forkreel.story.identify import identify

ROOT = Path(__file__).parents[2]
TALE = """\
# a tale, with its comments
story: A tale
cast: {fox: The fox}
scenes:
  wood:            # the wood
    say:
      - Plain words.   # said softly
      - fox: "Quoted: words."
      - {fox: In a map.}
      - {id: wood-2, text: It has one.}
      - who: fox
        text: In a block.
      - {text: "In one line.", who: fox}
      - |
        Two lines
        of one text.
    goto: end
  end:
    say: [Good night., "Sleep, well."]
    ending: Home
"""
WRITTEN = """\
# a tale, with its comments
story: A tale
cast: {fox: The fox}
scenes:
  wood:            # the wood
    say:
      - id: wood-1
        text: Plain words.   # said softly
      - id: wood-3
        who: fox
        text: "Quoted: words."
      - {id: wood-4, who: fox, text: In a map.}
      - {id: wood-2, text: It has one.}
      - id: wood-5
        who: fox
        text: In a block.
      - {id: wood-6, text: "In one line.", who: fox}
      - id: wood-7
        text: "Two lines\\nof one text."
    goto: end
  end:
    say: [{id: end-1, text: Good night.}, {id: end-2, text: "Sleep, well."}]
    ending: Home
"""


@pytest.fixture
def tale(tmp_path: Path) -> Path:
    file = tmp_path / "tale.yaml"
    file.write_text(TALE, encoding="utf-8")
    return file


def test_every_line_gets_an_id_and_everything_else_stays(tale: Path) -> None:
    assert identify(tale).text == WRITTEN


def test_a_story_with_its_ids_says_the_same_and_gets_no_more(tale: Path) -> None:
    before = load(tale)
    tale.write_text(identify(tale).text, encoding="utf-8")
    again, after = identify(tale), load(tale)
    assert (again.text, again.given) == (WRITTEN, ())
    for name, scene in before.scenes.items():
        said = [(one.who, one.text.source.strip()) for one in after.scenes[name].speeches]
        assert said == [(one.who, one.text.source.strip()) for one in scene.speeches]


@pytest.mark.parametrize("story", sorted((ROOT / "tests/stories").glob("*.yaml")), ids=lambda story: story.stem)
def test_every_story_can_be_given_its_ids(story: Path, tmp_path: Path) -> None:
    file = tmp_path / story.name
    file.write_text(identify(story).text, encoding="utf-8")
    assert all(given.id is None for given in identify(file).given)
    before, after = load(story), load(file)
    assert [len(scene.speeches) for scene in after.scenes.values()] == [
        len(scene.speeches) for scene in before.scenes.values()
    ]


def test_a_line_that_a_loop_writes_is_left_to_its_author(tmp_path: Path) -> None:
    file = ROOT / "tests" / "stories" / "loop.yaml"
    found = identify(file)
    assert found.text == file.read_text(encoding="utf-8")
    assert {given.id for given in found.given} == {None}


def test_a_file_that_yaml_cannot_read_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "tale.yaml"
    file.write_text("story: [x\n", encoding="utf-8")
    with pytest.raises(StoryError, match="yaml-syntax"):
        identify(file)


def test_lines_of_choices_and_answers_get_ids_too(tmp_path: Path) -> None:
    file = tmp_path / "tale.yaml"
    file.write_text(
        """\
story: A tale
scenes:
  wood:
    ask:
      choices:
        - {id: wait, label: Wait, stay: true, say: [You wait.]}
        - {id: go, label: Go, goto: end}
      questions:
        fallback:
          - What?
        answers:
          - {id: why, examples: [why], say: [Why not?]}
    say: [Hush.]
  end: {ending: Home}
""",
        encoding="utf-8",
    )
    found = identify(file)
    assert [given.id for given in found.given] == ["wood-1", "wood-2", "wood-3", "wood-4"]
    file.write_text(found.text, encoding="utf-8")
    assert [one.id for one in load(file).scenes["wood"].all_speeches] == ["wood-4", "wood-1", "wood-3", "wood-2"]
