import contextlib
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forkreel.errors import StreamError
from forkreel.stream.offer import Limits, Offer

SESSION = "v=0\no=- 1 1 IN IP4 0.0.0.0\ns=-\nt=0 0\na=group:BUNDLE 0 1\n"
SECURITY = (
    "a=ice-ufrag:abcd\na=ice-pwd:abcdefghijklmnopqrstuvwx\na=setup:actpass\na=rtcp-mux\n"
    "a=fingerprint:sha-256 " + ":".join(["AB"] * 32) + "\n"
)
VIDEO = (
    "m=video 9 UDP/TLS/RTP/SAVPF 96 97\nc=IN IP4 0.0.0.0\na=mid:0\na=recvonly\n" + SECURITY + "a=rtpmap:96 VP8/90000\n"
    "a=rtpmap:97 H264/90000\na=fmtp:97 packetization-mode=1;profile-level-id=42e01f\n"
)
AUDIO = (
    "m=audio 9 UDP/TLS/RTP/SAVPF 111\nc=IN IP4 0.0.0.0\na=mid:1\na=recvonly\n"
    + SECURITY
    + "a=rtpmap:111 opus/48000/2\n"
)
GOOD = SESSION + VIDEO + AUDIO


def candidate(host: str = "9.9.9.9", transport: str = "udp", port: int = 5000) -> str:
    return f"a=candidate:1 1 {transport} 2113937151 {host} {port} typ host\n"


def candidates_of(offer: Offer) -> list[str]:
    return [line + "\n" for line in offer.sdp.splitlines() if line.startswith("a=candidate:")]


def test_a_browsers_offer_is_taken() -> None:
    offer = Offer.parse(GOOD)
    assert [(media.kind, media.carries) for media in offer.media] == [("video", True), ("audio", True)]


@pytest.mark.parametrize(
    ("video", "codec"),
    [
        (VIDEO, "VP8"),
        (VIDEO.replace("SAVPF 96 97", "SAVPF 97 96"), "H264"),
        (VIDEO.replace("VP8", "VP9"), "H264"),
        (VIDEO.replace("SAVPF 96 97", "SAVPF 97 96").replace("42e01f", "640032"), "VP8"),
        (VIDEO.replace("VP8", "vp8"), "VP8"),
    ],
)
def test_the_codec_is_the_first_in_the_viewers_order_that_we_have(video: str, codec: str) -> None:
    assert [media.codec for media in Offer.parse(SESSION + video + AUDIO).media] == [codec, "opus"]


def test_picture_alone_is_enough() -> None:
    assert len(Offer.parse(SESSION.replace("0 1", "0") + VIDEO).media) == 1


def test_only_the_first_m_line_of_a_kind_that_receives_is_used() -> None:
    again = VIDEO.replace("a=mid:0", "a=mid:2")
    closed = VIDEO.replace("a=recvonly", "a=sendonly").replace("a=mid:0", "a=mid:3")
    offer = Offer.parse(SESSION.replace("0 1", "3 0 1 2") + closed + VIDEO + AUDIO + again)
    assert [media.carries for media in offer.media] == [False, True, True, False]


