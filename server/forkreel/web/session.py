"""`Session`: one running show, the seats in it, and everything that has to be freed when it ends."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Protocol

from forkreel.stage.comfort import Comfort
from forkreel.stage.record import Kept, SeatRecord
from forkreel.stage.stage import Stage
from forkreel.stream.broadcast import Broadcast
from forkreel.web.guard import Rate
from forkreel.web.tickets import Tickets

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Order:
    """A show to be put on: a new one, or with `kept` one that goes on where it was broken off.

    `entrance` is a save with which a new one begins, None for the start of the story.
    """

    session: str
    story: str
    seed: int | None
    comfort: Comfort
    seats: tuple[SeatRecord, ...]
    room: str | None = None
    kept: Kept | None = None
    entrance: str | None = None


@dataclass(frozen=True, slots=True)
class Production:
    """A running show as the app built it. `parts` frees all of it, in the right order."""

    stage: Stage
    broadcast: Broadcast
    parts: AsyncExitStack


class Listener(Protocol):
    """A websocket of the session."""

    @property
    def behind(self) -> int:
        """Bytes that wait to be sent."""
        ...

    def end(self, code: int, reason: str) -> None:
        """Close it, with a websocket code and a sentence."""
        ...


@dataclass(slots=True, eq=False)
class Seat:
    """One viewer's place in a session."""

    record: SeatRecord = field(repr=False)
    offers: Rate
    tickets: Tickets
    tags: dict[str, str] = field(default_factory=dict)
    """ETag by peer, the oldest first."""
    listeners: set[Listener] = field(default_factory=set)

    @property
    def number(self) -> int:
        """Its number in the session, from 1."""
        return self.record.number

    @property
    def taken(self) -> bool:
        """Whether somebody sits there."""
        return bool(self.listeners or self.tags)


@dataclass(slots=True, eq=False)
class Session:
    """One show and its viewers. Lives on the event loop."""

    id: str
    story: str
    room: str | None
    production: Production
    now: Callable[[], float]
    seats: dict[int, Seat] = field(default_factory=dict)
    left: bool = False
    """Whether the last viewer said goodbye, rather than being lost."""
    _attended: float = field(init=False)
    _last_seat: int = field(init=False)

    def __post_init__(self) -> None:
        self._attended = self.now()
        self._last_seat = max(self.seats, default=0)

    def next_seat(self) -> int:
        """A number that no seat of this session has had."""
        self._last_seat += 1
        return self._last_seat

    @property
    def stage(self) -> Stage:
        """The running show."""
        return self.production.stage

    @property
    def broadcast(self) -> Broadcast:
        """Its stream."""
        return self.production.broadcast

    @property
    def listeners(self) -> tuple[Listener, ...]:
        """Every websocket of the session."""
        return tuple(listener for seat in self.seats.values() for listener in seat.listeners)

    def unattended_s(self) -> float:
        """For how long nobody has been here, neither media nor websocket; 0 while somebody is."""
        now = self.now()
        if self.broadcast.viewers or any(seat.listeners for seat in self.seats.values()):
            self._attended = now
        return now - self._attended

    def arrive(self, seat: Seat, listener: Listener) -> None:
        """A websocket was opened."""
        self.left = False
        seat.listeners.add(listener)

    def depart(self, seat: Seat, listener: Listener) -> None:
        """A websocket was closed."""
        seat.listeners.discard(listener)
        self._attended = self.now()

    async def join(self, seat: Seat, offer_sdp: str, most_peers: int) -> tuple[str, str, str]:
        """Let a viewer's media in: peer, its ETag and the SDP answer. The seat's oldest beyond `most_peers` goes."""
        joined = await self.broadcast.join(offer_sdp)
        self.left = False
        self._attended = self.now()
        tag = f'"{secrets.token_urlsafe(8)}"'
        seat.tags[joined.peer] = tag
        while len(seat.tags) > most_peers:
            await self.leave(seat, next(iter(seat.tags)))
        return joined.peer, tag, joined.answer

    async def leave(self, seat: Seat, peer: str) -> None:
        """The viewer's media goes, and what it held is freed."""
        seat.tags.pop(peer, None)
        await self.broadcast.leave(peer)
        self._attended = self.now()

    def say_goodbye(self) -> None:
        """Somebody went on purpose: where nobody else is, the show waits less long."""
        self.left = not any(seat.tags for seat in self.seats.values())

    async def close(self, code: int, reason: str) -> None:
        """End the show: websockets are told why, media is closed, threads are joined."""
        for listener in self.listeners:
            listener.end(code, reason)
        await self.production.parts.aclose()


@dataclass(frozen=True, slots=True)
class Admission:
    """What a viewer has: a seat in a session, and the token that proves it."""

    session: Session
    seat: Seat
    token: str = field(repr=False)
