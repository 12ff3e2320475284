"""Events as rows of a journal, and back. A row says its version, so that later ones can still read earlier ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter, ValidationError

from forkreel.errors import JournalError
from forkreel.stage.ballot import Close, Extend, Open, RoomEvent, Skip, Vote
from forkreel.stage.edition import Edited
from forkreel.story.moment import Advance, Back, Choose, Event, Expire, Say, Steer

ShowEvent = Event | RoomEvent | Edited
VERSION = 1
KINDS: dict[str, type[ShowEvent]] = {
    "choose": Choose,
    "expire": Expire,
    "advance": Advance,
    "back": Back,
    "steer": Steer,
    "say": Say,
    "vote": Vote,
    "open": Open,
    "extend": Extend,
    "close": Close,
    "skip": Skip,
    "edited": Edited,
}
_NAMES = {kind: name for name, kind in KINDS.items()}
_READERS = {name: TypeAdapter[ShowEvent](kind) for name, kind in KINDS.items()}


def plain(event: ShowEvent) -> tuple[str, dict[str, Any]]:
    """An event as its kind and its fields, which JSON takes."""
    return _NAMES[type(event)], asdict(event)


def event_of(version: int, kind: str, fields: Mapping[str, Any]) -> ShowEvent:
    """The event in a row; raises `JournalError` for one that this forkreel does not know."""
    if version != VERSION or kind not in _READERS:
        raise JournalError(f"the journal has an event {kind!r} of version {version}; this forkreel cannot read it")
    try:
        return _READERS[kind].validate_python(dict(fields))
    except ValidationError as error:
        raise JournalError(f"the journal has an event {kind!r} whose fields do not fit: {error}") from error
