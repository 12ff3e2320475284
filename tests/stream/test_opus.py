import av
import numpy as np
from numpy.typing import NDArray

from forkreel.stream.opus import PACKET_SAMPLES, SoundEncoder
from forkreel.stream.picture import Packed

BLOCK = 2000


def tone(samples: int) -> NDArray[np.int16]:
    wave = 12_000 * np.sin(2 * np.pi * 1000 * np.arange(samples) / 48_000)
    return np.repeat(wave.astype(np.int16)[:, None], 2, axis=1)


def decode(packets: list[Packed]) -> dict[int, NDArray[np.int16]]:
    """Samples (n, 2) by pts."""
    decoder = av.CodecContext.create("libopus", "r")
    decoder.format, decoder.layout, decoder.sample_rate = "s16", "stereo", 48_000
    heard = {}
    for packet in packets:
        (frame,) = decoder.decode(av.Packet(packet.payloads[0]))
        heard[packet.pts] = frame.to_ndarray().reshape(-1, 2)
    return heard


def test_blocks_of_any_length_become_packets_of_20_ms_without_a_gap() -> None:
    encoder = SoundEncoder()
    packets = [packet for tick in range(48) for packet in encoder.encode(tick * BLOCK, tone(BLOCK))]
    steps = np.diff([packet.pts for packet in packets])
    assert set(steps) == {PACKET_SAMPLES}
    assert len(packets) == 48 * BLOCK // PACKET_SAMPLES


def test_a_packets_pts_says_when_its_sound_is_heard() -> None:
    encoder = SoundEncoder()
    onset = 24 * BLOCK
    packets = []
    for tick in range(48):
        pcm = tone(BLOCK) if tick >= 24 else np.zeros((BLOCK, 2), np.int16)
        packets += encoder.encode(tick * BLOCK, pcm)
    loud = [
        pts + int(np.argmax(np.abs(samples[:, 0]) > 3000))
        for pts, samples in decode(packets).items()
        if np.abs(samples[:, 0]).max() > 3000
    ]
    assert abs(loud[0] - onset) < 0.003 * 48_000


def test_after_a_gap_the_clock_jumps() -> None:
    encoder = SoundEncoder()
    before = encoder.encode(0, tone(BLOCK))
    after = encoder.encode(100 * BLOCK, tone(BLOCK))
    assert after[0].pts - before[0].pts == 100 * BLOCK


def test_a_rate_that_does_not_divide_evenly_leaves_no_gap() -> None:
    encoder = SoundEncoder()
    starts = [tick * 48_000 // 23 for tick in range(100)]
    packets = [packet for start in starts for packet in encoder.encode(start, tone(48_000 // 23))]
    assert set(np.diff([packet.pts for packet in packets])) == {PACKET_SAMPLES}
