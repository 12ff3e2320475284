"""`State`: all that a playthrough remembers, immutable. `save` makes JSON of it and back."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from forkreel.story.moment import AxisValue, Shot
from forkreel.story.story import Story
from forkreel.story.variables import Value

MAX_PAST = 64  # questions that can be taken back
_NOTHING: MappingProxyType[str, int] = MappingProxyType({})
_UNTOUCHED: MappingProxyType[str, AxisValue] = MappingProxyType({})


class Reply(NamedTuple):
    """What the open question was answered with while it stayed open, and so what is said now.

    `answer` is the id of a choice or of an answer to typed text, None for text that nothing was near to.
    """

    answer: str | None
    text: str = ""


class State(NamedTuple):
    """Where a playthrough is and what it remembers.

    `step` counts the scenes entered and is taken back by `Back`; with the seed it decides all chance. `visits` counts
    by scene id, `chosen` by `scene.choice`, `entered` has the step at which a scene was entered last. `shot` is what is
    seen, for scenes that keep the picture they came with. `calls` are the scenes that `goto: return` leads to, the
    latest last; `steered` are the axes that viewers have moved in this scene; `following` says that a control was the
    last to change anything.

    Its mappings are proxies, which `|` copies at once where `{**mapping}` would copy item by item.
    """

    scene: str
    step: int
    variables: MappingProxyType[str, Value]
    visits: MappingProxyType[str, int]
    chosen: MappingProxyType[str, int]
    shot: Shot
    entered: MappingProxyType[str, int] = _NOTHING
    calls: tuple[str, ...] = ()
    steered: MappingProxyType[str, AxisValue] = _UNTOUCHED
    reply: Reply | None = None
    following: bool = False

    @classmethod
    def first(cls, story: Story) -> State:
        """Before the first scene: nothing seen, every variable at its default."""
        defaults = {name: variable.default for name, variable in story.variables.items()}
        return cls(story.start, -1, MappingProxyType(defaults), _NOTHING, _NOTHING, Shot(""))

    def having(self, variable: str, value: Value) -> State:
        """The same with one variable changed."""
        return self._replace(variables=MappingProxyType(self.variables | {variable: value}))

    def moved(self, axis: str, value: AxisValue) -> State:
        """The same with one axis where a viewer wants it."""
        return self._replace(steered=MappingProxyType(self.steered | {axis: value}))

    def took(self, choice: str) -> State:
        """The same with one more choice taken in this scene."""
        key = f"{self.scene}.{choice}"
        return self._replace(chosen=MappingProxyType(self.chosen | {key: self.chosen.get(key, 0) + 1}))

    def at(self, scene: str, calls: tuple[str, ...]) -> State:
        """The same on entering a scene, before anything of it has happened."""
        step = self.step + 1
        return State(
            scene,
            step,
            self.variables,
            MappingProxyType(self.visits | {scene: self.visits.get(scene, 0) + 1}),
            self.chosen,
            self.shot,
            MappingProxyType(self.entered | {scene: step}),
            calls,
        )


@dataclass(frozen=True, slots=True)
class Saved:
    """A save: the seed, the moment's number, the state now, and the states at the questions that can be taken back.

    `lost` are sentences about what could not be kept.
    """

    seed: int
    number: int
    now: State
    past: tuple[State, ...] = ()
    lost: tuple[str, ...] = ()
