"""How the player gets through the doors: by a ticket, and told of the relay."""

from __future__ import annotations

import pytest

from tests.browser.conftest import NewViewer
from tests.browser.viewer import Viewer
from tests.helpers.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_no_token_stands_in_the_address_of_the_websocket(viewer: Viewer) -> None:
    await viewer.watch("crossroads")
    await viewer.in_scene("fork")
    [address] = await viewer.page.evaluate("kept.sockets.map(({url}) => url)")
    assert "?ticket=1." in address
    assert "token" not in address


async def test_the_browser_is_told_of_the_relay(seated: NewViewer) -> None:
    urls = ("turn:127.0.0.1:9?transport=udp",)  # nobody is there, and nobody is needed: media finds its way without
    async with serving(turn_urls=urls, turn_secret="a secret of two servers") as house:
        viewer = await seated(house.url)
        await viewer.watch("crossroads")
        [server] = await viewer.page.evaluate("kept.peers[0].getConfiguration().iceServers")
        assert server["urls"] == list(urls)
        assert server["username"].endswith("-1")
        assert server["credential"]
