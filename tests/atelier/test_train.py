from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("skia", reason="the painter is the extra `train`")

import torch
from safetensors.torch import load_file

from forkreel.atelier.captions import caption
from forkreel.atelier.phrases import PHRASES, say, ways
from forkreel.atelier.train import CHECKPOINT, Plan, begin_with, train
from forkreel.errors import ModelError
from forkreel.model.house import HouseModel
from forkreel.model.house.house import WEIGHTS
from forkreel.model.house.planes import HousePlanes
from forkreel.model.house.reader import ROWS
from forkreel.model.house.view import HouseView

TINY = Plan(steps=4, batch=2, fine_share=0.5, captions=400)


def test_a_killed_training_goes_on_where_it_was_and_writes_a_model_that_paints(tmp_path: Path):
    said: list[str] = []
    assert not train(tmp_path, TINY, said.append, minutes=1e-9)
    assert torch.load(tmp_path / CHECKPOINT, weights_only=True)["step"] == 1
    assert train(tmp_path, TINY, said.append)
    assert "going on from step 1" in said
    model = HouseModel.open(tmp_path)
    assert model.take((256, 144)).paint([model.point("a fox", {}, 0)]).shape == (1, 144, 256, 3)
    model.close()


def test_training_can_begin_with_a_model_and_refuses_one_that_does_not_fit(tmp_path: Path):
    planes, view = HousePlanes(), HouseView()
    begin_with(WEIGHTS, planes, view)
    shipped = load_file(WEIGHTS / "view" / "diffusion_pytorch_model.safetensors")
    assert torch.equal(view.head.bias.half(), shipped["head.bias"])
    with pytest.raises(ModelError, match="cannot begin with"):
        train(tmp_path / "new", TINY, start=tmp_path)


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
