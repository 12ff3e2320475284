"""Tiny checkpoints of the real classes, loaded and painted by the code that plays the real ones."""

import json
import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

pytest.importorskip("torch", reason="checkpoints are painted with torch")

import torch
from tests.helpers.checkpoints import KINDS, checkpoint

from forkreel.cli import main
from forkreel.director import Move
from forkreel.errors import AxisError, MissingWeights, ModelError, OutOfMemory, PromptError, UnknownModel
from forkreel.latent import LatentPoint, Walker
from forkreel.model.checkpoint.checkpoint import CheckpointModel
from forkreel.model.registry import open_model

SIZE = (256, 256)
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("checkpoints")
    return {kind: checkpoint(root / kind, kind, taesd=kind == "sdxl") for kind in KINDS}


@pytest.fixture(scope="module", params=KINDS)
def model(request, folders):
    opened = open_model(str(folders[request.param]), size=SIZE)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def sd(folders):
    opened = open_model(str(folders["sd"]), size=(64, 64))
    yield opened
    opened.close()


@pytest.fixture
def copied(folders, tmp_path) -> Path:
    return Path(shutil.copytree(folders["sd"], tmp_path / "model"))


def test_every_family_paints_what_the_walker_walks_through(model):
    start, goal = model.point("a fox", {}, 1), model.point("a lake at night", {}, 2)
    walker = Walker(model.space, 24, start)
    walker.begin(Move("", {}, 5), goal, None, 1)
    take = model.take(SIZE)
    frames = np.stack([take.paint([walker.at(frame)])[0] for frame in range(7)])
    assert frames.shape == (7, 256, 256, 3)
    assert frames.dtype == np.uint8
    assert frames.std() > 1
    assert np.array_equal(frames[5], frames[6])  # it has arrived
    assert all(not np.array_equal(a, b) for a, b in pairwise(frames[:6]))
    assert np.array_equal(frames[5], take.paint([goal])[0])
    take.close()


def test_the_same_words_and_seed_are_the_same_point_and_picture(model):
    point = model.point("a fox", {}, 3)
    assert point == model.point(" a fox ", {}, 3)
    assert point != model.point("a fox", {}, 4)
    assert point != model.point("a crow", {}, 3)
    first, second = model.take(), model.take()
    assert np.array_equal(first.paint([point]), second.paint([point]))
    first.close()
    second.close()


def test_a_draft_is_a_picture_too(model):
    take = model.take()
    take.quality = "draft"
    assert take.paint([model.point("a fox", {}, 3)]).shape == (1, 256, 256, 3)
    take.close()


@pytest.mark.gpu
@pytest.mark.parametrize("kind", KINDS)
def test_every_family_paints_in_half_precision_on_cuda(folders, kind):
    if not torch.cuda.is_available():
        pytest.skip("there is no CUDA here")
    opened = open_model(str(folders[kind]), size=SIZE)
    opened.warm()
    take = opened.take()
    point = opened.point("a fox", {}, 1)
    picture = take.paint([point])
    assert picture.std() > 1
    assert np.array_equal(picture, take.paint([point]))
    take.close()
    opened.close()


def test_a_small_decoder_in_the_folder_takes_the_place_of_the_large_one(folders):
    from diffusers import AutoencoderKL, AutoencoderTiny

    small, large = (CheckpointModel.open("x", folders[kind], (64, 64)) for kind in ("sdxl", "sd"))
    assert isinstance(small._decoder, AutoencoderTiny)
    assert isinstance(large._decoder, AutoencoderKL)


def test_where_the_denoiser_is_slow_the_decoder_fills_in_between_keys(folders):
    opened = CheckpointModel.open("x", folders["sd"], (64, 64), stride=4)
    start, goal = opened.point("a fox", {}, 1), opened.point("a lake", {}, 2)
    points = [start] * 4 + [goal] * 12
    take = opened.take()
    frames = [take.paint([point])[0].astype(int) for point in points]
    alone = CheckpointModel.open("x", folders["sd"], (64, 64), stride=1)
    first, last = (alone.take().paint([point])[0].astype(int) for point in (start, goal))
    assert np.array_equal(frames[0], first)
    assert np.array_equal(frames[-1], last)
    steps = [np.abs(b - a).mean() for a, b in pairwise(frames)]
    assert sum(step > 0 for step in steps) == 4
    assert max(steps) < 0.6 * np.abs(last - first).mean()
    again = opened.take()
    assert np.array_equal(frames, again.paint(points))
    for each in (take, again):
        each.close()


def test_a_take_goes_on_from_its_snapshot_and_so_does_its_fork(folders):
    opened = CheckpointModel.open("x", folders["sd"], (64, 64), stride=3)
    points = [opened.point("a fox", {}, seed) for seed in range(11)]
    take = opened.take()
    assert take.snapshot() == b""
    take.paint(points[:5])
    snapshot, fork = take.snapshot(), take.fork()
    rest = take.paint(points[5:])
    assert np.array_equal(rest, fork.paint(points[5:]))
    take.restore(snapshot)
    assert np.array_equal(rest, take.paint(points[5:]))
    with pytest.raises(ModelError, match="no snapshot"):
        take.restore(b"something else")
    take.restore(b"")
    assert np.array_equal(take.paint(points[:1]), opened.take().paint(points[:1]))
    for each in (take, fork):
        each.close()


