"""Stories told into folders: every file is opened again, and says what `package.json` says of it."""

from __future__ import annotations

import json
import wave
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from forkreel.cli import main
from forkreel.model.testcard import decode
from forkreel.render.captions import subrip, webvtt
from forkreel.stage.messages import Caption
from tests.helpers.serving import CROSSROADS


def render(folder: Path, *more: str, story: Path = CROSSROADS) -> Any:
    return CliRunner().invoke(main, ["render", str(story), "--model", "testcard", "-o", str(folder), *more])


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("told") / "package"
    result = render(folder, "--pick", "left", "--size", "256x144", "--seed", "5")
    assert result.exit_code == 0, result.output
    return folder, json.loads((folder / "package.json").read_text())


def test_the_film_has_every_frame_of_the_telling_in_order(package: tuple[Path, dict[str, Any]]) -> None:
    folder, about = package
    with av.open(str(folder / about["film"])) as film:
        frames = [decode(frame.to_ndarray(format="rgb24")).frame for frame in film.decode(video=0)]
    assert frames == list(range(about["frames"]))


def test_the_sound_is_as_long_as_the_film_and_is_heard(package: tuple[Path, dict[str, Any]]) -> None:
    folder, about = package
    with wave.open(str(folder / about["sound"])) as sound:
        assert (sound.getnchannels(), sound.getframerate()) == (2, 48_000)
        assert sound.getnframes() == about["frames"] * 2000
        assert np.abs(np.frombuffer(sound.readframes(sound.getnframes()), "<i2")).max() > 1000


def test_the_pick_leads_where_the_package_says(package: tuple[Path, dict[str, Any]]) -> None:
    folder, about = package
    (pick,) = about["picks"]
    assert pick["pick"] == "left"
    asked = next(one for one in about["overlays"] if one["kind"] == "ask")
    assert asked["start_frame"] < pick["frame"] == asked["end_frame"]
    assert about["ending"]
    assert next(still["scene"] for still in about["stills"]) == "fork"
    for still in about["stills"]:
        with Image.open(folder / still["file"]) as picture:
            assert picture.size == (256, 144)


def test_overlays_are_see_through_but_for_what_they_say(package: tuple[Path, dict[str, Any]]) -> None:
    folder, about = package
    assert {one["kind"] for one in about["overlays"]} >= {"title", "ask", "ending"}
    for one in about["overlays"]:
        assert one["start_frame"] < one["end_frame"] <= about["frames"] + 72, one
        with Image.open(folder / one["file"]) as picture:
            cover = np.asarray(picture)[..., 3]
        assert (picture.size, picture.mode) == ((256, 144), "RGBA")
        assert 0.003 < (cover > 0).mean() < 0.5, one


def test_two_tellings_are_the_same_and_another_pick_is_another_film(
    package: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    folder, about = package
    assert render(tmp_path / "again", "--pick", "left", "--size", "256x144", "--seed", "5").exit_code == 0
    assert (tmp_path / "again" / "package.json").read_text() == (folder / "package.json").read_text()
    assert (tmp_path / "again" / "sound.wav").read_bytes() == (folder / "sound.wav").read_bytes()
    assert render(tmp_path / "other", "--pick", "right", "--size", "256x144").exit_code == 0
    assert json.loads((tmp_path / "other" / "package.json").read_text())["stills"] != about["stills"]


def test_captions_are_written_as_players_read_them() -> None:
    captions = [Caption(None, "At dusk.", 0, 36), Caption("The <b>Fox", "1 < 2 & 3", 87_000, 87_012)]
    assert webvtt(captions, 24) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nAt dusk.\n\n"
        "01:00:25.000 --> 01:00:25.500\n<v The &lt;b&gt;Fox>1 &lt; 2 &amp; 3\n"
    )
    assert subrip(captions, 24).splitlines()[-3:] == ["2", "01:00:25,000 --> 01:00:25,500", "The <b>Fox: 1 < 2 & 3"]


def test_what_cannot_be_told_says_why_and_writes_over_nothing(
    package: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    folder, _ = package
    for said, result in (
        ("is not empty", render(folder)),
        ("'up' is not on offer", render(tmp_path / "up", "--pick", "up")),
        ("ended before it was asked for right", render(tmp_path / "much", "--pick", "left,rest,right")),
        ("cannot be written", render(Path("/proc/nowhere"))),
        ("after 2 s the story has not ended", render(tmp_path / "long", "--minutes", "0.03")),
        ("no-such.yaml", render(tmp_path / "none", story=tmp_path / "no-such.yaml")),
    ):
        assert result.exit_code == 2, result.output
        assert said in result.stderr
        assert "Traceback" not in result.stderr
