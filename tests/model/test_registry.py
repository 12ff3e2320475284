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


@pytest.mark.parametrize("name", ["hause", "stabilityai/sd-turbo", "", "~nobody-here/model", "a\0b"])
def test_a_name_that_stands_for_nothing_is_told_what_there_is(name: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises((UnknownModel, MissingWeights), match=r"`house` .* `testcard`, .* hub ids .* later version"):
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
    folder = index(tmp_path, json.dumps({"_class_name": "StableDiffusionPipeline"}))
    with pytest.raises(UnknownModel, match="names the pipeline 'StableDiffusionPipeline', and only 'HousePipeline'"):
        open_model(folder)


@pytest.mark.parametrize("text", ["{", "[]", '"HousePipeline"', "\x00"])
def test_an_index_that_is_no_index_is_refused_with_a_sentence(text: str, tmp_path: Path) -> None:
    with pytest.raises(UnknownModel, match=r"model_index\.json"):
        open_model(index(tmp_path, text))
