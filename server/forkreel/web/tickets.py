"""Tickets for the websocket: good for one opening, and for moments, so that no lasting token stands in an address."""

from __future__ import annotations

import time
from collections.abc import Callable

from forkreel.web.tokens import hashed, new_token


class Tickets:
    """The unused tickets of one seat; at most `most`, the oldest go first. A ticket names its seat: `7.Rm9y...`."""

    def __init__(
        self, seat: int, lifetime_s: float = 30.0, most: int = 8, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._seat = seat
        self._lifetime_s = lifetime_s
        self._most = most
        self._now = now
        self._ends: dict[str, float] = {}  # by the ticket's hash: a look-up tells nothing about the ticket itself

    def __len__(self) -> int:
        return len(self._ends)

    def issue(self) -> str:
        """A new ticket."""
        ticket = f"{self._seat}.{new_token()}"
        self._ends[hashed(ticket)] = self._now() + self._lifetime_s
        while len(self._ends) > self._most:
            del self._ends[next(iter(self._ends))]
        return ticket

    def redeem(self, ticket: str) -> bool:
        """Whether the ticket lets its bearer in; it never does again."""
        ends = self._ends.pop(hashed(ticket), None)
        return ends is not None and self._now() < ends


def seat_of(ticket: str) -> int | None:
    """The number of the seat that a ticket says it is for, None for what is no ticket."""
    number, dot, _ = ticket.partition(".")
    return int(number) if dot and len(number) < 10 and number.isascii() and number.isdecimal() else None
