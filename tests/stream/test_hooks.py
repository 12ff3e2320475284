"""What forkreel.stream.hooks and forkreel.watch rely on inside aiortc and aioice: a failure says what has changed."""

import asyncio
import inspect
from typing import Any

from aioice import Connection
from aioice.ice import StunProtocol
from aiortc import RTCDtlsTransport, RTCPeerConnection, RTCRtpReceiver, RTCRtpSender
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
    assert "self._run_rtp(parameters.codecs[0])" in sender, "packets are no longer sent by sender._run_rtp"
    assert "self.__rtp_started.wait()" in sender, "stop() waits for something else than __rtp_started"
    assert "self.__rtp_exited.wait()" in sender, "stop() waits for something else than __rtp_exited"
    assert "self.__rtp_history.get(sequence_number % RTP_HISTORY_SIZE)" in sender, "packets are kept elsewhere"
    assert "packet.serialize(self.__rtp_header_extensions_map)" in sender, "header extensions are kept elsewhere"
    assert "packet.extensions.mid = self.__mid" in sender, "the mid is kept elsewhere"
    dtls = inspect.getsource(RTCDtlsTransport)
    assert "self._tx_srtp.protect(data)" in dtls, "SRTP is elsewhere"
    assert "if self._state != State.CONNECTED" in dtls, "whether packets can be sent is known elsewhere"
    assert "recipient._handle_rtcp_packet(packet)" in dtls, "senders hear of reports another way"
    receiver = inspect.getsource(RTCRtpReceiver)
    assert "self.__jitter_buffer.add(packet)" in receiver, "the receiver's jitter buffer is another"
    assert "self.__timestamp_mapper" in receiver, "the receiver maps timestamps elsewhere"
    assert "_remove_frame(packet.sequence_number)" in inspect.getsource(JitterBuffer.add)


def test_aioice_has_the_private_members_that_are_used() -> None:
    gather = inspect.getsource(Connection.gather_candidates)
    assert "self.get_component_candidates(component=component, addresses=addresses)" in gather
    assert "self.query_consent()" in inspect.getsource(Connection.connect), "consent is asked for elsewhere"
    send = inspect.getsource(Connection.sendto)
    assert "self._nominated.get(component)" in send, "the pair that ICE chose is elsewhere"
    assert "active_pair.protocol.send_data(data, active_pair.remote_addr)" in send
    assert "self.transport.sendto(data, addr)" in inspect.getsource(StunProtocol.send_data)


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
