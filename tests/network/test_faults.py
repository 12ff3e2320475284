from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import ClientSession

from forkreel.model.testcard import Reading, decode
from forkreel.stream.broadcast import Joined
from tests.helpers.serving import serving
from tests.network.faults import Faults, Path
from tests.network.relay import HERE, detour, relaying, without_candidates
from tests.stream.receiver import Viewer
from tests.web.conftest import talking

BAD = Faults(loss=0.05, delay_s=0.05, late=0.02)


def fates(faults: Faults, seed: int, count: int = 5000, gap_s: float = 0.001) -> list[float | None]:
    path = Path(faults, seed)
    return [path.arrival_s(number * gap_s, 1000) for number in range(count)]


def test_the_same_seed_loses_and_delays_the_same_packets() -> None:
    assert fates(BAD, 7) == fates(BAD, 7)
    assert fates(BAD, 7) != fates(BAD, 8)


def test_as_many_are_lost_and_late_as_was_asked_for() -> None:
    arrivals = fates(BAD, 7)
    travelled = [at - number * 0.001 for number, at in enumerate(arrivals) if at is not None]
    assert arrivals.count(None) / len(arrivals) == pytest.approx(0.05, abs=0.01)
    assert {round(took, 6) for took in travelled} == {0.05, 0.08}
    assert sum(took > 0.06 for took in travelled) / len(travelled) == pytest.approx(0.02, abs=0.01)


def test_what_is_late_is_overtaken() -> None:
    arrived = [(at, number) for number, at in enumerate(fates(BAD, 7)) if at is not None]
    assert [number for _, number in sorted(arrived)] != [number for _, number in arrived]


def test_a_slow_line_lets_through_what_it_can_and_drops_the_rest() -> None:
    path = Path(Faults(rates=((0.0, 3e6), (2.0, 0.8e6)), queue_s=0.1), 1)
    gap_s = 8 * 1000 / 1.6e6  # 1.6 Mbit/s
    sent = [(number * gap_s, path.arrival_s(number * gap_s, 1000)) for number in range(round(4 / gap_s))]
    fast = [at for now, at in sent if now < 2.0]
    slow = [at for now, at in sent if now >= 2.0]
    assert None not in fast
    through = [at for at in slow if at is not None]
    assert len(through) / len(slow) == pytest.approx(0.5, abs=0.06), "0.8 of 1.6 Mbit/s"
    assert max(at - now for now, at in sent if at is not None) <= 0.1 + 8 * 1000 / 0.8e6 + 1e-9


async def test_a_relay_passes_packets_on_both_ways_and_answers_the_sender() -> None:
    heard: asyncio.Queue[tuple[bytes, Any]] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    class Echo(asyncio.DatagramProtocol):
        def connection_made(self, transport: Any) -> None:
            self.transport = transport

        def datagram_received(self, data: bytes, address: Any) -> None:
            self.transport.sendto(b"echo " + data, address)

    class Client(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, address: Any) -> None:
            heard.put_nowait((data, address))

    async with relaying(Faults(), 1) as relay:
        server, _ = await loop.create_datagram_endpoint(Echo, local_addr=(HERE, 0))
        client, _ = await loop.create_datagram_endpoint(Client, local_addr=(HERE, 0))
        try:
            door = await relay.lead_to(server.get_extra_info("sockname"))
            for word in (b"one", b"two"):
                client.sendto(word, door)
                async with asyncio.timeout(20):
                    assert await heard.get() == (b"echo " + word, door)
        finally:
            client.close()
            server.close()
        assert (relay.there.passed, relay.back.passed) == (2, 2)


async def test_a_show_is_seen_and_answered_through_loss_delay_and_reordering() -> None:
    async with ClientSession() as http, serving(ice_loopback=True) as house, relaying(BAD, 7) as relay:
        seat, viewer = await house.seat(), Viewer()
        try:
            headers = {**seat.bearer, "Content-Type": "application/sdp"}
            offer = without_candidates(await viewer.offer())
            answer = await (await http.post(seat.whep, data=offer, headers=headers)).text()
            await viewer.accept(Joined("", await detour(answer, relay)))
            await viewer.until(lambda: len(viewer.pictures) >= 48 and len(viewer.sounds) >= 48)
            async with talking(http, seat) as talk:
                await talk.say(type="choose", id="a", poll="fork.0", choice="right")
                assert (await talk.hear("ack"))["seq"] == 1
            await viewer.until(lambda: _card(viewer.pictures[-1]).scene == 2)
        finally:
            await viewer.close()
        frames = [card.frame for card in map(_card, viewer.pictures) if card.ok]
        assert frames == sorted(frames), "no picture comes after a later one"
        assert relay.back.lost > 0
        assert relay.there.lost > 0


def _card(frame: Any) -> Reading:
    return decode(frame.to_ndarray(format="gray8"))
