from pathlib import Path

import pytest

from forkreel.story import Playthrough, load
from forkreel.story import clips as clips_module
from forkreel.story.check import check
from forkreel.story.moment import Clip
from tests.story.conftest import Checked, Told


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"RIFF....WAVE" if name.endswith("wav") else b"OggS")


def test_a_moment_carries_its_clips_by_their_paths(told: Told, tmp_path: Path) -> None:
    touch(tmp_path, "creak.wav", "sound/shanty.ogg")
    story = told(
        """
        story: x
        scenes:
          a:
            audio:
              - creak.wav
              - {file: sound/shanty.ogg, loop: true, volume: 0.5, at: 1.5, bus: effects}
            ending: x
        """
    )
    shanty = Clip(str(tmp_path / "sound" / "shanty.ogg"), True, 0.5, 1.5, "effects")
    assert Playthrough.start(story).moment.clips == (Clip(str(tmp_path / "creak.wav")), shanty)


def test_one_clip_needs_no_list(told: Told, tmp_path: Path) -> None:
    touch(tmp_path, "creak.wav")
    story = told("story: x\nscenes: {a: {audio: creak.wav, ending: x}}\n")
    assert Playthrough.start(story).moment.clips == (Clip(str(tmp_path / "creak.wav")),)


def test_the_path_counts_from_the_file_that_names_it(tmp_path: Path) -> None:
    touch(tmp_path, "chapters/rain.ogg", "rain.ogg")
    (tmp_path / "chapters" / "two.yaml").write_text("scenes: {b: {audio: rain.ogg, ending: x}}\n")
    tale = tmp_path / "tale.yaml"
    tale.write_text("story: x\ninclude: chapters/two.yaml\nscenes: {a: {audio: rain.ogg, goto: b}}\n")
    scenes = load(tale).scenes
    assert [scenes[name].clips[0].file for name in "ab"] == [
        str(tmp_path / "rain.ogg"),
        str(tmp_path / "chapters" / "rain.ogg"),
    ]


@pytest.mark.parametrize(
    "file", ["../rain.ogg", "/etc/rain.ogg", "out/rain.ogg", "rain.flac", "rain", '"\\0.ogg"', "~"]
)
def test_what_lies_elsewhere_or_is_no_sound_is_refused(tmp_path: Path, file: str) -> None:
    home = tmp_path / "home"
    touch(home.parent, "rain.ogg", "home/rain.flac", "home/rain")
    (home / "out").symlink_to(tmp_path)
    (home / "tale.yaml").write_text(f"story: x\nscenes: {{a: {{audio: [{file}], ending: x}}}}\n")
    (found,) = check(home / "tale.yaml").errors
    assert found.code == ("wrong-type" if file == "~" else "audio-outside")


def test_a_file_that_is_not_there_is_warned_of_with_the_one_that_was_meant(checked: Checked, tmp_path: Path) -> None:
    touch(tmp_path, "rain.ogg")
    report = checked("story: x\nscenes: {a: {audio: rian.ogg, ending: x}}\n")
    assert report.ok
    (found,) = report.diagnostics
    assert (found.code, found.hint) == ("audio-missing", "did you mean 'rain.ogg'?")


def test_a_name_that_no_file_can_have_is_warned_of(checked: Checked) -> None:
    (found,) = checked(f"story: x\nscenes: {{a: {{audio: {'a' * 300}.ogg, ending: x}}}}\n").diagnostics
    assert found.code == "audio-missing"


def test_a_file_that_is_too_large_is_warned_of(
    checked: Checked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path, "rain.ogg")
    monkeypatch.setattr(clips_module, "MAX_BYTES", 3)
    (found,) = checked("story: x\nscenes: {a: {audio: rain.ogg, ending: x}}\n").diagnostics
    assert found.code == "audio-size"


@pytest.mark.parametrize(("name", "begins"), [("a.wav", b"OggS"), ("a.ogg", b"<html>"), ("a.mp3", b"RIFF....WAVE")])
def test_a_file_that_is_broken_or_another_kind_is_warned_of(
    checked: Checked, tmp_path: Path, name: str, begins: bytes
) -> None:
    (tmp_path / name).write_bytes(begins)
    (found,) = checked(f"story: x\nscenes: {{a: {{audio: {name}, ending: x}}}}\n").diagnostics
    assert found.code == "audio-broken"
    assert f"'{name}' is broken" in found.message


@pytest.mark.parametrize("begins", [b"ID3\x04", b"\xff\xfb\x90\x00"])
def test_both_beginnings_of_an_mp3_are_known(checked: Checked, tmp_path: Path, begins: bytes) -> None:
    (tmp_path / "a.mp3").write_bytes(begins)
    assert not checked("story: x\nscenes: {a: {audio: a.mp3, ending: x}}\n").diagnostics


@pytest.mark.parametrize(
    ("audio", "code"),
    [
        ("[{loop: true}]", "missing-key"),
        ("[{file: a.ogg, volume: 3}]", "out-of-range"),
        ("[{file: a.ogg, bus: left}]", "unknown-word"),
        ("[{file: a.ogg, fade: 3}]", "unknown-key"),
        ("[]", "wrong-type"),
        ("[[a.ogg]]", "wrong-type"),
        (str(["a.ogg"] * 9), "too-long"),
    ],
)
def test_a_clip_that_cannot_be_read_is_told(checked: Checked, tmp_path: Path, audio: str, code: str) -> None:
    touch(tmp_path, "a.ogg")
    report = checked(f"story: x\nscenes:\n  a:\n    audio: {audio}\n    ending: x\n")
    assert [diagnostic.code for diagnostic in report.diagnostics] == [code]
