import functools

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from forkreel.stream.h264 import H264
from forkreel.stream.picture import PictureEncoder, VideoCodec
from forkreel.stream.vp8 import Vp8

WIDTH, HEIGHT, FPS, BITRATE = 512, 288, 24, 1_800_000
DECODERS = {"VP8": "libvpx", "H264": "h264"}

pytestmark = pytest.mark.parametrize("codec", [Vp8(), H264()], ids=lambda codec: codec.name)


@functools.cache
def landscape(tick: int) -> NDArray[np.uint8]:
    """Flat ridges that pan at different speeds below a gradient sky with a sun: what the house model paints."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    picture = np.stack([80 + y * 0.4, 146 + y * 0.25, np.full_like(y, 236)], axis=2)
    picture[(x - 330 - tick * 0.2) ** 2 + (y - 68) ** 2 < 28**2] = (250, 236, 205)
    for ridge, colour in enumerate([(150, 160, 170), (110, 130, 140), (70, 95, 90), (35, 60, 50)]):
        pan = (x + tick * (0.4 + ridge * 0.8)) * 0.02 * (1 + ridge * 0.3)
        picture[y > HEIGHT * (0.45 + 0.13 * ridge) + 12 * np.sin(pan) + 5 * np.sin(2.7 * pan)] = colour
    return picture.clip(0, 255).astype(np.uint8)


def psnr(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    error = ((a.astype(np.float64) - b.astype(np.float64)) ** 2).mean()
    return float(10 * np.log10(255**2 / max(error, 1e-9)))


def test_painted_pictures_arrive_crisp_within_the_bitrate(codec: VideoCodec) -> None:
    encoder = PictureEncoder(codec, WIDTH, HEIGHT, FPS, BITRATE)
    decoder = av.CodecContext.create(DECODERS[codec.name], "r")
    qualities, sizes = [], []
    for tick in range(48):
        picture = landscape(tick)
        packet = encoder.encode(tick, picture, keyframe=tick == 0)
        assert packet is not None
        sizes.append(packet.size)
        (frame,) = decoder.decode(av.Packet(bytes(packet)))
        luma = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p").to_ndarray()[:HEIGHT]
        qualities.append(psnr(frame.to_ndarray()[:HEIGHT], luma))
    assert np.median(qualities) > 46
    assert min(qualities) > 40
    assert sum(sizes) * 8 / 2 < BITRATE * 1.15


def test_colours_survive_the_way_to_yuv_and_back(codec: VideoCodec) -> None:
    encoder = PictureEncoder(codec, WIDTH, HEIGHT, FPS, BITRATE)
    decoder = av.CodecContext.create(DECODERS[codec.name], "r")
    colours = [(214, 96, 58), (35, 60, 50), (250, 236, 205), (80, 146, 232)]
    picture = np.repeat(np.array(colours, np.uint8), WIDTH // 4, axis=0)[None].repeat(HEIGHT, axis=0)
    packets = [encoder.encode(tick, picture, keyframe=tick == 0) for tick in range(4)]
    decoded = [decoder.decode(av.Packet(bytes(packet)))[0] for packet in packets if packet is not None]
    seen = decoded[-1].to_ndarray(format="rgb24")[HEIGHT // 2, WIDTH // 8 :: WIDTH // 4].astype(int)
    assert np.abs(seen - np.array(colours)).max() <= 4


@pytest.mark.parametrize("asked", [5, 17])
def test_a_keyframe_comes_when_it_is_asked_for(codec: VideoCodec, asked: int) -> None:
    encoder = PictureEncoder(codec, WIDTH, HEIGHT, FPS, BITRATE)
    packets = [encoder.encode(tick, landscape(tick), keyframe=tick in (0, asked)) for tick in range(20)]
    assert [tick for tick, packet in enumerate(packets) if packet and packet.is_keyframe] == [0, asked]


def test_without_being_asked_a_keyframe_comes_every_two_seconds(codec: VideoCodec) -> None:
    encoder = PictureEncoder(codec, WIDTH, HEIGHT, FPS, BITRATE)
    packets = [encoder.encode(tick, landscape(tick % 2), keyframe=tick == 0) for tick in range(100)]
    assert [tick for tick, packet in enumerate(packets) if packet and packet.is_keyframe] == [0, 48, 96]


def test_a_keyframe_of_a_busy_picture_does_not_flood_the_network(codec: VideoCodec) -> None:
    encoder = PictureEncoder(codec, WIDTH, HEIGHT, FPS, BITRATE)
    tiles = np.random.default_rng(1).integers(0, 256, (HEIGHT // 16, WIDTH // 16, 3), dtype=np.uint8)
    busy = tiles.repeat(16, axis=0).repeat(16, axis=1)
    sizes = [p.size for tick in range(48) if (p := encoder.encode(tick, busy, keyframe=tick % 12 == 0)) is not None]
    assert max(sizes) < 4.5 * BITRATE / 8 / FPS


def test_the_pts_is_the_tick_on_the_90_khz_clock(codec: VideoCodec) -> None:
    encoder = PictureEncoder(codec, WIDTH, HEIGHT, FPS, BITRATE)
    packets = [encoder.encode(tick, landscape(tick), keyframe=False) for tick in (0, 1, 2, 7, 8)]
    assert [packet.pts for packet in packets if packet is not None] == [0, 3750, 7500, 26250, 30000]
