"""Saves: a playthrough's state as JSON keyed by the author's ids, and back into a story that may have been edited."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from forkreel.errors import StoryError
from forkreel.story.moment import AxisValue, Shot
from forkreel.story.state import MAX_PAST, Reply, Saved, State
from forkreel.story.story import Story
from forkreel.story.variables import Unfit, Value, describe

SAVE_VERSION = 1
MAX_SAVE = 4 << 20  # characters


class _Shot(BaseModel):
    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)
    prompt: str
    axes: dict[str, float | str]
    drift: dict[str, float]
    hold: dict[str, float] = {}
    hold_s: float = 8.0


class _Reply(BaseModel):
    answer: str | None
    text: str


class _State(BaseModel):
    model_config = ConfigDict(extra="ignore", allow_inf_nan=False, strict=True)
    scene: str
    step: int = Field(ge=0)
    variables: dict[str, int | float | bool | str | list[str]]
    visits: dict[str, int]
    chosen: dict[str, int]
    shot: _Shot
    entered: dict[str, int] = {}
    calls: list[str] = []
    steered: dict[str, float | str] = {}
    reply: _Reply | None = None
    following: bool = False


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

    What goes by another name now is found by its `renamed_from`; variables that are gone are dropped, new ones have
    their defaults; where the scene is gone the last question whose scene is still there is asked again, or the story
    goes on at its `recover`, or begins anew. `lost` says what could not be kept. Raises `StoryError` for text that is
    no save.
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
    return _Fitting(story).saved(save)


class _Fitting:
    """Fits a save to a story, and notes what does not fit."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._lost: dict[str, None] = {}  # in the order in which it was found, each once
        self._scenes = {old: scene.id for scene in story.scenes.values() for old in scene.once_called}
        self._names = {old: name for name, variable in story.variables.items() for old in variable.once_called}
        self._choices = {
            f"{scene.id}.{old}": f"{scene.id}.{answer.id}"
            for scene in story.scenes.values()
            for answer in (scene.question.answers if scene.question else ())
            for old in answer.once_called
        }

    def saved(self, save: _Save) -> Saved:
        states = [state for one in (*save.past, save.now) if (state := self._state(one)) is not None]
        gone = self._scene(save.now.scene)
        if gone not in self._story.scenes:
            on = states[-1].scene if states else self._story.recover or self._story.start
            self._lose(f"the scene '{save.now.scene}' is gone: the story goes on in '{on}'")
        lost = tuple(self._lost)
        if states:
            return Saved(save.seed, save.number, states[-1], tuple(states[:-1]), lost)
        first = State.first(self._story)
        kept = State(
            scene=self._story.recover or first.scene,
            step=-1,
            variables=self._variables(save.now.variables),
            visits=first.visits,
            chosen=first.chosen,
            shot=first.shot,
        )
        return Saved(save.seed, save.number, kept if self._story.recover else first, (), lost)

    def _state(self, state: _State) -> State | None:
        scene = self._scene(state.scene)
        if scene not in self._story.scenes:
            return None
        calls = tuple(self._scene(one) for one in state.calls)
        axes: dict[str, AxisValue] = dict(state.shot.axes)
        chosen = {}
        for key, times in state.chosen.items():
            place, _, choice = key.partition(".")
            renamed = f"{self._scene(place)}.{choice}"
            chosen[self._choices.get(renamed, renamed)] = times
        return State(
            scene=scene,
            step=state.step,
            variables=self._variables(state.variables),
            visits=MappingProxyType({self._scene(one): times for one, times in state.visits.items()}),
            chosen=MappingProxyType(chosen),
            shot=Shot(
                state.shot.prompt,
                MappingProxyType(axes),
                MappingProxyType(state.shot.drift),
                MappingProxyType(state.shot.hold),
                state.shot.hold_s,
            ),
            entered=MappingProxyType({self._scene(one): step for one, step in state.entered.items()}),
            calls=tuple(self._callable(calls)),
            steered=MappingProxyType(dict(state.steered)),
            reply=None if state.reply is None else Reply(state.reply.answer, state.reply.text),
            following=state.following,
        )

    def _variables(self, held: Mapping[str, object]) -> MappingProxyType[str, Value]:
        found = {self._names.get(name, name): value for name, value in held.items()}
        variables: dict[str, Value] = {}
        for name, variable in self._story.variables.items():
            try:
                variables[name] = variable.fit(found.pop(name, variable.default))
            except Unfit as unfit:
                variables[name] = variable.default
                self._lose(f"{unfit}: it is {describe(variable.default)} again")
        for name in found:
            self._lose(f"the variable '{name}' is gone")
        return MappingProxyType(variables)

    def _callable(self, calls: Iterable[str]) -> Iterable[str]:
        for scene in calls:
            if scene in self._story.scenes:
                yield scene
            else:
                self._lose(f"the scene '{scene}', which was to be come back to, is gone")

    def _scene(self, name: str) -> str:
        return name if name in self._story.scenes else self._scenes.get(name, name)

    def _lose(self, sentence: str) -> None:
        self._lost[sentence] = None


def _plain(state: State) -> _State:
    shot = _Shot(
        prompt=state.shot.prompt,
        axes=dict(state.shot.axes),
        drift=dict(state.shot.drift),
        hold=dict(state.shot.hold),
        hold_s=state.shot.hold_s,
    )
    return _State(
        scene=state.scene,
        step=state.step,
        variables={name: list(value) if isinstance(value, tuple) else value for name, value in state.variables.items()},
        visits=dict(state.visits),
        chosen=dict(state.chosen),
        shot=shot,
        entered=dict(state.entered),
        calls=list(state.calls),
        steered=dict(state.steered),
        reply=None if state.reply is None else _Reply(answer=state.reply.answer, text=state.reply.text),
        following=state.following,
    )
