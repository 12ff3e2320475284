"""Rooms: a short code to join by, a link, and the same as a QR code."""

from __future__ import annotations

import io
import secrets

import segno
from aiohttp import web

from forkreel.web.door import expect_warm, stranger
from forkreel.web.guard import check_origin
from forkreel.web.problem import Problem
from forkreel.web.session import Admission
from forkreel.web.theatre import SESSIONS, SETTINGS

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # without vowels, so that no code is a word, and without what looks like a digit
CODE_LETTERS = 6


def new_code() -> str:
    """A join code: one of 64 million, to be read aloud."""
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LETTERS))


def read_code(text: str) -> str:
    """A code as somebody typed it, as it was given: case, blanks and dashes make no difference."""
    return text.upper().replace("-", "").replace(" ", "")


def link_of(request: web.Request, code: str) -> str:
    """The room's page as others reach it."""
    base = request.app[SETTINGS].public_url or str(request.url.origin())
    return f"{base.rstrip('/')}/room/{code}"


def add_rooms(app: web.Application) -> None:
    """Add the routes of rooms, but for their page."""
    app.router.add_post("/api/rooms/{code}/join", join)
    app.router.add_get("/room/{code}/qr.svg", qr)


def admitted(request: web.Request, admission: Admission) -> dict[str, object]:
    """Where a viewer who was let in connects, as JSON."""
    session = admission.session
    seat: dict[str, object] = {
        "session": session.id,
        "token": admission.token,
        "whep": f"/whep/{session.id}",
        "socket": f"/ws/{session.id}",
        "room": session.room,
    }
    if session.room is not None:
        seat |= {"link": link_of(request, session.room), "qr": f"/room/{session.room}/qr.svg"}
    if request.app[SETTINGS].turn_urls:
        seat["ice"] = f"/api/sessions/{session.id}/ice"
    return seat


async def join(request: web.Request) -> web.Response:
    """A seat in a room: 201, the same shape as for a new session."""
    check_origin(request, request.app[SETTINGS])
    expect_warm(request)
    with stranger(request):
        admission = await request.app[SESSIONS].join(read_code(request.match_info["code"]))
    return web.json_response(admitted(request, admission), status=201)


async def qr(request: web.Request) -> web.Response:
    """The room's link as a QR code, an SVG."""
    code = read_code(request.match_info["code"])
    if len(code) != CODE_LETTERS or not set(code) <= set(LETTERS):
        raise Problem(404, "unknown_room", f"{code[:40]!r} is no code of a room")
    svg = io.BytesIO()
    segno.make(link_of(request, code), error="m", micro=False).save(svg, kind="svg", scale=8, border=4, light="#fff")
    return web.Response(body=svg.getvalue(), content_type="image/svg+xml")
