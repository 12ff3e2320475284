"""A broadcast as its viewers get it, over real WebRTC on the loopback address."""

import asyncio
import os
import random
import threading
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from aiortc.rtp import is_rtcp

from forkreel.errors import StreamError
from forkreel.stream.peer import Ice
from tests.stream.receiver import (
    FPS,
    HEIGHT,
    SAMPLES,
    SILENCE,
    WIDTH,
    Viewer,
    broadcast,
    broadcasting,
    numbered,
    viewing,
)


def sockets() -> int:
    return sum(os.readlink(link).startswith("socket:") for link in Path("/proc/self/fd").iterdir() if link.is_symlink())


async def test_every_picture_arrives_once_and_in_order() -> None:
    async with broadcasting() as show, viewing(show.broadcast) as viewer:
        await show.run(60)
        await viewer.until(lambda: len(viewer.pictures) >= 60)
        assert viewer.numbers() == list(range(60))


async def test_a_skipped_tick_is_the_only_gap_in_the_picture() -> None:
    async with broadcasting() as show, viewing(show.broadcast) as viewer:
        await show.run(10)
        show.tick = 15
        await show.give(numbered(15), np.tile(SILENCE, (6, 1)))
        show.tick = 16
        await show.run(10)
        await viewer.until(lambda: len(viewer.pictures) >= 21)
        assert viewer.numbers() == [*range(10), *range(15, 26)]
        assert [frame.pts // 3750 for frame in viewer.pictures] == viewer.numbers()


async def test_nothing_is_encoded_while_nobody_watches() -> None:
    async with broadcasting() as show:
        await show.run(30)
        assert show.broadcast.stats().pictures == 0


async def test_who_comes_late_starts_at_a_keyframe_and_asks_nobody_to_wait() -> None:
    async with broadcasting() as show, viewing(show.broadcast) as first:
        await show.run(30)
        await first.until(lambda: len(first.pictures) >= 30)
        before = show.broadcast.stats().keyframes
        async with viewing(show.broadcast) as late:
            await show.run(30)
            await late.until(lambda: len(late.pictures) > 0)
            assert late.numbers()[0] >= 30
            assert show.broadcast.stats().keyframes == before + 1
            await first.until(lambda: len(first.pictures) >= 60)
            assert first.numbers() == list(range(60))


async def test_who_has_just_come_shares_a_keyframe_with_who_is_about_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forkreel.stream.peer.SOON_S", float("inf"))
    async with broadcasting() as show, viewing(show.broadcast) as first:
        await show.run(30)
        await first.until(lambda: len(first.pictures) >= 30)
        made = show.broadcast.stats().keyframes
        coming = Viewer()
        joined = await show.broadcast.join(await coming.offer())
        async with viewing(show.broadcast) as second:
            await show.run(6)
            await first.until(lambda: len(first.pictures) >= 36)
            assert show.broadcast.stats().keyframes == made
            assert not second.pictures
            await coming.accept(joined)
            while show.broadcast.viewers < 3:  # noqa: ASYNC110  # it has no event for it, and a tick would end the waiting
                await asyncio.sleep(0.002)
            await show.run(8)
            await second.until(lambda: bool(second.pictures))
            await coming.until(lambda: bool(coming.pictures))
            assert second.numbers()[0] == coming.numbers()[0]
            assert show.broadcast.stats().keyframes == made + 1
        await coming.close()


async def test_in_a_pause_who_comes_sees_the_last_picture() -> None:
    async with broadcasting() as show:
        await show.give(numbered(41))
        async with viewing(show.broadcast) as viewer:
            for _ in range(12):
                await show.give(None)
            await viewer.until(lambda: len(viewer.pictures) > 0)
            assert viewer.numbers()[0] == 41


def flashes(viewer: Viewer) -> list[Fraction]:
    """When the picture turned from dark to light, in seconds of the sender's clock; empty before its first report."""
    lit = [frame.to_ndarray(format="gray8").mean() > 128 for frame in viewer.pictures]
    times = [
        viewer.receiver.media_time("video", frame.pts)
        for frame, on, before in zip(viewer.pictures[1:], lit[1:], lit, strict=False)
        if on and not before
    ]
    return [time for time in times if time is not None]


def tones(viewer: Viewer) -> list[Fraction]:
    """When silence turned into the tone, likewise."""
    quiet, times = True, []
    for frame in viewer.sounds:
        loud = np.abs(frame.to_ndarray().reshape(-1, 2)[:, 0]) > 3000
        if loud.any() and quiet:
            times.append(viewer.receiver.media_time("audio", frame.pts + int(np.argmax(loud))))
        quiet = not loud.any()
    return [time for time in times if time is not None]


def both_arrived(viewer: Viewer) -> list[Fraction]:
    """The flashes in the stretch of time of which the sound has arrived, too: it may lag behind the picture."""
    if not viewer.sounds:
        return []
    first, last = (viewer.receiver.media_time("audio", viewer.sounds[at].pts) for at in (0, -1))
    if first is None or last is None:
        return []
    return [flash for flash in flashes(viewer) if first < flash < last - Fraction(1, FPS)]


async def test_flash_and_tone_are_in_sync_at_the_receiver() -> None:
    dark, light = np.full((HEIGHT, WIDTH, 3), 30, np.uint8), np.full((HEIGHT, WIDTH, 3), 220, np.uint8)
    beep = (12_000 * np.sin(2 * np.pi * 1000 * np.arange(SAMPLES) / 48_000)).astype(np.int16)
    tone = np.repeat(beep[:, None], 2, axis=1)
    async with broadcasting() as show, viewing(show.broadcast) as viewer:
        while len(both_arrived(viewer)) < 2:
            assert show.tick < 3000, "two flashes and their tones should have arrived by now"
            lit = show.tick % FPS < 2
            await show.give(light if lit else dark, tone if lit else SILENCE)
            await asyncio.sleep(0.005)
        sounded = tones(viewer)
        offsets = [min(abs(float(flash - tone)) for tone in sounded) for flash in both_arrived(viewer)]
        assert max(offsets) < 0.004


async def test_lost_packets_are_sent_again() -> None:
    dice = random.Random(4)
    lost: list[bytes] = []

    def loses(data: bytes) -> bool:
        if is_rtcp(data) or dice.random() > 0.05:
            return False
        lost.append(data)
        return True

    async with broadcasting() as show, viewing(show.broadcast, "video", loses=loses) as viewer:
        await show.run_until(lambda: len(viewer.pictures) >= 150 and len(lost) >= 5)
        numbers = viewer.numbers()
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


async def test_after_a_longer_loss_the_viewer_recovers_with_a_keyframe_that_it_asks_for() -> None:
    state = {"cut": False}
    async with broadcasting() as show, viewing(show.broadcast, "video", loses=lambda data: state["cut"]) as viewer:
        await show.run(20)
        await viewer.until(lambda: len(viewer.pictures) >= 20)
        state["cut"] = True
        await show.run(5)
        await asyncio.sleep(0.05)
        state["cut"] = False
        made = show.broadcast.stats().keyframes
        await show.run_until(lambda: viewer.numbers()[-1] > show.tick - 10 and show.tick > 60)
        assert show.broadcast.stats().keyframes > made


async def test_a_viewer_with_a_fault_does_not_touch_the_others(caplog: pytest.LogCaptureFixture) -> None:
    async with broadcasting() as show, viewing(show.broadcast) as good, viewing(show.broadcast) as bad:
        await show.run(10)
        peer = show.broadcast._peers[bad.joined.peer]
        peer._queue.push = lambda picture: 1 / 0
        await show.run(30)
        await good.until(lambda: len(good.pictures) >= 40)
        assert good.numbers() == list(range(40))
        assert show.broadcast.viewers == 1
    assert "the others go on" in caplog.text


async def test_the_number_of_viewers_is_told() -> None:
    told: list[int] = []
    async with broadcasting(on_viewers=told.append) as show:
        async with viewing(show.broadcast), viewing(show.broadcast) as second:
            await show.broadcast.leave(second.joined.peer)
        while show.broadcast.viewers:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        assert told == [1, 2, 1, 0]


async def test_coming_and_going_twenty_times_leaves_nothing_behind() -> None:
    async with broadcasting() as show:
        async with viewing(show.broadcast):
            pass
        while show.broadcast.viewers:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        tasks, threads, open_sockets = len(asyncio.all_tasks()), set(threading.enumerate()), sockets()
        for turn in range(20):
            viewer = Viewer()
            await viewer.accept(await show.broadcast.join(await viewer.offer()))
            await show.run(2)
            if turn % 2:
                await viewer.close()
            await show.broadcast.leave(viewer.joined.peer)
            await viewer.close()
        assert len(asyncio.all_tasks()) == tasks
        assert sockets() == open_sockets
        assert {t for t in threading.enumerate() if not t.name.startswith("asyncio")} <= threads
        assert show.broadcast.viewers == 0
    assert not any(thread.name == "forkreel-encoder" for thread in threading.enumerate())


async def test_leaving_while_the_connection_is_being_made_leaves_nothing_behind() -> None:
    async with broadcasting() as show:
        tasks, open_sockets = len(asyncio.all_tasks()), sockets()
        for pause_s in (0, 0.001, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05):
            viewer = Viewer()
            joined = await show.broadcast.join(await viewer.offer())
            await viewer.receiver.accept(joined.answer)
            await asyncio.sleep(pause_s)
            await show.broadcast.leave(joined.peer)
            await viewer.close()
        assert len(asyncio.all_tasks()) == tasks
        assert sockets() == open_sockets


async def test_who_never_connects_is_given_up() -> None:
    async with broadcasting(ice=Ice(loopback=True, pending_s=1.0)) as show:
        viewer = Viewer()
        await show.broadcast.join(await viewer.offer())
        assert show.broadcast.stats().pending == 1
        await viewer.close()
        while show.broadcast.stats().pending:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_bad_offer_leaves_the_others_alone_and_lets_nobody_in() -> None:
    async with broadcasting() as show, viewing(show.broadcast) as viewer:
        with pytest.raises(StreamError):
            await show.broadcast.join("nonsense")
        await show.run(10)
        await viewer.until(lambda: len(viewer.pictures) >= 10)
        assert show.broadcast.stats().pending == 0


async def test_when_the_house_is_full_nobody_else_is_let_in() -> None:
    async with broadcasting(max_viewers=1) as show, viewing(show.broadcast):
        second = Viewer()
        with pytest.raises(StreamError, match="all the 1 viewers") as refused:
            await show.broadcast.join(await second.offer())
        assert refused.value.status == 503
        await second.close()


async def test_an_answer_sends_vp8_and_opus_and_nothing_else() -> None:
    async with broadcasting() as show:
        viewer = Viewer()
        answer = (await show.broadcast.join(await viewer.offer())).answer
        codecs = {line.split()[1] for line in answer.splitlines() if line.startswith("a=rtpmap")}
        assert codecs == {"VP8/90000", "rtx/90000", "opus/48000/2"}
        assert answer.count("a=sendonly") == 2
        await viewer.close()


async def test_closing_frees_a_stage_that_waits_and_closing_again_does_nothing() -> None:
    stream = broadcast()
    await stream.close()
    stream.put(0, numbered(0), SILENCE)
    stream.put(1, numbered(1), SILENCE)
    await stream.close()
    with pytest.raises(StreamError, match="over"):
        await stream.join("v=0")


async def test_an_encoder_that_fails_is_told_to_the_stage(caplog: pytest.LogCaptureFixture) -> None:
    async with broadcasting() as show, viewing(show.broadcast):
        show.broadcast._encoder._sound.encode = lambda *anything: 1 / 0
        with pytest.raises(StreamError, match="encoder has failed"):
            await show.run(5)
    assert "the encoder failed" in caplog.text
