"""`Sessions`: who is in the house. A bounded number of shows; one that nobody watches any more sleeps in the archive.

It wakes when somebody comes back with a token of it, even in another life of the server.
"""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import time
from collections.abc import Callable, Iterable
from itertools import count
from typing import Protocol

from forkreel.errors import JournalError
from forkreel.settings import Settings
from forkreel.stage.archive import Archive
from forkreel.stage.comfort import Comfort
from forkreel.stage.histogram import Histogram
from forkreel.stage.record import Kept, Record, SeatRecord
from forkreel.web.guard import Rate
from forkreel.web.problem import Problem
from forkreel.web.session import Admission, Order, Production, Seat, Session
from forkreel.web.share import WHOLE, Share
from forkreel.web.tickets import Tickets, seat_of
from forkreel.web.tokens import hashed, new_token, seat_with

logger = logging.getLogger(__name__)

GOING_AWAY = 1001
FAILED = 1011
_SWEEP_S = 1.0
_FORGET_S = 3600
_RETRY_AFTER_S = 10
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")  # of sessions and rooms: nothing else is looked up
_SEATS_A_VIEWER = 8  # seats that a room remembers, for viewers who come back


def _new_id() -> str:
    return secrets.token_urlsafe(9)


class Produce(Protocol):
    """How the app puts on a show: `on_failure` hears, on the event loop, why it ended by itself."""

    async def __call__(self, order: Order, on_failure: Callable[[str], None]) -> Production:
        """Build a show, keep a new one in the archive, and start it as the last thing.

        Everything is freed again when this raises.
        """
        ...


