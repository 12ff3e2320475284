from dataclasses import replace

import pytest

pytest.importorskip("skia", reason="the painter is the extra `train`")

import torch

from forkreel.atelier.cutouts import SIZES, regard
from forkreel.atelier.figures import blindness
from forkreel.model.house.setting import Setting

OPEN = Setting(place="meadow", walk=0.3)


def lacks(setting, cover):
    """The hint for a front paper that covers as much everywhere."""
    width, height = SIZES["fox"]
    front = torch.full((1, height // 2, width // 2), cover, requires_grad=True)
    lack = blindness(front, torch.from_numpy(regard("fox", setting))[None, None])
    lack.backward()
    return lack.item(), front.grad


def test_a_front_paper_that_leaves_the_eye_out_is_drawn_there_and_nowhere_else():
    lack, pull = lacks(OPEN, -1.0)
    assert lack == pytest.approx(1.3)
    assert (pull <= 0).all()
    assert 5 < (pull < 0).sum() < 25, "the middle of an eye, in cells"
    covered, pull = lacks(OPEN, 1.0)
    assert covered == 0
    assert not pull.any()


def test_a_sleeper_s_eye_is_no_disc():
    assert lacks(replace(OPEN, sleep=1.0), -1.0)[0] == 0