def test_warming_measures_how_often_to_denoise(folders):
    opened = CheckpointModel.open("x", folders["sd"], (64, 64), fps=100_000)
    assert opened.stride == 1
    opened.warm()
    assert opened.stride > 1


def test_no_memory_is_said_and_the_take_is_as_it_was(folders, monkeypatch):
    opened = CheckpointModel.open("x", folders["sd"], (64, 64), stride=2)
    take, point = opened.take(), opened.point("a fox", {}, 1)
    picture = take.paint([point])
    forward = opened._denoiser.forward

    def short(*args, **kwargs):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(opened._denoiser, "forward", short)
    assert np.array_equal(take.paint([point] * 3)[-1], picture[0])  # to the last frame of the second key
    with pytest.raises(OutOfMemory, match="no memory for a picture by x"):
        take.paint([point])
    monkeypatch.setattr(opened._denoiser, "forward", forward)
    assert np.array_equal(take.paint([point]), picture)
    take.close()


@pytest.mark.parametrize("size", [(64, 60), (32, 32), (8192, 8192), (0, 0)])
def test_a_size_that_cannot_be_painted_is_refused(folders, size):
    with pytest.raises(
        ModelError, match=r"paints multiples of 8 from 64 pixels on, up to 4096x2304 in all, not \d+x\d+"
    ):
        open_model(str(folders["sd"]), size=size)


def test_a_size_it_was_not_opened_for_is_refused(sd):
    with pytest.raises(ModelError, match="open for 64x64, not 128x64"):
        sd.take((128, 64))


def test_an_axis_is_refused(sd):
    with pytest.raises(AxisError, match="no axis 'haze'"):
        sd.point("a fox", {"haze": 0.2}, 0)


@pytest.mark.parametrize(
    ("prompt", "words"),
    [("", "the prompt is empty"), (" \n", "the prompt is empty"), ("a red fox " * 30, "300 char|299 char"),
     ("x" * 100_000, r"100000 characters, .* no more than 77 tokens .* begins 'xxxx")],
)  # fmt: skip
def test_an_empty_or_very_long_prompt_is_refused(sd, prompt, words):
    with pytest.raises(PromptError, match=words):
        sd.point(prompt, {}, 0)


def test_pickled_weights_are_refused_even_with_all_else_in_place(copied):
    (copied / "unet" / "diffusion_pytorch_model.safetensors").unlink()
    (copied / "unet" / "diffusion_pytorch_model.bin").write_bytes(b"\x80\x04.")
    with pytest.raises(UnknownModel, match=r"diffusion_pytorch_model\.bin is pickled, .* only safetensors"):
        open_model(str(copied))


@pytest.mark.parametrize("part", ["unet", "vae", "text_encoder", "tokenizer", "scheduler"])
def test_a_missing_part_is_named(copied, part):
    shutil.rmtree(copied / part)
    with pytest.raises(MissingWeights, match=f"lacks the part {part}"):
        open_model(str(copied))


def test_a_part_without_weights_is_named(copied):
    (copied / "vae" / "diffusion_pytorch_model.safetensors").unlink()
    with pytest.raises(MissingWeights, match="lacks the weights of its part vae"):
        open_model(str(copied))


@pytest.mark.parametrize("broken", [b"", b"not safetensors at all"])
def test_broken_weights_are_a_sentence(copied, broken):
    (copied / "unet" / "diffusion_pytorch_model.safetensors").write_bytes(broken)
    with pytest.raises(ModelError, match="cannot be loaded as Stable Diffusion"):
        open_model(str(copied))


def test_a_safety_checker_that_is_not_there_is_not_missed(copied):
    index = json.loads((copied / "model_index.json").read_text())
    index["safety_checker"] = ["stable_diffusion", "StableDiffusionSafetyChecker"]
    (copied / "model_index.json").write_text(json.dumps(index))
    opened = open_model(str(copied), size=(64, 64))
    assert opened.take().paint([opened.point("a fox", {}, 0)]).shape == (1, 64, 64, 3)


def test_still_paints_with_a_checkpoint(folders, tmp_path):
    arguments = ["still", "a fox", "--model", str(folders["sd"]), "--size", "128x64", "-o", str(tmp_path / "x.png")]
    done = CliRunner().invoke(main, arguments)
    assert done.output.strip().endswith("x.png: 128x64")


def test_a_point_holds_noise_of_unit_variance_and_the_embeddings(model):
    point = model.point("a fox", {}, 0)
    assert isinstance(point, LatentPoint)
    assert 0.8 < point["noise"].std() < 1.2
    assert {part.name: part.shape for part in model.space.components} == {name: a.shape for name, a in point.items()}
