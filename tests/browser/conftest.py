"""Debian's chromium and the real server; every viewer is checked for complaints when its test ends."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Protocol

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.browser.viewer import Viewer
from tests.helpers.serving import CROSSROADS, Serving, serving

CHROMIUM = "/usr/bin/chromium"
GATE = Path(__file__).parent / "stories" / "gate.yaml"
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    if shutil.which(CHROMIUM) is None:
        pytest.skip(f"{CHROMIUM} is missing: tests/helpers/debian.sh installs it")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house() -> AsyncIterator[Serving]:
    """A server with the test card, shared by the tests of a module."""
    async with serving(CROSSROADS, GATE, max_sessions=32, leave_grace_s=60) as running:
        yield running


class NewViewer(Protocol):
    """Opens another browser window on a server."""

    async def __call__(self, url: str, *, width: int = 1024, height: int = 768) -> Viewer: ...


@pytest_asyncio.fixture(loop_scope="module")
async def seated(browser: Browser) -> AsyncIterator[NewViewer]:
    """Makes viewers of a server, and lets none of them complain."""
    viewers: list[Viewer] = []
    async with AsyncExitStack() as contexts:

        async def seat(url: str, *, width: int = 1024, height: int = 768) -> Viewer:
            context = await browser.new_context(viewport={"width": width, "height": height})
            contexts.push_async_callback(context.close)
            viewer = Viewer(await context.new_page(), url)
            viewers.append(viewer)
            return viewer

        yield seat
        complaints = [text for viewer in viewers for text in viewer.complaints]
    assert complaints == []


@pytest_asyncio.fixture(loop_scope="module")
async def viewer(seated: NewViewer, house: Serving) -> Viewer:
    """A viewer of the shared server."""
    return await seated(house.url)
