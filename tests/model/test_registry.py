import json
import subprocess
import sys
from pathlib import Path

import pytest

from forkreel.errors import MissingWeights, UnknownModel
from forkreel.model.registry import open_model


def index(folder: Path, text: str) -> str:
    (folder / "model_index.json").write_text(text)
    return str(folder)


def test_the_test_card_opens_at_the_size_asked_for() -> None:
    assert open_model("testcard").take().size == (512, 288)
    assert open_model("testcard", size=(1024, 576)).take().size == (1024, 576)


def test_the_test_card_opens_without_torch() -> None:
    code = (
        "import sys; from forkreel.model.registry import open_model; open_model('testcard').warm();"
        "sys.exit(any(name in sys.modules for name in ('torch', 'diffusers', 'transformers')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", ["hause", "", "~nobody-here/model", "a\0b", "a/b/c"])
def test_a_name_that_stands_for_nothing_is_told_what_there_is(name: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises((UnknownModel, MissingWeights), match=r"`house` .* `testcard`, .* hub ids of few-step"):
        open_model(name)


def test_a_folder_that_is_not_there_is_missing_weights(tmp_path: Path) -> None:
    with pytest.raises(MissingWeights, match=r"there is no folder .*weights"):
        open_model(str(tmp_path / "weights"))


def test_a_folder_without_an_index_is_missing_weights(tmp_path: Path) -> None:
    with pytest.raises(MissingWeights, match=r"has no model_index\.json"):
        open_model(str(tmp_path))


def test_a_file_is_not_a_model(tmp_path: Path) -> None:
    file = tmp_path / "weights.safetensors"
    file.touch()
    with pytest.raises(UnknownModel, match="is a file"):
        open_model(str(file))


def test_the_folder_of_another_pipeline_is_named(tmp_path: Path) -> None:
    folder = index(tmp_path, json.dumps({"_class_name": "StableVideoDiffusionPipeline"}))
    with pytest.raises(UnknownModel, match=r"pipeline 'StableVideoDiffusionPipeline', which cannot be played; House"):
        open_model(folder)


@pytest.mark.parametrize("text", ["{", "[]", '"HousePipeline"', "\x00"])
def test_an_index_that_is_no_index_is_refused_with_a_sentence(text: str, tmp_path: Path) -> None:
    with pytest.raises(UnknownModel, match=r"model_index\.json"):
        open_model(index(tmp_path, text))


def test_a_hub_id_that_cannot_be_fetched_is_missing_weights(monkeypatch, tmp_path: Path) -> None:
    pytest.importorskip("diffusers")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(MissingWeights, match="the model nobody/nothing is not on this machine and cannot be fetched: "):
        open_model("nobody/nothing")


PLUG_IN = """\
from forkreel.model.testcard import TestCard

class Painted(TestCard):
    name = "painted"

def painted(size, fps):
    return Painted(size or (640, 360), fps)

def broken(size, fps):
    raise OSError("no brush")

def nothing(size, fps):
    return object()
"""


@pytest.fixture
def plug_in(tmp_path: Path, monkeypatch) -> None:
    """A package of somebody else's, as pip leaves it."""
    (tmp_path / "easel.py").write_text(PLUG_IN)
    info = tmp_path / "easel-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: easel\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[forkreel.models]\npainted = easel:painted\nbroken = easel:broken\n"
        "nothing = easel:nothing\ngone = easel:gone\n"
    )
    monkeypatch.syspath_prepend(tmp_path)


@pytest.mark.usefixtures("plug_in")
def test_a_package_of_somebody_elses_adds_a_model() -> None:
    model = open_model("painted")
    assert model.name == "painted"
    take = model.take()
    assert take.paint([model.point("", {}, 0)]).shape == (1, 360, 640, 3)
    assert open_model("painted", size=(512, 288)).take().size == (512, 288)
    with pytest.raises(UnknownModel, match="`painted`"):
        open_model("paimted")


@pytest.mark.usefixtures("plug_in")
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("broken", "'broken' of the package easel cannot be opened: OSError: no brush"),
        ("gone", "'gone' of the package easel cannot be opened: AttributeError"),
        ("nothing", "'nothing' of the package easel lacks name, space, point, take, warm, close"),
    ],
)
def test_a_plug_in_that_does_not_work_is_named(name: str, words: str) -> None:
    with pytest.raises(UnknownModel, match=words):
        open_model(name)
