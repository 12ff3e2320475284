"""The stories that ship: nothing is wrong with them, their own tests pass, and random walks see all of them."""

from dataclasses import replace
from pathlib import Path

import pytest

from forkreel.model.house.space import SPACE
from forkreel.story import Story, in_language, load
from forkreel.story.check import check
from forkreel.story.rehearse import rehearse
from forkreel.story.walks import Walks, walk

STORIES = Path(__file__).parents[2] / "stories"
NAMES = sorted(path.stem for path in STORIES.glob("*.yaml"))
AXES = {axis.name: axis for axis in SPACE.axes}
RUNS = {"lantern": 1500}


@pytest.fixture(scope="module", params=NAMES)
def walks(request: pytest.FixtureRequest) -> Walks:
    return walk(load(STORIES / f"{request.param}.yaml"), RUNS.get(request.param, 300))


def shipped(name: str) -> Story:
    return load(STORIES / f"{name}.yaml")


@pytest.mark.parametrize("name", NAMES)
def test_a_story_has_no_errors_and_no_warnings_with_the_axes_of_the_house(name: str) -> None:
    file = STORIES / f"{name}.yaml"
    assert check(file, axes=AXES).render() == f"{file}: no errors"


@pytest.mark.parametrize("name", NAMES)
def test_the_tests_that_a_story_carries_pass(name: str) -> None:
    outcomes = rehearse(shipped(name))
    assert len(outcomes) >= 3
    assert [outcome.render() for outcome in outcomes if not outcome.passed] == []


def test_the_lantern_is_told_in_german_along_every_way_of_its_tests() -> None:
    story = shipped("lantern")
    german = in_language(story, "de")
    assert german.title == "Die Laterne"
    english = {line.text.source for scene in story.scenes.values() for line in scene.speeches}
    assert not english & {line.text.source for scene in german.scenes.values() for line in scene.speeches}
    by_id = [
        replace(test, lines=tuple(line for line in test.lines if " " not in line.value)) for test in german.rehearsals
    ]
    outcomes = rehearse(replace(german, rehearsals=tuple(by_id)))
    assert [outcome.render() for outcome in outcomes if not outcome.passed] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_tests_of_a_story_reach_every_ending(name: str) -> None:
    story = shipped(name)
    expected = {test.ending.value for test in story.rehearsals if test.ending is not None}
    assert expected == {ending.id for ending in story.endings}


def test_random_walks_see_every_scene_choice_line_and_ending_and_never_get_stuck(walks: Walks) -> None:
    assert walks.never() == {"scenes": [], "choices": [], "lines": [], "endings": []}
    assert walks.ok
    assert not walks.troubles


@pytest.mark.parametrize("name", NAMES)
def test_a_scene_says_no_more_than_four_lines_and_a_label_fits_its_button(name: str) -> None:
    for scene in shipped(name).scenes.values():
        assert len(scene.speeches) <= 4, scene.id
        for answer in scene.question.answers if scene.question else ():
            assert "{{" in answer.label.source or len(answer.label.source) <= 40, f"{scene.id}.{answer.id}"


def test_the_flagship_is_as_large_as_it_says_and_uses_the_language() -> None:
    story = shipped("lantern")
    questions = [scene.question for scene in story.scenes.values() if scene.question]
    assert len(story.scenes) >= 30
    assert len(story.endings) == 6
    assert [question.default for question in questions if question.timer_s] == ["on", "quiet", "curl", "low"]
    assert any(question.talk for question in questions)
    assert any(question.entry for question in questions)
    assert any(branch.then for question in questions for answer in question.answers for branch in answer.branches)
