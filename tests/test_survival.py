"""A server that is killed with -9 and started again: nobody loses anything that was acknowledged."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import ClientConnectionError, ClientSession, WSServerHandshakeError

from forkreel.model.testcard import decode
from forkreel.watch.receiver import Receiver
from tests.helpers.process import ServerProcess, server_process

WAYS = {"fork": "left", "lake": "back"}  # round and round


class Survivor:
    """A viewer who comes back with the token, as the player does."""

    def __init__(self, server: ServerProcess, http: ClientSession, seat: dict[str, Any]) -> None:
        self.acknowledged: dict[str, int] = {}
        self.cards: list[tuple[int, int]] = []
        self._server, self._http, self._seat = server, http, seat
        self._said = 0

    async def talk(self, choices: int) -> dict[str, Any]:
        """Open the websocket and choose until so many more choices are acknowledged; returns the `hello`."""
        url = f"{self._server.url}{self._seat['socket']}?token={self._seat['token']}"
        async with self._http.ws_connect(url) as ws:
            hello = await ws.receive_json()
            wanted = len(self.acknowledged) + choices
            while len(self.acknowledged) < wanted:
                message = await ws.receive_json()
                if message["type"] == "moment":
                    self._said += 1
                    ask = message["ask"]
                    choice = WAYS[message["scene"]]
                    await ws.send_json(
                        {"type": "choose", "id": f"c{self._said}", "poll": ask["poll"], "choice": choice}
                    )
                elif message["type"] == "ack":
                    self.acknowledged[message["id"]] = message["seq"]
        assert isinstance(hello, dict)
        return hello

    async def look(self, pictures: int) -> list[tuple[int, int]]:
        """Connect media and see so many cards: frame and scene of each."""
        cards: list[tuple[int, int]] = []
        seen = asyncio.Event()

        async def picture(frame: Any) -> None:
            reading = decode(frame.to_ndarray(format="gray8"))
            if reading.ok:
                cards.append((reading.frame, reading.scene))
            if len(cards) >= pictures:
                seen.set()

        async def sound(frame: Any) -> None:
            """Not listened to."""

        receiver = Receiver(picture, sound)
        try:
            headers = {"Content-Type": "application/sdp", "Authorization": f"Bearer {self._seat['token']}"}
            offer = await receiver.offer()
            answer = await self._http.post(self._server.url + self._seat["whep"], data=offer, headers=headers)
            assert answer.status == 201, await answer.text()
            await receiver.accept(await answer.text())
            await asyncio.wait_for(seen.wait(), 30)
        finally:
            await receiver.close()
        return cards


async def test_no_acknowledged_choice_is_lost_and_the_picture_goes_on_where_it_was(database_url: str) -> None:
    with server_process(database_url, messages_a_second="1000") as server:
        async with ClientSession() as http:
            answer = await http.post(f"{server.url}/api/sessions", json={"story": "crossroads", "seed": 3})
            viewer = Survivor(server, http, await answer.json())
            for choices in (1, 6, 3):
                before = await viewer.look(30)
                await viewer.talk(choices)
                await asyncio.to_thread(server.kill)
                await asyncio.to_thread(server.start)
                hello = await viewer.talk(0)
                assert (hello["seed"], hello["story"]) == (3, "crossroads")
                assert hello["seq"] >= max(viewer.acknowledged.values()), "an acknowledged choice was lost"
                after = await viewer.look(5)
                assert after[0][0] >= before[-1][0] - 48, "the show did not begin anew"
                scene = hello["seq"] % 2  # there is one way from each of the two scenes to the other
                assert {card[1] for card in after} == {scene}
            assert len(viewer.acknowledged) == 10


async def test_a_message_that_was_sent_again_after_the_crash_counts_once(database_url: str) -> None:
    with server_process(database_url) as server:
        async with ClientSession() as http:
            seat = await (await http.post(f"{server.url}/api/sessions", json={"story": "crossroads"})).json()
            url = f"{server.url}{seat['socket']}?token={seat['token']}"
            choose = {"type": "choose", "id": "once", "poll": "fork.0", "choice": "left"}
            answers = []
            for killed in (False, True):
                if killed:
                    await asyncio.to_thread(server.kill)
                    await asyncio.to_thread(server.start)
                async with http.ws_connect(url) as ws:
                    await ws.send_json(choose)
                    while (message := await ws.receive_json())["type"] not in ("ack", "refused"):
                        pass
                    answers.append(message)
            assert answers[0] == answers[1]
            assert answers[0]["type"] == "ack"


async def test_a_stranger_wakes_nothing(tmp_path: Any) -> None:
    with server_process(f"sqlite:///{tmp_path / 'forkreel.db'}") as server:
        async with ClientSession() as http:
            seat = await (await http.post(f"{server.url}/api/sessions", json={"story": "crossroads"})).json()
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
            with pytest.raises(WSServerHandshakeError) as refused:
                await http.ws_connect(f"{server.url}{seat['socket']}?token=guessed")
            assert refused.value.status == 403
            assert "forkreel_shows 0.0" in await (await http.get(f"{server.url}/metrics")).text()
            gone = await http.delete(
                f"{server.url}/api/sessions/{seat['session']}", headers={"Authorization": f"Bearer {seat['token']}"}
            )
            assert gone.status == 204
            with pytest.raises((WSServerHandshakeError, ClientConnectionError)):
                await http.ws_connect(f"{server.url}{seat['socket']}?token={seat['token']}")
