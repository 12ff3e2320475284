"""What a scene is made of, as the author wrote it: immutable, with templates compiled and nothing worked out yet."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from forkreel.story.codegen import Scope
from forkreel.story.moment import Choice, Clip, Cue, Line, Motion, Value, Voting
from forkreel.story.template import Expression, Text

Setting = float | str | Expression | Text
"""A value of an axis: a number, a word, or a template that gives one when the scene is entered."""

HOLD_S = 8.0  # seconds of one sway


@dataclass(frozen=True, slots=True)
class Branch:
    """A way on: taken when `when` holds, or always when there is none.

    With `then` the scene is called: its `goto: return` leads there. `goto` is `RETURN` for the way back.
    """

    goto: str
    when: Expression | None = None
    then: str | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """A variable is given the value of an expression; a set can have its words added or removed."""

    variable: str
    value: Expression
    change: Literal["is", "add", "remove"] = "is"


@dataclass(frozen=True, slots=True)
class Speech:
    """A line before its template is rendered; `who` is a key of the cast, or None for the narrator."""

    id: str
    text: Text
    who: str | None = None
    _plain: Line | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        plain = Line(self.id, self.text.source, self.who) if self.text.constant else None
        object.__setattr__(self, "_plain", plain)

    def line(self, names: Scope) -> Line:
        """The line as it is said. Raises `Fault`."""
        return self._plain or Line(self.id, self.text.render(names), self.who)


@dataclass(frozen=True, slots=True)
class Answer:
    """A choice before anybody asks. Without branches of its own it goes on by those of its scene.

    One that `stays` changes variables, says its `speeches`, and the question is asked again. A `fallback` is not shown;
    it is taken by itself when nothing else can be. One that is `hidden` is not shown while it cannot be taken. What is
    `final` cannot be taken back. `once_called` has its ids in older saves.
    """

    id: str
    label: Text
    when: Expression | None = None
    once: bool = False
    effects: tuple[Effect, ...] = ()
    branches: tuple[Branch, ...] = ()
    stays: bool = False
    speeches: tuple[Speech, ...] = ()
    fallback: bool = False
    hidden: bool = False
    final: bool = False
    once_called: tuple[str, ...] = ()
    show_after_s: float = 0.0
    hide_after_s: float | None = None
    _plain: tuple[Choice, Choice] | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        plain = (self._choice(self.label.source, False), self._choice(self.label.source, True))
        object.__setattr__(self, "_plain", plain if self.label.constant else None)

    def choice(self, available: bool, names: Scope) -> Choice:
        """The choice as it is on offer. Raises `Fault`."""
        return self._plain[available] if self._plain else self._choice(self.label.render(names), available)

    def _choice(self, label: str, available: bool) -> Choice:
        return Choice(self.id, label, available, self.show_after_s, self.hide_after_s)

    @property
    def may_be_unavailable(self) -> bool:
        """Whether there can be a moment at which this choice cannot be taken."""
        return self.once or self.when is not None


@dataclass(frozen=True, slots=True)
class Swatch:
    """One of the values of a control, before its label is rendered."""

    value: Value
    label: Text
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Dial:
    """A control of the picture before anybody asks: a slider, or swatches when it has any.

    It is bound to a `variable` or to an `axis` of the model, never to both.
    """

    id: str
    label: Text
    variable: str | None
    axis: str | None
    low: float = 0.0
    high: float = 1.0
    step: float | None = None
    swatches: tuple[Swatch, ...] = ()

    def settled(self, value: Value) -> Value | None:
        """The value that the control takes when it is moved to `value`: the nearest step; None when it cannot."""
        if self.swatches:
            return next((one.value for one in self.swatches if one.value == value), None)
        if isinstance(value, bool | str) or not self.low <= value <= self.high:
            return None
        if self.step is None:
            return value
        last = math.floor((self.high - self.low) / self.step + 1e-9)
        settled = round(self.low + min(round((value - self.low) / self.step), last) * self.step, 9)
        return int(settled) if settled == int(settled) else settled

    @property
    def takes(self) -> str:
        """What it can be moved to, in words."""
        if self.swatches:
            return f"one of {', '.join(str(one.value) for one in self.swatches)}"
        return f"a number from {self.low:g} to {self.high:g}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A field that viewers type a variable's text into. Without branches the question stays open."""

    id: str
    variable: str
    label: Text
    placeholder: Text
    effects: tuple[Effect, ...] = ()
    branches: tuple[Branch, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What the story answers to a text that is near to one of the `examples`. Without branches the question stays."""

    id: str
    examples: tuple[str, ...]
    when: Expression | None = None
    effects: tuple[Effect, ...] = ()
    branches: tuple[Branch, ...] = ()
    speeches: tuple[Speech, ...] = ()


@dataclass(frozen=True, slots=True)
class Talk:
    """A field for questions in the viewer's own words. What is near to no reply gets the `fallback`."""

    id: str
    label: Text
    placeholder: Text
    replies: tuple[Reply, ...]
    threshold: float
    fallback: tuple[Speech, ...] = ()
    max_length: int = 200


@dataclass(frozen=True, slots=True)
class Question:
    """What a scene asks. `default` is the choice that is taken when the timer runs out.

    `offered` are the answers without the fallback. A question that `listens` can be answered by typing, and so is asked
    even when no choice can be taken.
    """

    prompt: Text
    answers: tuple[Answer, ...]
    timer_s: float | None = None
    default: str | None = None
    voting: Voting = field(default_factory=Voting)
    dials: tuple[Dial, ...] = ()
    entry: Entry | None = None
    talk: Talk | None = None
    show_after_s: float = 0.0
    finish_line_first: bool = False
    previews: bool = False
    offered: tuple[Answer, ...] = field(init=False, repr=False, compare=False)
    listens: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "offered", tuple(one for one in self.answers if not one.fallback))
        object.__setattr__(self, "listens", self.entry is not None or self.talk is not None)

    @property
    def ways(self) -> tuple[str, ...]:
        """The ids of all that it can be answered with."""
        answers = tuple(answer.id for answer in self.answers)
        entry = (self.entry.id,) if self.entry is not None else ()
        replies = self.talk.replies if self.talk is not None else ()
        return (*answers, *entry, *(reply.id for reply in replies))

    @property
    def fallback(self) -> Answer | None:
        """The choice that is taken by itself when no other can be."""
        return next((answer for answer in self.answers if answer.fallback), None)

    @property
    def leads_on(self) -> bool:
        """Whether anything that it is answered with leads out of it: what stays asks it again."""
        replies = self.talk.replies if self.talk is not None else ()
        typed = self.entry is not None and self.entry.branches
        return bool(typed or any(one.branches for one in replies) or any(not one.stays for one in self.answers))


