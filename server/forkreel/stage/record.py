"""What is kept of a session beside its events: enough to put the same show on again."""

from __future__ import annotations

from dataclasses import dataclass

from forkreel.stage.comfort import Comfort
from forkreel.stage.journal import Past


@dataclass(frozen=True, slots=True)
class SeatRecord:
    """A viewer's place: its number in the session from 1, and the SHA-256 of its token in hex."""

    number: int
    token_hash: str
    host: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A session. Times are seconds since 1970; `room` is its join code, None for one viewer alone.

    `ended` says why a show is over for good, None while it can be resumed.
    """

    session: str
    story: str
    story_version: int
    seed: int
    comfort: Comfort
    model: str
    size: tuple[int, int]
    fps: int
    room: str | None = None
    created: float = 0.0
    last_seen: float = 0.0
    ended: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """All that the database has of a session."""

    record: Record
    seats: tuple[SeatRecord, ...]
    past: Past
