"""`rehearse` tries the tests that a story carries, through the same `Playthrough` that viewers get."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from forkreel.errors import Refused, StoryError
from forkreel.story.diagnostic import Spot, did_you_mean
from forkreel.story.moment import Advance, Choose, Expire, Line, Moment, Say, Steer
from forkreel.story.playthrough import Playthrough
from forkreel.story.rehearsal import Expected, Pick, Rehearsal, Typed
from forkreel.story.story import Story
from forkreel.story.variables import describe

MAX_MOMENTS = 500  # without a question; then the story goes round for ever


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that came otherwise, and where the author expects it."""

    spot: Spot
    message: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A test, and what came otherwise."""

    rehearsal: Rehearsal
    failures: tuple[Failure, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether everything came as expected."""
        return not self.failures

    def render(self) -> str:
        """`file: passed NAME`, or `file: FAILED NAME` and a line `file:line:column: what` for each failure."""
        file = self.rehearsal.file
        rows = [f"{file}: {'passed' if self.passed else 'FAILED'} {self.rehearsal.name}"]
        rows += [f"{file}:{one.spot.line}:{one.spot.column}: {one.message}" for one in self.failures]
        return "\n".join(rows)


def rehearse(story: Story) -> tuple[Outcome, ...]:
    """Every test of a story, in the order of the file."""
    return tuple(Outcome(one, _Run(story, one).failures()) for one in story.rehearsals)


@dataclass(slots=True)
class _Run:
    story: Story
    rehearsal: Rehearsal
    lines: list[Line] = field(default_factory=list)
    given: set[str] = field(default_factory=set)

    @property
    def inputs(self) -> dict[str, Expected]:
        return dict(self.rehearsal.inputs)

    def failures(self) -> tuple[Failure, ...]:
        spot = self.rehearsal.spot
        try:
            play = Playthrough.start(self.story, self.rehearsal.seed)
            self._settle(play)
            for pick in self.rehearsal.picks:
                spot = pick.spot
                wrong = self._say(play, pick) if isinstance(pick, Typed) else self._take(play, pick)
                if wrong:
                    return (Failure(spot, wrong),)
                self._settle(play)
            if unused := [wanted.spot for name, wanted in self.inputs.items() if name not in self.given]:
                return (Failure(unused[0], "expected a question with this control, but none was asked"),)
        except (Refused, StoryError) as error:
            return (Failure(spot, f"the story failed: {error}"),)
        return tuple(self._differences(play))

    def _settle(self, play: Playthrough) -> None:
        """On to the next question or ending, hearing every line on the way."""
        for _ in range(MAX_MOMENTS):
            self.lines += play.moment.lines
            if not play.moment.advances:
                self._steer(play)
                return
            play.apply(Advance(play.moment.number))
        raise StoryError(f"it goes on for {MAX_MOMENTS} moments without a question or an ending")

    def _steer(self, play: Playthrough) -> None:
        for control in play.moment.ask.controls if play.moment.ask else ():
            if control.id in self.inputs:
                self.given.add(control.id)
                value = self.inputs[control.id].value
                assert not isinstance(value, tuple), "a control takes one value"
                play.apply(Steer(control.id, value))

    def _say(self, play: Playthrough, typed: Typed) -> str:
        moment, ask = play.moment, play.moment.ask
        if ask is None or not any(control.kind == "text" for control in ask.controls):
            return f"expected a question that takes a text, but {_place(moment)}"
        if typed.topic is not None and typed.topic not in {topic.id for topic in ask.topics}:
            return f"expected the answer '{typed.topic}', but the scene '{moment.scene}' does not give it then"
        play.apply(Say(ask.poll, typed.text, typed.topic))
        return ""

    def _take(self, play: Playthrough, pick: Pick) -> str:
        """Takes one pick; gives what is wrong with it, or nothing."""
        moment, ask = play.moment, play.moment.ask
        name = "~" if pick.choice is None else pick.choice
        if ask is None:
            return f"expected a question that '{name}' answers, but {_place(moment)}"
        if pick.choice is None:
            if ask.timer_s is None:
                return f"expected a question with a timer, but that of the scene '{moment.scene}' waits for ever"
            play.apply(Expire(ask.poll))
            return ""
        scene, _, choice = pick.choice.rpartition(".")
        offered = {one.id: one for one in ask.choices}
        if choice not in offered or scene not in ("", moment.scene):
            hint = did_you_mean(choice, offered)
            there = f"the scene '{moment.scene}' asks for {', '.join(offered)}"
            return f"expected the choice '{name}', but {there}{f'; {hint}' if hint else ''}"
        if not offered[choice].available:
            return f"expected the choice '{name}', but in the scene '{moment.scene}' it cannot be taken then"
        play.apply(Choose(ask.poll, choice))
        return ""

    def _differences(self, play: Playthrough) -> Iterator[Failure]:
        expected, moment = self.rehearsal, play.moment
        if expected.scene and expected.scene.value != moment.scene:
            yield Failure(expected.scene.spot, f"expected the scene '{expected.scene.value}', but {_place(moment)}")
        if expected.ending and (moment.ending is None or moment.ending.id != expected.ending.value):
            yield Failure(expected.ending.spot, f"expected the ending '{expected.ending.value}', but {_place(moment)}")
        for name, wanted in expected.variables:
            if (value := play.state.variables[name]) != wanted.value:
                came = describe(value)
                yield Failure(wanted.spot, f"expected {name} to be {describe(wanted.value)}, but it is {came}")
        seen = {line.id for line in self.lines} | {line.text for line in self.lines}
        for wanted in expected.lines:
            if wanted.value not in seen:
                came = self._heard(moment, str(wanted.value))
                yield Failure(wanted.spot, f"expected to see the line '{wanted.value}', but {came}")

    def _heard(self, moment: Moment, wanted: str) -> str:
        whole = next((line.text for line in self.lines if wanted in line.text), None)
        if whole is not None:
            return f"that is a part of the line {whole!r}: give its id or its whole text"
        last = ", ".join(repr(line.text[:60]) for line in self.lines[-3:])
        return f"it was not among the {len(self.lines)} seen; the last were {last}" if last else _place(moment)


def _place(moment: Moment) -> str:
    if moment.ending is not None:
        return f"the story ended with '{moment.ending.id}' in the scene '{moment.scene}'"
    return f"the story asks in the scene '{moment.scene}'"
