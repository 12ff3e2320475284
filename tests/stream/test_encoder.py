import av
import numpy as np
import pytest
from aiortc.codecs.h264 import h264_depayload
from aiortc.codecs.vpx import vp8_depayload

from forkreel.stream.encoder import Encoded, Encoder, Rung
from forkreel.stream.picture import Packed
from forkreel.stream.tiers import ladder
from tests.stream.receiver import FPS, HEIGHT, SAMPLES, SILENCE, WIDTH, numbered

BEST = Rung("VP8", 0)


def encoder(*wanted: Rung) -> Encoder:
    made = Encoder(ladder(WIDTH, HEIGHT, 600_000), FPS)
    made.wanted = frozenset(wanted or [BEST])
    return made


def pictures(encoded: list[Encoded], rung: Rung = BEST) -> list[Packed]:
    return [packets.pictures[rung] for packets in encoded if rung in packets.pictures]


def seen(encoded: list[Encoded]) -> list[int]:
    return [tick for tick, packets in enumerate(encoded) if packets.pictures]


def test_a_picture_that_does_not_change_is_encoded_once_a_second() -> None:
    made = encoder()
    encoded = [made.encode(0, numbered(0), SILENCE)] + [made.encode(tick, None, SILENCE) for tick in range(1, 73)]
    assert seen(encoded) == [0, 24, 48, 72]


def test_sound_goes_on_while_the_picture_stands_still() -> None:
    made = encoder()
    made.encode(0, numbered(0), SILENCE)
    packets = [packet for tick in range(1, 25) for packet in made.encode(tick, None, SILENCE).sounds]
    assert set(np.diff([packet.pts for packet in packets])) == {960}


def test_a_keyframe_asked_for_in_a_pause_is_made_of_the_last_picture() -> None:
    made = encoder()
    made.encode(0, numbered(0), SILENCE)
    made.request_keyframe(BEST)
    encoded = [made.encode(tick, None, SILENCE) for tick in range(1, 13)]
    assert [picture.keyframe for picture in pictures(encoded)] == [True]


def test_before_the_first_picture_there_is_only_sound() -> None:
    made = encoder()
    encoded = [made.encode(tick, None, SILENCE) for tick in range(10)]
    assert seen(encoded) == []
    assert sum(len(packets.sounds) for packets in encoded) == 10 * SAMPLES // 960


def test_who_comes_after_nobody_watched_begins_with_a_keyframe_of_the_last_picture() -> None:
    made = encoder()
    for tick in range(5):
        made.encode(tick, numbered(tick), SILENCE)
    made.rest(numbered(5))
    encoded = made.encode(6, None, SILENCE)
    assert encoded.pictures[BEST].keyframe


def test_a_skipped_tick_leaves_a_gap_in_the_picture_and_none_in_the_sound() -> None:
    made = encoder()
    encoded = [made.encode(0, numbered(0), SILENCE), made.encode(4, numbered(4), np.tile(SILENCE, (4, 1)))]
    assert [picture.pts for picture in pictures(encoded)] == [0, 4 * 3750]
    sound = [packet.pts for packets in encoded for packet in packets.sounds]
    assert set(np.diff(sound)) == {960}


def size_of(picture: Packed, codec: str) -> tuple[int, int]:
    """Of a keyframe, as decoded."""
    if codec == "VP8":
        data = b"".join(vp8_depayload(payload) for payload in picture.payloads)
    else:
        data = b"".join(h264_depayload(payload) for payload in picture.payloads)
    decoder = av.CodecContext.create({"VP8": "libvpx", "H264": "h264"}[codec], "r")
    (frame,) = decoder.decode(av.Packet(data)) or decoder.decode(None)
    return frame.width, frame.height


@pytest.mark.parametrize("codec", ["VP8", "H264"])
def test_each_tier_that_is_watched_begins_with_a_keyframe_of_its_size_on_the_same_clock(codec: str) -> None:
    made = encoder(*(Rung(codec, tier) for tier in range(3)))
    encoded = [made.encode(tick, numbered(tick), SILENCE) for tick in range(4)]
    sizes = [size_of(pictures(encoded, Rung(codec, tier))[0], codec) for tier in range(3)]
    assert sizes == [(256, 144), (192, 108), (128, 72)]
    for packets in encoded:
        assert len({picture.pts for picture in packets.pictures.values()}) == 1
    assert all(picture.keyframe for picture in encoded[0].pictures.values())


def test_no_encoder_runs_for_what_nobody_watches() -> None:
    made = encoder(BEST)
    made.encode(0, numbered(0), SILENCE)
    assert made.running == 1
    made.wanted = frozenset([Rung("H264", 1), BEST])
    assert set(made.encode(1, numbered(1), SILENCE).pictures) == made.wanted
    made.wanted = frozenset([Rung("H264", 1)])
    made.encode(2, numbered(2), SILENCE)
    assert made.running == 1
    made.rest(None)
    assert made.running == 0


def test_a_keyframe_is_made_for_the_rung_alone_that_asks() -> None:
    other = Rung("VP8", 2)
    made = encoder(BEST, other)
    made.encode(0, numbered(0), SILENCE)
    made.request_keyframe(other)
    encoded = [made.encode(tick, numbered(tick), SILENCE) for tick in range(1, 13)]
    assert sum(picture.keyframe for picture in pictures(encoded, other)) == 1
    assert not any(picture.keyframe for picture in pictures(encoded))
