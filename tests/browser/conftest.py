"""Debian's chromium and the real server; every viewer is checked for complaints when its test ends."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Protocol

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from forkreel.model.registry import open_model
from forkreel.playhouse import OpenModel
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
    # Addresses stay as they are; and each window does without the two pages that its address bar keeps in hand.
    "--disable-features=WebRtcHideLocalIpsWithMdns,WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup",
]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One for all tests: each viewer has a window and a store of its own."""
    if shutil.which(CHROMIUM) is None:
        pytest.skip(f"{CHROMIUM} is missing: tests/helpers/debian.sh installs it")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house() -> AsyncIterator[Serving]:
    """A server with the test card, shared by the tests of a module."""
    async with serving(CROSSROADS, GATE, max_sessions=32, leave_grace_s=60) as running:
        yield running


@pytest.fixture(scope="session")
def open_house() -> Iterator[OpenModel]:
    """Opens the house model, small: it is loaded once, and stays while servers come and go."""
    model = open_model("house", size=(256, 144))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model, "close", lambda: None)
        yield lambda name, *, size, fps: model
    model.close()


class NewViewer(Protocol):
    """Opens another browser window on a server."""

    async def __call__(self, url: str, *, width: int = 1024, height: int = 768) -> Viewer: ...


@pytest_asyncio.fixture(loop_scope="session")
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


@pytest_asyncio.fixture(loop_scope="session")
async def viewer(seated: NewViewer, house: Serving) -> Viewer:
    """A viewer of the shared server."""
    return await seated(house.url)
