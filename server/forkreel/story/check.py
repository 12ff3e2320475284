"""`check` finds everything that is wrong with a story file at once; `load` reads one that is sound.

The body of `forkreel check` and the first step of everything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from forkreel.errors import StoryError
from forkreel.story.axes import AxisLike, AxisRange
from forkreel.story.diagnostic import Diagnostic, Report, render_json
from forkreel.story.including import whole
from forkreel.story.reader import read_story
from forkreel.story.story import Story
from forkreel.story.wording import in_language

__all__ = ["AxisLike", "AxisRange", "Diagnostic", "Report", "check", "load", "read", "render_json"]


def check(path: str | Path, *, axes: Mapping[str, AxisLike] | None = None) -> Report:
    """Every diagnostic of a story file. With `axes` (by name), axes and their values are checked too.

    Never raises for anything that is wrong with the file: a missing file is a diagnostic as well.
    """
    return read(path, axes=axes)[1]


def load(path: str | Path, *, axes: Mapping[str, AxisLike] | None = None, language: str | None = None) -> Story:
    """The story in a file, in the language it is written in or another that it has a table for.

    Raises `StoryError`, whose text is the report, when it has errors; warnings pass.
    """
    story, report = read(path, axes=axes)
    if story is None or not report.ok:
        raise StoryError(report.render())
    return in_language(story, language)


def read(path: str | Path, *, axes: Mapping[str, AxisLike] | None = None) -> tuple[Story | None, Report]:
    """Both at once: the story, which is sound only where the report has no errors, None where there is none at all."""
    found, findings = whole(Path(path))
    story = None if found is None else read_story(found.root, found.documents, findings, axes)
    return story, findings.report()
