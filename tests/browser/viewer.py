"""A viewer in a real browser: what a person can see and press, and what is on the picture."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.async_api import FloatRect, Locator, Page, expect

from forkreel.model.testcard import Reading, decode

ARTEFACTS = Path(__file__).parents[2] / "artefacts"
PATIENCE_S = 60.0
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
GRID = (18, 32)  # blocks in which two pictures are compared
expect.set_options(timeout=PATIENCE_S * 1000)  # a busy machine is no failure

_LOOK = """
(selector) => {
  const seen = document.querySelector(selector);
  if (seen.readyState < 2) return null;
  const canvas = new OffscreenCanvas(256, 144);
  const context = canvas.getContext('2d');
  context.drawImage(seen, 0, 0, 256, 144);
  const {data} = context.getImageData(0, 0, 256, 144);
  let text = '';
  for (let at = 0; at < data.length; at += 32768) text += String.fromCharCode(...data.subarray(at, at + 32768));
  return btoa(text);
}
"""
_KEEP_CONNECTIONS = """
window.kept = {peers: [], sockets: []};
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...given) { super(...given); kept.peers.push(this); }
};
window.WebSocket = class extends WebSocket {
  constructor(...given) { super(...given); kept.sockets.push(this); }
};
"""
_AT_REST = """
() => Promise.allSettled(
  document.getAnimations()
    .filter(({effect}) => effect.getComputedTiming().iterations !== Infinity)
    .map(({finished}) => finished))
"""
Picture = NDArray[np.uint8]


@cache
def axe() -> str:
    """The source of axe-core."""
    if not AXE.is_file():
        pytest.skip(f"{AXE} is missing: `npm ci` installs it, as `make test` does")
    return AXE.read_text(encoding="utf-8")


@dataclass
class Viewer:
    """One page of a browser. `complaints` collects console errors, exceptions and requests that leave the server."""

    page: Page
    url: str
    expected: list[str] = field(default_factory=list)
    """Patterns of complaints that the test provokes."""
    _heard: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda message: self._said(message.type, f"{message.text} {message.location['url']}"))
        self.page.on("pageerror", lambda error: self._said("error", f"exception: {error}"))
        self.page.on("request", lambda request: self._asked(request.url))

    @property
    def complaints(self) -> list[str]:
        return [text for text in self._heard if not any(re.search(known, text) for known in self.expected)]

    async def watch(self, story: str, *, playing: bool = True) -> None:
        """Open the page of a story, and wait until its picture is there."""
        await self.page.add_init_script(_KEEP_CONNECTIONS)
        await self.page.goto(f"{self.url}/watch/{story}")
        if playing:
            await self.plays()

    async def plays(self) -> None:
        """Wait until a picture is seen and nothing stands in front of it, and the websocket has told of a scene."""
        stage = self.page.locator(".stage[data-seen]:not([data-scene=''])")  # either may come first
        await expect(stage).to_be_attached()
        await expect(self.notice).to_be_hidden()

    async def in_scene(self, scene: str) -> None:
        """Wait until the websocket has told of a scene."""
        await expect(self.page.locator(f".stage[data-scene={scene}]")).to_be_attached()

    def choice(self, label: str) -> Locator:
        return self.page.get_by_role("button", name=label)

    @property
    def notice(self) -> Locator:
        return self.page.locator("fork-notice.state")

    @property
    def remark(self) -> Locator:
        return self.page.locator("fork-notice.remark")

    @property
    def ending(self) -> Locator:
        return self.page.locator("fork-ending")

    async def menu(self, name: str) -> None:
        """Press something in the menu that hides behind "More"."""
        await self.page.locator("button[popovertarget=menu]").click()
        await self.page.locator("#menu").get_by_role("button", name=name).click()

    @property
    def panel(self) -> Locator:
        return self.page.locator("fork-panel")

    async def faults(self) -> list[str]:
        """What axe-core finds wrong with the page as it is now: the rule, and where."""
        if not await self.page.evaluate("'axe' in window"):
            await self.page.evaluate(axe())
        await self.rests()
        found = await self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{fault['id']}: {node['target']} {node['failureSummary']}"
            for fault in found["violations"]
            for node in fault["nodes"]
        ]

    async def session(self) -> str:
        """The id of the session that this tab keeps."""
        return str(
            await self.page.evaluate(
                "JSON.parse(sessionStorage.getItem(`forkreel:${document.querySelector('.stage').dataset.story}`))"
                ".session.session"
            )
        )

    async def until(self, holds: Callable[[], bool]) -> None:
        """Return once something holds; TimeoutError if it never does."""
        async with asyncio.timeout(PATIENCE_S):
            while not holds():  # noqa: ASYNC110 - what the server does has no event to wait for
                await asyncio.sleep(0.05)

    async def until_it(self, holds: Callable[[], Awaitable[bool]]) -> None:
        """The same of what has to be asked for."""
        async with asyncio.timeout(PATIENCE_S):
            while not await holds():  # noqa: ASYNC110 - nor does the page tell of it
                await asyncio.sleep(0.05)

    async def comes(self, expression: str) -> None:
        """Return once an expression of the page is true; TimeoutError if it never is."""
        async with asyncio.timeout(PATIENCE_S):
            while not await self.page.evaluate(expression):  # noqa: ASYNC110 - the page tells nobody of it
                await asyncio.sleep(0.05)

    async def look(self, selector: str = "video") -> Picture:
        """What is on the video element (or a canvas) now: `(144, 256, 3)` uint8 RGB."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                found = await self.page.evaluate(_LOOK, selector)
                if found is not None:
                    return np.frombuffer(base64.b64decode(found), np.uint8).reshape(144, 256, 4)[:, :, :3]
                await asyncio.sleep(0.05)

    async def card(self, wanted: Callable[[Reading], bool] = lambda reading: True) -> Reading:
        """The first readable test card that is as wanted."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                reading = decode(await self.look())
                if reading.ok and wanted(reading):
                    return reading
                await asyncio.sleep(0.05)

    async def box(self, of: str | Locator) -> FloatRect:
        """Where something stands once it is seen and moves no more, in pixels of the window."""
        found = self.page.locator(of) if isinstance(of, str) else of
        await expect(found).to_be_visible()
        await self.rests()
        box = await found.bounding_box()
        assert box is not None
        return box

    async def rests(self) -> None:
        """Return once nothing moves on the page but what moves for ever."""
        await self.page.evaluate(_AT_REST)

    async def shot(self, name: str) -> None:
        """Keep a screenshot in artefacts/, and hear what axe-core says of what is on it."""
        ARTEFACTS.mkdir(exist_ok=True)
        await self.page.screenshot(path=ARTEFACTS / f"{name}.png")
        self._heard += await self.faults()

    def _said(self, kind: str, text: str) -> None:
        if kind == "error":
            self._heard.append(text)

    def _asked(self, url: str) -> None:
        if not url.startswith((self.url, "data:", "blob:")):
            self._heard.append(f"left the server: {url}")


def apart(one: Picture, other: Picture) -> float:
    """How different two pictures are: the mean difference of their blocks' colours, 0 to 255."""

    def blocks(picture: Picture) -> NDArray[np.float64]:
        rows, columns = GRID
        split = picture.astype(np.float64).reshape(rows, 144 // rows, columns, 256 // columns, 3)
        means: NDArray[np.float64] = split.mean(axis=(1, 3))  # (18, 32, 3)
        return means

    return float(np.abs(blocks(one) - blocks(other)).mean())
