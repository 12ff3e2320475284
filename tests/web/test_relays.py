from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import pytest
from aiohttp import ClientSession
from pydantic import ValidationError

from forkreel.settings import Settings
from forkreel.web.relays import links, relay
from tests.helpers.serving import Serving, serving
from tests.stream.receiver import Viewer
from tests.web.conftest import said_no

SECRET = "a secret of two servers"
TURN: dict[str, Any] = {"turn_urls": ("turn:turn.example:3478?transport=udp",), "turn_secret": SECRET, "turn_s": 600.0}


def test_the_password_is_the_hmac_of_a_name_that_says_when_it_ends() -> None:
    found = relay(Settings(**TURN), "show-1", 1_000_000.5)
    assert found is not None
    assert found.username == "1000600:show-1"
    expected = hmac.new(SECRET.encode(), b"1000600:show-1", hashlib.sha1).digest()
    assert base64.b64decode(found.credential) == expected
    assert found.credential not in repr(found)


def test_without_turn_servers_there_is_no_relay() -> None:
    assert relay(Settings(), "show-1", 0.0) is None
    assert list(links(None)) == []


def test_turn_servers_without_a_secret_are_no_settings_and_the_secret_is_in_no_repr() -> None:
    with pytest.raises(ValidationError, match="FORKREEL_TURN_SECRET"):
        Settings(turn_urls=("turn:turn.example",))
    assert SECRET not in repr(Settings(**TURN))


async def test_a_viewer_is_told_of_the_relay_for_its_token_alone(http: ClientSession) -> None:
    async with serving(ice_loopback=True, **TURN) as house:
        opened = await (await http.post(f"{house.url}/api/sessions", json={"story": "crossroads"})).json()
        where = house.url + opened["ice"]
        await said_no(await http.get(where), 401, "no_token")
        bearer = {"Authorization": f"Bearer {opened['token']}"}
        told = await (await http.get(where, headers=bearer)).json()
        [server] = told["iceServers"]
        assert server["urls"] == list(TURN["turn_urls"])
        ends, _, viewer = server["username"].partition(":")
        assert viewer == f"{opened['session']}-1"
        assert int(ends) > 0
        receiver = Viewer()
        try:
            headers = {**bearer, "Content-Type": "application/sdp"}
            answer = await http.post(house.url + opened["whep"], data=await receiver.offer(), headers=headers)
            [link] = answer.headers.getall("Link")
        finally:
            await receiver.close()
    assert link.startswith('<turn:turn.example:3478?transport=udp>; rel="ice-server"; username="')
    assert 'credential-type="password"' in link


async def test_a_server_without_turn_tells_of_none(house: Serving, http: ClientSession) -> None:
    seat = await house.seat()
    told = await (await http.get(f"{house.url}/api/sessions/{seat.session}/ice", headers=seat.bearer)).json()
    assert told["iceServers"] == []
