"""Codecs and tiers as viewers get them, over real WebRTC on the loopback address."""

from __future__ import annotations

import asyncio
import re
from itertools import pairwise
from struct import unpack_from

from aiortc.rtp import RtcpReceiverInfo, RtcpRrPacket, is_rtcp

from forkreel.stream.tiers import FAR_S
from tests.stream.receiver import HEIGHT, WIDTH, Viewer, broadcasting, viewing


def preferring_h264(sdp: str) -> str:
    """The offer with VP8 and its retransmissions last."""
    return re.sub(r"(m=video \d+ \S+) (\d+ \d+) (.*?)(\r?\n)", r"\1 \3 \2\4", sdp)


class H264Viewer(Viewer):
    async def offer(self, *kinds: str) -> str:
        return preferring_h264(await super().offer(*kinds))


async def report_loss(viewer: Viewer, part: float) -> None:
    """A receiver report about the picture, as any client sends them each second."""
    receiver = next(t.receiver for t in viewer.connection.getTransceivers() if t.kind == "video")
    (ssrc,) = receiver._RTCRtpReceiver__remote_streams
    info = RtcpReceiverInfo(ssrc, round(part * 255), 0, 0, 0, 0, 0)
    await receiver.transport._send_rtp(bytes(RtcpRrPacket(ssrc=1, reports=[info])))


async def test_who_puts_h264_first_gets_h264_and_others_vp8_from_one_encoder_each() -> None:
    async with broadcasting() as show:
        viewer = H264Viewer()
        answer = await show.broadcast.join(await viewer.offer())
        codecs = {line.split()[1] for line in answer.answer.splitlines() if line.startswith("a=rtpmap")}
        assert codecs == {"H264/90000", "rtx/90000", "opus/48000/2"}
        await viewer.accept(answer)
        async with viewing(show.broadcast) as other:
            while show.broadcast.viewers < 2:
                await show.run(1)
            start = show.tick
            await show.run(60)
            for each in (viewer, other):
                await each.until(lambda each=each: bool(each.pictures) and each.numbers()[-1] == start + 59)
                assert each.numbers()[-60:] == list(range(start, start + 60))
            assert show.broadcast.stats().encoders == 2
        await viewer.close()


async def test_who_loses_much_gets_a_smaller_picture_without_a_break() -> None:
    headers: list[tuple[int, int]] = []

    def notes(data: bytes) -> bool:
        if not is_rtcp(data):
            headers.append(unpack_from("!HL", data, 2))
        return False

    async with (
        broadcasting() as show,
        viewing(show.broadcast, "video", loses=notes) as poor,
        viewing(show.broadcast, "video") as good,
    ):
        await show.run_until(lambda: len(poor.pictures) > 10)
        assert show.broadcast.stats().viewers_on_tier == (2, 0, 0)
        await report_loss(poor, 0.5)
        await show.run_until(lambda: poor.pictures[-1].width < WIDTH)
        last = show.tick + 20
        await show.run(21)
        for viewer in (poor, good):
            await viewer.until(lambda viewer=viewer: viewer.numbers()[-1] == last)
        assert show.broadcast.stats().viewers_on_tier == (1, 1, 0)
        assert show.broadcast.stats().encoders == 2

        sizes = [(frame.width, frame.height) for frame in poor.pictures]
        assert sizes == sorted(sizes, reverse=True)
        assert set(sizes) == {(WIDTH, HEIGHT), (WIDTH * 3 // 4, HEIGHT * 3 // 4)}
        numbers = poor.numbers()
        assert numbers == list(range(numbers[0], last + 1)), "no picture is missing where the tiers meet"
        steps = {later.pts - earlier.pts for earlier, later in pairwise(poor.pictures)}
        assert steps == {3750}, "one clock for all tiers"
        assert {(b - a) % 65536 for (a, _), (b, _) in pairwise(headers)} == {1}, "sequence numbers go on"
        assert {(frame.width, frame.height) for frame in good.pictures} == {(WIDTH, HEIGHT)}


async def test_on_a_line_that_grew_narrow_the_smaller_picture_begins_once_the_way_is_drained() -> None:
    async with broadcasting() as show, viewing(show.broadcast, "video") as viewer:
        await show.run_until(lambda: len(viewer.pictures) > 10)
        (peer,) = show.broadcast._peers.values()
        transport = peer._video._path._nominated[1].protocol.transport
        transport.get_write_buffer_size = lambda: 1
        await show.run_until(lambda: peer.waiting > 0)
        at_s = asyncio.get_running_loop().time()
        peer._clock = lambda: at_s  # for what is chosen time stands still
        peer._rate.add(1_000_000, at_s)
        made = show.broadcast.stats().keyframes
        for bps, pause_s in ((100_000_000, 0.0), (150_000, 2 * FAR_S), (150_000, 0.0)):
            peer._estimated(bps)
            at_s += pause_s
        assert peer.waiting == 0, "what waited is not worth sending any more"
        del transport.get_write_buffer_size
        sent = peer._video.packets
        show.broadcast.request_keyframe()
        await show.run(12)
        assert show.broadcast.stats().keyframes > made
        assert peer._video.packets == sent, "nothing is sent while the way drains, a keyframe least of all"
        peer._clock = asyncio.get_running_loop().time
        await show.run_until(lambda: viewer.pictures[-1].width < WIDTH)
        assert peer._quiet is None


async def test_a_tier_that_nobody_watches_any_more_is_not_encoded() -> None:
    async with broadcasting() as show, viewing(show.broadcast, "video") as viewer:
        await show.run_until(lambda: len(viewer.pictures) > 3)
        await report_loss(viewer, 0.5)
        await show.run_until(lambda: show.broadcast.stats().viewers_on_tier == (0, 1, 0))
        await show.run(3)
        assert show.broadcast.stats().encoders == 1


async def test_a_socket_that_takes_nothing_is_not_given_more_than_a_few_pictures() -> None:
    async with broadcasting() as show, viewing(show.broadcast, "video") as viewer:
        await show.run_until(lambda: len(viewer.pictures) > 3)
        (peer,) = show.broadcast._peers.values()
        transport = peer._video._path._nominated[1].protocol.transport
        transport.get_write_buffer_size = lambda: 1
        packets, made, last = peer._video.packets, show.broadcast.stats().keyframes, show.tick
        await show.run(60)
        await show.run_until(lambda: show.broadcast.stats().packets_dropped > 40)
        assert peer._video.packets == packets
        assert len(peer._queue._pictures) <= 8
        del transport.get_write_buffer_size
        seen = len(viewer.pictures)
        await show.run_until(lambda: len(viewer.pictures) > seen)
        assert show.broadcast.stats().keyframes > made
        assert viewer.numbers()[-1] > last + 40, "of what it missed it gets the few that were kept, or none"
