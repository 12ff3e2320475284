from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("skia", reason="the painter is the extra `train`")

from PIL import Image

from forkreel.atelier.cutouts import SIZES, CutoutStream, alone, cutout, regard
from forkreel.atelier.painter import Painter
from forkreel.model.house.setting import Setting
from forkreel.model.house.standing import stand

SIZE = (1024, 576)
SCENES = {
    "fox": Setting(place="meadow", hour=22.0, lantern=1.0, fox_x=0.4, gait=1.0, walk=0.3),
    "other": Setting(
        place="village", fox=0.0, hour=17.0, company=1.0, who="child", other_x=0.6, other_face=1.0, scarf=0.3
    ),
    "product": Setting(place="studio", fox=0.0, hour=12.0, lantern=0.5, turn=0.2, body=0.6),
}


@pytest.fixture(scope="module")
def painter():
    return Painter()


def over(stage, name, setting):
    """A cutout on a stage, where it stands."""
    figure = stand(name, setting, np.zeros((1, 2, 2), np.float32), np.zeros((1, 3, 2, 2), np.float32))
    left, top, right, bottom = (round(v * SIZE[1]) for v in (figure.left, figure.top, figure.right, figure.bottom))
    cut = np.asarray(
        Image.fromarray(cutout(name, setting)).resize((right - left, bottom - top), Image.Resampling.BILINEAR)
    )
    picture, cut = stage.astype(np.float64), cut.astype(np.float64)
    part = picture[top:bottom, left:right]
    cut = cut[: len(part)]
    picture[top:bottom, left:right] = part * (1 - cut[..., 3:] / 255) + cut[..., :3]
    return picture


@pytest.mark.parametrize("name", list(SCENES))
def test_stage_and_cutouts_are_the_painters_picture(painter, name):
    setting = SCENES[name]
    whole, stage = (painter.paint(setting, SIZE, stage=bare).astype(np.float64) for bare in (False, True))
    apart, without = np.square(over(stage, name, setting) - whole), np.square(stage - whole)
    assert np.abs(stage - whole).max() > 60, "somebody stands there"
    assert apart.mean() < 0.06 * without.mean()


def test_on_a_bare_stage_nobody_is_seen_but_the_light_of_what_they_carry(painter):
    nobody = Setting(fox=0.0, company=0.0)
    assert np.array_equal(
        painter.paint(replace(nobody, fox=1.0, company=1.0), (256, 144), stage=True), painter.paint(nobody, (256, 144))
    )
    lit = painter.paint(replace(nobody, fox=1.0, lantern=1.0, hour=23.0), (256, 144), stage=True)
    assert lit.astype(int).sum() > painter.paint(replace(nobody, hour=23.0), (256, 144)).astype(int).sum()


@pytest.mark.parametrize("posture", [{}, {"sit": 1.0}, {"run": 1.0, "walk": 0.4}])
def test_pixels_of_the_fox_s_eye_count_more(posture):
    setting = replace(SCENES["fox"], lantern=0.0, hour=12.0, face=1.0, **posture)
    weights = regard("fox", setting)
    row, column = np.unravel_index(weights.argmax(), weights.shape)
    eye = cutout("fox", setting)[row - 1 : row + 3, column - 3 : column + 1, :3]
    assert weights.max() > 7
    assert np.median(weights) < 1.01
    assert eye.mean() < 80, "it is dark, in a coat that is not"
    assert (regard("product", SCENES["product"]) == 1).all()


def test_a_stream_is_the_same_each_time_and_its_figures_are_wholly_there():
    stream = CutoutStream("other", seed=3, count=9, size=4)
    once, again = stream[2], stream[2]
    assert once.settings == again.settings
    assert once.pictures.equal(again.pictures)
    assert once.regards.shape == (4, 1, SIZES["other"][1], SIZES["other"][0])
    assert once.pictures.shape == (4, 4, SIZES["other"][1], SIZES["other"][0])
    assert not stream[3].pictures.equal(once.pictures)
    for picture in once.pictures.numpy():
        assert (picture[:3] <= picture[3:]).all(), "colours are multiplied by cover"
        assert 0.02 < (picture[3] > 250).mean() < 0.5
    assert all(alone(np.random.default_rng(n), "fox").fox == 1 for n in range(20))
