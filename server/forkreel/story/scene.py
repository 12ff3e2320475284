"""What a scene is made of, as the author wrote it: immutable, with templates compiled and nothing worked out yet."""

from __future__ import annotations

from dataclasses import dataclass, field

from forkreel.story.moment import Cue, Voting
from forkreel.story.template import Expression, Text

Setting = float | str | Expression | Text
"""A value of an axis: a number, a word, or a template that gives one when the scene is entered."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A way on: taken when `when` holds, or always when there is none."""

    goto: str
    when: Expression | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """A variable is given the value of an expression."""

    variable: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Speech:
    """A line before its template is rendered; `who` is a key of the cast, or None for the narrator."""

    id: str
    text: Text
    who: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A choice before anybody asks. Without branches of its own it goes on by those of its scene."""

    id: str
    label: Text
    when: Expression | None = None
    once: bool = False
    effects: tuple[Effect, ...] = ()
    branches: tuple[Branch, ...] = ()

    @property
    def may_be_unavailable(self) -> bool:
        """Whether there can be a moment at which this choice cannot be taken."""
        return self.once or self.when is not None


@dataclass(frozen=True, slots=True)
class Question:
    """What a scene asks. `default` is the choice that is taken when the timer runs out."""

    prompt: Text
    answers: tuple[Answer, ...]
    timer_s: float | None = None
    default: str | None = None
    voting: Voting = field(default_factory=Voting)


@dataclass(frozen=True, slots=True)
class Picture:
    """What is seen. A scene without one keeps the picture it was entered with."""

    prompt: Text
    axes: tuple[tuple[str, Setting], ...] = ()
    drift: tuple[tuple[str, Setting], ...] = ()


@dataclass(frozen=True, slots=True)
class Travel:
    """How the picture gets there; the fields are those of `Motion`."""

    duration_s: float = 3.0
    easing: str = "in-out"
    path: str = "direct"
    via: tuple[tuple[str, Setting], ...] = ()


@dataclass(frozen=True, slots=True)
class Close:
    """An ending before its title is rendered."""

    id: str
    title: Text


@dataclass(frozen=True, slots=True)
class Scene:
    """A place in the story. `index` is its position in the file; `line` its line there."""

    id: str
    index: int
    line: int
    picture: Picture | None = None
    travel: Travel = field(default_factory=Travel)
    effects: tuple[Effect, ...] = ()
    speeches: tuple[Speech, ...] = ()
    cues: tuple[Cue, ...] = ()
    mood: str | None = None
    question: Question | None = None
    branches: tuple[Branch, ...] = ()
    close: Close | None = None
