"""The tables of the database: sessions, who has a seat in them, and their events. Rows carry the version they were
written in; what is to be changed later is added, never rewritten.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
)

LAYOUT = 1

METADATA = MetaData()

LAYOUTS = Table("layouts", METADATA, Column("version", Integer, primary_key=True))
"""One row: the layout of the tables."""

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("session", String(64), primary_key=True),
    Column("story", String(200), nullable=False),
    Column("story_version", Integer, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("comfort", JSON, nullable=False),
    Column("model", String(400), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("fps", Integer, nullable=False),
    Column("room", String(16), unique=True),
    Column("created", Float(53), nullable=False),  # seconds since 1970
    Column("last_seen", Float(53), nullable=False),
    Column("frame", Integer, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("ended", String(400)),
    Index("sessions_by_age", "last_seen"),
)

SEATS = Table(
    "seats",
    METADATA,
    Column("session", ForeignKey("sessions.session", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("token_hash", String(64), nullable=False),  # SHA-256 in hex: the token itself is nowhere
    Column("host", Boolean, nullable=False),
)

EVENTS = Table(
    "events",
    METADATA,
    Column("session", ForeignKey("sessions.session", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("frame", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("fields", JSON, nullable=False),
    Column("viewer", Integer),
    Column("message", JSON(none_as_null=True)),
)
