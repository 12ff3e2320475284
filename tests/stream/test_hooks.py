"""What forkreel.stream.hooks and forkreel.watch rely on inside aiortc and aioice: a failure says what has changed."""

import asyncio
import inspect
from typing import Any

from aioice import Connection
from aiortc import RTCPeerConnection, RTCRtpReceiver, RTCRtpSender
from aiortc.jitterbuffer import JitterBuffer

from forkreel.stream import hooks
from forkreel.stream.peer import Ice
from tests.stream.receiver import broadcasting, viewing


async def connections() -> tuple[RTCPeerConnection, Any]:
    connection = RTCPeerConnection()
    connection.addTransceiver("video", direction="recvonly")
    return connection, hooks.ice_connection(connection)


def test_aiortc_has_the_private_members_that_are_used() -> None:
    sender = inspect.getsource(RTCRtpSender)
    assert "self._send_keyframe()" in sender, "PLI no longer calls sender._send_keyframe"
    assert "await self._send_rtcp(packets)" in sender, "sender reports no longer go through sender._send_rtcp"
    assert "self.__lsr" in sender, "the sender no longer keeps the time of its last report in __lsr"
    assert "if isinstance(data, Frame)" in sender, "packets from a track are no longer packed but encoded"
    receiver = inspect.getsource(RTCRtpReceiver)
    assert "self.__jitter_buffer.add(packet)" in receiver, "the receiver's jitter buffer is another"
    assert "self.__timestamp_mapper" in receiver, "the receiver maps timestamps elsewhere"
    assert "_remove_frame(packet.sequence_number)" in inspect.getsource(JitterBuffer.add)


def test_aioice_has_the_private_members_that_are_used() -> None:
    gather = inspect.getsource(Connection.gather_candidates)
    assert "self.get_component_candidates(component=component, addresses=addresses)" in gather
    assert "self.query_consent()" in inspect.getsource(Connection.connect), "consent is asked for elsewhere"
    assert hasattr(Connection(ice_controlling=False), "_nominated")


async def test_a_plain_connection_gathers_no_loopback_address_and_a_hooked_one_does() -> None:
    connection, ice = await connections()
    hooks.gather_on(ice, lambda found: [hooks.LOOPBACK])
    await ice.gather_candidates()
    assert [candidate.host for candidate in ice.local_candidates] == [hooks.LOOPBACK]
    await hooks.close(connection)


async def test_a_pli_from_the_receiver_asks_for_a_keyframe() -> None:
    async with broadcasting() as show, viewing(show.broadcast) as viewer:
        await show.run_until(lambda: len(viewer.pictures) > 3)
        made = show.broadcast.stats().keyframes
        receiver = next(t.receiver for t in viewer.connection.getTransceivers() if t.kind == "video")
        (ssrc,) = receiver._RTCRtpReceiver__remote_streams
        await receiver._send_rtcp_pli(ssrc)
        await show.run_until(lambda: show.broadcast.stats().keyframes > made, at_most=show.tick + 40)


async def test_a_viewer_that_falls_silent_is_given_up() -> None:
    ice = Ice(loopback=True, consent_interval_s=0.02, consent_failures=2)
    async with broadcasting(ice=ice) as show, viewing(show.broadcast) as viewer:
        quiet = hooks.ice_connection(viewer.connection)
        quiet.request_received = lambda *message: None
        while show.broadcast.viewers:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_viewer_that_answers_is_not_given_up() -> None:
    ice = Ice(loopback=True, consent_interval_s=0.01, consent_failures=2)
    async with broadcasting(ice=ice) as show, viewing(show.broadcast) as viewer:
        answered: list[None] = []
        lively = hooks.ice_connection(viewer.connection)
        answer = lively.request_received

        def count(*message: Any) -> None:
            answered.append(None)
            answer(*message)

        lively.request_received = count
        while len(answered) < 10:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert show.broadcast.viewers == 1
