"""Beginning anywhere: a save that enters any scene with any variables, as an author tries it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from forkreel.errors import StoryError
from forkreel.story.diagnostic import did_you_mean
from forkreel.story.moment import Shot
from forkreel.story.playthrough import Playthrough
from forkreel.story.state import Saved, State
from forkreel.story.story import Story
from forkreel.story.template import Fault
from forkreel.story.turn import entered
from forkreel.story.variables import Unfit


def enter(
    story: Story, scene: str, variables: Mapping[str, object], seed: int | None = None, shot: Shot | None = None
) -> Playthrough:
    """A walk that begins on entering a scene: its `set` is done; variables that are not given have their defaults.

    `shot` is what was seen before, for scenes that keep the picture they came with. Raises `StoryError` for a scene or
    a variable that the story does not have, a value that does not fit, or a template that fails.
    """
    if scene not in story.scenes:
        raise StoryError(
            f"there is no scene '{scene}'; {did_you_mean(scene, story.scenes, 'it may have been renamed')}"
        )
    held = dict(State.first(story).variables)
    for name, value in variables.items():
        if name not in story.variables:
            hint = did_you_mean(name, story.variables, "the story does not declare it")
            raise StoryError(f"there is no variable '{name}'; {hint}")
        try:
            held[name] = story.variables[name].fit(value)
        except Unfit as unfit:
            raise StoryError(str(unfit)) from unfit
    state = State.first(story)._replace(variables=MappingProxyType(held), shot=shot or Shot(""))
    seed = story.seed if seed is None else seed
    try:
        return Playthrough(story, Saved(seed, 0, entered(story, state, scene, seed)))
    except Fault as fault:
        raise StoryError(str(fault)) from fault
