"""Tiny video checkpoints of the real classes, filmed by the code that plays the real ones."""

import shutil
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="checkpoints are filmed with torch")

import torch
from tests.helpers.checkpoints import checkpoint

from forkreel.errors import AxisError, ModelError, OutOfMemory, PromptError
from forkreel.model.checkpoint.reel import Past
from forkreel.model.checkpoint.video import VideoModel
from forkreel.model.registry import open_model

SIZE = (64, 64)
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return checkpoint(tmp_path_factory.mktemp("films") / "helios", "helios")


@pytest.fixture(scope="module")
def model(folder):
    torch.set_num_threads(1)  # so small a model has no work for two
    opened = open_model(str(folder), size=SIZE)
    yield opened
    opened.close()


def test_a_film_goes_on_for_as_long_as_it_is_asked_to(model):
    take, fox, lake = model.take(SIZE), model.point("a fox", {}, 1), model.point("a lake at night", {}, 1)
    count = model.chunk_frames
    frames = np.concatenate([take.paint([fox] * count), take.paint([lake] * 2 * count)])
    assert frames.shape == (3 * count, 64, 64, 3)
    assert frames.dtype == np.uint8
    assert all(chunk.std() > 1 for chunk in np.split(frames, 3))
    alone = model.take(SIZE)
    unchanged = alone.paint([fox] * 3 * count)
    assert np.array_equal(frames[: 2 * count], unchanged[: 2 * count]), "the picture follows by one chunk"
    assert not np.array_equal(frames[2 * count :], unchanged[2 * count :])
    for each in (take, alone):
        each.close()


def test_a_take_goes_on_from_its_snapshot_and_so_does_its_fork(model):
    take, point, count = model.take(), model.point("a fox", {}, 3), model.chunk_frames
    assert take.snapshot() == b""
    take.paint([point] * (count + 5))
    snapshot, fork = take.snapshot(), take.fork()
    rest = take.paint([point] * count)
    assert np.array_equal(rest, fork.paint([point] * count))
    take.restore(snapshot)
    assert np.array_equal(rest, take.paint([point] * count))
    with pytest.raises(ModelError, match="no snapshot"):
        take.restore(b"something else")
    take.restore(b"")
    assert np.array_equal(take.paint([point]), model.take().paint([point]))
    for each in (take, fork):
        each.close()


def test_what_a_take_remembers_does_not_grow(model):
    point, past, sizes = model.point("a fox", {}, 1), Past(), []
    for _ in range(5):
        past = model.film(point, past, "draft").past
        sizes.append(past.latents.shape[2])
    assert sizes == [10, 19, 20, 20, 20], "the first latent frame, and the last nineteen at most"
    assert past.chunks == 5


def test_seed_and_words_decide(model):
    def film(prompt, seed):
        return model.film(model.point(prompt, {}, seed), Past(), "full").frames

    first = film("a fox", 1)
    assert np.array_equal(first, film(" a fox ", 1))
    assert not np.array_equal(first, film("a fox", 2))
    assert not np.array_equal(first, film("a crow", 1))


def test_what_cannot_be_filmed_is_said(model, monkeypatch):
    with pytest.raises(AxisError, match="no axis 'hour'"):
        model.point("a fox", {"hour": 3.0}, 0)
    with pytest.raises(PromptError, match="is empty"):
        model.point("  ", {}, 0)
    with pytest.raises(PromptError, match="no more than 128 tokens"):
        model.point("a fox " * 60, {}, 0)
    with pytest.raises(ModelError, match="not 100x100"):
        model.take((100, 100))
    with pytest.raises(ModelError, match="is open for 64x64"):
        model.take((128, 128))
    take, point = model.take(), model.point("a fox", {}, 1)
    with monkeypatch.context() as short:
        short.setattr(
            model._pipeline.transformer, "forward", lambda **_: (_ for _ in ()).throw(torch.OutOfMemoryError("no"))
        )
        with pytest.raises(OutOfMemory, match="no memory"):
            take.paint([point])
    assert take.paint([point]).std() > 1, "it goes on when there is memory again"
    take.close()


def test_a_checkpoint_that_is_not_distilled_is_refused(folder, tmp_path):
    slow = Path(shutil.copytree(folder, tmp_path / "slow"))
    index = slow / "model_index.json"
    index.write_text(index.read_text().replace('"is_distilled": true', '"is_distilled": false'))
    with pytest.raises(ModelError, match="too many to be live"):
        open_model(str(slow), size=SIZE)


def test_without_accelerate_it_says_what_to_install(folder, monkeypatch):
    monkeypatch.setattr("forkreel.model.checkpoint.video.find_spec", lambda name: None)
    with pytest.raises(ModelError, match=r"pip install 'forkreel\[video\]'"):
        VideoModel.open("x", folder, SIZE)


def test_warming_films_once(folder):
    opened = VideoModel.open("x", folder, SIZE)
    opened.warm()
    opened.close()


@pytest.mark.gpu
def test_films_run_in_half_precision_on_cuda(folder):
    if not torch.cuda.is_available():
        pytest.skip("there is no CUDA here")
    opened = open_model(str(folder), size=SIZE)
    take = opened.take()
    assert take.paint([opened.point("a fox", {}, 1)] * 40).std() > 1
    take.close()
    opened.close()
