"""A viewer whom nothing but a TURN server reaches, with the credentials that the server gives it; a real coturn."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from aiohttp import ClientSession

from forkreel.settings import Settings
from forkreel.web.relays import relay
from tests.helpers.serving import serving
from tests.peers.coturn import NoTurn, coturn
from tests.peers.libwebrtc import libwebrtc
from tests.peers.test_libwebrtc import card_of

SECRET = "a secret of two servers"


async def test_a_viewer_watches_through_the_relay_by_its_short_lived_credentials(tmp_path: Path) -> None:
    try:
        async with coturn(SECRET, tmp_path) as port, ClientSession() as http:
            urls = (f"turn:127.0.0.1:{port}?transport=udp",)
            async with serving(ice_loopback=True, turn_urls=urls, turn_secret=SECRET) as house:
                seat = await house.seat()
                ice = f"{house.url}/api/sessions/{seat.session}/ice"
                told = await (await http.get(ice, headers=seat.bearer)).json()
                async with libwebrtc(relays=told["iceServers"]) as viewer:
                    offer = await viewer.offer()
                    assert "typ relay" in offer
                    assert "typ host" not in offer
                    headers = {**seat.bearer, "Content-Type": "application/sdp"}
                    answer = await http.post(seat.whep, data=offer, headers=headers)
                    await viewer.accept(await answer.text())
                    assert (await card_of(viewer, 0)).ok

            old = relay(Settings(turn_urls=urls, turn_secret=SECRET, turn_s=60), "show-1", time.time() - 120)
            assert old is not None
            stale = {"urls": list(urls), "username": old.username, "credential": old.credential}
            async with libwebrtc(relays=[stale]) as late:
                assert "typ relay" not in await late.offer(), "what has ended opens nothing"
    except NoTurn as reason:
        pytest.skip(str(reason))
