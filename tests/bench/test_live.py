"""The parts of `forkreel bench --live` that find and count; its figures are for a quiet machine."""

from __future__ import annotations

import os
from struct import pack

import aiohttp
import pytest

from forkreel.bench.live.capacity import Served, most_served
from forkreel.bench.live.client import Count
from forkreel.bench.live.load import Load
from forkreel.bench.seats import opened
from tests.helpers.serving import serving


@pytest.mark.parametrize(("holds", "found"), [(0, 0), (7, 7), (24, 24), (25, 25), (113, 113), (199, 199), (500, 200)])
def test_the_most_viewers_are_found_by_doubling_and_halving(holds: int, found: int) -> None:
    tried: list[int] = []

    def serve(viewers: int) -> Served:
        tried.append(viewers)
        return Served(viewers, lost=0.0, gap_p99_s=0.05 if viewers <= holds else 0.2)

    best = most_served(serve, 25, 200, step=1)
    assert (best.viewers if best else 0) == found
    assert len(tried) <= 12
    roughly = most_served(serve, 25, 200, step=10)
    assert found - 10 <= (roughly.viewers if roughly else 0) <= found


def test_viewers_that_lose_packets_or_could_not_come_are_not_served() -> None:
    assert not Served(5, lost=0.002, gap_p99_s=0.05).well
    assert not Served(5, lost=0.0, gap_p99_s=0.05, error="refused").well


def packet(number: int, marker: bool = False, ssrc: int = 7) -> bytes:
    return pack("!BBHLL", 0x80, 97 | (0x80 if marker else 0), number % 65536, 0, ssrc) + b"payload"


def test_what_never_came_is_lost_and_what_came_late_is_not() -> None:
    count = Count()
    for number in (65533, 65534, 65536, 65535, 65540):
        count.heard(packet(number))
    assert (count.packets, count.lost) == (5, 3)
    count.heard(packet(100, ssrc=8))
    count.heard(packet(102, ssrc=8))
    assert count.lost == 4


def test_pictures_end_with_the_marker_of_their_own_stream() -> None:
    count = Count()
    count.video = 7
    for number in range(6):
        count.heard(packet(number, marker=number % 3 == 2))
        count.heard(packet(number, marker=True, ssrc=8))
    assert len(count.pictures_s) == 2


async def test_the_load_client_counts_what_a_real_server_sends() -> None:
    async with serving(ice_loopback=True) as house, aiohttp.ClientSession() as http:
        room = await opened(http, house.url, mode="room", story="crossroads")
        load = Load(http, house.url, os.getpid(), room["room"])
        got = await load.measure(2, 1.0)
        assert got["packets_a_second"] > 2 * 20
        assert got["lost"] < 1.0
        assert got["core"] > 0
        await load.close()