@pytest.mark.parametrize(
    ("sdp", "status", "says"),
    [
        ("", 400, "no SDP"),
        ("hello", 400, "no SDP"),
        ('{"type": "offer"}', 400, "no SDP"),
        ("v=0\n", 400, "no m-line"),
        (GOOD.replace("m=video 9", "m=video nine"), 400, "not well-formed"),
        (GOOD.replace("a=fmtp:97", "a=fmtp:55"), 400, "not well-formed"),
        (GOOD.replace("a=recvonly", "a=sendonly"), 400, "asks for nothing"),
        (GOOD.replace("a=recvonly", "a=inactive"), 400, "asks for nothing"),
        (GOOD.replace("a=recvonly\n", "", 1), 400, "direction"),
        (SESSION + VIDEO, 400, "a=group:BUNDLE 0"),
        (GOOD.replace("actpass", "active"), 400, "not an offer's"),
        (GOOD.replace("a=setup:actpass\n", ""), 400, "a=setup"),
        (re.sub("a=fingerprint.*\n", "", GOOD), 400, "a=fingerprint"),
        (GOOD.replace("a=ice-pwd", "a=ice-word"), 400, "a=ice-pwd"),
        (GOOD.replace("a=rtcp-mux\n", ""), 400, "a=rtcp-mux"),
        (GOOD.replace("a=mid:1\n", ""), 400, "a=mid"),
        (GOOD.replace("a=mid:1", "a=mid:0"), 400, "a=mid"),
        (GOOD.replace("a=group:BUNDLE 0 1\n", ""), 400, "a=group:BUNDLE 0 1"),
        (GOOD.replace("BUNDLE 0 1", "BUNDLE 1 0"), 400, "a=group:BUNDLE 0 1"),
        (GOOD + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\na=mid:2\n", 400, "application"),
        (SESSION + VIDEO * 5, 400, "5 m-lines"),
        (GOOD.replace("VP8", "VP9").replace("42e01f", "640032"), 406, "neither VP8/90000 nor H264/90000"),
        (GOOD.replace("VP8", "VP9").replace("mode=1", "mode=0"), 406, "neither VP8/90000 nor H264/90000"),
        (GOOD.replace("opus", "PCMU"), 406, "opus/48000"),
        (GOOD + "a=x-long:" + "x" * 65536, 413, "64 KiB"),
        (GOOD + "a=ssrc:1 cname:x\n" * 1000, 413, "lines"),
    ],
)
def test_a_bad_offer_gets_a_status_and_a_sentence(sdp: str, status: int, says: str) -> None:
    with pytest.raises(StreamError, match=re.escape(says)) as refused:
        Offer.parse(sdp)
    assert refused.value.status == status


def test_no_more_than_twenty_candidates_are_kept() -> None:
    offer = Offer.parse(GOOD + "".join(candidate(port=5000 + n) for n in range(50)))
    assert len(candidates_of(offer)) == Limits().candidates


@pytest.mark.parametrize(
    "line",
    [
        candidate("0f7c3c0e-7a4d-4a8e-9f5e-4f5a2b1c6d7e.local"),
        candidate("internal.example"),
        candidate(transport="tcp"),
        candidate(port=0),
        candidate(port=99999),
        candidate().replace("5000", "-1"),
        "a=candidate:1 1 udp\n",
        "a=candidate:\n",
        "a=end-of-candidates\n",
    ],
)
def test_hosts_that_would_be_looked_up_and_the_end_of_candidates_are_dropped(line: str) -> None:
    offer = Offer.parse(GOOD + line + candidate("2620:fe::fe"))
    assert candidates_of(offer) == [candidate("2620:fe::fe")]
    assert "end-of-candidates" not in offer.sdp


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_is_sent_is_an_offer_or_a_stream_error(data: st.DataObject) -> None:
    lines = GOOD.splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        lines[at] = data.draw(
            st.one_of(
                st.text(max_size=40),
                st.sampled_from(lines),
                st.integers(0, len(lines[at])).map(lambda cut, line=lines[at]: line[:cut]),
            )
        )
    with contextlib.suppress(StreamError):
        Offer.parse("\n".join(lines))


def test_an_m_line_without_a_mid_is_refused_with_a_sentence() -> None:
    nameless = "\n".join(line for line in GOOD.splitlines() if not line.startswith("a=mid:"))
    with pytest.raises(StreamError, match="a=mid"):
        Offer.parse(nameless)


PRIVATE = (
    "10.0.0.7",
    "192.168.1.1",
    "127.0.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "100.64.0.1",
    "::1",
    "fe80::1",
    "fd00::1",
)


@pytest.mark.parametrize("host", [*PRIVATE, "224.0.0.1", "0.0.0.0", "::ffff:10.0.0.7"])
def test_candidates_in_private_networks_are_dropped_unless_they_are_allowed(host: str) -> None:
    offer = Offer.parse(GOOD + candidate(host))
    assert candidates_of(offer) == []
    assert candidates_of(Offer.parse(GOOD + candidate(host), private=True)) == [candidate(host)]
