"""`Session`: one viewer's seat in one running show, and everything that has to be freed when it ends."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Protocol

from forkreel.stage.stage import Stage
from forkreel.stream.broadcast import Broadcast
from forkreel.web.guard import Rate

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Production:
    """A running show as the app built it. `parts` frees all of it, in the right order."""

    stage: Stage
    broadcast: Broadcast
    parts: AsyncExitStack


class Listener(Protocol):
    """A websocket of the session."""

    def end(self, code: int, reason: str) -> None:
        """Close it, with a websocket code and a sentence."""
        ...


@dataclass(slots=True, eq=False)
class Session:
    """One solo show and its viewer. Lives on the event loop."""

    id: str
    token: str = field(repr=False)
    story: str
    production: Production
    offers: Rate
    now: Callable[[], float]
    tags: dict[str, str] = field(default_factory=dict)
    """ETag by peer, the oldest first."""
    listeners: set[Listener] = field(default_factory=set)
    left: bool = False
    """Whether the viewer said goodbye, rather than being lost."""
    _attended: float = field(init=False)

    def __post_init__(self) -> None:
        self._attended = self.now()

    @property
    def stage(self) -> Stage:
        """The running show."""
        return self.production.stage

    @property
    def broadcast(self) -> Broadcast:
        """Its stream."""
        return self.production.broadcast

    def unattended_s(self) -> float:
        """For how long nobody has been here, neither media nor websocket; 0 while somebody is."""
        now = self.now()
        if self.listeners or self.broadcast.viewers:
            self._attended = now
        return now - self._attended

    def arrive(self, listener: Listener) -> None:
        """A websocket was opened."""
        self.left = False
        self.listeners.add(listener)

    def depart(self, listener: Listener) -> None:
        """A websocket was closed."""
        self.listeners.discard(listener)
        self._attended = self.now()

    async def join(self, offer_sdp: str, most_peers: int) -> tuple[str, str, str]:
        """Let the viewer's media in: peer, its ETag and the SDP answer. The oldest peer beyond `most_peers` goes."""
        joined = await self.broadcast.join(offer_sdp)
        self.left = False
        self._attended = self.now()
        tag = f'"{secrets.token_urlsafe(8)}"'
        self.tags[joined.peer] = tag
        while len(self.tags) > most_peers:
            await self.leave(next(iter(self.tags)))
        return joined.peer, tag, joined.answer

    async def leave(self, peer: str) -> None:
        """The viewer's media goes, and what it held is freed."""
        self.tags.pop(peer, None)
        await self.broadcast.leave(peer)
        self._attended = self.now()

    async def close(self, code: int, reason: str) -> None:
        """End the show: websockets are told why, media is closed, threads are joined."""
        for listener in tuple(self.listeners):
            listener.end(code, reason)
        await self.production.parts.aclose()
