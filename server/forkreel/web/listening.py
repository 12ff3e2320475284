"""A port to listen on, and the address to show for it.

Connections are let in at a pace: a thousand at once would keep the loop, and so every picture, waiting for a tenth of a
second, while in the system's own queue they wait at nobody's cost.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from aiohttp import web

from forkreel.errors import ServeError
from forkreel.settings import Settings
from forkreel.web.guard import Rate

logger = logging.getLogger(__name__)

AT_ONCE = 32
_QUEUE = 1024  # of the system, for connections that have not been let in
_BREATH_S = 1.0  # after the system had no descriptor left


@asynccontextmanager
async def listening(runner: web.AppRunner, settings: Settings) -> AsyncIterator[str]:
    """Listens where the settings say; the URL. Port 0 takes any that is free. Raises `ServeError`."""
    async with AsyncExitStack() as parts:
        try:
            sockets = await _sockets(settings.host, settings.port, parts)
        except OSError as error:
            raise ServeError(_no_port(error, settings)) from error
        rate = Rate(settings.connections_a_second, AT_ONCE, asyncio.get_running_loop().time)
        doors = [asyncio.create_task(_let_in(one, runner, rate)) for one in sockets]
        try:
            yield f"http://{_shown(settings.host)}:{sockets[0].getsockname()[1]}"
        finally:
            for door in doors:
                door.cancel()
            await asyncio.wait(doors)


async def _sockets(host: str, port: int, parts: AsyncExitStack) -> list[socket.socket]:
    """One for each address of the host, all with the same port."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    sockets: list[socket.socket] = []
    for family, address in dict.fromkeys((family, address[0]) for family, _, _, _, address in found):
        taken = sockets[0].getsockname()[1] if sockets else port
        one = parts.enter_context(socket.create_server((address, taken), family=family, backlog=_QUEUE))
        one.setblocking(False)
        sockets.append(one)
    return sockets


async def _let_in(door: socket.socket, runner: web.AppRunner, rate: Rate) -> None:
    loop = asyncio.get_running_loop()
    assert runner.server is not None, "the runner is set up"
    while True:
        await asyncio.sleep(rate.short_s())
        rate.spend()
        try:
            connection, _ = await loop.sock_accept(door)
        except OSError as error:
            logger.warning("no connection can be taken: %s", error)
            await asyncio.sleep(_BREATH_S)
            continue
        with suppress(OSError):  # it has gone again
            await loop.connect_accepted_socket(runner.server, connection)


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
