"""A port to listen on, and the address to show for it."""

from __future__ import annotations

import errno

from aiohttp import web

from forkreel.errors import ServeError
from forkreel.settings import Settings


async def listen(runner: web.AppRunner, settings: Settings) -> str:
    """Listen where the settings say; the URL. Port 0 takes any that is free. Raises `ServeError`."""
    site = web.TCPSite(runner, settings.host, settings.port)
    try:
        await site.start()
    except OSError as error:
        raise ServeError(_no_port(error, settings)) from error
    port: int = runner.addresses[0][1]
    return f"http://{_shown(settings.host)}:{port}"


def _no_port(error: OSError, settings: Settings) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {settings.port} on {settings.host} is in use: stop what listens there, or take another with --port"
        )
    if error.errno == errno.EACCES:
        return f"port {settings.port} needs more rights than this user has: take one above 1023 with --port"
    return f"cannot listen on {settings.host}:{settings.port}: {error.strerror or error}"


def _shown(host: str) -> str:
    """The host as a browser on this machine may call it."""
    if host in ("0.0.0.0", "::", "127.0.0.1", "::1"):
        return "localhost"
    return f"[{host}]" if ":" in host else host
