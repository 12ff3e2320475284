import asyncio

import av
import pytest
from aiortc.mediastreams import MediaStreamError

from forkreel.stream.track import AudioPackets, VideoPackets


def packet(pts: int, keyframe: bool = False) -> av.Packet:
    made = av.Packet(b"x")
    made.pts = pts
    made.is_keyframe = keyframe
    return made


async def drain(track: VideoPackets | AudioPackets, count: int) -> list[int]:
    return [(await track.recv()).pts for _ in range(count)]


async def test_a_new_viewer_gets_nothing_before_a_keyframe() -> None:
    track = VideoPackets(on_lost=lambda: None)
    for pts in range(6):
        track.push(packet(pts, keyframe=pts == 4))
    assert await drain(track, 2) == [4, 5]
    assert track.dropped == 4


async def test_who_falls_behind_goes_on_at_the_next_keyframe_and_it_is_asked_for_once() -> None:
    asked: list[None] = []
    track = VideoPackets(on_lost=lambda: asked.append(None), limit=4)
    for pts in range(10):
        track.push(packet(pts, keyframe=pts in (0, 8)))
    assert await drain(track, 2) == [8, 9]
    assert len(asked) == 1
    assert track.dropped == 8


async def test_a_keyframe_that_finds_the_queue_full_takes_its_place() -> None:
    track = VideoPackets(on_lost=lambda: pytest.fail("nothing has to be asked for"), limit=4)
    for pts in range(4):
        track.push(packet(pts, keyframe=pts == 0))
    track.push(packet(4, keyframe=True))
    assert await drain(track, 1) == [4]


async def test_of_sound_the_oldest_is_dropped() -> None:
    track = AudioPackets(limit=3)
    for pts in range(5):
        track.push(packet(pts))
    assert await drain(track, 3) == [2, 3, 4]
    assert track.dropped == 2


async def test_waiting_in_vain_loses_nothing() -> None:
    track = AudioPackets()
    waiting = asyncio.ensure_future(track.recv())
    await asyncio.sleep(0)
    waiting.cancel()
    track.push(packet(7))
    assert await drain(track, 1) == [7]


async def test_the_end_wakes_who_waits() -> None:
    track = AudioPackets()
    waiting = asyncio.ensure_future(track.recv())
    await asyncio.sleep(0)
    track.stop()
    with pytest.raises(MediaStreamError):
        await waiting
    track.push(packet(1))
    with pytest.raises(MediaStreamError):
        await track.recv()
