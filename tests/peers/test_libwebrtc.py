"""Joining, playing, choosing and leaving, by a client that is neither a browser nor aiortc."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import ClientSession

from forkreel.model.testcard import Reading, decode
from tests.helpers.serving import serving
from tests.peers.libwebrtc import PATIENCE_S, LibWebRtc, libwebrtc
from tests.web.conftest import talking

webrtc = pytest.importorskip("webrtc", reason="PyPI's wrtc is not installed, or has no wheel for this machine")
webrtc.allow_loopback()  # once, before the first connection


async def card_of(viewer: LibWebRtc, scene: int) -> Reading:
    """The first card of a scene."""
    async with asyncio.timeout(PATIENCE_S):
        while not ((reading := decode(await viewer.next_picture())).ok and reading.scene == scene):
            pass
    return reading


async def test_libwebrtc_joins_plays_chooses_and_leaves() -> None:
    async with ClientSession() as http, serving(ice_loopback=True) as house, libwebrtc() as viewer:
        seat = await house.seat()
        [session] = house.server.sessions.all()
        headers = {**seat.bearer, "Content-Type": "application/sdp"}
        answer = await http.post(seat.whep, data=await viewer.offer(), headers=headers)
        assert answer.status == 201, await answer.text()
        await viewer.accept(await answer.text())

        first = await card_of(viewer, 0)
        later = await card_of(viewer, 0)
        assert later.frame > first.frame, "the picture moves"
        assert viewer.picture is not None
        assert viewer.picture.shape == (288, 512)
        assert session.broadcast.viewers == 1

        async with talking(http, seat) as talk:
            await talk.say(type="choose", id="a", poll="fork.0", choice="right")
            ack = await talk.hear("ack")
            assert (await card_of(viewer, 2)).frame >= ack["frame"], "the choice is seen"
        assert viewer.chunks > 0, "there is sound"

        left = await http.delete(house.url + answer.headers["Location"], headers=seat.bearer)
        assert (left.status, session.broadcast.viewers, session.broadcast.connections) == (200, 0, 0)


async def test_libwebrtc_that_hangs_up_without_a_word_is_freed() -> None:
    async with ClientSession() as http, serving(ice_loopback=True, consent_s=0.1) as house:
        seat = await house.seat()
        [session] = house.server.sessions.all()
        async with libwebrtc() as viewer:
            headers = {**seat.bearer, "Content-Type": "application/sdp"}
            answer = await http.post(seat.whep, data=await viewer.offer(), headers=headers)
            await viewer.accept(await answer.text())
            await card_of(viewer, 0)
        async with asyncio.timeout(PATIENCE_S):
            while session.broadcast.connections:  # noqa: ASYNC110 - the broadcast has no event for it
                await asyncio.sleep(0.02)
