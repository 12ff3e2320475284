"""`Playthrough`: one walk through a story. Events go in, moments come out; it knows no time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from forkreel.errors import Refused, StoryError
from forkreel.story.asking import Asking
from forkreel.story.language import RETURN
from forkreel.story.moment import Advance, Ask, Back, Choose, Ending, Event, Expire, Moment, Motion, Say, Steer, typed
from forkreel.story.save import dump, parse
from forkreel.story.scene import Answer, Branch, Effect, Scene
from forkreel.story.scope import Occasion, PlayScope, affect, lines, motion, shot
from forkreel.story.state import MAX_PAST, Reply, Saved, State
from forkreel.story.story import Story
from forkreel.story.template import Fault
from forkreel.story.variables import Unfit

MAX_CALLS = 32  # scenes that were called and have not come back
_FOLLOWING = Motion(duration_s=0.3, easing="out")  # how the picture follows a control


class Playthrough:
    """One walk through a story. An event that is refused changes nothing.

    Codes of `Refused`: `late` (that question or moment is over), `no_poll` (nothing of that name was asked),
    `not_on_offer` (no such choice), `unavailable` (a choice that cannot be taken now), `no_timer` (the question waits
    for ever), `not_advancing` (the story waits for an answer, or is over), `nothing_to_undo`, `no_control` (no such
    control is open), `out_of_range` (a value that it cannot take), `not_listening` (nothing can be typed), `empty` and
    `too_long` (of what was typed), `story_fault` (a template of the story failed; the message says where).

    `lost` says what could not be kept of the save that it was loaded from.
    """

    def __init__(self, story: Story, saved: Saved) -> None:
        self.story = story
        self.seed = saved.seed
        self.lost = saved.lost
        self._state = saved.now
        self._past = saved.past
        self._moment = self._show(saved.now, saved.number)

    @classmethod
    def start(cls, story: Story, seed: int | None = None) -> Playthrough:
        """A walk from the start; `seed` decides all chance, None takes the story's.

        Raises `StoryError` when a template of the first scene fails.
        """
        seed = story.seed if seed is None else seed
        try:
            return cls(story, Saved(seed, 0, entered(story, State.first(story), story.start, (), seed)))
        except Fault as fault:
            raise StoryError(str(fault)) from fault

    @classmethod
    def load(cls, story: Story, text: str) -> Playthrough:
        """A walk as `save` left it, fitted to the story as it is now. Raises `StoryError` for text that is no save."""
        saved = parse(story, text)
        try:
            if saved.now.step < 0:
                saved = replace(saved, now=entered(story, saved.now, saved.now.scene, (), saved.seed))
            walk = cls(story, saved)
            state = walk._restaged(saved.now)  # the story may show another picture there by now
            return walk if state == saved.now else cls(story, replace(saved, now=state))
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

    @property
    def goes_back(self) -> bool:
        """Whether there is a question that `Back` takes back."""
        return bool(self._past)

    def apply(self, event: Event) -> Moment:
        """The moment after the event. Raises `Refused`, and then nothing has changed."""
        try:
            self._HANDLERS[type(event)](self, event)
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
        self._take(self._answer(event.choice))

    def _expire(self, event: Expire) -> None:
        ask = self._asked(event.poll)
        if ask.timer_s is None or ask.default is None:
            raise Refused("no_timer", f"the question {event.poll} waits for an answer; it has no timer")
        self._take(self._answer(ask.default))

    def _advance(self, event: Advance) -> None:
        if event.number != self._moment.number:
            raise Refused("late", f"moment {event.number} is over; this is moment {self._moment.number}")
        if not self._moment.advances:
            waits = "the story is over" if self._moment.ending else "the story waits for an answer"
            raise Refused("not_advancing", waits)
        fallback = self._scene.question.fallback if self._scene.question else None
        if fallback is not None and self._asking(self._state).open_to(fallback):
            self._take(fallback)
        else:
            self._go(self._state, self._scene.branches, self._past)

    def _back(self, event: Back) -> None:
        if not self._past:
            raise Refused("nothing_to_undo", "there is no question that can be taken back")
        self._arrive(self._past[-1]._replace(following=False), self._past[:-1])

    def _steer(self, event: Steer) -> None:
        if self._moment.ask is None or self._scene.question is None:
            raise Refused("no_control", "no question is open, and so no control")
        dial = next((one for one in self._scene.question.dials if one.id == event.control), None)
        if dial is None:
            known = ", ".join(one.id for one in self._scene.question.dials) or "none"
            raise Refused("no_control", f"there is no control '{event.control[:70]}'; there is: {known}")
        value = dial.settled(event.value)
        if value is None:
            raise Refused("out_of_range", f"the control '{dial.id}' takes {dial.takes}, not {str(event.value)[:40]!r}")
        if dial.axis is not None:
            state = self._state.moved(dial.axis, value if isinstance(value, str) else float(value))
        else:
            assert dial.variable is not None, "a control is bound to a variable or to an axis"
            try:
                state = self._state.having(dial.variable, self.story.variables[dial.variable].fit(value))
            except Unfit as unfit:
                raise Refused("out_of_range", str(unfit)) from unfit
        state = self._restaged(state)._replace(following=True)
        self._state, self._moment = state, self._show(state, self._moment.number)

    def _say(self, event: Say) -> None:
        self._asked(event.poll)
        question, text = self._scene.question, typed(event.text)
        if question is None or not question.listens:
            raise Refused("not_listening", "nothing can be typed in answer to this question")
        if not text:
            raise Refused("empty", "nothing was typed")
        past = (*self._past, self._state)[-MAX_PAST:]
        if question.entry is not None:
            entry = question.entry
            try:
                state = self._state.having(entry.variable, self.story.variables[entry.variable].fit(text))
            except Unfit as unfit:
                raise Refused("too_long", str(unfit)) from unfit
            state = self._affected(state.took(entry.id), entry.effects)
            if entry.branches:
                self._go(state, entry.branches, past)
            else:
                self._stay(state, Reply(entry.id, text), past)
            return
        assert question.talk is not None, "a question that listens has an input or answers"
        if len(text) > question.talk.max_length:
            raise Refused("too_long", f"a question has at most {question.talk.max_length} characters, not {len(text)}")
        reply = next((one for one in question.talk.replies if one.id == event.topic), None)
        if reply is None or not self._asking(self._state).open_to(reply):
            self._stay(self._state, Reply(None, text), past)
            return
        state = self._affected(self._state.took(reply.id), reply.effects)
        if reply.branches:
            self._go(state, reply.branches, past)
        else:
            self._stay(state, Reply(reply.id, text), past)

    def _asked(self, poll: str) -> Ask:
        ask = self._moment.ask
        if ask is not None and ask.poll == poll:
            return ask
        scene, _, number = poll.rpartition(".")
        if scene in self.story.scenes and number.isdecimal() and len(number) < 16 and int(number) < self._moment.number:
            raise Refused("late", f"the question {poll} is over")
        raise Refused("no_poll", f"there is no question {poll[:90]!r}")

    def _take(self, answer: Answer) -> None:
        past = () if answer.final else (*self._past, self._state)[-MAX_PAST:]
        state = self._affected(self._state.took(answer.id), answer.effects)
        if answer.stays:
            self._stay(state, Reply(answer.id), past)
        else:
            self._go(state, answer.branches or self._scene.branches, past)

    def _affected(self, state: State, effects: tuple[Effect, ...]) -> State:
        return affect(self.story, state, effects, self._occasion(state, "leave"))

    @property
    def _scene(self) -> Scene:
        return self.story.scenes[self._state.scene]

    def _answer(self, choice: str) -> Answer:
        assert self._scene.question is not None, "what was asked is a question"
        return next(answer for answer in self._scene.question.answers if answer.id == choice)

    def _occasion(self, state: State, phase: str) -> Occasion:
        return Occasion(self.seed, phase, state.visits[state.scene])

    def _asking(self, state: State) -> Asking:
        names = PlayScope(self.story, state, self._occasion(state, "show"))
        return Asking(self.story, state, names)

    def _go(self, state: State, branches: tuple[Branch, ...], past: tuple[State, ...]) -> None:
        names = PlayScope(self.story, state, self._occasion(state, "leave"))
        for branch in branches:
            if branch.when is None or branch.when.evaluate(names):
                target, calls = branch.goto, state.calls
                if target == RETURN:
                    if not calls:
                        raise Fault(f"the scene '{state.scene}' returns, but nothing has called it")
                    target, calls = calls[-1], calls[:-1]
                elif branch.then is not None:
                    if len(calls) == MAX_CALLS:
                        raise Fault(f"the scene '{state.scene}' calls, and {MAX_CALLS} calls have not come back")
                    calls = (*calls, branch.then)
                final = self.story.scenes[target].final
                self._arrive(entered(self.story, state, target, calls, self.seed), () if final else past)
                return
        raise Fault(f"no way leads on from the scene '{state.scene}'")

    def _stay(self, state: State, reply: Reply, past: tuple[State, ...]) -> None:
        """Ask the same question again, and say what the answer to it was."""
        self._arrive(self._restaged(state._replace(reply=reply, following=False)), past)

    def _restaged(self, state: State) -> State:
        """The state with its picture worked out anew: a variable that it shows may have changed."""
        picture = self.story.scenes[state.scene].picture
        if picture is None:
            axes = {**state.shot.axes, **state.steered}
            return state._replace(shot=state.shot._replace(axes=axes))
        names = PlayScope(self.story, state, self._occasion(state, "picture"))
        return state._replace(shot=shot(picture, names, state.steered))

    def _arrive(self, state: State, past: tuple[State, ...]) -> None:
        """The last step of every event: nothing is kept until the new moment could be shown."""
        moment = self._show(state, self._moment.number + 1)
        self._state, self._past, self._moment = state, past, moment

    _HANDLERS: ClassVar[Mapping[type, Callable[[Any, Any], None]]] = {
        Choose: _choose,
        Expire: _expire,
        Advance: _advance,
        Back: _back,
        Steer: _steer,
        Say: _say,
    }

    def _show(self, state: State, number: int) -> Moment:
        scene = self.story.scenes[state.scene]
        names = PlayScope(self.story, state, self._occasion(state, "show"))
        close, speeches, stays = scene.close, scene.speeches, state.following or state.reply is not None
        said = names
        if state.reply is not None:
            speeches = scene.replies(state.reply.answer)
            times = state.chosen.get(f"{scene.id}.{state.reply.answer}", 1)
            said = PlayScope(self.story, state, Occasion(self.seed, f"reply/{state.reply.answer}/{times}", times))
        return Moment(
            number=number,
            scene=scene.id,
            scene_index=scene.index,
            shot=state.shot,
            motion=_FOLLOWING if stays else motion(scene.travel, names),
            lines=lines(speeches, said),
            ask=Asking(self.story, state, names).ask(number),
            ending=Ending(close.id, close.title.render(names)) if close else None,
            cues=() if stays else scene.cues,
            clips=scene.clips,
            mood=scene.mood,
            stays=stays,
        )


def entered(story: Story, state: State, name: str, calls: tuple[str, ...], seed: int) -> State:
    """The state on entering a scene: counted, its `set` done, its picture worked out."""
    scene = story.scenes[name]
    state = state.at(name, calls)
    time = state.visits[name]
    if scene.effects:
        state = affect(story, state, scene.effects, Occasion(seed, "enter", time))
    if scene.picture is None:
        return state
    names = PlayScope(story, state, Occasion(seed, "picture", time))
    return state._replace(shot=shot(scene.picture, names, {}))
