"""The pages: the library, the player, and rooms. Templates are the HTML files of static/."""

from __future__ import annotations

from pathlib import Path

import jinja2
from aiohttp import web

from forkreel.web.door import stranger
from forkreel.web.guard import policy
from forkreel.web.problem import Problem
from forkreel.web.rooms import read_code
from forkreel.web.theatre import SESSIONS, THEATRE, WORKROOM, Card

_TEMPLATES = web.AppKey("templates", jinja2.Environment)


def add_pages(app: web.Application, static: Path) -> None:
    """Add the page routes; templates are read from `static` and kept, what they show is escaped."""
    app[_TEMPLATES] = jinja2.Environment(
        loader=jinja2.FileSystemLoader(static), autoescape=True, undefined=jinja2.StrictUndefined
    )
    app[_TEMPLATES].policies["json.dumps_kwargs"] = {"sort_keys": False}  # the first language is the story's own
    app.router.add_get("/", library)
    app.router.add_get("/watch/{story}", player)
    app.router.add_get("/room/{code}", room)
    app.router.add_get("/posters/{story}/{size}.webp", poster)


async def library(request: web.Request) -> web.Response:
    """The programme."""
    return _programme(request)


async def player(request: web.Request) -> web.Response:
    """The page that plays one story; the programme, with a sentence, for a browser that asks for one not on it."""
    try:
        watched = page(request, "watch.html", story=card_of(request, request.match_info["story"]), room=None)
        if request.app[WORKROOM] is not None:
            watched.headers["Content-Security-Policy"] = policy(frame_ancestors="'self'")  # the studio's preview
        return watched
    except Problem as problem:
        return _regret(request, problem)


async def room(request: web.Request) -> web.Response:
    """The page of a room: the player, which joins by the code; the programme, with a sentence, for an unknown one."""
    code = read_code(request.match_info["code"])
    try:
        with stranger(request):
            record = await request.app[SESSIONS].room(code)
        return page(request, "watch.html", story=card_of(request, record.story), room=code)
    except Problem as problem:
        return _regret(request, problem)


async def poster(request: web.Request) -> web.Response:
    """A story's poster; 404 until it is painted."""
    card = card_of(request, request.match_info["story"])
    try:
        picture = request.app[THEATRE].poster(card.name, request.match_info["size"])
    except KeyError:
        raise Problem(404, "no_poster", f"there is no such poster of {card.name}, or none yet") from None
    return web.Response(body=picture, content_type="image/webp", headers={"Cache-Control": "max-age=3600"})


def card_of(request: web.Request, name: str) -> Card:
    """The story of that name; `Problem` 404 with the names that there are."""
    cards = request.app[THEATRE].cards
    for card in cards:
        if card.name == name:
            return card
    names = ", ".join(card.name for card in cards)
    raise Problem(404, "unknown_story", f"there is no story {name!r} here; there is: {names}")


def _regret(request: web.Request, problem: Problem) -> web.Response:
    """A page for people, who ask for HTML; for programs the problem itself."""
    if "text/html" not in request.headers.get("Accept", ""):
        raise problem
    return _programme(request, str(problem), problem.status)


def _programme(request: web.Request, regret: str = "", status: int = 200) -> web.Response:
    programme = page(request, "index.html", stories=request.app[THEATRE].cards, regret=regret)
    programme.set_status(status)
    return programme


def page(request: web.Request, template: str, **values: object) -> web.Response:
    """A page of `static/`."""
    html = request.app[_TEMPLATES].get_template(template).render(values)
    rendered = web.Response(text=html, content_type="text/html")
    rendered.enable_compression()
    return rendered
