"""Offers that are nearly right, through the whole of joining: aiortc answers them, or a `StreamError` says why not."""

from __future__ import annotations

import asyncio
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from forkreel.errors import StreamError
from forkreel.stream.broadcast import Broadcast
from tests.stream.receiver import Viewer, broadcast
from tests.stream.test_offer import GOOD

WORDS = (
    "0", "1", "-1", "65536", "99999999999999999999", "", "x", "é", "actpass", "passive", "recvonly", "sendrecv",
    "inactive", "sha-1", "VP8/90000", "opus/48000/2", "rtx/90000", "apt=96", "nack pli", "\x00",
    "urn:ietf:params:rtp-hdrext:sdes:mid",
)  # fmt: skip
EXTRA = (
    "a=ice-options:trickle", "a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid", "a=extmap:0 x", "a=rtcp-fb:* nack",
    "a=ssrc:1 cname:x", "a=ssrc-group:FID 1 2", "a=ice-lite", "a=msid:- x", "a=rtcp:9 IN IP4 0.0.0.0", "b=AS:1",
    "a=candidate:1 1 udp 1 9.9.9.9 99999 typ host", "a=candidate:1 1 udp 1 ::1 5000 typ srflx raddr x rport y",
    "a=fingerprint:sha-256 00", "a=rtpmap:200 VP8/90000", "a=fmtp:96 apt=96", "a=imageattr:96 send *",
    "a=ice-ufrag:" + "u" * 300, "a=ice-pwd:p", "a=group:BUNDLE 0 1 2", "m=video 9 UDP/TLS/RTP/SAVPF 96", "a=mid:0",
    "a=setup:holdconn", "a=bundle-only",
)  # fmt: skip
change = st.tuples(
    st.sampled_from(("cut", "twice", "word", "number", "extra", "swap")), st.integers(0, 10_000), st.integers(0, 10_000)
)


def changed(sdp: str, changes: list[tuple[str, int, int]]) -> str:
    """An offer with lines cut, doubled, swapped or added, and words and numbers in them exchanged."""
    lines = sdp.splitlines()
    for kind, where, what in changes:
        at = where % len(lines)
        if kind == "cut" and len(lines) > 2:
            del lines[at]
        elif kind == "twice":
            lines.insert(at, lines[at])
        elif kind == "extra":
            lines.insert(at + 1, EXTRA[what % len(EXTRA)])
        elif kind == "swap":
            other = what % len(lines)
            lines[at], lines[other] = lines[other], lines[at]
        else:
            parts = re.split(r"([ :=/])" if kind == "word" else r"(\d+)", lines[at])
            parts[what % len(parts)] = WORDS[(where + what) % len(WORDS)]
            lines[at] = "".join(parts)
    return "\r\n".join(lines) + "\r\n"


@given(st.lists(st.lists(change, min_size=1, max_size=4), min_size=16, max_size=16))
@settings(max_examples=10)
def test_an_offer_that_is_nearly_right_is_answered_or_refused_and_leaves_nothing(
    trials: list[list[tuple[str, int, int]]],
) -> None:
    asyncio.run(_join_all([changed(GOOD, changes) for changes in trials]))


async def _join_all(offers: list[str]) -> None:
    stream = broadcast()
    before = asyncio.all_tasks()
    try:
        for offer in offers:
            await _join(stream, offer)
            assert stream.connections == 0
        viewer = Viewer()
        try:
            await viewer.accept(await stream.join(await viewer.offer()))
        finally:
            await viewer.close()
    finally:
        await stream.close()
    assert asyncio.all_tasks() == before


async def _join(stream: Broadcast, offer: str) -> None:
    refused = ""
    try:
        joined = await stream.join(offer)
    except StreamError as refusal:
        refused = f"{refusal.status} {refusal}"
    else:
        assert joined.answer.startswith("v=0")
        await stream.leave(joined.peer)
    assert not refused or refused.startswith(("400 ", "406 ", "413 ")), refused
    await asyncio.gather(*stream._leaving.values())