class Sessions:
    """All sessions of a server, by id."""

    def __init__(
        self,
        produce: Produce,
        settings: Settings,
        archive: Archive,
        now: Callable[[], float] = time.monotonic,
        share: Share = WHOLE,
    ) -> None:
        self.opened = 0
        self.failed = 0
        self.choices = Histogram()
        """The times from choices to pictures of the shows that have ended."""
        self._produce = produce
        self._settings = settings
        self._archive = archive
        self.share = share
        self._now = now
        self._sessions: dict[str, Session] = {}
        self._opening = 0
        self._closing = False
        self._endings: set[asyncio.Task[None]] = set()
        self._leaving: dict[str, asyncio.Task[None]] = {}
        self._waking: dict[str, asyncio.Task[Session]] = {}

    def __len__(self) -> int:
        return len(self._sessions)

    def all(self) -> tuple[Session, ...]:
        """Every session, the oldest first."""
        return tuple(self._sessions.values())

    @property
    def unwritten(self) -> int:
        """Jobs that wait for the database."""
        return self._archive.waiting

    @property
    def connections(self) -> int:
        """Media connections of all shows, those that are still being made included."""
        return sum(session.broadcast.connections for session in self._sessions.values())

    def awake(self, session_id: str) -> bool:
        """Whether a session runs, so that finding it needs no model."""
        return session_id in self._sessions

    async def find(self, session_id: str, token: str | None) -> Admission:
        """A seat, for who has its token; a sleeping session is woken, once, however many come for it.

        `Problem`: 404 for an unknown one, 401 or 403 for the token, 410 where it cannot go on, 503 for a full house.
        """
        session = self._sessions.get(session_id)
        if session is None:
            session = await self._woken(session_id, token)
        number = _number(token, [seat.record for seat in session.seats.values()])
        return Admission(session, session.seats[number], token or "")

    def admit(self, session_id: str, ticket: str) -> Admission:
        """The seat that a ticket is for, which is used up; `Problem` 403 for one that was used, is too old or wrong."""
        session = self._sessions.get(session_id)
        seat = None if session is None else session.seats.get(seat_of(ticket) or 0)
        if session is None or seat is None or not seat.tickets.redeem(ticket):
            raise Problem(403, "bad_ticket", "this ticket was used or is too old; ask for another one with the token")
        return Admission(session, seat, "")

    async def open(
        self, story: str, seed: int | None, comfort: Comfort | None = None, entrance: str | None = None
    ) -> Admission:
        """A new show for a new viewer; `Problem` 503 when the house is full. Cancelled, nothing is left behind.

        It begins where the save `entrance` is, or with the story's start.
        """
        token = new_token()
        seats = (SeatRecord(1, hashed(token)),)
        order = Order(self.share.draw(_new_id), story, seed, comfort or Comfort(), seats, entrance=entrance)
        session = await self._put_on(order)
        self.opened += 1
        return Admission(session, session.seats[1], token)

    async def open_room(
        self, code: str, story: str, seed: int | None, comfort: Comfort | None = None
    ) -> tuple[Admission, Admission]:
        """A new show for a room: its first viewer's admission and its host's. Otherwise as `open`."""
        tokens = new_token(), new_token()
        seats = (SeatRecord(1, hashed(tokens[0])), SeatRecord(2, hashed(tokens[1]), host=True))
        session = await self._put_on(Order(self.share.draw(_new_id), story, seed, comfort or Comfort(), seats, code))
        self.opened += 1
        return Admission(session, session.seats[1], tokens[0]), Admission(session, session.seats[2], tokens[1])

    async def room(self, code: str) -> Record:
        """What is known of a room; `Problem` 404 for a code that opens none."""
        record = await self._archive.find_room(code) if _NAME.fullmatch(code) else None
        if record is None or record.ended is not None:
            raise Problem(404, "unknown_room", f"there is no room {code[:40]!r}, or its show is over")
        return record

    async def join(self, code: str) -> Admission:
        """A seat in a room; `Problem`: 404 for a code that opens none, 503 where the room or the house is full."""
        session = await self._awake(await self.room(code))
        most = self._settings.max_viewers
        if sum(seat.taken for seat in session.seats.values()) >= most:
            raise Problem.busy("room_full", f"this room has all the {most} viewers it takes", _RETRY_AFTER_S)
        if len(session.seats) >= most * _SEATS_A_VIEWER:
            await self._free_seat(session)
        token = new_token()
        record = SeatRecord(session.next_seat(), hashed(token))
        await self._archive.add_seat(session.id, record)
        session.seats[record.number] = self._seat(record)
        return Admission(session, session.seats[record.number], token)

    async def _free_seat(self, session: Session) -> None:
        """Forget the oldest seat that nobody sits in: its viewer has to join anew."""
        empty = (seat for seat in session.seats.values() if not seat.taken and not seat.record.host)
        seat = next(empty, None)
        if seat is not None:
            del session.seats[seat.number]
            await self._archive.drop_seat(session.id, seat.number)

    async def forget(self, session_id: str, token: str | None) -> None:
        """End a session and remove all that was kept of it; the same `Problem` as `find`."""
        kept = await self._kept(session_id)
        number = _number(token, kept.seats)
        if kept.record.room is not None and not any(seat.host for seat in kept.seats if seat.number == number):
            raise Problem(403, "not_host", "a room is removed by its host alone")
        if session_id in self._sessions:
            await self.end(self._sessions[session_id], GOING_AWAY, "it was deleted")
        await self._archive.forget(session_id)

    async def _put_on(self, order: Order) -> Session:
        await self._make_room()
        self._opening += 1
        try:
            production = await self._produce(order, lambda why: self._failed(order.session, why))
        finally:
            self._opening -= 1
        if self._closing:
            await production.parts.aclose()
            raise Problem.busy("closing", "the server is closing", _RETRY_AFTER_S)
        seats = {record.number: self._seat(record) for record in order.seats}
        session = Session(order.session, order.story, order.room, production, self._now, seats)
        self._sessions[order.session] = session
        return session

    def _seat(self, record: SeatRecord) -> Seat:
        settings = self._settings
        offers = Rate(settings.offers_a_minute / 60, settings.offers_a_minute, self._now)
        return Seat(record, offers, Tickets(record.number, settings.ticket_s, settings.max_sockets, self._now))

    async def _woken(self, session_id: str, token: str | None) -> Session:
        kept = await self._kept(session_id)
        _number(token, kept.seats)
        return await self._awake(kept.record)

    async def _awake(self, record: Record) -> Session:
        """The session of a record, woken if it sleeps, once, however many come for it."""
        session_id = record.session
        if record.ended is not None:
            raise Problem(404, "unknown_session", f"this session is over: {record.ended}")
        if session_id in self._sessions:
            return self._sessions[session_id]
        waking = self._waking.get(session_id)
        if waking is None:
            waking = asyncio.create_task(self._wake(session_id))
            self._waking[session_id] = waking
            waking.add_done_callback(lambda _: self._waking.pop(session_id))
        return await asyncio.shield(waking)

    async def _wake(self, session_id: str) -> Session:
        if session_id in self._leaving:
            await asyncio.wait({self._leaving[session_id]})  # its last events are on their way to the archive
        kept = await self._kept(session_id)
        record = kept.record
        order = Order(record.session, record.story, record.seed, record.comfort, kept.seats, record.room, kept)
        try:
            session = await self._put_on(order)
        except JournalError as error:
            raise Problem(410, "cannot_resume", f"this show cannot go on: {error}") from error
        logger.info("it goes on after %d events", len(kept.past.entries), extra={"session": session.id})
        return session

    async def _kept(self, session_id: str) -> Kept:
        kept = await self._archive.find(session_id) if _NAME.fullmatch(session_id) else None
        if kept is None:
            raise Problem(404, "unknown_session", "there is no such session; it may have ended, so start a new one")
        return kept

    async def end(self, session: Session, code: int, reason: str) -> None:
        """End a session and free everything it held; twice does no harm. Cancelled, it still ends, and nobody waits."""
        if self._sessions.pop(session.id, None) is not None:
            self.choices.add(session.stage.choices)
            logger.info("it ends: %s", reason, extra={"session": session.id})
            self._leaving[session.id] = asyncio.create_task(session.close(code, reason))
            self._leaving[session.id].add_done_callback(lambda _: self._leaving.pop(session.id))
        if session.id in self._leaving:
            await asyncio.shield(self._leaving[session.id])

    async def sweep(self) -> None:
        """End the sessions that nobody came back to."""
        for session in self.all():
            grace_s = self._settings.leave_grace_s if session.left else self._settings.grace_s
            if session.unattended_s() > grace_s:
                await self.end(session, GOING_AWAY, "nobody was watching")

    async def keep_sweeping(self) -> None:
        """Sweep once a second, and forget what is too old once an hour, until cancelled."""
        for second in count():
            if second % _FORGET_S == 0:
                await self._archive.forget_older(self._settings.keep_days, tuple(self._sessions))
            await asyncio.sleep(_SWEEP_S)
            await self.sweep()

    async def close(self) -> None:
        """End everything; a show that is being put on meanwhile does not begin."""
        self._closing = True
        if self._waking:
            await asyncio.wait(tuple(self._waking.values()))
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
        self.end_soon(session, FAILED, why)

    def end_soon(self, session: Session, code: int, why: str) -> None:
        """`end_for_good`, in a task of its own that is waited for when the house closes."""
        ending = asyncio.get_running_loop().create_task(self.end_for_good(session, code, why))
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)

    async def end_for_good(self, session: Session, code: int, why: str) -> None:
        """End a session that nobody may resume."""
        await self.end(session, code, why)
        try:
            await self._archive.end(session.id, why)
        except JournalError as error:
            logger.warning("its end is not in the archive: %s", error, extra={"session": session.id})


def _number(token: str | None, records: Iterable[SeatRecord]) -> int:
    """The seat whose token this is; `Problem` 401 without a token, 403 for another's."""
    if not token:
        raise Problem(
            401, "no_token", "this needs the token that the session was given", {"WWW-Authenticate": "Bearer"}
        )
    number = seat_with(token, records)
    if number is None:
        raise Problem(403, "bad_token", "this is not the session's token")
    return number
