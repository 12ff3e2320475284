"""`check` finds everything that is wrong with a story file at once; `load` reads one that is sound.

The body of `forkreel check` and the first step of everything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from forkreel.errors import StoryError
from forkreel.story.axes import AxisLike, AxisRange
from forkreel.story.diagnostic import Diagnostic, Findings, Report, render_json
from forkreel.story.document import Document, patched, tree
from forkreel.story.expand import Expanded, expand, needs_expanding
from forkreel.story.reader import read_story
from forkreel.story.source import Source, read
from forkreel.story.story import Story

__all__ = ["AxisLike", "AxisRange", "Diagnostic", "Report", "check", "load", "render_json"]


def check(path: str | Path, *, axes: Mapping[str, AxisLike] | None = None) -> Report:
    """Every diagnostic of a story file. With `axes` (by name), axes and their values are checked too.

    Never raises for anything that is wrong with the file: a missing file is a diagnostic as well.
    """
    return _read(Path(path), axes)[1]


def load(path: str | Path, *, axes: Mapping[str, AxisLike] | None = None) -> Story:
    """The story in a file. Raises `StoryError`, whose text is the report, when it has errors; warnings pass."""
    story, report = _read(Path(path), axes)
    if story is None or not report.ok:
        raise StoryError(report.render())
    return story


def _read(path: Path, axes: Mapping[str, AxisLike] | None) -> tuple[Story | None, Report]:
    source, findings = read(path)
    story = _story(source, findings, axes) if source.text else None
    return story, findings.report()


def _story(source: Source, findings: Findings, axes: Mapping[str, AxisLike] | None) -> Story | None:
    read_once = patched(source.text, findings)
    if read_once is None:
        return None
    text, graph = read_once
    expanded: Expanded | None = Expanded(text, tuple(range(len(source.lines))))
    if needs_expanding(text):
        expanded, graph = expand(text, findings), None
    if expanded is None:
        return None
    document = Document(expanded.text, expanded.origin, source.lines)
    root = tree(document, findings, graph)
    return None if root is None else read_story(root, document, findings, axes)
