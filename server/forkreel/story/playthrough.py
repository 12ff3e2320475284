"""`Playthrough`: one walk through a story. Events go in, moments come out; it knows no time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from forkreel.errors import Refused, StoryError
from forkreel.story.moment import Advance, Ask, Back, Choose, Ending, Event, Expire, Moment
from forkreel.story.scene import Answer, Branch, Scene
from forkreel.story.scope import affect, lines, motion, offer, scope, shot
from forkreel.story.state import MAX_PAST, Saved, State, dump, parse
from forkreel.story.story import Story
from forkreel.story.template import Fault, Scope


class Playthrough:
    """One walk through a story. An event that is refused changes nothing.

    Codes of `Refused`: `late` (that question or moment is over), `no_poll` (nothing of that name was asked),
    `not_on_offer` (no such choice), `unavailable` (a choice that cannot be taken now), `no_timer` (the question waits
    for ever), `not_advancing` (the story waits for an answer, or is over), `nothing_to_undo`, `story_fault` (a template
    of the story failed; the message says where).
    """

    def __init__(self, story: Story, saved: Saved) -> None:
        self.story = story
        self.seed = saved.seed
        self._state = saved.now
        self._past = saved.past
        self._moment = self._show(saved.now, saved.number)
        self._handlers: dict[type, Callable[[Any], None]] = {
            Choose: self._choose,
            Expire: self._expire,
            Advance: self._advance,
            Back: self._back,
        }

    @classmethod
    def start(cls, story: Story, seed: int | None = None) -> Playthrough:
        """A walk from the start; `seed` decides all chance, None takes the story's.

        Raises `StoryError` when a template of the first scene fails.
        """
        seed = story.seed if seed is None else seed
        try:
            return cls(story, Saved(seed, 0, _enter(story, State.first(story), story.start, seed)))
        except Fault as fault:
            raise StoryError(str(fault)) from fault

    @classmethod
    def load(cls, story: Story, text: str) -> Playthrough:
        """A walk as `save` left it, fitted to the story as it is now. Raises `StoryError` for text that is no save."""
        saved = parse(story, text)
        try:
            if saved.now.step < 0:
                saved = replace(saved, now=_enter(story, saved.now, story.start, saved.seed))
            return cls(story, saved)
        except Fault as fault:
            raise StoryError(str(fault)) from fault

    def fork(self) -> Playthrough:
        """Another walk from here on: what happens in it does not happen in this one."""
        return Playthrough(self.story, Saved(self.seed, self._moment.number, self._state, self._past))

    def save(self) -> str:
        """All that `load` needs, as JSON text keyed by the author's ids."""
        return dump(self.story, Saved(self.seed, self._moment.number, self._state, self._past))

    @property
    def moment(self) -> Moment:
        """What is seen, heard and asked now."""
        return self._moment

    @property
    def state(self) -> State:
        """What the walk remembers."""
        return self._state

    def apply(self, event: Event) -> Moment:
        """The moment after the event. Raises `Refused`, and then nothing has changed."""
        try:
            self._handlers[type(event)](event)
        except Fault as fault:
            raise Refused("story_fault", str(fault)) from fault
        return self._moment

    def _choose(self, event: Choose) -> None:
        ask = self._asked(event.poll)
        offered = {choice.id: choice for choice in ask.choices}
        if event.choice not in offered:
            raise Refused("not_on_offer", f"'{event.choice[:70]}' is none of the choices: {', '.join(offered)}")
        if not offered[event.choice].available:
            raise Refused("unavailable", f"'{event.choice}' cannot be taken now")
        self._take(event.choice)

    def _expire(self, event: Expire) -> None:
        ask = self._asked(event.poll)
        if ask.timer_s is None or ask.default is None:
            raise Refused("no_timer", f"the question {event.poll} waits for an answer; it has no timer")
        self._take(ask.default)

    def _advance(self, event: Advance) -> None:
        if event.number != self._moment.number:
            raise Refused("late", f"moment {event.number} is over; this is moment {self._moment.number}")
        if not self._moment.advances:
            waits = "the story is over" if self._moment.ending else "the story waits for an answer"
            raise Refused("not_advancing", waits)
        self._go(self._state, self._scene.branches, self._past)

    def _back(self, event: Back) -> None:
        if not self._past:
            raise Refused("nothing_to_undo", "no question was answered yet")
        self._arrive(self._past[-1], self._past[:-1])

    def _asked(self, poll: str) -> Ask:
        ask = self._moment.ask
        if ask is not None and ask.poll == poll:
            return ask
        scene, _, number = poll.rpartition(".")
        if scene in self.story.scenes and number.isdecimal() and len(number) < 16 and int(number) < self._moment.number:
            raise Refused("late", f"the question {poll} is over")
        raise Refused("no_poll", f"there is no question {poll[:90]!r}")

    def _take(self, choice: str) -> None:
        answer = next(answer for answer in self._answers if answer.id == choice)
        key = f"{self._state.scene}.{choice}"
        chosen = MappingProxyType({**self._state.chosen, key: self._state.chosen.get(key, 0) + 1})
        state = replace(self._state, chosen=chosen)
        state = affect(state, answer.effects, self.story.variables, self.seed, "leave")
        past = (*self._past, self._state)[-MAX_PAST:]
        self._go(state, answer.branches or self._scene.branches, past)

    @property
    def _scene(self) -> Scene:
        return self.story.scenes[self._state.scene]

    @property
    def _answers(self) -> tuple[Answer, ...]:
        return self._scene.question.answers if self._scene.question else ()

    def _go(self, state: State, branches: tuple[Branch, ...], past: tuple[State, ...]) -> None:
        names = scope(state, self.seed, "leave")
        for branch in branches:
            if branch.when is None or branch.when.evaluate(names):
                self._arrive(_enter(self.story, state, branch.goto, self.seed), past)
                return
        raise Fault(f"no way leads on from the scene '{state.scene}'")

    def _arrive(self, state: State, past: tuple[State, ...]) -> None:
        """The last step of every event: nothing is kept until the new moment could be shown."""
        moment = self._show(state, self._moment.number + 1)
        self._state, self._past, self._moment = state, past, moment

    def _show(self, state: State, number: int) -> Moment:
        scene = self.story.scenes[state.scene]
        names = scope(state, self.seed, "show")
        close = scene.close
        return Moment(
            number=number,
            scene=scene.id,
            scene_index=scene.index,
            shot=state.shot,
            motion=motion(scene.travel, names),
            lines=lines(scene, names),
            ask=_ask(scene, state, number, names),
            ending=Ending(close.id, close.title.render(names)) if close else None,
            cues=scene.cues,
            mood=scene.mood,
        )


def _enter(story: Story, state: State, name: str, seed: int) -> State:
    """The state on entering a scene: counted, its `set` done, its picture worked out."""
    scene = story.scenes[name]
    visits = MappingProxyType({**state.visits, name: state.visits.get(name, 0) + 1})
    state = replace(state, scene=name, step=state.step + 1, visits=visits)
    state = affect(state, scene.effects, story.variables, seed, "enter")
    if scene.picture is None:
        return state
    return replace(state, shot=shot(scene.picture, scope(state, seed, "picture")))


def _ask(scene: Scene, state: State, number: int, names: Scope) -> Ask | None:
    """The question as it stands now, or None when nothing of it can be taken: the scene then goes on by itself."""
    question = scene.question
    if question is None:
        return None
    choices = tuple(offer(answer, scene.id, state, names) for answer in question.answers)
    available = [choice.id for choice in choices if choice.available]
    if not available:
        return None
    default = question.default if question.default in available else None
    if default is None and question.timer_s is not None:
        default = available[0]
    return Ask(
        f"{scene.id}.{number}", question.prompt.render(names), choices, question.timer_s, default, question.voting
    )
