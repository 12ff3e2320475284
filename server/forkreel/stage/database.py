"""The database: opened by its URL, and what is asked of its tables. Used by one thread, the archive's."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Row, create_engine, delete, event, func, insert, make_url, select, update
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from forkreel.errors import JournalError
from forkreel.stage.comfort import Comfort
from forkreel.stage.events import VERSION, event_of, plain
from forkreel.stage.journal import Entry, Past
from forkreel.stage.record import Kept, Record, SeatRecord
from forkreel.stage.tables import EVENTS, LAYOUT, LAYOUTS, METADATA, SEATS, SESSIONS

MEMORY = "sqlite://"
_BUSY_MS = 5000  # for another process that writes


def default_url() -> str:
    """SQLite in the folder for state of this user (XDG base directories)."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return f"sqlite:///{Path(state) / 'forkreel' / 'forkreel.db'}"


def open_engine(url: str) -> Engine:
    """An engine whose tables are there. Raises `JournalError` for a URL that leads nowhere."""
    try:
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        shown = parsed.render_as_string(hide_password=True)
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise JournalError(f"{shown} is neither SQLite nor PostgreSQL: as in sqlite:////var/lib/forkreel.db")
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (ArgumentError, ModuleNotFoundError) as error:
        raise JournalError(f"{url!r} is no database URL, as in sqlite:////var/lib/forkreel.db: {error}") from error
    except OSError as error:
        raise JournalError(f"{shown}: the folder cannot be made: {error.strerror}") from error
    options: dict[str, Any] = {"pool_pre_ping": True}
    if url == MEMORY:  # one connection, or each would be an empty database
        options = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    try:
        engine = create_engine(parsed, **options)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _durable)
        with engine.begin() as connection:
            METADATA.create_all(connection)
            layout = connection.scalar(select(func.max(LAYOUTS.c.version)))
            if layout is None:
                connection.execute(insert(LAYOUTS), {"version": LAYOUT})
            elif layout > LAYOUT:
                raise JournalError(f"{shown} was written by a later forkreel (layout {layout}; this one has {LAYOUT})")
    except (SQLAlchemyError, ModuleNotFoundError) as error:
        raise JournalError(f"the database {shown} cannot be opened: {_first_line(error)}") from error
    return engine


def _durable(connection: Any, _: object) -> None:
    """WAL lets readers read while the journal is written; FULL brings every commit to the disk."""
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY_MS}"):
        connection.execute(f"PRAGMA {pragma}").close()


def _first_line(error: Exception) -> str:
    return (str(getattr(error, "orig", None) or error).splitlines() or [type(error).__name__])[0]


def begin(connection: Connection, record: Record, seats: Sequence[SeatRecord], now: float) -> None:
    """Keep a new session and its first seats."""
    width, height = record.size
    row = {
        "session": record.session,
        "story": record.story,
        "story_version": record.story_version,
        "seed": record.seed,
        "comfort": asdict(record.comfort),
        "model": record.model,
        "width": width,
        "height": height,
        "fps": record.fps,
        "room": record.room,
        "created": now,
        "last_seen": now,
        "frame": 0,
        "paused": False,
    }
    connection.execute(insert(SESSIONS), row)
    for seat in seats:
        add_seat(connection, record.session, seat)


def add_seat(connection: Connection, session: str, seat: SeatRecord) -> None:
    """Keep one more seat of a session."""
    connection.execute(insert(SEATS), {"session": session, **asdict(seat)})


def drop_seat(connection: Connection, session: str, number: int) -> None:
    """Forget one seat of a session: its token opens nothing any more."""
    connection.execute(delete(SEATS).where(SEATS.c.session == session, SEATS.c.number == number))


def append(connection: Connection, entries: Iterable[tuple[str, Entry]]) -> None:
    """Keep events, each with its session."""
    rows = []
    for session, entry in entries:
        kind, fields = plain(entry.event)
        rows.append({
            "session": session,
            "seq": entry.seq,
            "frame": entry.frame,
            "version": VERSION,
            "kind": kind,
            "fields": fields,
            "viewer": entry.viewer,
            "message": entry.message,
        })  # fmt: skip
    connection.execute(insert(EVENTS), rows)


def reached(connection: Connection, session: str, frame: int, paused: bool, now: float) -> None:
    """Keep where a show is."""
    where = SESSIONS.c.session == session
    connection.execute(update(SESSIONS).where(where).values(frame=frame, paused=paused, last_seen=now))


def end(connection: Connection, session: str, why: str) -> None:
    """A show is over for good."""
    connection.execute(update(SESSIONS).where(SESSIONS.c.session == session).values(ended=why[:400]))


def find(connection: Connection, session: str) -> Kept | None:
    """All that there is of a session, None for an unknown one."""
    row = connection.execute(select(SESSIONS).where(SESSIONS.c.session == session)).one_or_none()
    if row is None:
        return None
    seats = connection.execute(select(SEATS).where(SEATS.c.session == session).order_by(SEATS.c.number))
    events = connection.execute(select(EVENTS).where(EVENTS.c.session == session).order_by(EVENTS.c.seq))
    entries = [Entry(e.seq, e.frame, event_of(e.version, e.kind, e.fields), e.viewer, e.message) for e in events]
    if [entry.seq for entry in entries] != list(range(1, len(entries) + 1)):
        raise JournalError(f"the journal of {session} has a gap")
    return Kept(
        _record(row),
        tuple(SeatRecord(seat.number, seat.token_hash, seat.host) for seat in seats),
        Past(tuple(entries), row.frame, row.paused),
    )


def find_room(connection: Connection, code: str) -> Record | None:
    """The session with a join code, None for an unknown one; of its seats and events nothing is read."""
    row = connection.execute(select(SESSIONS).where(SESSIONS.c.room == code)).one_or_none()
    return None if row is None else _record(row)


def sessions(connection: Connection) -> tuple[Record, ...]:
    """Every session, the latest first."""
    return tuple(_record(row) for row in connection.execute(select(SESSIONS).order_by(SESSIONS.c.last_seen.desc())))


def forget(connection: Connection, session: str) -> bool:
    """Remove a session with all its events; whether there was one."""
    return connection.execute(delete(SESSIONS).where(SESSIONS.c.session == session)).rowcount > 0


def forget_older(connection: Connection, before: float, spared: Sequence[str]) -> int:
    """Remove the sessions that were last seen before a time, but for some; how many that were."""
    old = (SESSIONS.c.last_seen < before) & SESSIONS.c.session.not_in(list(spared))
    return connection.execute(delete(SESSIONS).where(old)).rowcount


def _record(row: Row[Any]) -> Record:
    record = Record(
        row.session, row.story, row.story_version, row.seed, Comfort(**row.comfort), row.model,
        (row.width, row.height), row.fps,
    )  # fmt: skip
    return replace(record, room=row.room, created=row.created, last_seen=row.last_seen, ended=row.ended)
