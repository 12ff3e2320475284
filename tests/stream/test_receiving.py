"""How `forkreel watch` bears losses: as browsers do."""

from __future__ import annotations

from typing import Any

import pytest
from aiortc.rtp import RtpPacket

from forkreel.watch.receiver import ASK_AGAIN_S, InsistentNacks, PromptJitterBuffer

KEY, DELTA = b"\x00", b"\x01"  # the first byte of a VP8 picture tells one from the other


def packet(number: int, timestamp: int, data: bytes, *, first: bool = True, last: bool = True) -> Any:
    made: Any = RtpPacket(sequence_number=number, timestamp=timestamp, payload=(b"\x10" if first else b"\x00") + data)
    made.marker, made._data = int(last), data
    return made


def test_what_is_missing_is_asked_for_again_after_a_while_until_it_comes() -> None:
    now_s = [0.0]
    nacks = InsistentNacks(lambda: now_s[0])
    assert [nacks.add(packet(number, 0, DELTA)) for number in (1, 2, 4, 5)] == [False, False, True, False]
    now_s[0] += ASK_AGAIN_S
    assert nacks.add(packet(6, 0, DELTA))
    assert not nacks.add(packet(7, 0, DELTA))
    now_s[0] += ASK_AGAIN_S
    assert not nacks.add(packet(3, 0, DELTA))


@pytest.mark.parametrize(
    "broken", [packet(4, 400, DELTA), packet(3, 400, DELTA, last=False)], ids=["begins late", "lacks its end"]
)
def test_a_complete_keyframe_ends_the_waiting_for_what_came_before_it(broken: Any) -> None:
    nacks = InsistentNacks()
    buffer = PromptJitterBuffer(nacks)
    came = [
        packet(1, 100, KEY), packet(2, 200, DELTA), broken, packet(5, 500, KEY, last=False),
        packet(6, 500, b"more", first=False), packet(7, 600, DELTA),
    ]  # fmt: skip
    shown = []
    for one in came:
        nacks.add(one)
        _, frame = buffer.add(one)
        if frame is not None:
            shown.append((frame.timestamp, frame.data))
    assert shown == [(100, KEY), (200, DELTA), (500, KEY + b"more"), (600, DELTA)]
    assert nacks.missing == set()
