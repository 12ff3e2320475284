"""The door to a session: who comes with its token is let in, and a session that sleeps is woken for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

from forkreel.logs import SESSION
from forkreel.web.guard import Strangers, address_of
from forkreel.web.problem import Problem
from forkreel.web.session import Admission
from forkreel.web.theatre import SESSIONS, STRANGERS, THEATRE

_WARMING_S = 2
_WRONG = (401, 403, 404)


def expect_warm(request: web.Request) -> None:
    """`Problem` 503 while the model is not warm yet: no show can begin."""
    if not request.app[THEATRE].ready:
        raise Problem.busy("warming", "the model is still warming up; try again in a moment", _WARMING_S)


@contextmanager
def stranger(request: web.Request) -> Iterator[None]:
    """Around what looks somebody up: counts those who are wrong, and turns away who was wrong too often."""
    strangers, address = request.app[STRANGERS], address_of(request)
    strangers.meet(address)
    try:
        yield
    except Problem as problem:
        if problem.status in _WRONG:
            strangers.guessed(address)
        raise


async def seated(request: web.Request, token: str | None, *doors: web.AppKey[Strangers]) -> Admission:
    """The seat in the session that the route names. Raises the `Problem` of `Sessions.find`, 429, or 503 while warming.

    In a session that is awake the token is looked at first, without the archive, so that nobody who guesses can keep
    its viewers out. Who is wrong counts at every one of the `doors`.
    """
    sessions, session_id, address = request.app[SESSIONS], request.match_info["session"], address_of(request)
    counted = [request.app[door] for door in (STRANGERS, *doors)]
    if not sessions.awake(session_id):
        expect_warm(request)
        for strangers in counted:
            strangers.meet(address)
    try:
        admission = await sessions.find(session_id, token)
    except Problem as problem:
        if problem.status in _WRONG:
            for strangers in counted:
                strangers.meet(address)
                strangers.guessed(address)
        raise
    SESSION.set(session_id)
    return admission


def ticketed(request: web.Request, ticket: str) -> Admission:
    """The seat that a ticket for the websocket is for; it is used up. Raises `Problem` 403, or 429 who guesses."""
    with stranger(request):
        admission = request.app[SESSIONS].admit(request.match_info["session"], ticket)
    SESSION.set(admission.session.id)
    return admission
