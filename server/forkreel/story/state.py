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

    Its mappings are proxies, which `copy` copies at once where `{**mapping}` would copy item by item.
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


class Draft:
    """A state while an event is worked out on it. What fails is thrown away with its draft.

    `variables` is a copy of its own; other mappings are replaced, not changed, since older states have them too.
    """

    __slots__ = State._fields

    def __init__(self, state: State) -> None:
        (
            self.scene,
            self.step,
            variables,
            self.visits,
            self.chosen,
            self.shot,
            self.entered,
            self.calls,
            self.steered,
            self.reply,
            self.following,
        ) = state
        self.variables = variables.copy()

    def state(self) -> State:
        """What it has come to. It is not changed any more then."""
        return State(
            self.scene,
            self.step,
            MappingProxyType(self.variables),
            self.visits,
            self.chosen,
            self.shot,
            self.entered,
            self.calls,
            self.steered,
            self.reply,
            self.following,
        )

    def move(self, axis: str, value: AxisValue) -> None:
        """One axis is where a viewer wants it."""
        self.steered = MappingProxyType(self.steered | {axis: value})

    def take(self, choice: str) -> None:
        """One more choice is taken in this scene."""
        key = f"{self.scene}.{choice}"
        self.chosen = _counted(self.chosen, key)

    def enter(self, scene: str) -> None:
        """A scene is entered, before anything of it has happened."""
        self.scene, self.step = scene, self.step + 1
        self.visits = _counted(self.visits, scene)
        entered = self.entered.copy()
        entered[scene] = self.step
        self.entered = MappingProxyType(entered)
        self.steered, self.reply, self.following = _UNTOUCHED, None, False


def _counted(counts: MappingProxyType[str, int], key: str) -> MappingProxyType[str, int]:
    """The counts with one more of the key."""
    more = counts.copy()
    more[key] = more.get(key, 0) + 1
    return MappingProxyType(more)


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
