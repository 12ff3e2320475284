"""The page of diagnostics is their test: what fails there gives its code alone, and what is mended nothing."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from forkreel.story.check import AxisRange, check
from forkreel.story.codes import CODES
from forkreel.story.diagnostic import Diagnostic

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "diagnostics.md").read_text(encoding="utf-8")
AXES = {"haze": AxisRange(), "hour": AxisRange(0, 24), "place": AxisRange(labels=("forest", "lake"))}


class Entry(NamedTuple):
    severity: str
    text: str
    failing: tuple[str, str]
    mended: tuple[str, str]


def entries() -> dict[str, Entry]:
    listed = {}
    for section in re.split(r"(?m)^### ", PAGE)[1:]:
        heading = re.match(r"`([a-z0-9-]+)` \((error|warning)\)\n\n(.*?)\n\n", section, re.DOTALL)
        assert heading, section[:60]
        examples = re.findall(r"```(yaml|sh)\n(.*?)```", section, re.DOTALL)
        assert len(examples) == 2, heading[1]
        listed[heading[1]] = Entry(heading[2], heading[3], examples[0], examples[1])
    return listed


ENTRIES = entries()


def found(example: tuple[str, str], folder: Path) -> tuple[Diagnostic, ...]:
    language, text = example
    if language == "sh":
        subprocess.run(["/bin/sh", "-ec", text], cwd=folder, check=True)
    else:
        (folder / "tale.yaml").write_text(text, encoding="utf-8")
    return check(folder / "tale.yaml", axes=AXES).diagnostics


def test_the_page_has_every_code_and_no_other() -> None:
    assert list(ENTRIES) == list(CODES)
    assert len(ENTRIES) >= 40


@pytest.mark.parametrize("code", CODES)
def test_the_page_says_what_the_code_means(code: str) -> None:
    assert ENTRIES[code].severity == CODES[code].severity
    assert ENTRIES[code].text.startswith(CODES[code].meaning)


@pytest.mark.parametrize("code", ENTRIES)
def test_the_failing_example_gives_its_code_alone_and_a_hint(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if code == "load-limit":
        monkeypatch.setattr("forkreel.story.expand.LIMIT_S", 0.5)
    diagnostics = found(ENTRIES[code].failing, tmp_path)
    assert {one.code for one in diagnostics} == {code}
    assert all(one.hint for one in diagnostics)


@pytest.mark.parametrize("code", ENTRIES)
def test_the_mended_example_gives_nothing(code: str, tmp_path: Path) -> None:
    assert found(ENTRIES[code].mended, tmp_path) == ()
