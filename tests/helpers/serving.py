"""The real server on a free port, for tests that come to it from outside: a browser, a WebRTC peer, an HTTP client."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from forkreel.app import Server, Shipped, load_stories, open_server
from forkreel.model.registry import open_model
from forkreel.playhouse import OpenModel
from forkreel.settings import Settings
from forkreel.stage.clock import Clock
from forkreel.stage.database import MEMORY
from forkreel.story import Story, load

CROSSROADS = Path(__file__).parent / "stories" / "crossroads.yaml"


@dataclass(frozen=True)
class Seat:
    """What `POST /api/sessions` answered, with absolute addresses."""

    session: str
    token: str
    whep: str
    socket: str

    @property
    def bearer(self) -> dict[str, str]:
        """The headers that WHEP asks for."""
        return {"Authorization": f"Bearer {self.token}"}


@dataclass(frozen=True)
class Serving:
    """A running server and where it is."""

    url: str
    server: Server
    settings: Settings

    async def seat(self, story: str = "crossroads", **fields: Any) -> Seat:
        """A new solo session."""
        async with ClientSession() as http:
            answer = await http.post(f"{self.url}/api/sessions", json={"story": story, "mode": "solo", **fields})
            body = await answer.json()
            assert answer.status == 201, body
        socket = f"{self.url.replace('http', 'ws', 1)}{body['socket']}?token={body['token']}"
        return Seat(body["session"], body["token"], self.url + body["whep"], socket)


@cache
def _story(path: Path, edited_ns: int) -> Story:
    """What is in a file, read once: stories do not change."""
    return load(path)


@asynccontextmanager
async def serving(
    *stories: Path,
    model: str = "testcard",
    opener: OpenModel = open_model,
    clock: Clock | None = None,
    folders: Shipped | None = None,
    warm: bool = True,
    studied: Sequence[Path] = (),
    **settings: Any,
) -> AsyncIterator[Serving]:
    """Serve stories (without any, the one of two roads) with a model, and any setting of `forkreel.settings`.

    The studio shows those that are `studied`, which may be broken. With `warm` the model is warm when this returns.
    Environment variables change nothing here.
    """

    def broken(error: Exception) -> None:
        """The studio tells of it."""

    values = {name: field.default for name, field in Settings.model_fields.items()}
    chosen = Settings(**{**values, "host": "127.0.0.1", "port": 0, "model": model, "database": MEMORY, **settings})
    if studied:
        loaded = load_stories(stories, broken, some=False)
    else:
        read = [_story(path, path.stat().st_mtime_ns) for path in stories or (CROSSROADS,)]
        loaded = {story.name: story for story in read}
    async with open_server(chosen, loaded, opener=opener, clock=clock, folders=folders, studied=studied) as server:
        if warm:
            await server.warming
        yield Serving(server.url.replace("localhost", "127.0.0.1"), server, chosen)
