"""`Sessions`: who is in the house. A bounded number of shows, and a show that nobody comes back to ends."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Callable
from typing import Protocol

from forkreel.settings import Settings
from forkreel.stage.comfort import Comfort
from forkreel.web.guard import Rate, check_token
from forkreel.web.problem import Problem
from forkreel.web.session import Production, Session

logger = logging.getLogger(__name__)

GOING_AWAY = 1001
FAILED = 1011
_SWEEP_S = 1.0
_RETRY_AFTER_S = 10


class Produce(Protocol):
    """How the app puts on a show: `on_failure` hears, on the event loop, why it ended by itself."""

    async def __call__(
        self, story: str, seed: int | None, comfort: Comfort, session: str, on_failure: Callable[[str], None]
    ) -> Production:
        """Build a show, and start it as the last thing, so that it cannot fail before its session is known.

        Everything is freed again when this raises.
        """
        ...


class Sessions:
    """All sessions of a server, by id."""

    def __init__(self, produce: Produce, settings: Settings, now: Callable[[], float] = time.monotonic) -> None:
        self.opened = 0
        self.failed = 0
        self._produce = produce
        self._settings = settings
        self._now = now
        self._sessions: dict[str, Session] = {}
        self._opening = 0
        self._closing = False
        self._endings: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._sessions)

    def all(self) -> tuple[Session, ...]:
        """Every session, the oldest first."""
        return tuple(self._sessions.values())

    def find(self, session_id: str, token: str | None) -> Session:
        """The session, for who has its token; else `Problem`: 404 for an unknown one, 401 or 403 for the token."""
        session = self._sessions.get(session_id)
        if session is None:
            raise Problem(404, "unknown_session", "there is no such session; it may have ended, so start a new one")
        check_token(token, session.token)
        return session

    async def open(self, story: str, seed: int | None, comfort: Comfort | None = None) -> Session:
        """A new show for a new viewer; `Problem` 503 when the house is full. Cancelled, nothing is left behind."""
        await self._make_room()
        session_id = secrets.token_urlsafe(9)
        self._opening += 1
        try:
            production = await self._produce(
                story, seed, comfort or Comfort(), session_id, lambda why: self._failed(session_id, why)
            )
        finally:
            self._opening -= 1
        if self._closing:
            await production.parts.aclose()
            raise Problem.busy("closing", "the server is closing", _RETRY_AFTER_S)
        session = Session(
            id=session_id,
            token=secrets.token_urlsafe(16),  # 128 bits
            story=story,
            production=production,
            offers=Rate(self._settings.offers_a_minute / 60, self._settings.offers_a_minute, self._now),
            now=self._now,
        )
        self._sessions[session_id] = session
        self.opened += 1
        return session

    async def end(self, session: Session, code: int, reason: str) -> None:
        """End a session and free everything it held; twice does no harm."""
        if self._sessions.pop(session.id, None) is not None:
            logger.info("session %s ends: %s", session.id, reason)
            await session.close(code, reason)

    async def sweep(self) -> None:
        """End the sessions that nobody came back to."""
        for session in self.all():
            grace_s = self._settings.leave_grace_s if session.left else self._settings.grace_s
            if session.unattended_s() > grace_s:
                await self.end(session, GOING_AWAY, "nobody was watching")

    async def keep_sweeping(self) -> None:
        """Sweep once a second until cancelled."""
        while True:
            await asyncio.sleep(_SWEEP_S)
            await self.sweep()

    async def close(self) -> None:
        """End everything; a show that is being put on meanwhile does not begin."""
        self._closing = True
        await asyncio.gather(*(self.end(session, GOING_AWAY, "the server is closing") for session in self.all()))
        while self._endings:
            await asyncio.wait(self._endings)

    async def _make_room(self) -> None:
        if len(self._sessions) + self._opening < self._settings.max_sessions:
            return
        idle = max(self.all(), key=Session.unattended_s, default=None)
        if idle is None or idle.unattended_s() <= self._settings.evict_after_s:
            most = self._settings.max_sessions
            raise Problem.busy("full", f"all {most} shows of this server are running; try again later", _RETRY_AFTER_S)
        await self.end(idle, GOING_AWAY, "its place was given to somebody else")

    def _failed(self, session_id: str, why: str) -> None:
        self.failed += 1
        session = self._sessions.get(session_id)
        if session is None:
            return
        ending = asyncio.get_running_loop().create_task(self.end(session, FAILED, why))
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)
