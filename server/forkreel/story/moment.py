"""What a story shows just now, and what can happen to it: the values that leave the story room.

Everything here is immutable and knows no time, frame, network or tensor. Durations are the author's wishes in seconds;
the stage turns them into frames.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

AxisValue = float | str
_NOTHING: Mapping[str, AxisValue] = MappingProxyType({})
_NO_DRIFT: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Line:
    """A line to be spoken or read. `who` is a key of the story's cast, or None for the narrator."""

    id: str
    text: str
    who: str | None = None


@dataclass(frozen=True, slots=True)
class Cue:
    """A sound by its name, `at_s` seconds after its moment begins."""

    sound: str
    at_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer on offer. An unavailable one is shown but cannot be taken."""

    id: str
    label: str
    available: bool = True


@dataclass(frozen=True, slots=True)
class Voting:
    """How a room decides. `tally` is "live" or "hidden", `rule` "majority" or "proportional".

    With fewer votes than `quorum` the default is taken, where there is one.
    """

    tally: str = "live"
    rule: str = "majority"
    quorum: int = 1


@dataclass(frozen=True, slots=True)
class Ask:
    """A question put to the viewers. `poll` names this one asking, so that a late answer never counts for the next.

    `timer_s` is None for a question that waits for ever; `default` is the choice taken when the timer runs out.
    """

    poll: str
    prompt: str
    choices: tuple[Choice, ...]
    timer_s: float | None = None
    default: str | None = None
    voting: Voting = field(default_factory=Voting)


@dataclass(frozen=True, slots=True)
class Shot:
    """What is seen: a prompt, named axes that win over it, and how fast axes run on by themselves (units a second)."""

    prompt: str
    axes: Mapping[str, AxisValue] = field(default_factory=lambda: _NOTHING)
    drift: Mapping[str, float] = field(default_factory=lambda: _NO_DRIFT)


@dataclass(frozen=True, slots=True)
class Motion:
    """How the picture gets to a shot. `path` is "direct", "cut", or "via": the axes of `via` are passed half way."""

    duration_s: float = 3.0
    easing: str = "in-out"
    path: str = "direct"
    via: Mapping[str, AxisValue] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True)
class Ending:
    """An ending reached: its id (unique in the story) and its title for the viewer."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Moment:
    """What is seen, heard and asked now.

    `number` counts the moments of a playthrough from 0. `scene_index` is the scene's place in file order. With neither
    `ask` nor `ending` the story goes on by itself (`Advance`) once the lines have been spoken: `advances` is then true.
    """

    number: int
    scene: str
    scene_index: int
    shot: Shot
    motion: Motion
    lines: tuple[Line, ...] = ()
    ask: Ask | None = None
    ending: Ending | None = None
    cues: tuple[Cue, ...] = ()
    mood: str | None = None

    @property
    def advances(self) -> bool:
        """Whether the story goes on by itself once the lines have been spoken."""
        return self.ask is None and self.ending is None


@dataclass(frozen=True, slots=True)
class Choose:
    """A viewer's answer to the poll that is open."""

    poll: str
    choice: str


@dataclass(frozen=True, slots=True)
class Expire:
    """The timer of a poll ran out: its default is taken."""

    poll: str


@dataclass(frozen=True, slots=True)
class Advance:
    """The lines of moment `number` have been spoken, and nothing is asked: the story goes on."""

    number: int


@dataclass(frozen=True, slots=True)
class Back:
    """Undo everything since the previous question was asked."""


Event = Choose | Expire | Advance | Back
