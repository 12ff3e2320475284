"""`Story`: an immutable description. What happens in it is a `Playthrough`'s."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from forkreel.story.cast import Manner
from forkreel.story.language import RETURN
from forkreel.story.moment import Ending
from forkreel.story.rehearsal import Rehearsal
from forkreel.story.scene import Branch, Scene
from forkreel.story.template import Expression, Text
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

    `name` is the file's stem; `cast` maps an id to the name that is shown, `manners` to how it speaks, `looks` and
    `places` to what prompts say of it; `rehearsals` are the tests that it carries. A save goes on at `recover` when
    none of its scenes is left. `translations` has its texts in other languages, by language and key.
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
    looks: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    places: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    recover: str | None = None
    language: str = "en"
    translations: Mapping[str, Mapping[str, Text]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def languages(self) -> tuple[str, ...]:
        """What it can be told in: first the language that it is written in."""
        return (self.language, *(one for one in self.translations if one != self.language))

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
        return edges(self.scenes)


def edges(scenes: Mapping[str, Scene]) -> tuple[Edge, ...]:
    """Every way from a scene to another. Whoever comes back from a scene that was called can come to any `then`."""
    ways = [way for scene in scenes.values() for way in _ways(scene)]
    thens = list(dict.fromkeys(branch.then for _, branch, _, _ in ways if branch.then is not None))
    found = []
    for source, branch, label, choice in ways:
        for target in thens if branch.goto == RETURN else (branch.goto,):
            found.append(Edge(source, target, label, choice))
    return tuple(found)


def calls(scenes: Mapping[str, Scene]) -> bool:
    """Whether any scene is called, to come back from."""
    return any(branch.then is not None for scene in scenes.values() for _, branch, _, _ in _ways(scene))


def returns(scene: Scene) -> bool:
    """Whether a way out of the scene leads back to who called."""
    return any(branch.goto == RETURN for _, branch, _, _ in _ways(scene))


def _ways(scene: Scene) -> Iterator[tuple[str, Branch, str, str | None]]:
    """The ways out of one scene, with a label and the choice. A choice without a way of its own takes the scene's."""
    question = scene.question
    answers = question.answers if question else ()
    for answer in answers:
        for branch in () if answer.stays else answer.branches or scene.branches:
            yield scene.id, branch, _label(answer.label.source, answer.when, branch.when), answer.id
    if question is not None and question.entry is not None:
        for branch in question.entry.branches:
            yield scene.id, branch, _label(question.entry.label.source, branch.when), question.entry.id
    for reply in question.talk.replies if question is not None and question.talk is not None else ():
        for branch in reply.branches:
            yield scene.id, branch, _label(f"“{reply.examples[0]}”", reply.when, branch.when), reply.id
    if not (question is not None and question.listens) and all(answer.may_be_unavailable for answer in answers):
        for branch in scene.branches:
            yield scene.id, branch, _label("", branch.when), None


def _label(label: str, *conditions: Expression | None) -> str:
    sources = [condition.source for condition in conditions if condition is not None]
    return f"{label} [{' and '.join(sources)}]".strip() if sources else label
