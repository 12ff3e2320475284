"""WHEP signalling (draft-ietf-wish-whep-03): an SDP offer in, the answer out, and the way to say goodbye."""

from __future__ import annotations

import math

from aiohttp import web

from forkreel.web.door import seated
from forkreel.web.guard import bearer
from forkreel.web.problem import Problem
from forkreel.web.relays import links, relay_of
from forkreel.web.session import Seat
from forkreel.web.theatre import OFFERERS, SESSIONS, SETTINGS

_SDP = "application/sdp"
_FRAGMENT = "application/trickle-ice-sdpfrag"


def add_whep(app: web.Application) -> None:
    """Add the signalling routes."""
    app.router.add_post("/whep/{session}", offer)
    app.router.add_patch("/whep/{session}/{peer}", trickle)
    app.router.add_delete("/whep/{session}/{peer}", goodbye)


async def offer(request: web.Request) -> web.Response:
    """201 with the answer; `Location` is where to trickle to and to say goodbye."""
    settings = request.app[SETTINGS]
    admission = await seated(request, bearer(request), OFFERERS)
    session, seat = admission.session, admission.seat
    _expect(request, _SDP)
    if not seat.offers.spend():
        wait_s = math.ceil(60 / settings.offers_a_minute)
        raise Problem(429, "too_many_offers", "too many offers from this viewer", {"Retry-After": str(wait_s)})
    if request.app[SESSIONS].connections >= settings.max_peers:
        raise Problem.busy("too_many_peers", f"all {settings.max_peers} media connections of this server are taken", 10)
    try:
        sdp = (await request.read()).decode()
    except UnicodeDecodeError:
        raise Problem(400, "bad_offer", "the offer is not UTF-8 text") from None
    peer, tag, answer = await session.join(seat, sdp, settings.peers_a_session)
    response = web.Response(status=201, text=answer, content_type=_SDP)
    response.headers.update({"Location": f"/whep/{session.id}/{peer}", "ETag": tag})
    for link in links(relay_of(request, session.id, seat.number)):
        response.headers.add("Link", link)
    return response


async def trickle(request: web.Request) -> web.Response:
    """204: candidates are read and dropped.

    The server's own are all in the answer and viewers are found by their checks, while a candidate from outside could
    aim those checks at any host.
    """
    tag = _tag(request, (await seated(request, bearer(request))).seat)
    found = request.headers.get("If-Match")
    if found is None:
        raise Problem(428, "no_tag", "a PATCH needs the If-Match header with the ETag of the answer")
    if found.strip() != tag:
        raise Problem(412, "stale_tag", "the If-Match header is not the ETag of this connection")
    _expect(request, _FRAGMENT)
    await request.read()
    return web.Response(status=204)


async def goodbye(request: web.Request) -> web.Response:
    """200: the connection is closed and freed."""
    admission = await seated(request, bearer(request))
    _tag(request, admission.seat)
    await admission.session.leave(admission.seat, request.match_info["peer"])
    admission.session.say_goodbye()
    return web.Response()


def _tag(request: web.Request, seat: Seat) -> str:
    tag = seat.tags.get(request.match_info["peer"])
    if tag is None:
        raise Problem(404, "unknown_peer", "there is no such connection; it may have ended")
    return tag


def _expect(request: web.Request, content_type: str) -> None:
    if request.content_type != content_type:
        raise Problem(
            415,
            "wrong_type",
            f"the body has to be {content_type}, not {request.content_type}",
            {"Accept": content_type},
        )
