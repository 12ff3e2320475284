from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from forkreel.cli import main
from tests.helpers.serving import CROSSROADS

CARD = ("--model", "testcard")


def run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), "never a traceback"
    return result


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    story = tmp_path / "broken.yaml"
    story.write_text(
        CROSSROADS.read_text().replace("goto: hill", "goto: hil").replace("prompt: a lake", "promt: a lake")
    )
    return story


def test_check_of_a_sound_story_is_clean() -> None:
    result = run("check", *CARD, CROSSROADS)
    assert result.exit_code == 0
    assert "no errors" in result.stdout


def test_check_says_where_nobody_will_speak(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no voice" not in run("check", CROSSROADS).stderr
    monkeypatch.setattr("forkreel.sound.registry.find_spec", lambda name: None)
    monkeypatch.setenv("PATH", "/nowhere")
    ran = run("check", CROSSROADS)
    assert ran.exit_code == 0
    assert "no voice is installed here, so shows have captions alone: pip install" in ran.stderr


def test_check_names_every_error_with_its_place_and_exits_with_1(broken: Path) -> None:
    result = run("check", *CARD, CROSSROADS, broken)
    assert result.exit_code == 1
    for word in ("hil", "promt"):
        assert re.search(rf"broken\.yaml:\d+:\d+: error \S+ .*{word}", result.stdout)


def test_check_speaks_json(broken: Path) -> None:
    result = run("check", *CARD, "--json", CROSSROADS, broken)
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert {"file", "line", "column", "severity", "code", "message", "hint"} == set(found[0])


def test_check_of_a_file_that_is_not_there_is_an_error() -> None:
    result = run("check", *CARD, "nowhere.yaml")
    assert result.exit_code == 1
    assert "nowhere.yaml" in result.stdout


def test_an_unknown_model_is_named() -> None:
    for command, code in ((("check", CROSSROADS), 1), (("still", "a lake", "-o", "x.png"), 2)):
        result = run(*command, "--model", "nothing-of-the-kind")
        assert result.exit_code == code
        assert "nothing-of-the-kind" in result.stderr


def test_still_paints_a_picture(tmp_path: Path) -> None:
    picture = tmp_path / "card.png"
    result = run("still", "a lake", *CARD, "--axis", "scene=3", "--size", "320x180", "-o", picture)
    assert result.exit_code == 0, result.output
    with Image.open(picture) as opened:
        assert opened.size == (320, 180)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--axis", "haze"), "NAME=VALUE"),
        (("--axis", "haze=0.4"), "haze"),
        (("--size", "wide"), "WxH"),
        (("--size", "1x1"), "1x1"),
        (("-o", "/nowhere/x.png"), "/nowhere/x.png"),
        (("-o", "x.nothing"), "x.nothing"),
    ],
)
def test_still_says_what_it_cannot_do(
    arguments: tuple[str, ...], word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("still", "a lake", *CARD, "-o", "x.png", *arguments)
    assert result.exit_code == 2
    assert word in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_serve_without_a_story_that_can_be_played_says_so(broken: Path) -> None:
    result = run("serve", *CARD, broken)
    assert result.exit_code == 2
    assert "hil" in result.stderr
    assert "no story to play" in result.stderr


def test_serve_names_a_setting_that_cannot_be(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "port" in run("serve", CROSSROADS, "--port", "99999").stderr
    monkeypatch.setenv("FORKREEL_MAX_SESSIONS", "none")
    result = run("serve", CROSSROADS)
    assert result.exit_code == 2
    assert "FORKREEL_MAX_SESSIONS" in result.stderr


def test_serve_names_a_port_that_is_in_use() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = run("serve", CROSSROADS, *CARD, "--port", str(taken.getsockname()[1]))
    assert result.exit_code == 2
    assert "in use" in result.stderr


def test_serve_of_an_unknown_model_ends_with_its_name() -> None:
    result = run("serve", CROSSROADS, "--model", "nothing-of-the-kind", "--port", "0")
    assert result.exit_code == 2
    assert "nothing-of-the-kind" in result.stderr


@contextmanager
def serving_process(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "forkreel", "serve", *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FORKREEL_")}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_says_where_and_ends_cleanly_when_it_is_asked_to(number: signal.Signals, broken: Path) -> None:
    with serving_process(str(CROSSROADS), str(broken), *CARD, "--port", "0") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        said = process.stdout.readline() + process.stdout.readline()
        url = re.search(r"http://localhost:\d+", said)
        assert url, said
        assert b"Crossroads" in urlopen(url[0]).read()
        process.send_signal(number)
        assert process.wait(30) == 0
        errors = process.stderr.read()
    assert "broken.yaml" in errors, "the story that was left out is named"
    assert "Traceback" not in errors


def test_watch_reports_what_was_seen() -> None:
    with serving_process(str(CROSSROADS), *CARD, "--port", "0") as process:
        assert process.stdout is not None
        url = re.search(r"http://localhost:\d+", process.stdout.readline() + process.stdout.readline())
        assert url
        result = run("watch", url[0], "--seconds", "1.5", "--json")
        assert result.exit_code == 0, result.stderr
        report = json.loads(result.stdout)
        assert report["story"] == "crossroads"
        assert report["moments"][0] == "fork"
        result = run("watch", f"{url[0]}/watch/nowhere")
        assert result.exit_code == 2
        assert "nowhere" in result.stderr


def test_watch_of_a_server_that_is_not_there_says_so() -> None:
    result = run("watch", "http://127.0.0.1:9")
    assert result.exit_code == 2
    assert "http://127.0.0.1:9" in result.stderr


def test_test_names_what_came_otherwise_and_exits_with_1(tmp_path: Path) -> None:
    tests = "tests: [{name: up, picks: [climb], expect: {scene: hill}}, {name: t, expect: {scene: hill}}]\n"
    story = tmp_path / "tested.yaml"
    first = (
        "story: x\nscenes:\n  foot: {ask: {choices: [{id: climb, label: Climb, goto: hill}]}}\n  hill: {ending: Up}\n"
    )
    story.write_text(first + tests)
    result = run("test", story, CROSSROADS, "nowhere.yaml")
    assert result.exit_code == 1
    assert f"{story}: passed up" in result.stdout
    assert re.search(r"tested\.yaml:5:\d+: expected the scene 'hill'", result.stdout)
    assert "carries no tests" in result.stdout
    assert "2 tests run, 1 failed" in result.stdout
    assert "nowhere.yaml: has errors, so its tests were not run" in result.stdout
    assert "1 story has errors, and its tests were not run" in result.stdout
    assert "nowhere.yaml" in result.stderr


def test_test_says_that_a_story_with_errors_was_not_tested_and_exits_with_1(tmp_path: Path) -> None:
    story = tmp_path / "broken.yaml"
    story.write_text("story: x\nscenes: {a: {promt: y, ending: x}}\ntests: [{name: t, expect: {ending: a}}]\n")
    result = run("test", story)
    assert result.exit_code == 1
    assert f"{story}: has errors, so its tests were not run" in result.stdout
    assert "0 tests run, none failed" in result.stdout
    assert "unknown-key" in result.stderr


def test_walk_reports_coverage_and_exits_with_1_where_walks_are_lost(tmp_path: Path) -> None:
    result = run("walk", CROSSROADS, "--runs", "20", "--seed", "3", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["runs"] == 20
    lost = tmp_path / "lost.yaml"
    lost.write_text("story: x\nscenes: {a: {goto: b}, b: {goto: a}}\n")
    result = run("walk", lost, "--runs", "2")
    assert result.exit_code == 1
    assert "no way leads from" in result.stdout


def test_graph_prints_mermaid_and_writes_by_the_name_of_the_file(tmp_path: Path) -> None:
    assert run("graph", CROSSROADS).stdout.splitlines()[1] == "flowchart TD"
    for name, start in (("g.svg", "<svg"), ("g.mmd", "%%"), ("g.dot", "digraph")):
        assert run("graph", CROSSROADS, "-o", tmp_path / name).exit_code == 0
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)
    wrong = run("graph", CROSSROADS, "-o", "g.png")
    assert (wrong.exit_code, ".svg" in wrong.stderr) == (2, True)
    nowhere = run("graph", CROSSROADS, "-o", tmp_path / "no" / "g.svg")
    assert (nowhere.exit_code, "cannot be written" in nowhere.stderr) == (2, True)


def test_ids_are_told_and_with_write_written(tmp_path: Path) -> None:
    story = tmp_path / "tale.yaml"
    story.write_text("story: x\nscenes:\n  a:\n    say:\n      - Hello.  # she waves\n    ending: x\n")
    told = run("ids", story)
    assert (told.exit_code, "tale.yaml:5:9: a-1" in told.stdout, "id: a-1" in story.read_text()) == (0, True, False)
    assert run("ids", story, "--write").exit_code == 0
    assert "      - id: a-1\n        text: Hello.  # she waves\n" in story.read_text()
    assert "0 ids" in run("ids", story).stdout
    assert run("ids", tmp_path / "none.yaml").exit_code == 2


def test_schema_prints_the_schema() -> None:
    assert json.loads(run("schema").stdout)["$schema"].endswith("2020-12/schema")
