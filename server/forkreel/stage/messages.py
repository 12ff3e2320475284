"""What a stage says to its viewers. The fields are a contract: see "HTTP and websocket" in ARCHITECTURE.md.

`as_json` makes a plain dictionary with `type` of any of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

from forkreel.story.moment import Ask, Choice, Control, Moment


@dataclass(frozen=True, slots=True)
class Hello:
    """The first message on every connection. `seq` is the number of events that the show has seen.

    `language` is the one that the story is told in, None for that it is written in.
    """

    session: str
    story: str
    seed: int
    fps: int
    width: int
    height: int
    seq: int
    language: str | None = None


@dataclass(frozen=True, slots=True)
class SaidLine:
    """A line of the moment; `who` is a key of the cast, or None for the narrator."""

    id: str
    who: str | None
    text: str


class Window(NamedTuple):
    """The frames in which something is seen: from `shown_frame` on, until `hidden_frame` where it vanishes."""

    shown_frame: int
    hidden_frame: int | None = None


@dataclass(frozen=True, slots=True)
class OfferedChoice:
    """An answer on offer; one that is not available is shown but cannot be taken."""

    id: str
    label: str
    available: bool

    def seen(self, frame: int) -> bool:
        """Whether it is on the screen at `frame`, while its question is."""
        return True


@dataclass(frozen=True, slots=True)
class PassingChoice(OfferedChoice):
    """One that is shown from `shown_frame` on and no more from `hidden_frame` on; outside of that it is refused."""

    shown_frame: int
    hidden_frame: int | None

    def seen(self, frame: int) -> bool:
        """Whether it is on the screen at `frame`."""
        return self.shown_frame <= frame and (self.hidden_frame is None or frame < self.hidden_frame)


@dataclass(frozen=True, slots=True)
class AskMessage:
    """The question that is open. `deadline_frame` is the frame at which `default` is taken, None without a timer.

    It is to be shown from `shown_frame` on; what is answered earlier is refused.
    """

    poll: str
    prompt: str
    choices: tuple[OfferedChoice, ...]
    controls: tuple[Control, ...]
    deadline_frame: int | None
    default: str | None
    shown_frame: int


@dataclass(frozen=True, slots=True)
class EndingMessage:
    """The ending that was reached."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class MomentMessage:
    """What is seen, said and asked since event `seq`.

    `frame` is the show's frame as this is said: where the moment began, or for a viewer who comes later the present
    frame, so that `deadline_frame - frame` is always the time that is left. `back` says whether there is a choice to go
    back to.
    """

    seq: int
    frame: int
    scene: str
    lines: tuple[SaidLine, ...]
    ask: AskMessage | None
    ending: EndingMessage | None
    back: bool


@dataclass(frozen=True, slots=True)
class Caption:
    """A line while it is spoken, from `start_frame` up to but without `end_frame`.

    `who` is the name that is shown, None for the narrator. `word_frames` has the frame at which each word of `text`,
    split at white space, is said.
    """

    who: str | None
    text: str
    start_frame: int
    end_frame: int
    word_frames: tuple[int, ...] = ()

    def timed(self, word_frames: tuple[int, ...]) -> Caption:
        """With the words' frames as they are heard, where those are known: else they stay estimated."""
        return replace(self, word_frames=word_frames) if len(word_frames) == len(self.word_frames) else self


@dataclass(frozen=True, slots=True)
class Tally:
    """The votes on a poll of a room: by choice, none of them while the story hides them; `voters` is how many voted.

    `decided` is the choice that was taken once the poll has closed, None before.
    """

    poll: str
    votes: dict[str, int]
    voters: int
    decided: str | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """There is a still of what a choice leads to, or another than before: see `GET /api/sessions/.../previews/...`."""

    poll: str
    choice: str


@dataclass(frozen=True, slots=True)
class Ack:
    """Message `id` was applied at `frame` as event `seq`."""

    id: str | int | None
    seq: int
    frame: int


@dataclass(frozen=True, slots=True)
class RefusedMessage:
    """Message `id` changed nothing; without an id it is about the connection or the show as a whole."""

    id: str | int | None
    code: str
    message: str


Message = Hello | MomentMessage | Caption | Tally | Preview | Ack | RefusedMessage

_TYPES: dict[type[Message], str] = {
    Hello: "hello",
    MomentMessage: "moment",
    Caption: "caption",
    Tally: "tally",
    Preview: "preview",
    Ack: "ack",
    RefusedMessage: "refused",
}


def as_json(message: Message) -> dict[str, Any]:
    """A message as a dictionary that `json.dumps` takes, with its `type` first."""
    return {"type": _TYPES[type(message)], **asdict(message)}


def moment_message(
    moment: Moment,
    seq: int,
    frame: int,
    deadline_frame: int | None,
    shown_frame: int,
    windows: Mapping[str, Window],
    back: bool,
) -> MomentMessage:
    """The moment as viewers hear of it at `frame`, after `seq` events."""
    return MomentMessage(
        seq=seq,
        frame=frame,
        scene=moment.scene,
        lines=tuple(SaidLine(line.id, line.who, line.text) for line in moment.lines),
        ask=None if moment.ask is None else _ask_message(moment.ask, deadline_frame, shown_frame, windows),
        ending=None if moment.ending is None else EndingMessage(moment.ending.id, moment.ending.title),
        back=back,
    )


def _ask_message(ask: Ask, deadline_frame: int | None, shown_frame: int, windows: Mapping[str, Window]) -> AskMessage:
    choices = tuple(_offered(choice, windows.get(choice.id)) for choice in ask.choices)
    return AskMessage(ask.poll, ask.prompt, choices, ask.controls, deadline_frame, ask.default, shown_frame)


def _offered(choice: Choice, window: Window | None) -> OfferedChoice:
    offered = choice.id, choice.label, choice.available
    return OfferedChoice(*offered) if window is None else PassingChoice(*offered, *window)
