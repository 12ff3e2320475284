"""The mailbox between the event loop, which asks, and the render thread, which acts before it paints the next frame."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from forkreel.errors import Refused
from forkreel.stage.events import ShowEvent
from forkreel.stage.journal import MessageId
from forkreel.stage.messages import Ack, RefusedMessage

Reply = Callable[[Ack | RefusedMessage], None]


@dataclass(frozen=True, slots=True)
class Pause:
    """The viewer stops (`on`) or restarts the show; the frame stands still meanwhile."""

    on: bool


@dataclass(frozen=True, slots=True)
class Volume:
    """How loud voice, effects or music (`kind`) is, 0..1: a matter of the show that is heard, not of the story."""

    kind: str
    value: float


@dataclass(frozen=True, slots=True)
class Letter:
    """What a viewer asks for. `reply` is called on the event loop, once; `id` makes a repeated letter harmless.

    `posted_s` is when a choice came, in the clock's seconds; None where nobody measures.
    """

    event: ShowEvent | Pause | Volume
    id: MessageId | None
    reply: Reply
    viewer: int = 1
    posted_s: float | None = None


class Mailbox:
    """Letters for the render thread, in the order in which they came; of what is steered only the latest waits.

    `arrived` is set by everything and cleared by who reads; `pressing` by what is to be answered before the next frame
    is due, which is all but what the latest may still take the place of.
    """

    def __init__(self, capacity: int = 64) -> None:
        self.arrived = threading.Event()
        self.pressing = threading.Event()
        self._capacity = capacity
        self._lock = threading.Lock()
        self._waiting: dict[object, Letter] = {}

    @property
    def waiting(self) -> int:
        """How many letters wait."""
        return len(self._waiting)

    def post(self, letter: Letter) -> None:
        """Put a letter behind the others; raises `Refused` ("busy") when `capacity` letters wait already."""
        with self._lock:
            self._put(object(), letter)
        self.wake()

    def replace(self, key: str, letter: Letter) -> Letter | None:
        """Put a letter behind the others, and take out the one that waits under `key`, if any; returns that.

        Raises `Refused` ("busy") as `post` does.
        """
        with self._lock:
            lost = self._waiting.pop(key, None)
            self._put(key, letter)
        self.arrived.set()
        return lost

    def wake(self) -> None:
        """Let the render thread look up from whatever it waits for."""
        self.arrived.set()
        self.pressing.set()

    def drain(self) -> list[Letter]:
        """Take everything out, in the order in which it came."""
        with self._lock:
            self.pressing.clear()
            letters = list(self._waiting.values())
            self._waiting.clear()
        return letters

    def _put(self, key: object, letter: Letter) -> None:
        if len(self._waiting) >= self._capacity:
            raise Refused("busy", f"{self._capacity} messages wait for this show already; send this again soon")
        self._waiting[key] = letter
