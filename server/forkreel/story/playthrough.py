"""`Playthrough`: one walk through a story. Events go in, moments come out; it knows no time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from forkreel.errors import Refused, StoryError
from forkreel.story.asking import Asking
from forkreel.story.moment import Advance, Ask, Back, Choose, Ending, Event, Expire, Moment, Motion, Say, Steer, typed
from forkreel.story.save import dump, parse
from forkreel.story.scene import Answer, Branch, Scene
from forkreel.story.scene import Reply as Prepared
from forkreel.story.scope import PlayScope, lines, motion
from forkreel.story.state import MAX_PAST, Draft, Reply, Saved, State
from forkreel.story.story import Story
from forkreel.story.template import Fault
from forkreel.story.turn import Turn, entered
from forkreel.story.variables import Unfit

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
        self._names = PlayScope(story, saved.now, saved.seed)
        self._moment = self._show(saved.now, saved.number)

    @classmethod
    def start(cls, story: Story, seed: int | None = None) -> Playthrough:
        """A walk from the start; `seed` decides all chance, None takes the story's.

        Raises `StoryError` when a template of the first scene fails.
        """
        seed = story.seed if seed is None else seed
        try:
            return cls(story, Saved(seed, 0, entered(story, State.first(story), story.start, seed)))
        except Fault as fault:
            raise StoryError(str(fault)) from fault

    @classmethod
    def load(cls, story: Story, text: str) -> Playthrough:
        """A walk as `save` left it, fitted to the story as it is now. Raises `StoryError` for text that is no save."""
        saved = parse(story, text)
        try:
            if saved.now.step < 0:
                saved = replace(saved, now=entered(story, saved.now, saved.now.scene, saved.seed))
            turn = Turn(story, saved.now, PlayScope(story, saved.now, saved.seed))
            turn.restage()  # the story may show another picture there by now
            return cls(story, replace(saved, now=turn.draft.state()))
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
        choices = self._asked(event.poll).choices
        for choice in choices:
            if choice.id == event.choice:
                if not choice.available:
                    raise Refused("unavailable", f"'{event.choice}' cannot be taken now")
                self._take(self._answer(event.choice))
                return
        offered = ", ".join(choice.id for choice in choices)
        raise Refused("not_on_offer", f"'{event.choice[:70]}' is none of the choices: {offered}")

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
        if fallback is not None and self._open_to(fallback):
            self._take(fallback)
        else:
            self._go(self._turn(), self._scene.branches, self._past)

    def _back(self, event: Back) -> None:
        if not self._past:
            raise Refused("nothing_to_undo", "there is no question that can be taken back")
        turn = Turn(self.story, self._past[-1], self._names)
        turn.draft.following = False
        self._arrive(turn, self._past[:-1])

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
        turn = self._turn()
        if dial.axis is not None:
            turn.draft.move(dial.axis, value if isinstance(value, str) else float(value))
        else:
            assert dial.variable is not None, "a control is bound to a variable or to an axis"
            try:
                turn.draft.variables[dial.variable] = self.story.variables[dial.variable].fit(value)
            except Unfit as unfit:
                raise Refused("out_of_range", str(unfit)) from unfit
        turn.restage()
        turn.draft.following = True
        self._arrive(turn, self._past, self._moment.number)

    def _say(self, event: Say) -> None:
        self._asked(event.poll)
        question, text = self._scene.question, typed(event.text)
        if question is None or not question.listens:
            raise Refused("not_listening", "nothing can be typed in answer to this question")
        if not text:
            raise Refused("empty", "nothing was typed")
        turn, past = self._turn(), self._remembered()
        if question.entry is not None:
            entry = question.entry
            try:
                turn.draft.variables[entry.variable] = self.story.variables[entry.variable].fit(text)
            except Unfit as unfit:
                raise Refused("too_long", str(unfit)) from unfit
            turn.draft.take(entry.id)
            turn.affect(entry.effects)
            if entry.branches:
                self._go(turn, entry.branches, past)
            else:
                self._stay(turn, Reply(entry.id, text), past)
            return
        assert question.talk is not None, "a question that listens has an input or answers"
        if len(text) > question.talk.max_length:
            raise Refused("too_long", f"a question has at most {question.talk.max_length} characters, not {len(text)}")
        reply = next((one for one in question.talk.replies if one.id == event.topic), None)
        if reply is None or not self._open_to(reply):
            self._stay(turn, Reply(None, text), past)
            return
        turn.draft.take(reply.id)
        turn.affect(reply.effects)
        if reply.branches:
            self._go(turn, reply.branches, past)
        else:
            self._stay(turn, Reply(reply.id, text), past)

    def _asked(self, poll: str) -> Ask:
        ask = self._moment.ask
        if ask is not None and ask.poll == poll:
            return ask
        scene, _, number = poll.rpartition(".")
        if scene in self.story.scenes and number.isdecimal() and len(number) < 16 and int(number) < self._moment.number:
            raise Refused("late", f"the question {poll} is over")
        raise Refused("no_poll", f"there is no question {poll[:90]!r}")

    def _take(self, answer: Answer) -> None:
        turn, past = self._turn(), () if answer.final else self._remembered()
        turn.draft.take(answer.id)
        turn.affect(answer.effects)
        if answer.stays:
            self._stay(turn, Reply(answer.id), past)
        else:
            self._go(turn, answer.branches or self._scene.branches, past)

    @property
    def _scene(self) -> Scene:
        return self.story.scenes[self._state.scene]

    def _answer(self, choice: str) -> Answer:
        assert self._scene.question is not None, "what was asked is a question"
        for answer in self._scene.question.answers:
            if answer.id == choice:
                return answer
        raise AssertionError("what is on offer is an answer")

    def _open_to(self, answer: Answer | Prepared) -> bool:
        names = PlayScope(self.story, self._state, self.seed).at("show")
        return Asking(self.story, self._state, names).open_to(answer)

    def _remembered(self) -> tuple[State, ...]:
        """The states that `Back` leads to once this question has been answered."""
        return (*self._past[1 - MAX_PAST :], self._state)

    def _turn(self) -> Turn:
        return Turn(self.story, self._state, self._names)

    def _go(self, turn: Turn, branches: tuple[Branch, ...], past: tuple[State, ...]) -> None:
        turn.go(branches)
        self._arrive(turn, () if self.story.scenes[turn.draft.scene].final else past)

    def _stay(self, turn: Turn, reply: Reply, past: tuple[State, ...]) -> None:
        """Ask the same question again, and say what the answer to it was."""
        turn.draft.reply, turn.draft.following = reply, False
        turn.restage()
        self._arrive(turn, past)

    def _arrive(self, turn: Turn, past: tuple[State, ...], number: int | None = None) -> None:
        """The last step of every event: nothing is kept until the moment could be shown, a new one without a number."""
        moment = self._show(turn.draft, self._moment.number + 1 if number is None else number)
        self._state, self._past, self._moment = turn.draft.state(), past, moment

    _HANDLERS: ClassVar[Mapping[type, Callable[[Any, Any], None]]] = {
        Choose: _choose,
        Expire: _expire,
        Advance: _advance,
        Back: _back,
        Steer: _steer,
        Say: _say,
    }

    def _show(self, state: State | Draft, number: int) -> Moment:
        scene, names = self.story.scenes[state.scene], self._names.at("show")
        said, speeches, close, reply = names, scene.speeches, scene.close, state.reply
        stays = state.following or reply is not None
        if reply is not None:
            speeches = scene.replies(reply.answer)
            times = state.chosen.get(f"{scene.id}.{reply.answer}", 1)
            said = PlayScope(self.story, state, self.seed).at(f"reply/{reply.answer}/{times}", times)
        return Moment(
            number,
            scene.id,
            scene.index,
            state.shot,
            _FOLLOWING if stays else motion(scene.travel, names),
            lines(speeches, said),
            Asking(self.story, state, names).ask(number),
            Ending(close.id, close.title.render(names)) if close else None,
            () if stays else scene.cues,
            scene.clips,
            scene.mood,
            stays,
        )
