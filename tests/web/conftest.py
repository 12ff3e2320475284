"""A served test card, and a client for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession, ClientWebSocketResponse

from tests.helpers.serving import Seat, Serving, serving


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


@pytest.fixture
async def house() -> AsyncIterator[Serving]:
    async with serving(ice_loopback=True) as running:
        yield running


async def said_no(answer: ClientResponse, status: int, code: str) -> str:
    """The sentence of an answer that must be a JSON error of this status and code."""
    body = await answer.json()
    assert (answer.status, body["error"]["code"]) == (status, code), body
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message"}
    return str(body["error"]["message"])


class Talk:
    """A websocket client that hears message by message."""

    def __init__(self, ws: ClientWebSocketResponse) -> None:
        self.ws = ws

    async def hear(self, *kinds: str) -> dict[str, Any]:
        """The next message that is of one of these types."""
        while True:
            message: dict[str, Any] = await self.ws.receive_json()
            if message["type"] in kinds:
                return message

    async def say(self, **message: Any) -> None:
        await self.ws.send_json(message)


@asynccontextmanager
async def talking(http: ClientSession, seat: Seat, **options: Any) -> AsyncIterator[Talk]:
    async with http.ws_connect(seat.socket, **options) as ws:
        yield Talk(ws)
