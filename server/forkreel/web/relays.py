"""TURN servers for viewers whom nothing else reaches, with credentials that do not last.

The convention is coturn's `use-auth-secret` (draft-uberti-behave-turn-rest): the name is when the credential ends and
whose it is, the password the HMAC of the name with a secret that this server and the TURN servers share.
"""

from __future__ import annotations

import base64
import hmac
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from aiohttp import web

from forkreel.settings import Settings
from forkreel.web.door import seated
from forkreel.web.guard import bearer
from forkreel.web.theatre import SETTINGS


@dataclass(frozen=True, slots=True)
class Relay:
    """What a viewer needs for the TURN servers: their URLs, its name there, and its password."""

    urls: tuple[str, ...]
    username: str
    credential: str = field(repr=False)


def relay(settings: Settings, viewer: str, now_s: float) -> Relay | None:
    """The relay of a viewer, good until `turn_s` after `now_s` (Unix time); None where no TURN server is configured."""
    if not settings.turn_urls or settings.turn_secret is None:
        return None
    username = f"{int(now_s + settings.turn_s)}:{viewer}"
    digest = hmac.digest(settings.turn_secret.encode(), username.encode(), "sha1")
    return Relay(settings.turn_urls, username, base64.b64encode(digest).decode())


def relay_of(request: web.Request, session: str, seat: int) -> Relay | None:
    """The relay of a seat, from now on."""
    return relay(request.app[SETTINGS], f"{session}-{seat}", time.time())


def links(found: Relay | None) -> Iterator[str]:
    """The relay as `Link` headers, as WHEP has them (draft-ietf-wish-whep-03, 4.5)."""
    for url in found.urls if found is not None else ():
        assert found is not None
        yield (
            f'<{url}>; rel="ice-server"; username="{found.username}"; credential="{found.credential}"; '
            'credential-type="password"'
        )


def add_relays(app: web.Application) -> None:
    """Add the route that viewers ask before they connect."""
    app.router.add_get("/api/sessions/{session}/ice", ice)


async def ice(request: web.Request) -> web.Response:
    """`iceServers` as a browser's `RTCPeerConnection` takes them, and for how long; an empty list without a TURN
    server."""
    admission = await seated(request, bearer(request))
    found = relay_of(request, admission.session.id, admission.seat.number)
    servers = [] if found is None else [
        {"urls": list(found.urls), "username": found.username, "credential": found.credential}
    ]  # fmt: skip
    return web.json_response({"iceServers": servers, "expires_s": request.app[SETTINGS].turn_s})
