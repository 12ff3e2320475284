from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("openvino", reason="the house model paints with OpenVINO")

import torch

from forkreel.model.house.engine import Engine
from forkreel.model.house.parts import Parts
from forkreel.model.house.setting import Setting
from forkreel.model.house.tensors import tensors

SETTINGS = (
    Setting(),
    Setting(place="harbour", other="village", presence=0.7, pan=0.3, hour=21.0, lantern=1.0),
    Setting(place="studio", turn=0.3, season=0.6, haze=0.8),
)


@pytest.fixture(scope="module")
def parts():
    loaded = Parts.load()
    planes, view = loaded.planes.unpack().float().eval(), loaded.view.float().eval()
    return planes.requires_grad_(False), view.requires_grad_(False)


@pytest.mark.parametrize(("half", "field_error", "colour_error"), [(False, 1e-3, 1e-4), (True, 0.3, 0.02)])
def test_papers_are_cut_as_the_network_says_on_processors_with_bf16_and_without(parts, half, field_error, colour_error):
    planes, view = parts
    engine = Engine(planes, view, streams=2, half=half)
    for setting in SETTINGS:
        camera, scene = tensors([setting])
        with torch.inference_mode():
            fields, colours, sky = view(*planes(camera), scene)
        papers, paints, open_sky = engine.cut(setting)
        assert papers.shape == (8, 72, 128)
        assert paints.shape == (9, 3, 72, 128)
        assert open_sky.shape == (72, 128)
        assert np.abs(papers - fields[0].numpy()).mean() < field_error
        assert np.abs(paints - colours[0].numpy()).mean() < colour_error
        assert np.abs(open_sky - torch.sigmoid(sky[0, 0]).numpy()).mean() < colour_error
