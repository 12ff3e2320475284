import json
from collections.abc import Mapping
from pathlib import Path

import numba
import numpy as np
import pytest
import torch
from click.testing import CliRunner
from PIL import Image

from forkreel.atelier.distil.source import Frames, Painted, open_painter
from forkreel.atelier.distil.training import CHECKPOINT, Course, distil, spoken
from forkreel.atelier.evaluation.likeness import psnr
from forkreel.cli import main
from forkreel.errors import AxisError, MissingWeights, ModelError
from forkreel.model.learned.axes import AxisValue, Declared, point_of, space_of
from forkreel.model.learned.learned import LearnedModel
from forkreel.model.registry import open_model

TINY = Course(steps=40, batch=4, peak_rate=5e-3, channels=32, depth=3, times=2, kept_every=20)


@pytest.fixture(autouse=True)
def one_thread():
    """Threads that wait for each other take minutes on a machine that does something else, too."""
    before = torch.get_num_threads(), numba.get_num_threads()
    torch.set_num_threads(1)
    numba.set_num_threads(1)
    yield
    torch.set_num_threads(before[0])
    numba.set_num_threads(before[1])


class Disc:
    """A disc that moves, on a ground that brightens."""

    axes = (
        Declared("x", meaning="where the disc is, left to right"),
        Declared("colour", labels=("red", "blue"), meaning="of the disc"),
        Declared("light", 0.0, 360.0, turns=True, default=0.0, meaning="the time of day, once round"),
    )

    def paint(self, axes: Mapping[str, AxisValue], size: tuple[int, int]) -> np.ndarray:
        width, height = size
        ys, xs = np.mgrid[:height, :width]
        ground = 120 + 80 * np.cos(np.radians(float(axes["light"])))
        picture = np.full((height, width, 3), ground, np.uint8)
        middle = (0.2 + 0.6 * float(axes["x"])) * width
        picture[np.hypot(xs - middle, ys - height / 2) < height / 4] = (
            (220, 40, 30) if axes["colour"] == "red" else (30, 60, 220)
        )
        return picture

    def caption(self, axes: Mapping[str, AxisValue]) -> str:
        return (
            f"a {axes['colour']} disc on the {'left' if float(axes['x']) < 0.4 else 'right'}"
            if axes["x"] != 0.5
            else ""
        )


def write_frames(folder: Path, count: int = 24) -> Path:
    disc, lines = Disc(), []
    for n in range(count):
        axes = {"x": n / (count - 1), "colour": "red" if n % 2 else "blue", "light": (n * 37.0) % 360}
        Image.fromarray(disc.paint(axes, (160, 90))).save(folder / f"{n:03}.png")
        lines.append(json.dumps({"file_name": f"{n:03}.png", "prompt": disc.caption(axes), "axes": axes}))
    (folder / "metadata.jsonl").write_text("\n".join(lines))
    (folder / "axes.json").write_text(json.dumps({"light": {"low": 0, "high": 360, "turns": True}}))
    return folder


def losses(said: list[str]) -> list[float]:
    return [float(line.split("loss ")[1].split(",")[0]) for line in said if "loss" in line]


def test_a_painter_is_distilled_into_a_model_that_plays_and_obeys(tmp_path: Path):
    said: list[str] = []
    assert distil(Painted(Disc()), tmp_path, TINY, said.append)
    assert losses(said)[-1] < 0.95 * losses(said)[0]
    assert sorted(sheet.name for sheet in (tmp_path / "training").glob("*.png")) == [
        "sample-000020.png", "sample-000040.png",
    ]  # fmt: skip
    model = open_model(str(tmp_path))
    assert isinstance(model, LearnedModel)
    axes: dict[str, AxisValue] = {"x": 0.8, "colour": "red", "light": 10.0}
    take = model.take((256, 144))
    painted = take.paint([model.point("", axes, 0)])[0]
    assert psnr(painted, Disc().paint(axes, (256, 144))) > psnr(
        painted, Disc().paint({**axes, "light": 180.0}, (256, 144))
    )
    assert np.array_equal(painted, take.fork().paint([model.point("", axes, 5)])[0])
    assert model.space.scalars(model.point("", axes, 0))["light"] == pytest.approx(10.0)
    take.quality = "draft"
    other = model.point("", {**axes, "light": 180.0}, 0)
    drafts = take.paint([other, model.point("", axes, 0), other])
    assert np.array_equal(drafts[0], drafts[1])
    assert model.take().size == (512, 288)
    with pytest.raises(ModelError, match="whole multiples of 64 across and 36 down"):
        model.take((500, 288))
    with pytest.raises(AxisError, match="no axis 'y'; it has colour, light, x"):
        model.point("", {"y": 1.0}, 0)
    model.close()


def test_a_folder_of_frames_is_learned_through_the_command_and_a_kill_and_played_by_still(tmp_path: Path):
    frames, output = write_frames(tmp_path), tmp_path / "model"
    common = ["train", "--data", str(frames), "-o", str(output)]
    first = CliRunner().invoke(main, [*common, "--steps", "3", "--minutes", "0.000001"], catch_exceptions=False)
    assert "the same command goes on from" in first.output
    assert torch.load(output / CHECKPOINT, weights_only=True)["step"] == 1
    second = CliRunner().invoke(main, [*common, "--steps", "3"], catch_exceptions=False)
    assert "going on from step 1" in second.output
    assert "median PSNR" in second.output
    still = ["still", "the red one, left", "--axis", "light=90", "--model", str(output), "--size", "256x144"]
    painted = CliRunner().invoke(main, [*still, "-o", str(tmp_path / "x.png")], catch_exceptions=False)
    assert painted.exit_code == 0, painted.output
    with Image.open(tmp_path / "x.png") as picture:
        assert picture.size == (256, 144)
    model = open_model(str(output))
    point = model.point("a red disc, left", {}, 0)
    assert point["colour"].tolist() == [0.0, 1.0]
    assert float(point["x"]) < 0.4
    model.close()


