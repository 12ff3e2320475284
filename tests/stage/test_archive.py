from __future__ import annotations

import asyncio
import stat
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from secrets import token_hex
from typing import Any, get_args

import pytest
from sqlalchemy import Connection, create_engine, text

from forkreel.errors import JournalError
from forkreel.stage import database
from forkreel.stage.archive import Archive
from forkreel.stage.ballot import Close, Extend, Open, RoomEvent, Skip, Vote
from forkreel.stage.comfort import Comfort
from forkreel.stage.edition import Edited
from forkreel.stage.events import KINDS, VERSION, ShowEvent, event_of, plain
from forkreel.stage.journal import Entry, Past
from forkreel.stage.record import Record, SeatRecord
from forkreel.story.moment import Advance, Back, Choose, Event, Expire

EVENTS: list[ShowEvent] = [
    Choose("fork.0", "left"), Advance(1), Expire("lake.2"), Back(), Vote("fork.0", "right"), Open("fork.0", 20.0),
    Extend("fork.0", 5.5), Close("fork.0"), Skip("fork.0"),
]  # fmt: skip


def record(**fields: Any) -> Record:
    values: dict[str, Any] = {
        "session": token_hex(8),
        "story": "woods",
        "story_version": 3,
        "seed": 2**63 - 1,
        "comfort": Comfort(2.0, True),
        "model": "testcard",
        "size": (512, 288),
        "fps": 24,
    }
    return Record(**{**values, **fields})


@pytest.fixture
async def archive(database_url: str) -> AsyncIterator[Archive]:
    opened = Archive(database_url, lambda: 1000.0)
    yield opened
    await opened.close()


async def kept_entries(archive: Archive, session: str, entries: list[Entry]) -> list[Exception | None]:
    """Append, and return what was said of each entry once all were spoken of."""
    loop = asyncio.get_running_loop()
    answers: asyncio.Queue[Exception | None] = asyncio.Queue()
    journal = archive.journal(session)
    for entry in entries:
        journal.append(entry, lambda error: loop.call_soon_threadsafe(answers.put_nowait, error))
    return [await answers.get() for _ in entries]


async def test_what_was_appended_is_found_by_another_process_word_for_word(archive: Archive, database_url: str) -> None:
    show, seats = record(room="QUOKKA"), (SeatRecord(1, "ab" * 32), SeatRecord(2, "cd" * 32, host=True))
    await archive.begin(show, seats)
    entries = [Entry(n, 10 * n, event, n % 2 or None, f"m{n}") for n, event in enumerate(EVENTS, 1)]
    entries.append(Entry(len(EVENTS) + 1, 100, Choose("fork.0", "right"), 1, 17))
    assert await kept_entries(archive, show.session, entries) == [None] * len(entries)
    archive.journal(show.session).reached(101, True)
    other = Archive(database_url)
    try:
        await archive.close()  # which writes what waits, the frame too
        kept = await other.find(show.session)
        assert kept is not None
        assert kept.past == Past(tuple(entries), 101, True)
        assert kept.seats == seats
        assert kept.record == record(session=show.session, room="QUOKKA", created=1000.0, last_seen=1000.0)
        assert await other.find_room("QUOKKA") == kept.record
        assert await other.find_room("NUMBAT") is None
        assert await other.find("nobody") is None
    finally:
        await other.forget(show.session)
        await other.close()


