import numpy as np

from forkreel.stream.encoder import Encoded, Encoder
from tests.stream.receiver import FPS, HEIGHT, SAMPLES, SILENCE, WIDTH, numbered


def encoder() -> Encoder:
    return Encoder(WIDTH, HEIGHT, FPS, 600_000)


def seen(encoded: list[Encoded]) -> list[int]:
    return [tick for tick, packets in enumerate(encoded) if packets.video is not None]


def test_a_picture_that_does_not_change_is_encoded_once_a_second() -> None:
    made = encoder()
    encoded = [made.encode(0, numbered(0), SILENCE)] + [made.encode(tick, None, SILENCE) for tick in range(1, 73)]
    assert seen(encoded) == [0, 24, 48, 72]


def test_sound_goes_on_while_the_picture_stands_still() -> None:
    made = encoder()
    made.encode(0, numbered(0), SILENCE)
    packets = [packet for tick in range(1, 25) for packet in made.encode(tick, None, SILENCE).audio]
    assert set(np.diff([packet.pts for packet in packets])) == {960}


def test_a_keyframe_asked_for_in_a_pause_is_made_of_the_last_picture() -> None:
    made = encoder()
    made.encode(0, numbered(0), SILENCE)
    made.keyframes.request()
    encoded = [made.encode(tick, None, SILENCE) for tick in range(1, 13)]
    assert [packets.video.is_keyframe for packets in encoded if packets.video is not None] == [True]


def test_before_the_first_picture_there_is_only_sound() -> None:
    made = encoder()
    encoded = [made.encode(tick, None, SILENCE) for tick in range(10)]
    assert seen(encoded) == []
    assert sum(len(packets.audio) for packets in encoded) == 10 * SAMPLES // 960


def test_who_comes_after_nobody_watched_begins_with_a_keyframe_of_the_last_picture() -> None:
    made = encoder()
    for tick in range(5):
        made.encode(tick, numbered(tick), SILENCE)
    made.rest(numbered(5))
    encoded = made.encode(6, None, SILENCE)
    assert encoded.video is not None
    assert encoded.video.is_keyframe


def test_a_skipped_tick_leaves_a_gap_in_the_picture_and_none_in_the_sound() -> None:
    made = encoder()
    encoded = [made.encode(0, numbered(0), SILENCE), made.encode(4, numbered(4), np.tile(SILENCE, (4, 1)))]
    assert [packets.video.pts for packets in encoded if packets.video is not None] == [0, 4 * 3750]
    sound = [packet.pts for packets in encoded for packet in packets.audio]
    assert set(np.diff(sound)) == {960}
