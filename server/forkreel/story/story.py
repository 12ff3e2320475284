"""`Story`: an immutable description. What happens in it is a `Playthrough`'s."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from forkreel.story.cast import Manner
from forkreel.story.moment import Ending
from forkreel.story.rehearsal import Rehearsal
from forkreel.story.scene import Scene
from forkreel.story.template import Expression
from forkreel.story.variables import Variable


class Edge(NamedTuple):
    """A way from one scene to another. `choice` is the choice's id, or None when the story goes on by itself.

    `label` is the choice's label as the author wrote it, with the conditions of choice and way in brackets behind it.
    """

    source: str
    target: str
    label: str
    choice: str | None


@dataclass(frozen=True, slots=True)
class Story:
    """A story that was read without errors. Its mappings are read-only and in the order of the file.

    `name` is the file's stem; `cast` maps an id to the name that is shown, `manners` to how it speaks;
    `rehearsals` are the tests that it carries.
    """

    name: str
    title: str
    version: int
    seed: int
    cast: Mapping[str, str]
    manners: Mapping[str, Manner]
    variables: Mapping[str, Variable]
    start: str
    scenes: Mapping[str, Scene]
    rehearsals: tuple[Rehearsal, ...] = ()

    @property
    def endings(self) -> tuple[Ending, ...]:
        """Every ending, in the order of the file, with its title as the author wrote it."""
        return tuple(
            Ending(scene.close.id, scene.close.title.source)
            for scene in self.scenes.values()
            if scene.close is not None
        )

    def edges(self) -> tuple[Edge, ...]:
        """Every way from a scene to another, in the order of the file."""
        return tuple(edge for scene in self.scenes.values() for edge in edges_of(scene))


def edges_of(scene: Scene) -> Iterator[Edge]:
    """The ways out of one scene. A choice without a way of its own takes the scene's."""
    answers = scene.question.answers if scene.question else ()
    for answer in answers:
        for branch in answer.branches or scene.branches:
            label = _label(answer.label.source, answer.when, branch.when)
            yield Edge(scene.id, branch.goto, label, answer.id)
    if scene.branches and all(answer.may_be_unavailable for answer in answers):
        for branch in scene.branches:
            yield Edge(scene.id, branch.goto, _label("", branch.when), None)


def _label(label: str, *conditions: Expression | None) -> str:
    sources = [condition.source for condition in conditions if condition is not None]
    return f"{label} [{' and '.join(sources)}]".strip() if sources else label