async def test_many_entries_that_wait_go_in_one_commit_and_are_spoken_of_only_after_it(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    show = record()
    await archive.begin(show, ())
    gate, batches = threading.Event(), []
    append = database.append

    def slow(connection: Connection, entries: Any) -> None:
        listed = list(entries)
        batches.append(len(listed))
        gate.wait(20)
        append(connection, listed)

    monkeypatch.setattr(database, "append", slow)
    spoken: list[int] = []
    for number in range(1, 101):
        entry = Entry(number, number, Advance(number))
        archive.append(show.session, entry, lambda error, number=number: spoken.append(number))
    assert spoken == [], "nobody hears of what is not safe"
    gate.set()
    assert len((await archive.sessions())[0].session) > 0, "asked behind the entries, answered after them"
    assert spoken == list(range(1, 101))
    assert sum(batches) == 100
    assert len(batches) <= 2, "what waited during the first commit went in the second"


async def test_an_entry_that_cannot_be_written_fails_alone(archive: Archive) -> None:
    show = record()
    await archive.begin(show, ())
    journal, lost = archive.journal(show.session), archive.journal("nobody")
    answers: dict[str, Exception | None] = {}
    journal.append(Entry(1, 0, Advance(0)), lambda error: answers.update(a=error))
    lost.append(Entry(1, 0, Advance(0)), lambda error: answers.update(b=error))
    journal.append(Entry(2, 5, Advance(1)), lambda error: answers.update(c=error))
    kept = await archive.find(show.session)
    assert kept is not None
    assert [entry.seq for entry in kept.past.entries] == [1, 2]
    assert answers["a"] is None
    assert answers["c"] is None
    assert isinstance(answers["b"], JournalError)
    assert "nobody" not in str(answers["b"]), "what is inside stays in the log"


async def test_what_is_forgotten_is_gone_with_its_seats_and_events(archive: Archive, database_url: str) -> None:
    show = record()
    await archive.begin(show, (SeatRecord(1, "ab" * 32),))
    await kept_entries(archive, show.session, [Entry(1, 0, Advance(0))])
    assert await archive.forget(show.session)
    assert not await archive.forget(show.session)
    assert await archive.find(show.session) is None
    engine = create_engine(database_url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        for table in ("seats", "events"):
            rows = connection.execute(text(f"select count(*) from {table} where session = :s"), {"s": show.session})
            assert rows.scalar() == 0
    engine.dispose()


async def test_old_sessions_are_forgotten_by_their_age(database_url: str) -> None:
    days = 0.0
    archive = Archive(database_url, lambda: days * 86_400)
    old, spared = record(), record()
    for show in (old, spared):
        await archive.begin(show, ())
    days = 40.0
    young = record()
    await archive.begin(young, ())
    assert await archive.forget_older(30.0, [spared.session]) >= 1
    found = {session: await archive.find(session) for session in (old.session, spared.session, young.session)}
    assert [session for session, kept in found.items() if kept is None] == [old.session]
    for show in (spared, young):
        await archive.forget(show.session)
    await archive.close()


async def test_a_show_that_is_over_says_why(archive: Archive) -> None:
    show = record()
    await archive.begin(show, ())
    await archive.end(show.session, "the brush broke" * 100)
    kept = await archive.find(show.session)
    assert kept is not None
    assert str(kept.record.ended).startswith("the brush broke")


async def test_a_closed_archive_takes_nothing_more(archive: Archive) -> None:
    await archive.close()
    with pytest.raises(JournalError, match="closed"):
        archive.append("s", Entry(1, 0, Advance(0)), lambda error: None)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", "no database URL"),
        ("mysql://somewhere/db", "neither SQLite nor PostgreSQL"),
        ("postgresql://u:secret@127.0.0.1:1/db", "cannot be opened"),
        ("sqlite:////proc/nowhere/forkreel.db", "folder"),
    ],
)
def test_a_database_that_cannot_be_opened_is_named_without_its_password(url: str, words: str) -> None:
    with pytest.raises(JournalError, match=words) as refused:
        Archive(url)
    assert "secret" not in str(refused.value)


async def test_a_database_of_a_later_forkreel_is_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'later.db'}"
    await Archive(url).close()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("insert into layouts values (99)"))
    engine.dispose()
    with pytest.raises(JournalError, match="later forkreel"):
        Archive(url)


async def test_the_folder_of_the_database_is_for_its_owner_alone(tmp_path: Path) -> None:
    await Archive(f"sqlite:///{tmp_path / 'state' / 'forkreel.db'}").close()
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


def test_the_default_database_lies_in_the_users_state_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/somewhere")
    assert database.default_url() == "sqlite:////somewhere/forkreel/forkreel.db"


def test_every_event_can_be_kept() -> None:
    assert set(KINDS.values()) == {*get_args(Event), *get_args(RoomEvent), Edited}
    for event in (*EVENTS, Edited("{}")):
        kind, fields = plain(event)
        assert event_of(VERSION, kind, fields) == event


@pytest.mark.parametrize(
    ("version", "kind", "fields"),
    [(2, "back", {}), (1, "dance", {}), (1, "choose", {"poll": "p"}), (1, "advance", {"number": "one"})],
)
def test_an_event_that_nobody_knows_is_said_to_be_unreadable(version: int, kind: str, fields: dict[str, Any]) -> None:
    with pytest.raises(JournalError, match="journal"):
        event_of(version, kind, fields)
