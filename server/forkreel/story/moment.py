"""What a story shows just now, and what can happen to it: the values that leave the story room.

Everything here is immutable and knows no time, frame, network or tensor. Durations are the author's wishes in seconds;
the stage turns them into frames. What every step makes anew is a named tuple, made in a third of the time of a frozen
dataclass: random walks make millions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

AxisValue = float | str
Value = int | float | bool | str
_NOTHING: Mapping[str, AxisValue] = MappingProxyType({})
_NO_DRIFT: Mapping[str, float] = MappingProxyType({})


class Line(NamedTuple):
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
class Clip:
    """A sound file of the story's own, by its path, `at_s` seconds after its moment begins.

    `volume` is 0..2: at 1 it is about as loud as speech. `bus` is "music", "effects" or "voice": whose volume it has,
    and what it makes room for.
    """

    file: str
    loop: bool = False
    volume: float = 1.0
    at_s: float = 0.0
    bus: str = "music"


class Choice(NamedTuple):
    """One answer on offer. An unavailable one is shown but cannot be taken.

    It is seen from `show_after_s` until `hide_after_s` seconds after the question, None for as long as that.
    """

    id: str
    label: str
    available: bool = True
    show_after_s: float = 0.0
    hide_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Voting:
    """How a room decides. `tally` is "live" or "hidden", `rule` "majority" or "proportional".

    With fewer votes than `quorum` the default is taken, where there is one.
    """

    tally: str = "live"
    rule: str = "majority"
    quorum: int = 1


@dataclass(frozen=True, slots=True)
class Slider:
    """A number that viewers set between `low` and `high`; `step` is None for one without steps."""

    id: str
    label: str
    low: float
    high: float
    step: float | None
    value: float
    kind: str = "slider"


@dataclass(frozen=True, slots=True)
class Option:
    """One swatch: the value that it stands for, and how it looks: `colour` is `#rrggbb`, or empty."""

    value: Value
    label: str
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Swatches:
    """A few values that viewers pick from; `value` is the one that counts, None when it is none of them."""

    id: str
    label: str
    options: tuple[Option, ...]
    value: Value | None
    kind: str = "swatches"


@dataclass(frozen=True, slots=True)
class TextField:
    """Something to be typed, of at most `max_length` characters. `value` is what was typed last.

    `understood` is the authored example that was nearest to it, None when nothing was near or nothing is looked for.
    """

    id: str
    label: str
    max_length: int
    placeholder: str
    value: str
    understood: str | None = None
    kind: str = "text"


Control = Slider | Swatches | TextField


@dataclass(frozen=True, slots=True)
class Topic:
    """An authored answer to what viewers type: whatever is nearest to one of its examples means this."""

    id: str
    examples: tuple[str, ...]


class Ask(NamedTuple):
    """A question put to the viewers. `poll` names this one asking, so that a late answer never counts for the next.

    `timer_s` is None for a question that waits for ever; `default` is the choice taken when the timer runs out.
    `topics` are what typed text can mean; whoever sends `Say` finds the nearest and how near it has to be, `threshold`.
    The question is shown `show_after_s` seconds after the moment began. With `finish_line_first` an answer takes effect
    when the line that is being spoken ends. With `previews` its choices show pictures of what they lead to.
    """

    poll: str
    prompt: str
    choices: tuple[Choice, ...]
    timer_s: float | None = None
    default: str | None = None
    voting: Voting = Voting()
    controls: tuple[Control, ...] = ()
    topics: tuple[Topic, ...] = ()
    threshold: float = 0.0
    show_after_s: float = 0.0
    finish_line_first: bool = False
    previews: bool = False


class Shot(NamedTuple):
    """What is seen: a prompt, named axes that win over it, and how fast axes run on by themselves (units a second).

    Once the picture has arrived, the axes of `hold` sway by so much to either side, once in `hold_s` seconds.
    """

    prompt: str
    axes: Mapping[str, AxisValue] = _NOTHING
    drift: Mapping[str, float] = _NO_DRIFT
    hold: Mapping[str, float] = _NO_DRIFT
    hold_s: float = 8.0


@dataclass(frozen=True, slots=True)
class Motion:
    """How the picture gets to a shot.

    `path` is "direct", "cut", "via": the axes of `via` are passed half way, or "lerp" or "slerp", which take noise and
    embeddings straight, or along the great circle, whatever the model would do.
    """

    duration_s: float = 3.0
    easing: str = "in-out"
    path: str = "direct"
    via: Mapping[str, AxisValue] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True)
class Ending:
    """An ending reached: its id (unique in the story) and its title for the viewer."""

    id: str
    title: str


class Moment(NamedTuple):
    """What is seen, heard and asked now.

    `number` counts the moments of a playthrough from 0. `scene_index` is the scene's place in file order. With neither
    `ask` nor `ending` the story goes on by itself (`Advance`) once the lines have been spoken: `advances` is then true.
    `stays` says that the scene was not entered anew: the picture goes on as it was, unless it has a new goal.
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
    clips: tuple[Clip, ...] = ()
    mood: str | None = None
    stays: bool = False

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


@dataclass(frozen=True, slots=True)
class Steer:
    """A viewer moves a control of the open question. The question stays open, and the picture follows."""

    control: str
    value: Value


@dataclass(frozen=True, slots=True)
class Say:
    """A viewer types something in answer to a poll. `topic` is the id of the `Topic` it was understood as, or None.

    Whoever makes the event has worked that out, so that events alone bring a walk back.
    """

    poll: str
    text: str
    topic: str | None = None


Event = Choose | Expire | Advance | Back | Steer | Say


def typed(text: str) -> str:
    """What a viewer typed, as far as it can be read: without control characters, odd code points and long gaps."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
