"""What templates see of a playthrough: its variables, what has happened, and chance that only seed and step decide."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from forkreel.story.codegen import Scope
from forkreel.story.moment import AxisValue, Line, Motion, Shot
from forkreel.story.scene import Picture, Setting, Speech, Travel
from forkreel.story.state import Draft, State
from forkreel.story.story import Story
from forkreel.story.template import Expression, Fault, Text, weighed
from forkreel.story.variables import describe

_NONE: Mapping[str, float] = MappingProxyType({})


class PlayScope(Scope):
    """The variables of a state, and the functions that templates call, in one phase of a step after the other.

    Each phase rolls dice of its own, so that a moment shown again after a save rolls the same. What varies from time to
    time goes by `time`, which counts from 1: how often the scene was entered, unless the phase says otherwise.
    """

    __slots__ = ("_dice", "_phase", "_seed", "_state", "_story", "_thrown", "_time")

    min = staticmethod(min)
    max = staticmethod(max)

    def __init__(self, story: Story, state: State | Draft, seed: int) -> None:
        self._story = story
        self._seed = seed
        self._dice: random.Random | None = None
        self.of(state)

    def of(self, state: State | Draft) -> PlayScope:
        """The same from now on for another state."""
        self.variables = state.variables
        self._state = state
        return self.at("")

    def at(self, phase: str, time: int = 0) -> PlayScope:
        """The same from now on in a phase: `enter`, `picture`, `show`, `reply` or `leave`, with what it counts."""
        self._phase = phase
        self._time = time
        self._thrown = False
        return self

    @property
    def time(self) -> int:
        """The how-manieth time this is."""
        return self._time or self._state.visits.get(self._state.scene, 1)

    def visits(self, scene: str) -> int:
        """How often a scene was entered."""
        return self._state.visits.get(scene, 0)

    def turns_since(self, scene: str) -> int:
        """How many scenes ago a scene was entered last; -1 for one that never was."""
        entered = self._state.entered.get(scene)
        return -1 if entered is None else self._state.step - entered

    def chosen(self, choice: str) -> bool:
        """Whether a choice was taken."""
        return was_chosen(self._state, choice)

    def roll(self, low: Any, high: Any) -> int:
        """A whole number from `low` to `high`."""
        if not isinstance(low, int) or not isinstance(high, int) or low > high:
            raise ValueError(f"roll({low}, {high}) takes two whole numbers, the smaller first")
        return self._chance().randint(low, high)

    def pick(self, *options: Any) -> Any:
        """One of them."""
        _some("pick", options)
        return options[self._chance().randrange(len(options))]

    def weighted(self, *options: Any) -> Any:
        """One of those that are followed by their weights."""
        return self._chance().choices(*weighed(options))[0]

    def cycle(self, *options: Any) -> Any:
        """One after the other, and round again."""
        _some("cycle", options)
        return options[(self.time - 1) % len(options)]

    def sequence(self, *options: Any) -> Any:
        """One after the other, and then the last for ever."""
        _some("sequence", options)
        return options[min(self.time, len(options)) - 1]

    def once(self, *options: Any) -> Any:
        """One after the other, and then nothing."""
        _some("once", options)
        return options[self.time - 1] if self.time <= len(options) else ""

    def shuffle(self, *options: Any) -> Any:
        """All of them in an order that the seed decides, and then all of them in another."""
        _some("shuffle", options)
        round_, at = divmod(self.time - 1, len(options))
        return options[_order(f"{self._seed}/shuffle/{round_}/{options}", len(options))[at]]

    def look(self, member: str) -> str:
        """What prompts say of a member of the cast."""
        return self._story.looks[member]

    def place(self, name: str) -> str:
        """What prompts say of a place."""
        return self._story.places[name]

    def _chance(self) -> random.Random:
        """The dice of this phase: seeded when the first template wants them, since most want none."""
        if self._dice is None or not self._thrown:
            seed = f"{self._seed}/{self._state.step}/{self._phase}"
            if self._dice is None:
                self._dice = random.Random(seed)
            else:
                self._dice.seed(seed)  # takes two thirds as long
            self._thrown = True
        return self._dice


@lru_cache(maxsize=64)  # to seed dice takes longer than all else of a scene, and a shuffle is looked at time and again
def _order(seed: str, number: int) -> tuple[int, ...]:
    order = list(range(number))
    random.Random(seed).shuffle(order)
    return tuple(order)


def _some(function: str, options: tuple[Any, ...]) -> None:
    if not options:
        raise ValueError(f"{function}() takes something to choose from")


def was_chosen(state: State | Draft, choice: str) -> bool:
    """Whether a choice was taken: by its id, or by `scene.choice` where several scenes have one of that name."""
    if "." in choice:
        return choice in state.chosen
    return any(taken.partition(".")[2] == choice for taken in state.chosen)


def shot(picture: Picture, names: Scope, steered: Mapping[str, AxisValue]) -> Shot:
    """What is seen, worked out; axes that viewers have `steered` are where they want them. Raises `Fault`."""
    axes = {name: _value(name, setting, names) for name, setting in picture.axes}
    if steered:
        axes.update(steered)
    drift, hold = _numbers(picture.drift, names, "drifts"), _numbers(picture.hold, names, "sways")
    return Shot(picture.prompt.render(names), MappingProxyType(axes), drift, hold, picture.hold_s)


def motion(travel: Travel, names: Scope) -> Motion:
    """How the picture gets there, worked out. Raises `Fault`."""
    if not travel.via:
        return travel.motion
    via = {name: _value(name, setting, names) for name, setting in travel.via}
    return replace(travel.motion, via=MappingProxyType(via))


def lines(speeches: tuple[Speech, ...], names: Scope) -> tuple[Line, ...]:
    """The lines, rendered; one that renders to nothing is left out. Raises `Fault`."""
    return tuple([line for one in speeches if (line := one.line(names)).text])


def _numbers(settings: tuple[tuple[str, Setting], ...], names: Scope, does: str) -> Mapping[str, float]:
    if not settings:
        return _NONE
    numbers = {}
    for name, setting in settings:
        value = _value(name, setting, names)
        if isinstance(value, str):
            raise Fault(f"'{name}' {does} by a number, not by {describe(value)}")
        numbers[name] = float(value)
    return MappingProxyType(numbers)


def _value(name: str, setting: Setting, names: Scope) -> AxisValue:
    value = setting
    if isinstance(setting, Expression):
        value = setting.evaluate(names)
    elif isinstance(setting, Text):
        value = setting.render(names)
    if isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, str):
        return value
    raise Fault(f"the axis '{name}' is a number or a word, not {describe(value)}")