def test_a_training_of_other_axes_is_not_gone_on_with(tmp_path: Path):
    class Other(Disc):
        axes = (*Disc.axes, Declared("y"))

    distil(Painted(Disc()), tmp_path, Course(steps=1, batch=1, channels=32, depth=1, times=2), lambda _: None)
    with pytest.raises(ModelError, match="of a training with other axes"):
        distil(Painted(Other()), tmp_path, TINY, lambda _: None)


def test_frames_imply_their_axes_and_every_tenth_is_held_out(tmp_path: Path):
    frames = Frames(write_frames(tmp_path))
    assert [axis.name for axis in frames.axes] == ["x", "colour", "light"]
    assert frames.axes[1].labels == ("blue", "red")
    assert frames.axes[2].turns
    assert frames.grid == (64, 36)
    held = {float(frames.example(n, (64, 36), held_out=True).axes["x"]) for n in range(6)}
    learned = {float(frames.example(n, (64, 36)).axes["x"]) for n in range(200)}
    assert not held & learned
    assert len(held) == 3
    assert len(learned) == 21


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 25: no JSON"),
        ('{"file_name": "000.png"}', 'line 25: {"file_name": ..., "prompt": ..., "axes": {...}} is wanted'),
        ('{"file_name": "x.png", "axes": {}}', "line 25: there is no file x.png"),
        ('{"file_name": "../../etc/hostname", "axes": {}}', "line 25: there is no file"),
        ('{"file_name": "000.png", "axes": {"x": 1}}', "line 25: has the axes x; line 1 has x, colour, light"),
        ('{"file_name": "000.png", "axes": {"x": null, "colour": "red", "light": 1}}', "a number or a word, not None"),
        ('{"file_name": "000.png", "axes": {"x": "far", "colour": "red", "light": 1}}', "a number in some lines and a"),
        ('{"file_name": "000.png", "axes": {"x": 1, "colour": "red", "light": 999}}', "goes from 0 to 360, not to 999"),
    ],
)
def test_metadata_that_cannot_be_learned_from_is_told_with_its_line(tmp_path: Path, line: str, message: str):
    with (write_frames(tmp_path) / "metadata.jsonl").open("a") as metadata:
        metadata.write("\n" + line)
    with pytest.raises(ModelError) as told:
        Frames(tmp_path)
    assert message in str(told.value)


def test_a_folder_without_frames_enough_and_a_frame_that_is_no_picture_are_refused(tmp_path: Path):
    with pytest.raises(ModelError, match="cannot be read"):
        Frames(tmp_path)
    write_frames(tmp_path, 8)
    with pytest.raises(ModelError, match="tells of 8 frames; at least 20 are needed"):
        Frames(tmp_path)
    (write_frames(tmp_path) / "010.png").write_text("no picture")
    frames = Frames(tmp_path)
    with pytest.raises(ModelError, match=r"line 11: .*010.png is no picture"):
        frames.example(1, (64, 36), held_out=True)


def test_a_painter_is_found_in_the_working_directory_and_what_is_none_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    Path("brushes.py").write_text("class Empty: pass\nclass Wrong:\n axes = ()\n paint = caption = None\n")
    with pytest.raises(ModelError, match="is no painter: it lacks axes, paint, caption"):
        open_painter("brushes:Empty")
    with pytest.raises(ModelError, match="declares no axes"):
        Painted(open_painter("brushes:Wrong"))
    with pytest.raises(ModelError, match="there is no painter brushes:Nobody"):
        open_painter("brushes:Nobody")
    with pytest.raises(ModelError, match="MODULE:CLASS"):
        open_painter("brushes")

    class Grey(Disc):
        def paint(self, axes: Mapping[str, AxisValue], size: tuple[int, int]) -> np.ndarray:
            return np.zeros((4, 4), np.uint8)

    with pytest.raises(ModelError, match=r"the painter gave uint8 \(4, 4\) for a picture of uint8 \(36, 64, 3\)"):
        Painted(Grey()).example(0, (64, 36))


def test_an_axis_that_is_none_is_refused_and_a_point_holds_what_was_asked():
    with pytest.raises(ModelError, match="'2x' is no name of an axis"):
        Declared("2x")
    with pytest.raises(ModelError, match="high must be more than low"):
        Declared("x", 1.0, 1.0)
    point = point_of(Disc.axes, {"x": 0.25, "light": 90.0})
    assert (float(point["x"]), float(point["light"]), point["colour"].tolist()) == (0.25, 0.25, [1.0, 0.0])
    assert [part.interpolation for part in space_of(Disc.axes).components] == ["linear", "linear", "circular"]


def test_a_prompt_speaks_of_the_axes_in_which_its_pictures_agree():
    prompts = Painted(Disc()).prompts()
    means = {str(one["text"]): one["axes"] for one in spoken(Disc.axes, prompts)}
    assert set(means) == {"a red disc on the left", "a red disc on the right", "a blue disc on the left",
                          "a blue disc on the right"}  # fmt: skip
    left = means["a red disc on the left"]
    assert isinstance(left, dict)
    assert left["colour"] == "red"
    assert "light" not in left


def test_a_folder_whose_weights_are_gone_says_so(tmp_path: Path):
    distil(Painted(Disc()), tmp_path, Course(steps=1, batch=1, channels=32, depth=1, times=2), lambda _: None)
    (tmp_path / "view" / "diffusion_pytorch_model.safetensors").unlink()
    with pytest.raises(MissingWeights, match="lacks the weights of its part view"):
        open_model(str(tmp_path))
