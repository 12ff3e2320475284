from __future__ import annotations

from types import SimpleNamespace

from aiortc.rtp import HeaderExtensionsMap, RtpPacket

from forkreel.stream.rtp import AGAIN, MOST_AGAIN_BYTES, History


def packet(number: int) -> bytes:
    return RtpPacket(payload_type=96, sequence_number=number, payload=bytes(988)).serialize(HeaderExtensionsMap())


def test_what_was_sent_is_sent_again_until_its_share_is_used_up_and_then_as_fast_as_that_grows() -> None:
    sender = SimpleNamespace(_RTCRtpSender__rtp_header_extensions_map=HeaderExtensionsMap())
    history = History(sender)
    for number in range(100):
        history.keep(number, packet(number))
    again = [history.get(slot) for slot in range(100)]
    sent = MOST_AGAIN_BYTES // 1000
    assert [one.sequence_number for one in again if one is not None] == list(range(sent))
    assert history.get(120) is None
    for number in range(100, 140):
        history.keep(number, packet(number))
    more = [history.get(number % 128) for number in range(100, 140)]
    assert sum(one is not None for one in more) == 40 * AGAIN


def test_what_came_before_a_keyframe_leaves_half_of_what_was_saved_up_to_what_came_since() -> None:
    history = History(SimpleNamespace(_RTCRtpSender__rtp_header_extensions_map=HeaderExtensionsMap()))
    for number in range(50):
        history.keep(number, packet(number))
    history.age()
    for number in range(50, 100):
        history.keep(number, packet(number))
    half = MOST_AGAIN_BYTES // 2000
    assert sum(history.get(slot) is not None for slot in range(50)) == half
    assert sum(history.get(slot) is not None for slot in range(50, 100)) == half