@dataclass(frozen=True, slots=True)
class Picture:
    """What is seen. A scene without one keeps the picture it was entered with."""

    prompt: Text
    axes: tuple[tuple[str, Setting], ...] = ()
    drift: tuple[tuple[str, Setting], ...] = ()
    hold: tuple[tuple[str, Setting], ...] = ()
    hold_s: float = HOLD_S


@dataclass(frozen=True, slots=True)
class Travel:
    """How the picture gets there: a motion, and the axes of its `via` before they are worked out."""

    motion: Motion = field(default_factory=Motion)
    via: tuple[tuple[str, Setting], ...] = ()


@dataclass(frozen=True, slots=True)
class Close:
    """An ending before its title is rendered."""

    id: str
    title: Text


@dataclass(frozen=True, slots=True)
class Scene:
    """A place in the story. `index` is its position in the file; `line` its line there.

    Nobody goes back from a scene that is `final`. `once_called` has its ids in older saves.
    """

    id: str
    index: int
    line: int
    picture: Picture | None = None
    travel: Travel = field(default_factory=Travel)
    effects: tuple[Effect, ...] = ()
    speeches: tuple[Speech, ...] = ()
    cues: tuple[Cue, ...] = ()
    clips: tuple[Clip, ...] = ()
    mood: str | None = None
    question: Question | None = None
    branches: tuple[Branch, ...] = ()
    close: Close | None = None
    final: bool = False
    once_called: tuple[str, ...] = ()

    def replies(self, answer: str | None) -> tuple[Speech, ...]:
        """What is said when the question stays open after an answer; None is text that nothing was near to."""
        if self.question is None:
            return ()
        talk = self.question.talk
        if answer is None:
            return talk.fallback if talk is not None else ()
        replies = talk.replies if talk is not None else ()
        answers: tuple[Answer | Reply, ...] = (*self.question.answers, *replies)
        return next((one.speeches for one in answers if one.id == answer), ())

    @property
    def all_speeches(self) -> Iterator[Speech]:
        """Every line of the scene, those of its answers too, in the order of the file."""
        yield from self.speeches
        if self.question is not None:
            for answer in self.question.answers:
                yield from answer.speeches
            if self.question.talk is not None:
                for reply in self.question.talk.replies:
                    yield from reply.speeches
                yield from self.question.talk.fallback
