"""`State`: all that a playthrough remembers, immutable, and its way to JSON and back, keyed by the author's ids."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from forkreel.errors import StoryError
from forkreel.story.moment import AxisValue, Shot
from forkreel.story.story import Story
from forkreel.story.variables import Unfit, Value

SAVE_VERSION = 1
MAX_PAST = 64  # questions that can be taken back
MAX_SAVE = 4 << 20  # characters


@dataclass(frozen=True, slots=True)
class State:
    """Where a playthrough is and what it remembers.

    `step` counts the scenes entered and is taken back by `Back`; with the seed it decides all chance. `visits` counts
    by scene id, `chosen` by `scene.choice`. `shot` is what is seen, for scenes that keep the picture they came with.
    """

    scene: str
    step: int
    variables: Mapping[str, Value]
    visits: Mapping[str, int]
    chosen: Mapping[str, int]
    shot: Shot

    @classmethod
    def first(cls, story: Story) -> State:
        """Before the first scene: nothing seen, every variable at its default."""
        defaults = {name: variable.default for name, variable in story.variables.items()}
        nothing: Mapping[str, int] = MappingProxyType({})
        return cls(story.start, -1, MappingProxyType(defaults), nothing, nothing, Shot(""))

    def having(self, variable: str, value: Value) -> State:
        """The same with one variable changed."""
        return replace(self, variables=MappingProxyType({**self.variables, variable: value}))


@dataclass(frozen=True, slots=True)
class Saved:
    """A save: the seed, the moment's number, the state now, and the states at the questions that can be taken back."""

    seed: int
    number: int
    now: State
    past: tuple[State, ...] = ()


class _Shot(BaseModel):
    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)
    prompt: str
    axes: dict[str, float | str]
    drift: dict[str, float]


class _State(BaseModel):
    model_config = ConfigDict(extra="ignore", allow_inf_nan=False, strict=True)
    scene: str
    step: int = Field(ge=0)
    variables: dict[str, int | float | bool | str]
    visits: dict[str, int]
    chosen: dict[str, int]
    shot: _Shot


class _Save(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)
    save: int
    story: str
    version: int
    seed: int
    number: int = Field(ge=0)
    now: _State
    past: list[_State] = Field(max_length=MAX_PAST)


def dump(story: Story, saved: Saved) -> str:
    """A save as JSON text."""
    return _Save(
        save=SAVE_VERSION,
        story=story.name,
        version=story.version,
        seed=saved.seed,
        number=saved.number,
        now=_plain(saved.now),
        past=[_plain(state) for state in saved.past],
    ).model_dump_json()


def parse(story: Story, text: str) -> Saved:
    """JSON text as a save that fits the story as it is now.

    A story that was edited since keeps what it can: variables that are gone are dropped, new ones have their defaults,
    and where the scene is gone the last question whose scene is still there is asked again, or the story begins anew.
    Raises `StoryError` for text that is no save.
    """
    if len(text) > MAX_SAVE:
        raise StoryError(f"the save is longer than {MAX_SAVE >> 20} MiB")
    try:
        found = json.loads(text)
        if isinstance(found, dict) and found.get("save") != SAVE_VERSION:
            raise StoryError(f"the save has format {found.get('save')!r}; this forkreel reads format {SAVE_VERSION}")
        save = _Save.model_validate(found)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the save"
        raise StoryError(f"this is not a save of a playthrough: {place}: {first['msg']}") from error
    except (ValueError, RecursionError) as error:
        raise StoryError(f"this is not a save of a playthrough: it is not JSON ({error})") from error
    if save.story != story.name:
        raise StoryError(f"the save is of the story '{save.story}', not of '{story.name}'")
    states = [_fitted(story, state) for state in (*save.past, save.now) if state.scene in story.scenes]
    if not states:
        first_state = State.first(story)
        return Saved(save.seed, save.number, first_state)
    return Saved(save.seed, save.number, states[-1], tuple(states[:-1]))


def _plain(state: State) -> _State:
    shot = _Shot(prompt=state.shot.prompt, axes=dict(state.shot.axes), drift=dict(state.shot.drift))
    return _State(
        scene=state.scene,
        step=state.step,
        variables=dict(state.variables),
        visits=dict(state.visits),
        chosen=dict(state.chosen),
        shot=shot,
    )


def _fitted(story: Story, state: _State) -> State:
    variables: dict[str, Value] = {}
    for name, variable in story.variables.items():
        try:
            variables[name] = variable.fit(state.variables.get(name, variable.default))
        except Unfit:
            variables[name] = variable.default
    axes: dict[str, AxisValue] = dict(state.shot.axes)
    return State(
        scene=state.scene,
        step=state.step,
        variables=MappingProxyType(variables),
        visits=MappingProxyType(state.visits),
        chosen=MappingProxyType(state.chosen),
        shot=Shot(state.shot.prompt, MappingProxyType(axes), MappingProxyType(state.shot.drift)),
    )
