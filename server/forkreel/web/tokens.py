"""Tokens: 128 random bits, of which only the hash is kept, compared in the same time whatever is asked."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable

from forkreel.stage.record import SeatRecord


def new_token() -> str:
    """A token of 128 random bits."""
    return secrets.token_urlsafe(16)


def hashed(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def seat_with(token: str, records: Iterable[SeatRecord]) -> int | None:
    """The number of the seat whose token this is, None for another's. Takes the same time whichever it is."""
    found, digest = None, hashed(token)
    for record in records:
        if hmac.compare_digest(digest, record.token_hash):
            found = record.number
    return found
