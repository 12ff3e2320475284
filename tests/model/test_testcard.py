from fractions import Fraction

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from forkreel.errors import AxisError, ModelError
from forkreel.latent import LatentPoint, Walker
from forkreel.model.protocol import Model, Take
from forkreel.model.testcard import Reading, TestCard, decode


def card(frame: int, scene: int = 0, size: tuple[int, int] = (512, 288)) -> np.ndarray:
    return TestCard(size).take().paint([LatentPoint.of({"frame": [frame], "scene": [scene]})])[0]


def test_the_card_is_a_model_and_its_take_a_take() -> None:
    model: Model = TestCard()
    take: Take = model.take()
    assert (model.name, take.size, take.snapshot()) == ("testcard", (512, 288), b"")
    model.warm()
    fork = take.fork()
    point = model.point("anything", {"scene": 4}, 1)
    assert np.array_equal(fork.paint([point]), take.paint([point]))
    take.close()
    model.close()


def test_the_blocks_are_as_the_design_lays_them_out() -> None:
    frame, scene = 0b1010_0000_0000_0000_0011, 0b1000_0001
    picture = card(frame, scene)
    assert picture.shape == (288, 512, 3)
    assert picture.dtype == np.uint8
    expected = f"{frame:020b}{scene:08b}{(4 + 2) % 16:04b}"
    for place, bit in enumerate(expected):
        block = picture[0:18, place * 16 : (place + 1) * 16]
        assert np.all(block == (255 if bit == "1" else 0)), f"bit {place}"
    assert picture[18:].min() > 0
    assert picture[18:].max() < 255


def test_the_number_of_ones_is_counted_modulo_16() -> None:
    picture = card(2**20 - 1, 0)  # 20 ones
    assert [int(picture[9, place * 16 + 8, 0]) for place in range(28, 32)] == [0, 255, 0, 0]
    assert decode(picture) == Reading(2**20 - 1, 0, True)


def test_the_lower_half_is_white_for_the_first_two_frames_of_every_second() -> None:
    for frame in (0, 1, 24, 25, 48, 24 * 3600):
        assert card(frame)[144:].min() == 255
    for frame in (2, 23, 26, 47):
        assert card(frame)[144:].max() < 255


def test_the_gradient_is_grey_and_rises() -> None:
    row = card(7)[200].astype(int)
    assert np.all(row[:, 0] == row[:, 1])
    assert np.all(row[:, 0] == row[:, 2])
    assert np.all(np.diff(row[:, 0]) >= 0)
    assert row[-1, 0] - row[0, 0] > 100


@given(st.integers(0, 2**20 - 1), st.integers(0, 255), st.sampled_from([(64, 32), (512, 288), (1024, 576), (854, 480)]))
@settings(max_examples=60)
def test_what_is_painted_reads_back(frame: int, scene: int, size: tuple[int, int]) -> None:
    assert decode(card(frame, scene, size)) == Reading(frame, scene, True)


def test_a_frame_number_beyond_20_bits_starts_again() -> None:
    assert decode(card(2**20 + 5)) == Reading(5, 0, True)


@pytest.mark.parametrize("size", [(256, 144), (426, 240), (1280, 720), (300, 300)])
def test_a_rescaled_picture_reads_back(size: tuple[int, int]) -> None:
    for frame in (0, 0x55555, 0xAAAAA, 0xFFFFF, 12345):
        scaled = np.asarray(Image.fromarray(card(frame, 0xA5)).resize(size, Image.Resampling.BILINEAR))
        assert decode(scaled) == Reading(frame, 0xA5, True)
        assert decode(scaled.mean(axis=2).astype(np.uint8)) == Reading(frame, 0xA5, True)


def test_it_survives_vp8_at_600_kbit_a_second() -> None:
    encoder = av.CodecContext.create("libvpx", "w")
    encoder.width, encoder.height, encoder.pix_fmt = 512, 288, "yuv420p"
    encoder.bit_rate, encoder.time_base, encoder.framerate = 600_000, Fraction(1, 24), Fraction(24)
    encoder.options = {
        "deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "g": "48", "minrate": "600000",
        "maxrate": "600000", "bufsize": "300000", "error-resilient": "1",
    }  # fmt: skip
    decoder = av.CodecContext.create("vp8", "r")
    take, frames = TestCard().take(), range(0x0FFF0, 0x0FFF0 + 120)  # a carry through many bits on the way
    readings = []
    size = 0
    for frame in frames:
        picture = take.paint([LatentPoint.of({"frame": [frame], "scene": [frame // 12 % 256]})])[0]
        video = av.VideoFrame.from_ndarray(picture, "rgb24")
        video.pts = frame
        for packet in encoder.encode(video):
            size += packet.size
            readings += [decode(out.to_ndarray(format="rgb24")) for out in decoder.decode(packet)]
    assert readings == [Reading(frame, frame // 12 % 256, True) for frame in frames[: len(readings)]]
    assert len(readings) >= 118
    assert size * 8 / (len(readings) / 24) < 900_000


def test_pictures_that_are_no_card_are_not_believed() -> None:
    random = np.random.default_rng(1)
    black = np.zeros((288, 512, 3), np.uint8)
    pictures = [black, black + 128, black + 255, random.integers(0, 255, (288, 512, 3), np.uint8), black[:4, :4]]
    assert not any(decode(picture).ok for picture in pictures)


def test_a_wrong_bit_and_a_blend_of_two_cards_are_noticed() -> None:
    picture = card(1000, 3)
    picture[:18, 5 * 16 : 6 * 16] = 255 - picture[:18, 5 * 16 : 6 * 16]
    assert not decode(picture).ok
    blend = (card(1000, 3).astype(int) + card(2047, 3)) // 2
    assert not decode(blend.astype(np.uint8)).ok


@pytest.mark.parametrize(
    ("axes", "sentence"),
    [
        ({"haze": 0.4}, "no axis 'haze': it knows `scene` alone"),
        ({"scene": 256}, "scene is 256: .* from 0 to 255"),
        ({"scene": -1}, "scene is -1"),
        ({"scene": 1.5}, "scene is 1.5"),
        ({"scene": float("nan")}, "scene is nan"),
        ({"scene": "lake"}, "scene is 'lake'"),
    ],
)
def test_axes_it_does_not_have_are_refused_with_a_sentence(axes, sentence: str) -> None:
    with pytest.raises(AxisError, match=sentence):
        TestCard().point("", axes, 0)


def test_a_size_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(ModelError, match="cannot be read at 40x20: at least 64x32"):
        TestCard((40, 20))


def test_a_walker_counts_its_frames_and_steps_its_scenes() -> None:
    model = TestCard()
    walker = Walker(model.space, 24, model.point("", {}, 0))
    from forkreel.director import Move

    walker.begin(Move("", {}, 72), model.point("", {"scene": 2}, 0), None, 30)
    painted = model.take().paint([walker.at(frame) for frame in (29, 30, 2**20 - 1)])
    assert [decode(picture) for picture in painted] == [
        Reading(29, 0, True), Reading(30, 2, True), Reading(2**20 - 1, 2, True),
    ]  # fmt: skip
