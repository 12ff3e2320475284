"""Sessions and seats of a server that is measured, over HTTP. Loads no media: a flood's own process needs none."""

from __future__ import annotations

import json
from typing import Any

import aiohttp

from forkreel.bench.stories import NAME
from forkreel.errors import ServeError


async def opened(http: aiohttp.ClientSession, url: str, mode: str = "solo", story: str = NAME) -> dict[str, Any]:
    """A new session, with the seat of who opens it."""
    return await posted(http, f"{url}/api/sessions", {"story": story, "mode": mode})


async def joined(http: aiohttp.ClientSession, url: str, room: dict[str, Any]) -> dict[str, Any]:
    """A seat in a room."""
    return await posted(http, f"{url}/api/rooms/{room['room']}/join", {})


async def posted(http: aiohttp.ClientSession, url: str, body: dict[str, Any]) -> dict[str, Any]:
    """What a POST is answered. Raises `ServeError` unless with 201."""
    async with http.post(url, json=body) as answer:
        text = await answer.text()
        if answer.status != 201:
            raise ServeError(f"{url} answered {answer.status}: {text[:200]}")
        found: dict[str, Any] = json.loads(text)
        return found


def socket_of(url: str, seat: dict[str, Any]) -> str:
    """The address of a seat's websocket."""
    return f"{url.replace('http', 'ws', 1)}{seat['socket']}?token={seat['token']}"
