"""What stands between the outside and every handler: errors as JSON, headers for browsers, origins, tokens, rates."""

from __future__ import annotations

import logging
from collections import Counter, OrderedDict
from collections.abc import Callable
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from forkreel.errors import ForkreelError, StreamError
from forkreel.settings import Settings
from forkreel.web.problem import Problem

logger = logging.getLogger(__name__)


def policy(*, frames: str = "'none'", frame_ancestors: str = "'none'") -> str:
    """The Content-Security-Policy: nothing from elsewhere, no inline script, and frames only where it is said."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; media-src 'self'; "
        f"connect-src 'self'; manifest-src 'self'; frame-src {frames}; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors {frame_ancestors}"
    )


_HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_DOCUMENT_HEADERS = {
    "Content-Security-Policy": policy(),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
_MODULE = "text/javascript"  # never a document, and there are many: a third of the first paint was such headers
_MODULE_HEADERS = {"Content-Security-Policy": "default-src 'none'"}  # as a worker it could do nothing
_RETRY_AFTER_S = 5


@web.middleware
async def problems_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Whatever a handler raises becomes `{"error": {"code", "message"}}` with a fitting status."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        kept = {name: value for name, value in error.headers.items() if name in ("Allow", "Retry-After")}
        problem = Problem(error.status, _word(error.reason), _http_sentence(request, error), kept)
    except Exception as error:
        found = _problem_of(request, error)
        if found is None:
            logger.exception("%s %s failed", request.method, request.path)
        problem = found or Problem(500, "fault", "the server has a fault; its log says more")
    request.app[REFUSALS]["http", problem.code] += 1
    return problem.response()


def _problem_of(request: web.Request, error: Exception) -> Problem | None:
    """What to answer to an error that was raised on purpose."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, StreamError) and error.status == 503:
        return Problem.busy("stream_busy", str(error), _RETRY_AFTER_S)
    if isinstance(error, StreamError):
        return Problem(error.status, "bad_offer", str(error))
    if isinstance(error, ForkreelError):
        logger.warning("%s %s: %s", request.method, request.path, error)
        return Problem(500, "failed", str(error))
    return None


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """A response signal: the browser trusts nothing but this server, and asks again before it uses what it kept."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    for name, value in (_MODULE_HEADERS if response.content_type == _MODULE else _DOCUMENT_HEADERS).items():
        response.headers.setdefault(name, value)
    response.headers.setdefault(
        "Cache-Control", "no-cache" if request.path.startswith(("/player", "/static")) else "no-store"
    )


def check_origin(request: web.Request, settings: Settings) -> None:
    """A page of another site may open neither a websocket nor a show here; a client without an `Origin` is no page."""
    origin = request.headers.get("Origin")
    if origin is None or urlsplit(origin).netloc == request.host or origin in settings.allowed_origins:
        return
    raise Problem(403, "foreign_origin", f"pages of {origin[:200]} may not use {request.host}")


def bearer(request: web.Request) -> str | None:
    """The token of the `Authorization` header, None without one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token else None


Refusals = Counter[tuple[str, str]]
"""What was refused: how often, by door ("http" or "websocket") and code."""
REFUSALS: web.AppKey[Refusals] = web.AppKey("refusals")
TRUSTED = web.AppKey("trusted", frozenset)


def address_of(request: web.Request) -> str:
    """Who asks: the nearest address that is not a proxy of ours, as those proxies tell it."""
    trusted, address = request.app[TRUSTED], request.remote or ""
    for hop in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
        if address not in trusted or not hop.strip():
            return address
        address = hop.strip()[:64]
    return address


class Rate:
    """A bucket of `burst` that fills at `a_second`: `spend` says whether there was something left."""

    def __init__(self, a_second: float, burst: float, now: Callable[[], float]) -> None:
        self._a_second = a_second
        self._burst = burst
        self._now = now
        self._left = burst
        self._since = now()

    def left(self) -> float:
        """What is in the bucket now."""
        now = self._now()
        self._left = min(self._burst, self._left + (now - self._since) * self._a_second)
        self._since = now
        return self._left

    def short_s(self) -> float:
        """How long until there is one to take; 0 when there is."""
        return max(0.0, (1 - self.left()) / self._a_second)

    def spend(self) -> bool:
        """Take one; False when the bucket is empty."""
        if self.left() < 1:
            return False
        self._left -= 1
        return True


class Strangers:
    """Wrong tokens, sessions and codes by address: who guesses is soon not even looked up. At most `most` addresses."""

    def __init__(self, a_minute: float, now: Callable[[], float], most: int = 4096) -> None:
        self._a_minute = a_minute
        self._now = now
        self._most = most
        self._rates: OrderedDict[str, Rate] = OrderedDict()

    def __len__(self) -> int:
        return len(self._rates)

    def meet(self, address: str) -> None:
        """Raises `Problem` 429 for an address that guessed wrong too often just now."""
        rate = self._rates.get(address)
        if rate is not None and rate.left() < 1:
            raise Problem(
                429, "too_many_guesses", "too many wrong tokens or codes; wait a minute", {"Retry-After": "60"}
            )

    def guessed(self, address: str) -> None:
        """This address came with something wrong."""
        rate = self._rates.pop(address, None) or Rate(self._a_minute / 60, self._a_minute, self._now)
        rate.spend()
        self._rates[address] = rate
        while len(self._rates) > self._most:
            self._rates.popitem(last=False)


def _word(reason: str) -> str:
    return reason.lower().replace(" ", "_")


def _http_sentence(request: web.Request, error: web.HTTPException) -> str:
    if error.status == 404:
        return f"there is nothing at {request.path}"
    if isinstance(error, web.HTTPMethodNotAllowed):
        return f"{request.path} does not take {error.method}; it takes {', '.join(sorted(error.allowed_methods))}"
    if error.status == 413:
        return "the body is larger than this server takes"
    return error.text or error.reason
