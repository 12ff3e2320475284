"""Stories with the slips that authors make. The first line of each says what `check` is to say of it, and where."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from forkreel.story.check import AxisRange, check

BROKEN = sorted((Path(__file__).parents[1] / "stories" / "broken").glob("*.yaml"))
AXES = {"haze": AxisRange(), "hour": AxisRange(0, 24)}


def test_there_are_twenty_of_them() -> None:
    assert len(BROKEN) >= 20


@pytest.mark.parametrize("story", BROKEN, ids=lambda story: story.stem)
def test_a_broken_story_is_told_how_to_mend_it(story: Path) -> None:
    expected = re.fullmatch(r"# ([a-z-]+), line (\d+): (.+)", story.read_text(encoding="utf-8").split("\n")[0])
    assert expected, "the first line is `# CODE, line N: HINT`"
    told = check(story, axes=AXES).diagnostics
    assert {one.code for one in told} == {expected[1]}, "one slip gives one kind of diagnostic"
    assert (told[0].code, told[0].spot.line, told[0].hint) == (expected[1], int(expected[2]), expected[3])
