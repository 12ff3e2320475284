from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("skia", reason="the painter is the extra `train`")

import torch
from safetensors.torch import load_file

from forkreel.atelier.captions import caption
from forkreel.atelier.figures import CHECKPOINT as FIGURES
from forkreel.atelier.figures import FigurePlan, train_figures
from forkreel.atelier.painter import Painter
from forkreel.atelier.phrases import PHRASES, say, ways
from forkreel.atelier.train import CHECKPOINT, Plan, begin_with, beginners, seed_growths, train, write
from forkreel.errors import ModelError
from forkreel.model.house import HouseModel
from forkreel.model.house.figures import HouseFigures
from forkreel.model.house.geometry import GROWTHS
from forkreel.model.house.parts import WEIGHTS
from forkreel.model.house.planes import HousePlanes
from forkreel.model.house.reader import ROWS, PromptReader
from forkreel.model.house.setting import Setting
from forkreel.model.house.tensors import tensors
from forkreel.model.house.turning import SEASONS
from forkreel.model.house.view import HouseView

TINY = Plan(steps=3, batch=2, fine_share=0.33, captions=40, figures=2)  # two small pictures' batches, one of large ones


def test_a_killed_training_goes_on_where_it_was_and_writes_a_model_that_paints(tmp_path: Path):
    said: list[str] = []
    assert not train(tmp_path, TINY, said.append, minutes=1e-9)
    assert torch.load(tmp_path / CHECKPOINT, weights_only=True)["step"] == 1
    assert train(tmp_path, TINY, said.append)
    assert "going on from step 1" in said
    assert torch.load(tmp_path / FIGURES, weights_only=True)["step"] == 2
    model = HouseModel.open(tmp_path)
    assert model.take((256, 144)).paint([model.point("a fox", {}, 0)]).shape == (1, 144, 256, 3)
    model.close()


def test_training_can_begin_with_a_model_and_refuses_one_that_does_not_fit(tmp_path: Path):
    planes, view = beginners()
    begin_with(WEIGHTS, planes, view)
    shipped = load_file(WEIGHTS / "view" / "diffusion_pytorch_model.safetensors")
    assert torch.equal(view.head.bias.half(), shipped["head.bias"])
    with pytest.raises(ModelError, match="cannot begin with"):
        train(tmp_path / "new", TINY, start=tmp_path)


def test_figures_go_on_where_they_were_and_begin_with_those_of_a_model(tmp_path: Path):
    said: list[str] = []
    plan = FigurePlan(steps=2, batch=2, peak_rate=0.0)
    assert train_figures(tmp_path, plan, said.append, minutes=1e-9, start=WEIGHTS) is None
    figures = train_figures(tmp_path, plan, said.append)
    assert "the figures go on from step 1" in said
    shipped = load_file(WEIGHTS / "figures" / "diffusion_pytorch_model.safetensors")
    assert figures is not None
    assert torch.equal(figures.fox.fields.bias.half(), shipped["fox.fields.bias"])
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "diffusion_pytorch_model.safetensors").write_bytes(b"none")
    with pytest.raises(ModelError, match="cannot begin with"):
        train_figures(tmp_path / "new", plan, said.append, start=tmp_path)


def test_a_model_of_another_shape_is_refused_before_anything_is_learned(tmp_path: Path):
    write(tmp_path, beginners()[0], HouseView(fine_channels=60), HouseFigures(), PromptReader(), 8.0)
    with pytest.raises(ModelError, match=r"view.*not shaped as this version's; begin with a model of this version"):
        train(tmp_path / "new", TINY, start=tmp_path)
    write(tmp_path, *beginners(), HouseFigures(), PromptReader(), 8.0)
    (tmp_path / "figures" / "diffusion_pytorch_model.safetensors").write_bytes(b"none")
    with pytest.raises(ModelError, match="figures"):
        train(tmp_path / "new", TINY, start=tmp_path)
    assert not (tmp_path / "new" / CHECKPOINT).exists()


def test_a_model_from_before_seasons_knew_what_grows_is_one_to_begin_with(tmp_path: Path):
    older = HousePlanes(), HouseView()
    write(tmp_path, *older, HouseFigures(), PromptReader(), 8.0)
    planes, view = beginners()
    begin_with(tmp_path, planes, view)
    seed_growths(planes, Painter())
    setting = Setting(place="meadow", season=0.5)
    camera, scene = tensors([setting])
    with torch.inference_mode():
        for old, new in zip(older[1](*older[0](camera), scene), view(*planes(camera), scene), strict=True):
            assert torch.allclose(old, new, atol=0.02)  # a byte a number


def test_leaves_turn_where_leaves_are_and_nowhere_else():
    planes, view = beginners()
    seed_growths(planes, Painter())
    assert view.turning is not None
    with torch.no_grad():
        view.turning.change.weight.view(12, len(SEASONS), 6, len(GROWTHS), 1, 1)[9, 2, :, GROWTHS.index("leaf")] = 5.0

    def red(season: float) -> torch.Tensor:
        camera, scene = tensors([Setting(place="meadow", season=season)])
        with torch.inference_mode():
            return view(*planes(camera), scene)[1][0, :, 0].mean(0)

    turned = red(0.5) - red(0.25)
    leaves = turned > 0.2
    assert 0.02 < leaves.float().mean() < 0.5
    assert turned[:18].abs().max() < 0.05 < turned[18:54].max()  # the sky over the trees has none


def test_every_choice_of_the_reader_has_phrases_and_no_phrase_is_without_a_choice():
    assert {row: set(choices) for row, choices in PHRASES.items()} == {row: set(c) for row, c in ROWS.items()}


def test_a_caption_means_what_it_says():
    rng = np.random.default_rng(1)
    for _ in range(200):
        text, meant = caption(rng)
        assert set(meant) == set(ROWS)
        assert any(way.lower() in text.lower() for phrase in PHRASES["place"][meant["place"]] for way in ways(phrase))


def test_a_phrase_stands_for_all_its_alternatives():
    phrase = "[by|at] the [old |]pond"
    assert set(ways(phrase)) == {"by the old pond", "by the pond", "at the old pond", "at the pond"}
    assert {say(np.random.default_rng(n), phrase) for n in range(40)} == set(ways(phrase))
