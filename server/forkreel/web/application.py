"""The aiohttp application: every route, and what stands in front of them."""

from __future__ import annotations

import time
from pathlib import Path

from aiohttp import web

from forkreel.errors import ServeError
from forkreel.settings import Settings
from forkreel.web.api import add_api
from forkreel.web.files import add_files
from forkreel.web.guard import REFUSALS, TRUSTED, Refusals, Strangers, add_headers, problems_as_json
from forkreel.web.health import add_health
from forkreel.web.pages import add_pages
from forkreel.web.relays import add_relays
from forkreel.web.rooms import add_rooms
from forkreel.web.sessions import Sessions
from forkreel.web.socket import add_socket
from forkreel.web.studio import add_studio
from forkreel.web.theatre import OFFERERS, SESSIONS, SETTINGS, STRANGERS, THEATRE, Theatre, Workroom
from forkreel.web.whep import add_whep


def application(
    theatre: Theatre,
    sessions: Sessions,
    settings: Settings,
    *,
    player: Path,
    static: Path,
    workroom: Workroom | None = None,
) -> web.Application:
    """All of DESIGN's routes over a theatre and its sessions; with a workroom the studio is open.

    Raises `ServeError` when a folder is missing.
    """
    for folder in (player, static):
        if not folder.is_dir():
            raise ServeError(f"the folder {folder} is missing: forkreel is not installed completely")
    app = web.Application(middlewares=[problems_as_json], client_max_size=settings.max_body_bytes)
    app[THEATRE] = theatre
    app[SESSIONS] = sessions
    app[SETTINGS] = settings
    app[STRANGERS] = Strangers(settings.strangers_a_minute, time.monotonic)
    app[OFFERERS] = Strangers(settings.offers_a_minute, time.monotonic)
    app[REFUSALS] = Refusals()
    app[TRUSTED] = frozenset(settings.trusted_proxies)
    app.on_response_prepare.append(add_headers)
    add_pages(app, static)
    add_api(app)
    add_rooms(app)
    add_whep(app)
    add_relays(app)
    add_socket(app)
    add_health(app)
    add_studio(app, workroom)
    add_files(app, "/player", player)
    add_files(app, "/static", static)
    return app
