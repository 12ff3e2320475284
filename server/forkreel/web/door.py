"""The door to a session: who comes with its token is let in, and a session that sleeps is woken for them."""

from __future__ import annotations

from aiohttp import web

from forkreel.web.problem import Problem
from forkreel.web.session import Ticket
from forkreel.web.theatre import SESSIONS, THEATRE

_WARMING_S = 2


def expect_warm(request: web.Request) -> None:
    """`Problem` 503 while the model is not warm yet: no show can begin."""
    if not request.app[THEATRE].ready:
        raise Problem.busy("warming", "the model is still warming up; try again in a moment", _WARMING_S)


async def seated(request: web.Request, token: str | None) -> Ticket:
    """The seat in the session that the route names. Raises the `Problem` of `Sessions.find`, or 503 while warming."""
    sessions, session_id = request.app[SESSIONS], request.match_info["session"]
    if not sessions.awake(session_id):
        expect_warm(request)
    return await sessions.find(session_id, token)
