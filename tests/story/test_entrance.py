from __future__ import annotations

from pathlib import Path

import pytest

from forkreel.errors import StoryError
from forkreel.story import Story, load
from forkreel.story.entrance import enter

TALE = """
story: Tale
vars: {oil: {type: int, range: [0, 9]}, met: false}
scenes:
  first: {prompt: a forest, goto: lake}
  lake:
    prompt: "a lake {{ 'with light' if oil > 2 else 'in the dark' }}"
    set: {met: true}
    goto: still
  still: {say: [Nothing moves.], goto: end}
  end: {prompt: a village, ending: Over}
"""


@pytest.fixture
def tale(tmp_path: Path) -> Story:
    file = tmp_path / "tale.yaml"
    file.write_text(TALE)
    return load(file)


def test_a_walk_begins_in_any_scene_with_any_variables(tale: Story) -> None:
    walk = enter(tale, "lake", {"oil": 3})
    assert walk.moment.scene == "lake"
    assert walk.moment.shot.prompt == "a lake with light"
    assert dict(walk.state.variables) == {"oil": 3, "met": True}
    assert dict(walk.state.visits) == {"lake": 1}
    assert enter(tale, "lake", {}).moment.shot.prompt == "a lake in the dark"


def test_a_scene_without_a_picture_keeps_the_one_it_is_given(tale: Story) -> None:
    before = enter(tale, "first", {}).moment.shot
    assert enter(tale, "still", {}, shot=before).moment.shot.prompt == "a forest"


@pytest.mark.parametrize(
    ("scene", "variables", "words"),
    [
        ("lak", {}, "did you mean 'lake'"),
        ("lake", {"oill": 1}, "did you mean 'oil'"),
        ("lake", {"oil": 12}, "goes from 0 to 9"),
        ("lake", {"met": "yes"}, "true or false"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(
    tale: Story, scene: str, variables: dict[str, object], words: str
) -> None:
    with pytest.raises(StoryError, match=words):
        enter(tale, scene, variables)
