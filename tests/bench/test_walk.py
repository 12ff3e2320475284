from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from forkreel.bench.walk import tale
from forkreel.cli import main
from forkreel.story.check import check, load
from forkreel.story.walks import walk


def test_the_story_that_is_walked_is_sound_and_walks_reach_all_of_it(tmp_path: Path) -> None:
    path = tmp_path / "tale.yaml"
    path.write_text(tale(scenes=12))
    assert check(path).diagnostics == ()
    walks = walk(load(path), 60, 0)
    assert walks.ok
    assert walks.coverage()["scenes"] == (12, 12)


def test_bench_walk_tells_its_steps_and_how_fast_they_were() -> None:
    result = CliRunner().invoke(main, ["bench", "--walk", "--steps", "200", "--json"])
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout)
    assert figures["scenes"] == 100
    assert figures["steps"] >= 200
    assert figures["cpu_s"] > 0
