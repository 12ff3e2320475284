from __future__ import annotations

import logging
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

pytest.importorskip("openvino", reason="the house model paints with OpenVINO")

import torch

from forkreel.model.house import engine as engines
from forkreel.model.house import mnn_network
from forkreel.model.house.engine import Engine, fastest
from forkreel.model.house.figure_knobs import FIGURES, knobs
from forkreel.model.house.parts import Parts
from forkreel.model.house.setting import Setting
from forkreel.model.house.standing import share_of
from forkreel.model.house.tensors import tensors

SETTINGS = (
    Setting(),
    Setting(place="harbour", other="village", presence=0.7, pan=0.3, hour=21.0, lantern=1.0),
    Setting(place="studio", turn=0.3, season=0.6, haze=0.8),
)


@pytest.fixture(scope="module")
def parts():
    loaded = Parts.load()
    parts = loaded.planes.unpack(), loaded.view, loaded.figures
    return tuple(part.float().eval().requires_grad_(False) for part in parts)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def cache(home, monkeypatch):
    pytest.importorskip("MNN", reason="MNN is for Linux on x86-64")
    monkeypatch.setenv("XDG_CACHE_HOME", str(home))
    return home / "forkreel" / "networks"


def same(cut, other):
    """Whether two cuts are the same to the bit."""
    figures = zip(cut.figures, other.figures, strict=True)
    return all(np.array_equal(a, b) for a, b in zip(cut[:3], other[:3], strict=True)) and all(
        np.array_equal(a.fields, b.fields) and np.array_equal(a.colours, b.colours) for a, b in figures
    )


@pytest.mark.parametrize(
    ("kind", "field_error", "colour_error"),
    [("OpenVINO", 1e-3, 1e-4), ("OpenVINO bf16", 0.3, 0.02), ("MNN", 1e-3, 1e-4)],
)
def test_papers_are_cut_as_the_network_says_on_every_processor(parts, cache, kind, field_error, colour_error):
    planes, view, figures = parts
    engine = Engine(*parts, streams=2, kind=kind)
    assert engine.kind == kind
    for setting in SETTINGS:
        camera, scene = tensors([setting])
        with torch.inference_mode():
            fields, colours, sky = view(*planes(camera), scene)
        papers, paints, open_sky, standing = engine.cut(setting)
        assert papers.shape == (8, 144, 256)
        assert paints.shape == (9, 3, 72, 128)
        assert open_sky.shape == (72, 128)
        assert np.abs(papers - fields[0].numpy()).mean() < field_error
        assert np.abs(paints - colours[0].numpy()).mean() < colour_error
        assert np.abs(open_sky - torch.sigmoid(sky[0, 0]).numpy()).mean() < colour_error
        there = [name for name in FIGURES if share_of(name, setting) > 0]
        assert len(standing) == len(there)
        for name, figure in zip(there, standing, strict=True):
            with torch.inference_mode():
                fields, colours = getattr(figures, name)(*knobs(name, [setting]))
            assert np.abs(figure.fields - fields[0].numpy()).mean() < field_error
            assert np.abs(figure.colours - colours[0].numpy()).mean() < colour_error


def test_the_engine_is_chosen_by_what_the_processor_has(monkeypatch):
    for bf16, capability, kind in (
        (True, "AVX512", "OpenVINO bf16"),
        (False, "AVX512", "OpenVINO"),
        (False, "AVX2", "MNN"),
        (False, "DEFAULT", "OpenVINO"),
    ):
        monkeypatch.setattr(engines, "has_bf16", lambda bf16=bf16: bf16)
        monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda capability=capability: capability)
        assert fastest() == kind


@pytest.mark.parametrize("kind", ["OpenVINO", "MNN"])
def test_papers_cut_beside_others_are_those_cut_alone_to_the_bit(parts, cache, kind):
    engine = Engine(*parts, streams=2, kind=kind)
    alone = [engine.cut(setting) for setting in SETTINGS]
    with ThreadPoolExecutor(3) as painters:  # one more than there are streams
        beside = list(painters.map(engine.cut, SETTINGS * 4))
    assert all(same(cut, again) for cut, again in zip(alone * 4, beside, strict=True))


def test_without_mnn_openvino_paints_and_the_log_says_so(parts, monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "MNN", None)
    with caplog.at_level(logging.WARNING):
        engine = Engine(*parts, streams=1, kind="MNN")
    assert engine.kind == "OpenVINO"
    assert "more slowly" in caplog.text
    assert "MNN" in caplog.text
    assert engine.cut(Setting())[0].shape == (8, 144, 256)


def test_mnn_leaves_stdout_to_commands_and_converts_once(parts, cache, monkeypatch, capfd):
    for kept in cache.glob("*"):
        kept.unlink()
    first = Engine(*parts, streams=1, kind="MNN").cut(SETTINGS[1])
    assert len(list(cache.iterdir())) == 4  # the stage, and a network for each figure
    monkeypatch.setattr(mnn_network, "_convert", None)
    again = Engine(*parts, streams=1, kind="MNN").cut(SETTINGS[1])
    assert same(first, again)
    assert capfd.readouterr().out == ""


def test_a_network_that_cannot_be_read_is_made_anew_the_next_time(parts, cache, caplog):
    Engine(*parts, streams=1, kind="MNN")
    kept = max(cache.iterdir(), key=lambda network: network.stat().st_size)
    kept.write_bytes(kept.read_bytes()[:100_000])
    assert Engine(*parts, streams=1, kind="MNN").kind == "OpenVINO"
    assert str(kept) in caplog.text
    assert Engine(*parts, streams=1, kind="MNN").kind == "MNN"


def test_mnn_paints_where_nothing_can_be_kept(parts, cache, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert Engine(*parts, streams=1, kind="MNN").kind == "MNN"
