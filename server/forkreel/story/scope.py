"""What templates see of a playthrough: its variables, `visits`, `chosen`, and chance that only seed and step decide."""

from __future__ import annotations

import random
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from forkreel.story.moment import AxisValue, Choice, Line, Motion, Shot
from forkreel.story.scene import Answer, Effect, Picture, Scene, Setting, Travel
from forkreel.story.state import State
from forkreel.story.template import Expression, Fault, Names, Scope, Text
from forkreel.story.variables import Unfit, Variable, describe


def scope(state: State, seed: int, phase: str) -> Scope:
    """The names and functions for one phase (`enter`, `show`, `leave`) of one step.

    Each phase rolls dice of its own, so that a moment shown again after a save rolls the same.
    """
    thrown: list[random.Random] = []

    def dice() -> random.Random:  # made when the first template wants chance: most want none
        if not thrown:
            thrown.append(random.Random(f"{seed}/{state.step}/{phase}"))
        return thrown[0]

    def roll(low: Any, high: Any) -> int:
        if not isinstance(low, int) or not isinstance(high, int) or low > high:
            raise ValueError(f"roll({low}, {high}) takes two whole numbers, the smaller first")
        return dice().randint(low, high)

    def pick(*options: Any) -> Any:
        if not options:
            raise ValueError("pick() takes something to pick from")
        return options[dice().randrange(len(options))]

    return Names(
        {
            **state.variables,
            "visits": lambda scene: state.visits.get(scene, 0),
            "chosen": lambda choice: was_chosen(state, choice),
            "roll": roll,
            "pick": pick,
        }
    )


def was_chosen(state: State, choice: str) -> bool:
    """Whether a choice was taken: by its id, or by `scene.choice` where several scenes have one of that name."""
    if "." in choice:
        return choice in state.chosen
    return any(taken.partition(".")[2] == choice for taken in state.chosen)


def affect(
    state: State, effects: tuple[Effect, ...], variables: Mapping[str, Variable], seed: int, phase: str
) -> State:
    """The state after some effects, one after the other: each sees what those before it did. Raises `Fault`."""
    for number, effect in enumerate(effects):
        value = effect.value.evaluate(scope(state, seed, f"{phase}/{number}"))
        try:
            state = state.having(effect.variable, variables[effect.variable].fit(value))
        except Unfit as unfit:
            raise Fault(f"{effect.value.where}: {unfit}") from unfit
    return state


def shot(picture: Picture, names: Scope) -> Shot:
    """What is seen, worked out. Raises `Fault`."""
    axes = {name: _value(name, setting, names) for name, setting in picture.axes}
    drift = {name: _value(name, setting, names) for name, setting in picture.drift}
    for name, speed in drift.items():
        if isinstance(speed, str):
            raise Fault(f"'{name}' drifts by a number, not by {describe(speed)}")
    speeds = {name: float(speed) for name, speed in drift.items()}
    return Shot(picture.prompt.render(names), MappingProxyType(axes), MappingProxyType(speeds))


def motion(travel: Travel, names: Scope) -> Motion:
    """How the picture gets there, worked out. Raises `Fault`."""
    via = {name: _value(name, setting, names) for name, setting in travel.via}
    return Motion(travel.duration_s, travel.easing, travel.path, MappingProxyType(via))


def lines(scene: Scene, names: Scope) -> tuple[Line, ...]:
    """The lines, rendered; one that renders to nothing is left out. Raises `Fault`."""
    rendered = ((speech, speech.text.render(names)) for speech in scene.speeches)
    return tuple(Line(speech.id, text, speech.who) for speech, text in rendered if text)


def offer(answer: Answer, scene: str, state: State, names: Scope) -> Choice:
    """A choice with its label rendered, and whether it can be taken now. Raises `Fault`."""
    spent = answer.once and f"{scene}.{answer.id}" in state.chosen
    holds = answer.when is None or bool(answer.when.evaluate(names))
    return Choice(answer.id, answer.label.render(names), holds and not spent)


def _value(name: str, setting: Setting, names: Scope) -> AxisValue:
    value = setting
    if isinstance(setting, Expression):
        value = setting.evaluate(names)
    elif isinstance(setting, Text):
        value = setting.render(names)
    if isinstance(value, bool | int | float):
        return float(value)
    if isinstance(value, str):
        return value
    raise Fault(f"the axis '{name}' is a number or a word, not {describe(value)}")
