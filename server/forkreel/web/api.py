"""The API: the programme as JSON, and seats in shows."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from forkreel.stage.comfort import Comfort
from forkreel.web.door import expect_warm, seated, stranger
from forkreel.web.guard import bearer, check_origin
from forkreel.web.pages import card_of
from forkreel.web.problem import Problem
from forkreel.web.rooms import admitted, new_code
from forkreel.web.theatre import SESSIONS, SETTINGS, THEATRE


class NewSession(BaseModel):
    """The body of `POST /api/sessions`."""

    model_config = ConfigDict(extra="forbid")

    story: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    mode: Literal["solo", "room"] = "solo"
    seed: Annotated[int, Field(strict=True, ge=0, lt=2**63)] | None = None
    timers: Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)] = 1.0
    cuts: bool = False
    language: Annotated[str, StringConstraints(min_length=1, max_length=40)] | None = None


def add_api(app: web.Application) -> None:
    """Add the API's routes."""
    app.router.add_get("/api/stories", stories)
    app.router.add_get("/api/stories/{name}/graph", graph)
    app.router.add_post("/api/sessions", new_session)
    app.router.add_get("/api/sessions/{session}", figures)
    app.router.add_delete("/api/sessions/{session}", forget)
    app.router.add_post("/api/sessions/{session}/ticket", ticket)
    app.router.add_get("/api/sessions/{session}/previews/{poll}/{choice}", preview)


async def stories(request: web.Request) -> web.Response:
    """The programme."""
    cards = request.app[THEATRE].cards
    return web.json_response({"stories": [{**asdict(card), "languages": card.languages} for card in cards]})


async def graph(request: web.Request) -> web.Response:
    """A story's scenes and the ways between them."""
    card = card_of(request, request.match_info["name"])
    return web.json_response(request.app[THEATRE].graph(card.name))


async def new_session(request: web.Request) -> web.Response:
    """A seat in a new show: 201 with the session, its token and where to connect."""
    check_origin(request, request.app[SETTINGS])
    wanted = await _body(request)
    card = card_of(request, wanted.story)
    if wanted.language is not None and wanted.language not in card.languages:
        known = ", ".join(card.languages)
        raise Problem(400, "unknown_language", f"{card.name} is not told in {wanted.language!r}; there is: {known}")
    expect_warm(request)
    sessions, comfort = request.app[SESSIONS], Comfort(wanted.timers, wanted.cuts, wanted.language)
    if wanted.mode == "solo":
        admission = await sessions.open(card.name, wanted.seed, comfort)
        return web.json_response(admitted(request, admission), status=201)
    admission, host = await sessions.open_room(sessions.share.draw(new_code), card.name, wanted.seed, comfort)
    return web.json_response({**admitted(request, admission), "host": host.token}, status=201)


async def figures(request: web.Request) -> web.Response:
    """How well a show keeps up just now, for who has its token."""
    session = (await seated(request, bearer(request))).session
    tiers = session.broadcast.stats().viewers_on_tier
    told = {"viewers": session.broadcast.viewers, "tiers": len(tiers), "viewers_on_tier": tiers}
    return web.json_response({**asdict(session.stage.stats()), **told})


async def ticket(request: web.Request) -> web.Response:
    """201 with a ticket that opens the websocket once, soon, in the place of the token."""
    settings = request.app[SETTINGS]
    check_origin(request, settings)
    seat = (await seated(request, bearer(request))).seat
    return web.json_response({"ticket": seat.tickets.issue(), "expires_s": settings.ticket_s}, status=201)


async def preview(request: web.Request) -> web.Response:
    """A still of what a choice of the open poll leads to, for who has the session's token."""
    stage = (await seated(request, bearer(request))).session.stage
    still = stage.still(request.match_info["poll"], request.match_info["choice"])
    if still is None:
        raise Problem(404, "no_preview", "there is no picture of this choice, or its poll is over")
    return web.Response(body=still, content_type="image/jpeg", headers={"Cache-Control": "no-store"})


async def forget(request: web.Request) -> web.Response:
    """204: the show ends, and nothing is left of it."""
    with stranger(request):
        await request.app[SESSIONS].forget(request.match_info["session"], bearer(request))
    return web.Response(status=204)


async def _body(request: web.Request) -> NewSession:
    if request.content_type != "application/json":
        raise Problem(415, "not_json", f"the body has to be application/json, not {request.content_type}")
    try:
        return NewSession.model_validate_json(await request.read())
    except ValidationError as error:
        raise Problem(400, "bad_request", first_fault(error)) from None


def first_fault(error: ValidationError) -> str:
    """The first of pydantic's findings as a sentence: which field, and what is wrong with it."""
    fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in fault["loc"])
    return f"{where}: {fault['msg']}" if where else fault["msg"]
