"""The studio: the page for authors and its API. Only where the server was started with `--studio`."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any, TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from forkreel.errors import ForkreelError, StoryError
from forkreel.stage.comfort import Comfort
from forkreel.web.api import first_fault
from forkreel.web.door import expect_warm, seated
from forkreel.web.guard import bearer, check_origin, policy
from forkreel.web.pages import card_of, page
from forkreel.web.problem import Problem
from forkreel.web.rooms import admitted
from forkreel.web.theatre import SESSIONS, SETTINGS, WORKROOM, Workroom

_MOST_STREAMS = 16
_CALM_S = 0.2  # between two tellings
_MOST_WALKS = 2_000


_STREAMS = web.AppKey("streams", set[asyncio.Task[Any]])

_Seed = Annotated[int, Field(strict=True, ge=0, lt=2**63)]
_Number = Annotated[float, Field(allow_inf_nan=False)]


class Wanted(BaseModel):
    """A body of the studio's API."""

    model_config = ConfigDict(extra="forbid")


class Entrance(Wanted):
    """The body of `POST /api/studio/{story}/sessions`: play from a scene."""

    scene: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    variables: dict[str, bool | int | _Number | str | list[str]] = {}
    seed: _Seed | None = None


class Still(Wanted):
    """The body of `POST /api/studio/stills`."""

    prompt: Annotated[str, StringConstraints(max_length=2000)]
    axes: dict[str, _Number | str] = {}
    seed: _Seed = 0


class Walk(Wanted):
    """The body of `POST /api/studio/{story}/walks` and `.../continuity`."""

    runs: Annotated[int, Field(strict=True, ge=1, le=_MOST_WALKS)] = 200
    seed: _Seed = 0


_Wanted = TypeVar("_Wanted", bound=Wanted)


def add_studio(app: web.Application, workroom: Workroom | None) -> None:
    """Add the studio's routes; without a workroom each answers 404, and says how to have one."""
    app[WORKROOM] = workroom
    app[_STREAMS] = set()
    app.router.add_get("/studio/{story}", studio)
    app.router.add_get("/api/studio/{story}", known)
    app.router.add_get("/api/studio/{story}/changes", changes)
    app.router.add_post("/api/studio/{story}/sessions", play)
    app.router.add_post("/api/studio/{story}/walks", walks)
    app.router.add_post("/api/studio/{story}/continuity", continuity)
    app.router.add_post("/api/studio/stills", still)
    app.router.add_get("/api/studio/stills/{key}.webp", picture)
    app.router.add_get("/api/studio/sessions/{session}", inside)


async def studio(request: web.Request) -> web.Response:
    """The page, even for a story that cannot be played yet."""
    response = page(request, "studio.html", story=_known(request))
    response.headers["Content-Security-Policy"] = policy(frames="'self'")
    return response


async def known(request: web.Request) -> web.Response:
    """All that the page shows of a story."""
    return web.json_response(_known(request))


async def changes(request: web.Request) -> web.StreamResponse:
    """The same as server-sent events, now and whenever something of it changes."""
    state, workroom, streams = _known(request), _workroom(request), request.app[_STREAMS]
    if len(streams) >= _MOST_STREAMS:
        raise Problem.busy("too_many_streams", f"{_MOST_STREAMS} pages of the studio are open already", 5)
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    task = asyncio.current_task()
    assert task is not None, "a handler runs in a task"
    streams.add(task)
    try:
        while True:
            await response.write(f"data: {json.dumps(state)}\n\n".encode())
            await asyncio.sleep(_CALM_S)
            if not await workroom.change(state["story"], state["revision"]):
                return response
            state = workroom.page(state["story"])
    except ConnectionError:
        return response
    finally:
        streams.discard(task)


async def play(request: web.Request) -> web.Response:
    """201: a seat in a show that begins in any scene, with any variables."""
    wanted = await _body(request, Entrance)
    name = _known(request)["story"]
    expect_warm(request)
    try:
        save = _workroom(request).entrance(name, wanted.scene, wanted.variables)
    except StoryError as error:
        raise Problem(400, "cannot_enter", str(error)) from error
    card_of(request, name)
    admission = await request.app[SESSIONS].open(name, wanted.seed, Comfort(), entrance=save)
    return web.json_response(admitted(request, admission), status=201)


async def walks(request: web.Request) -> web.Response:
    """What random walks through the story see."""
    wanted, name = await _body(request, Walk), _known(request)["story"]
    try:
        return web.json_response(await _workroom(request).walks(name, wanted.runs, wanted.seed))
    except StoryError as error:
        raise Problem(409, "cannot_walk", str(error)) from error


async def continuity(request: web.Request) -> web.Response:
    """The scenes that look otherwise after other ways, the worst first."""
    wanted, name = await _body(request, Walk), _known(request)["story"]
    expect_warm(request)
    try:
        return web.json_response({"scenes": await _workroom(request).continuity(name, wanted.runs, wanted.seed)})
    except StoryError as error:
        raise Problem(409, "cannot_walk", str(error)) from error


async def still(request: web.Request) -> web.Response:
    """Which still a prompt and axes are, once it is painted, and all axes as it has them."""
    wanted, workroom = await _body(request, Still), _workroom(request)
    expect_warm(request)
    try:
        painted = await workroom.still(wanted.prompt, wanted.axes, wanted.seed)
    except ForkreelError as error:
        raise Problem(400, "cannot_paint", str(error)) from error
    return web.json_response(painted)


async def picture(request: web.Request) -> web.Response:
    """A still as WebP; it never changes."""
    try:
        webp = _workroom(request).webp(request.match_info["key"])
    except KeyError:
        raise Problem(404, "no_still", "there is no such still, or it is kept no longer") from None
    headers = {"Cache-Control": "private, max-age=86400, immutable"}
    return web.Response(body=webp, content_type="image/webp", headers=headers)


async def inside(request: web.Request) -> web.Response:
    """What a show remembers, and where it is in latent space, for who has its token."""
    _workroom(request)
    look = (await seated(request, bearer(request))).session.stage.inside()
    now = json.loads(look.save)["now"]
    state = {name: now[name] for name in ("scene", "variables", "visits", "chosen")}
    return web.json_response({"frame": look.frame, **state, "axes": look.axes})


def _workroom(request: web.Request) -> Workroom:
    workroom = request.app[WORKROOM]
    if workroom is None:
        raise Problem(404, "no_studio", "this server has no studio: start it with `forkreel serve STORY --studio`")
    return workroom


def _known(request: web.Request) -> dict[str, Any]:
    name = request.match_info["story"]
    try:
        return _workroom(request).page(name)
    except KeyError:
        raise Problem(404, "unknown_story", f"there is no story {name[:80]!r} in this studio") from None


async def _body(request: web.Request, kind: type[_Wanted]) -> _Wanted:
    check_origin(request, request.app[SETTINGS])
    _workroom(request)
    if request.content_type != "application/json":
        raise Problem(415, "not_json", f"the body has to be application/json, not {request.content_type}")
    try:
        return kind.model_validate_json(await request.read())
    except ValidationError as error:
        raise Problem(400, "bad_request", first_fault(error)) from None
