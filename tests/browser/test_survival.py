"""A server that is killed and started again, as a viewer in a real browser has it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.browser.conftest import NewViewer
from tests.helpers.process import server_process

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_server_that_is_killed_and_comes_back_goes_on_with_its_viewers(
    seated: NewViewer, tmp_path: Path
) -> None:
    with server_process(f"sqlite:///{tmp_path / 'forkreel.db'}") as server:
        viewer = await seated(server.url)
        # 404: the peer that it takes leave of went with the server that was killed
        viewer.expected += ["ERR_CONNECTION_REFUSED", "ERR_EMPTY_RESPONSE", "WebSocket connection", "503"]
        viewer.expected += [r"404 .*/whep/"]
        await viewer.watch("crossroads")
        session = await viewer.session()
        await viewer.choice("Left").click()
        await viewer.in_scene("lake")
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)
        await viewer.card(lambda card: card.scene == 1)
        await viewer.plays()
        await viewer.choice("Back to the fork").click()
        await viewer.in_scene("fork")
        assert await viewer.session() == session
        await viewer.page.close()
