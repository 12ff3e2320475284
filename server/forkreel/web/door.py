"""The door to a session: who comes with its token is let in, and a session that sleeps is woken for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

from forkreel.web.problem import Problem
from forkreel.web.session import Ticket
from forkreel.web.theatre import SESSIONS, STRANGERS, THEATRE

_WARMING_S = 2


def expect_warm(request: web.Request) -> None:
    """`Problem` 503 while the model is not warm yet: no show can begin."""
    if not request.app[THEATRE].ready:
        raise Problem.busy("warming", "the model is still warming up; try again in a moment", _WARMING_S)


@contextmanager
def stranger(request: web.Request) -> Iterator[None]:
    """Around what looks somebody up: counts those who are wrong, and turns away who was wrong too often."""
    strangers, address = request.app[STRANGERS], request.remote or ""
    strangers.meet(address)
    try:
        yield
    except Problem as problem:
        if problem.status in (403, 404):
            strangers.guessed(address)
        raise


async def seated(request: web.Request, token: str | None) -> Ticket:
    """The seat in the session that the route names. Raises the `Problem` of `Sessions.find`, 429, or 503 while warming.

    A session that is awake is found without a look at the archive, so that nobody who guesses can keep its viewers out.
    """
    sessions, session_id = request.app[SESSIONS], request.match_info["session"]
    if sessions.awake(session_id):
        return await sessions.find(session_id, token)
    expect_warm(request)
    with stranger(request):
        return await sessions.find(session_id, token)
