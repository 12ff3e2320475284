import random
from pathlib import Path

import pytest

from forkreel.story import Playthrough, Story, load
from forkreel.story.check import AxisRange, check
from forkreel.story.moment import Advance, Choose, Moment

LANTERN = Path(__file__).parents[2] / "stories" / "lantern.yaml"
PLACES = ("forest", "lake", "village", "mountain", "meadow", "harbour")
AXES = {name: AxisRange() for name in ("pan", "haze", "fox", "fox_x", "gait", "sit", "lantern")} | {
    "place": AxisRange(labels=PLACES),
    "hour": AxisRange(0, 24),
    "fox_face": AxisRange(-1, 1),
}


def walk(story: Story, seed: int) -> tuple[list[Moment], list[tuple[Moment, str, Moment]]]:
    """The moments of one random walk, and what each choice changed."""
    dice, play = random.Random(seed), Playthrough.start(story, seed)
    moments, changes = [play.moment], []
    while play.moment.ending is None:
        before = play.moment
        if before.ask is None:
            play.apply(Advance(before.number))
        else:
            choice = dice.choice([choice.id for choice in before.ask.choices if choice.available])
            changes.append((before, choice, play.apply(Choose(before.ask.poll, choice))))
        moments.append(play.moment)
    return moments, changes


@pytest.fixture(scope="module")
def walks() -> list[tuple[list[Moment], list[tuple[Moment, str, Moment]]]]:
    story = load(LANTERN)
    return [walk(story, seed) for seed in range(60)]


def test_the_flagship_has_no_errors_and_no_warnings() -> None:
    assert check(LANTERN, axes=AXES).render() == f"{LANTERN}: no errors"


def test_it_has_what_a_flagship_needs() -> None:
    story = load(LANTERN)
    questions = [scene.question for scene in story.scenes.values() if scene.question]
    assert len(story.scenes) >= 12
    assert len(story.endings) == 3
    assert [question.default for question in questions if question.timer_s] == ["curl"]
    assert [answer.id for question in questions for answer in question.answers if answer.when] == ["tie"]


def test_random_walks_see_every_scene_and_every_ending(walks: list[tuple[list[Moment], object]]) -> None:
    assert {moment.scene for moments, _ in walks for moment in moments} == set(load(LANTERN).scenes)


def test_lines_and_labels_fit_the_screen(walks: list[tuple[list[Moment], object]]) -> None:
    for moments, _ in walks:
        for moment in moments:
            assert 1 <= len(moment.lines) <= 3
            assert all(len(line.text) <= 90 for line in moment.lines)
            assert all(len(choice.label) <= 32 for choice in (moment.ask.choices if moment.ask else ()))
            assert 2.5 <= moment.motion.duration_s <= 5


def test_every_choice_changes_the_picture(walks: list[tuple[object, list[tuple[Moment, str, Moment]]]]) -> None:
    for _, changes in walks:
        for before, choice, after in changes:
            changed = {
                axis
                for axis in ("place", "hour", "haze", "gait", "sit")
                if before.shot.axes[axis] != after.shot.axes[axis]
            }
            assert changed, (before.scene, choice)


def test_a_walking_fox_faces_the_way_the_camera_pans(walks: list[tuple[list[Moment], object]]) -> None:
    for moments, _ in walks:
        for moment in moments:
            pan = moment.shot.drift.get("pan", 0.0)
            assert (pan != 0) == (moment.shot.axes["gait"] == 1), moment.scene
            assert pan * float(moment.shot.axes["fox_face"]) >= 0, moment.scene
            assert abs(pan) <= 0.02
