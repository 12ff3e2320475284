"""The archive: every session's journal in one database, written by one thread, many events to a commit.

Whoever asks hands in a job and goes on; the thread takes all jobs that wait, does them in one transaction, and says so
once it is committed. A job that breaks a transaction is done again alone, so that it fails for itself.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from forkreel.errors import JournalError
from forkreel.stage import database
from forkreel.stage.journal import Entry, Written
from forkreel.stage.record import Kept, Record, SeatRecord

logger = logging.getLogger(__name__)

MOST_JOBS = 65_536
"""That wait for the thread. Stages stop at some hundred events each, so this many are a fault."""
_BATCH = 1024
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Append:
    session: str
    entry: Entry
    written: Written


@dataclass(frozen=True, slots=True)
class _Ask:
    what: Callable[[Connection], Any]
    answer: Future[Any]


_Job = _Append | _Ask


class Archive:
    """Opens on construction, which may take a while; raises `JournalError`. `now` is the wall clock's time."""

    def __init__(self, url: str, now: Callable[[], float] = time.time) -> None:
        self._engine: Engine = database.open_engine(url)
        self._now = now
        self._jobs: deque[_Job] = deque()
        self._where: dict[str, tuple[int, bool]] = {}
        self._change = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._work, name="archive", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """Jobs that wait for the thread."""
        return len(self._jobs)

    async def begin(self, record: Record, seats: Sequence[SeatRecord]) -> None:
        """Keep a new session; raises `JournalError` when that is impossible."""
        await self._ask(lambda connection: database.begin(connection, record, seats, self._now()))

    async def add_seat(self, session: str, seat: SeatRecord) -> None:
        """Keep one more seat."""
        await self._ask(lambda connection: database.add_seat(connection, session, seat))

    async def drop_seat(self, session: str, number: int) -> None:
        """Forget one seat."""
        await self._ask(lambda connection: database.drop_seat(connection, session, number))

    async def find(self, session: str) -> Kept | None:
        """All that there is of a session; raises `JournalError` for one that cannot be read."""
        return await self._ask(lambda connection: database.find(connection, session))

    async def find_room(self, code: str) -> Record | None:
        """The session with a join code, without its events."""
        return await self._ask(lambda connection: database.find_room(connection, code))

    async def sessions(self) -> tuple[Record, ...]:
        """Every session, the latest first."""
        return await self._ask(database.sessions)

    async def end(self, session: str, why: str) -> None:
        """A show is over for good: it can still be replayed, no more resumed."""
        await self._ask(lambda connection: database.end(connection, session, why))

    async def forget(self, session: str) -> bool:
        """Remove a session; whether there was one."""
        return await self._ask(lambda connection: database.forget(connection, session))

    async def forget_older(self, days: float, spared: Sequence[str]) -> int:
        """Remove sessions that nobody has seen for so many days, but for those `spared`; how many that were."""
        before = self._now() - days * 86_400
        return await self._ask(lambda connection: database.forget_older(connection, before, spared))

    def journal(self, session: str) -> ArchiveJournal:
        """The journal of one session that was begun."""
        return ArchiveJournal(self, session)

    def append(self, session: str, entry: Entry, written: Written) -> None:
        """Keep an entry; does not wait. `written` is called from the archive's thread."""
        self._put(_Append(session, entry, written))

    def reached(self, session: str, frame: int, paused: bool) -> None:
        """Keep where a show is with the next commit; does not wait."""
        with self._change:
            self._where[session] = (frame, paused)
            self._change.notify()

    async def close(self) -> None:
        """Write what waits, and close the database. Cancelled, the thread still ends, and nobody waits."""
        with self._change:
            self._closing = True
            self._change.notify()
        await asyncio.to_thread(self._thread.join)

    async def _ask(self, what: Callable[[Connection], T]) -> T:
        answer: Future[T] = Future()
        self._put(_Ask(what, answer))
        return await asyncio.wrap_future(answer)

    def _put(self, job: _Job) -> None:
        with self._change:
            if self._closing:
                raise JournalError("the journal is closed")
            if len(self._jobs) >= MOST_JOBS:
                raise JournalError(f"{MOST_JOBS} entries wait for the database already; it has stopped taking them")
            self._jobs.append(job)
            self._change.notify()

    # From here on everything runs in the archive's thread.

    def _work(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._jobs or self._where or self._closing)
                jobs = [self._jobs.popleft() for _ in range(min(_BATCH, len(self._jobs)))]
                where, self._where = self._where, {}
            if not jobs and not where:
                break
            self._commit(jobs, where)
        self._engine.dispose()

    def _commit(self, jobs: list[_Job], where: dict[str, tuple[int, bool]]) -> None:
        try:
            done = self._transaction(jobs, where)
        except Exception as error:
            if len(jobs) + len(where) > 1:
                for job in jobs:
                    self._commit([job], {})  # where shows are is said again soon
            else:
                logger.exception("the journal failed at one of its jobs")
                for job in jobs:
                    _answer(job, None, _failure(error))
        else:
            for job, result in done:
                _answer(job, result, None)

    def _transaction(self, jobs: list[_Job], where: dict[str, tuple[int, bool]]) -> list[tuple[_Job, Any]]:
        done: list[tuple[_Job, Any]] = []
        with self._engine.begin() as connection:
            for session, (frame, paused) in where.items():
                database.reached(connection, session, frame, paused, self._now())
            for kind, group in groupby(jobs, type):
                some = list(group)
                if kind is _Append:
                    database.append(connection, ((job.session, job.entry) for job in some if isinstance(job, _Append)))
                    done += [(job, None) for job in some]
                else:
                    done += [(job, job.what(connection)) for job in some if isinstance(job, _Ask)]
        return done


def _answer(job: _Job, result: Any, error: JournalError | None) -> None:
    if isinstance(job, _Append):
        job.written(error)
    elif not job.answer.set_running_or_notify_cancel():
        return
    elif error is None:
        job.answer.set_result(result)
    else:
        job.answer.set_exception(error)


def _failure(error: Exception) -> JournalError:
    if isinstance(error, JournalError):
        return error
    return JournalError(f"the journal cannot be read or written ({type(error).__name__}); the server's log says more")


class ArchiveJournal:
    """One session's part of an archive; implements `stage.journal.Journal`."""

    def __init__(self, archive: Archive, session: str) -> None:
        self.append = partial(archive.append, session)
        self.reached = partial(archive.reached, session)
