"""How a viewer gets into a show: the address, the seat that the server gives, and the way out. Plain HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import aiohttp

from forkreel.errors import WatchError

_WARMING_S = 180.0
"""How long to wait for a model that is still warming up."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is, and the story to watch there; None is the first on its programme."""

    base: str
    story: str | None

    @classmethod
    def parse(cls, url: str) -> Address:
        """`http://host:port/watch/{story}` or only the host. Raises `WatchError` for anything else."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise WatchError(f"{url!r} is no address of a server: it looks like http://localhost:8080/watch/lantern.")
        steps = [unquote(step) for step in parts.path.split("/") if step]
        if not steps:
            return cls(f"{parts.scheme}://{parts.netloc}", None)
        if len(steps) != 2 or steps[0] != "watch":
            raise WatchError(f"{url!r} is not the page of a story: that is /watch/ and the story's name.")
        return cls(f"{parts.scheme}://{parts.netloc}", steps[1])


@dataclass(frozen=True, slots=True)
class Seat:
    """A session that this viewer has opened, with absolute addresses. `scenes` are the story's, in file order."""

    story: str
    session: str
    token: str
    whep: str
    socket: str
    scenes: tuple[str, ...]


class BoxOffice:
    """Asks the server; every refusal becomes a `WatchError` that says what the server said."""

    def __init__(self, http: aiohttp.ClientSession, address: Address, say: Callable[[str], None]) -> None:
        self._http = http
        self._address = address
        self._say = say

    async def take_seat(self, seed: int | None = None) -> Seat:
        """Open a session, waiting while the model is warming."""
        programme = await self._json("GET", "/api/stories")
        names = [str(card["name"]) for card in programme["stories"]]
        story = self._address.story or next(iter(names), None)
        if story is None:
            raise WatchError(f"{self._address.base} has no story on its programme.")
        if story not in names:
            raise WatchError(f"{self._address.base} has no story {story!r}; it plays {', '.join(names)}.")
        graph = await self._json("GET", f"/api/stories/{story}/graph")
        body = {"story": story, "mode": "solo"} | ({} if seed is None else {"seed": seed})
        opened = await self._json("POST", "/api/sessions", body)
        socket = self._address.base.replace("http", "ws", 1) + opened["socket"]
        return Seat(
            story=story,
            session=opened["session"],
            token=opened["token"],
            whep=self._address.base + opened["whep"],
            socket=f"{socket}?token={opened['token']}",
            scenes=tuple(str(node["id"]) for node in graph["nodes"]),
        )

    async def signal(self, seat: Seat, offer: str) -> tuple[str, str]:
        """The SDP answer to an offer, and the address of the connection."""
        headers = {"Authorization": f"Bearer {seat.token}", "Content-Type": "application/sdp"}
        async with self._request("POST", seat.whep, data=offer, headers=headers) as answer:
            text = await answer.text()
            if answer.status != 201:
                raise WatchError(f"The server takes no media connection: {_reason(answer, text)}.")
            return text, self._address.base + answer.headers["Location"]

    async def leave(self, seat: Seat, connection: str) -> None:
        """Say goodbye, so that the server frees the seat at once. A server that is gone needs none."""
        try:
            async with self._http.delete(connection, headers={"Authorization": f"Bearer {seat.token}"}):
                pass
        except (aiohttp.ClientError, TimeoutError):
            return

    async def _json(self, method: str, path: str, body: Any = None) -> Any:
        deadline = asyncio.get_running_loop().time() + _WARMING_S
        while True:
            async with self._request(method, self._address.base + path, json=body) as answer:
                text = await answer.text()
                if answer.ok:
                    return await answer.json()
                if not _is_warming(answer, text) or asyncio.get_running_loop().time() > deadline:
                    raise WatchError(f"The server gives no seat: {_reason(answer, text)}.")
                self._say("The model is warming up ...")
            await asyncio.sleep(float(answer.headers.get("Retry-After", "1")))

    def _request(self, method: str, url: str, **fields: Any) -> _Asked:
        return _Asked(self._http, self._address.base, method, url, fields)


class _Asked:
    """A request in flight; a server that does not answer is a `WatchError`."""

    def __init__(self, http: aiohttp.ClientSession, base: str, method: str, url: str, fields: dict[str, Any]) -> None:
        self._base = base
        self._response = http.request(method, url, **fields)

    async def __aenter__(self) -> aiohttp.ClientResponse:
        try:
            return await self._response.__aenter__()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise WatchError(f"No server answers at {self._base}: {error or type(error).__name__}.") from error

    async def __aexit__(self, *error: Any) -> None:
        await self._response.__aexit__(*error)


def _is_warming(answer: aiohttp.ClientResponse, text: str) -> bool:
    return answer.status == 503 and '"warming"' in text


def _reason(answer: aiohttp.ClientResponse, text: str) -> str:
    """What the server gave as the reason: the sentence of its JSON body, else the status."""
    try:
        return f"{json.loads(text)['error']['message']} ({answer.status})"
    except (ValueError, LookupError, TypeError):
        return f"{answer.status} {answer.reason}"
