"""The front of several workers: one port, behind which each request goes to the worker whose session or room it names.

It hands requests and websockets on as they are. Media does not come this way: it flows between viewers and the worker
that answered their offer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from itertools import count

from aiohttp import (
    ClientError,
    ClientResponse,
    ClientSession,
    ClientWebSocketResponse,
    DummyCookieJar,
    TCPConnector,
    WSMsgType,
    WSServerHandshakeError,
    web,
)

from forkreel.settings import Settings
from forkreel.web.guard import REFUSALS, Refusals, add_headers, problems_as_json
from forkreel.web.problem import Problem
from forkreel.web.rooms import read_code
from forkreel.web.share import place_of

_HOP_BY_HOP = frozenset({
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding",
    "upgrade", "content-length",
})  # fmt: skip
Headers = list[tuple[str, str]]
_HERE = ("127.0.0.1", "::1")
_FORWARDED_FOR = "X-Forwarded-For"
_BACK_S = 2
_CLOSING_S = 3.0  # for connections that are still open
_SILENT = 1005, 1006  # codes that stand for none, and may not be sent

_Socket = web.WebSocketResponse | ClientWebSocketResponse


class Front:
    """`workers` has the address of each as `http://127.0.0.1:PORT`, None while it is being started again."""

    def __init__(self, settings: Settings, workers: Sequence[str | None]) -> None:
        self._settings = settings
        self._workers = workers
        self._turns = count()
        self._client: ClientSession | None = None

    def runner(self) -> web.AppRunner:
        """What runs the application that hands everything on; has to be set up, and cleaned up."""
        app = web.Application(middlewares=[problems_as_json], client_max_size=self._settings.max_body_bytes)
        app[REFUSALS] = Refusals()
        app.on_response_prepare.append(add_headers)
        app.cleanup_ctx.append(self._connected)
        app.router.add_get("/healthz", self._all)
        app.router.add_get("/readyz", self._all)
        app.router.add_get("/metrics", self._figures)
        app.router.add_post("/api/sessions", self._open)
        app.router.add_route("*", "/{path:.*}", self._hand_on)
        return web.AppRunner(app, access_log=None, shutdown_timeout=_CLOSING_S)

    async def _connected(self, app: web.Application) -> AsyncIterator[None]:
        jar, connector = DummyCookieJar(), TCPConnector(limit=0)
        async with ClientSession(cookie_jar=jar, connector=connector, auto_decompress=False) as self._client:
            yield

    async def _all(self, request: web.Request) -> web.Response:
        """The first answer that is not 200, else the last."""
        answer = await self._answer(request, 0)
        for number in range(1, len(self._workers)):
            if answer.status == 200:
                answer = await self._answer(request, number)
        return answer

    async def _figures(self, request: web.Request) -> web.Response:
        """The figures of one worker, `?worker=0` and so on."""
        number = request.query.get("worker", "0")
        if not number.isdecimal() or int(number) >= len(self._workers):
            raise Problem(
                404, "unknown_worker", f"there are workers 0 to {len(self._workers) - 1}, not {number[:20]!r}"
            )
        return await self._answer(request, int(number))

    async def _open(self, request: web.Request) -> web.Response:
        """A new show, where there is room for one: workers take turns."""
        first = next(self._turns)
        for turn in range(len(self._workers)):
            answer = await self._answer(request, (first + turn) % len(self._workers))
            if answer.status != 503:
                break
        return answer

    async def _hand_on(self, request: web.Request) -> web.StreamResponse:
        number = place(request.path, len(self._workers))
        if number is None:
            number = next(self._turns) % len(self._workers)
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._socket(request, number)
        return await self._answer(request, number)

    async def _answer(self, request: web.Request, number: int) -> web.Response:
        assert self._client is not None, "the application runs"
        url, body = self._url(request, number), await request.read()
        skipped = ("Accept", "Accept-Encoding", "User-Agent", "Content-Type")
        try:
            async with self._client.request(
                request.method, url, headers=_headers(request), data=body or None, allow_redirects=False,
                skip_auto_headers=skipped,
            ) as answer:  # fmt: skip
                return web.Response(status=answer.status, headers=_end_to_end(answer), body=await answer.read())
        except (ClientError, TimeoutError) as error:
            raise _away() from error

    async def _socket(self, request: web.Request, number: int) -> web.StreamResponse:
        assert self._client is not None, "the application runs"
        url = self._url(request, number)
        headers = [(name, value) for name, value in _headers(request) if not name.lower().startswith("sec-websocket-")]
        try:
            inner = await self._client.ws_connect(url, headers=headers, max_msg_size=0)
        except WSServerHandshakeError as error:
            raise Problem(error.status, "refused", "this websocket was not opened") from error
        except (ClientError, TimeoutError) as error:
            raise _away() from error
        settings = self._settings
        outer = web.WebSocketResponse(heartbeat=settings.ping_s, max_msg_size=settings.max_message_bytes)
        try:
            await outer.prepare(request)
            ways = [asyncio.create_task(_pour(outer, inner)), asyncio.create_task(_pour(inner, outer))]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
        finally:
            await inner.close()
        return outer

    def _url(self, request: web.Request, number: int) -> str:
        address = self._workers[number]
        if address is None:
            raise _away()
        if not request.raw_path.startswith("/"):  # else it could name another host
            raise Problem(400, "bad_path", "a path begins with a slash")
        return address + request.raw_path


def place(path: str, of: int) -> int | None:
    """The worker that a path is for, None where any will do."""
    match path.split("/")[1:]:
        case ["api", "sessions", session, *_] | ["whep" | "ws", session, *_]:
            return place_of(session, of)
        case ["api", "rooms", code, *_] | ["room", code, *_]:
            return place_of(read_code(code), of)
        case _:
            return None


def _headers(request: web.Request) -> Headers:
    """The request's own headers, and whom it comes from, but for who asks for the figures at this very machine."""
    headers, remote = _end_to_end(request), request.remote or ""
    if request.path == "/metrics" and remote in _HERE:
        return headers
    before = [value for name, value in headers if name.lower() == _FORWARDED_FOR.lower()]
    others = [(name, value) for name, value in headers if name.lower() != _FORWARDED_FOR.lower()]
    return [*others, (_FORWARDED_FOR, ", ".join([*before, remote]))]


def _end_to_end(message: web.Request | ClientResponse) -> Headers:
    return [(name, value) for name, value in message.headers.items() if name.lower() not in _HOP_BY_HOP]


def _away() -> Problem:
    return Problem.busy("worker_away", "this part of the server is being started again; try again soon", _BACK_S)


async def _pour(source: _Socket, target: _Socket) -> None:
    """Everything that one side says, to the other; then its goodbye."""
    while True:
        message = await source.receive()
        if message.type is WSMsgType.TEXT:
            await target.send_str(message.data)
        elif message.type is WSMsgType.BINARY:
            await target.send_bytes(message.data)
        else:
            break
    code = source.close_code or 1001
    said = message.extra or ""
    await target.close(code=1001 if code in _SILENT else code, message=str(said).encode())
