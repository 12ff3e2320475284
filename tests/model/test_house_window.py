import numpy as np
import pytest

pytest.importorskip("torch", reason="the house model paints with torch")

import torch

from forkreel.model.house.geometry import PLACES
from forkreel.model.house.planes import HousePlanes
from forkreel.model.house.setting import Setting
from forkreel.model.house.tensors import tensors
from forkreel.model.house.window import Window


@pytest.fixture(scope="module")
def planes():
    torch.manual_seed(3)
    return HousePlanes().requires_grad_(False)


def settings():
    rng = np.random.default_rng(2)
    for n, presence in enumerate((1.0, 1.0, 0.97, 0.8, 0.6, 0.5, 1.0, 0.55)):
        yield Setting(
            place=PLACES[n], other=PLACES[(n + 3) % 10], presence=presence, pan=float(rng.random()),
            clouds=float(rng.random()), layout=tuple(float(turn) for turn in rng.random(5)),
        )  # fmt: skip


def test_the_window_shows_what_the_planes_show_in_training(planes):
    window = Window(planes)
    for setting in settings():
        camera, _ = tensors([setting])
        for seen, expected in zip(window.look(setting), planes(camera), strict=True):
            assert seen.shape == tuple(expected.shape)
            assert np.abs(seen - expected.numpy()).max() < 1e-3


def test_planes_come_back_from_bytes_to_half_a_step():
    torch.manual_seed(4)
    planes = HousePlanes().requires_grad_(False)
    before = {name: table.clone() for name, table in planes.named_parameters()}
    planes.pack()
    assert {table.dtype for table in planes.parameters()} == {torch.int8}
    packed = {name: value.clone() for name, value in planes.state_dict().items()}
    fresh = HousePlanes().requires_grad_(False)
    fresh.load_state_dict(packed)
    for name, table in fresh.unpack().unpack().named_parameters():
        step = before[name].abs().amax(0) / 127
        assert ((table - before[name]).abs() <= 0.501 * step + 1e-6).all(), name
