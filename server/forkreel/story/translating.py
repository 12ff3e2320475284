"""Writes a story's table of translations, or brings it up to date: what `forkreel ids STORY --csv LANG` does."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from forkreel.errors import StoryError
from forkreel.story.check import load
from forkreel.story.translations import LANGUAGE, OBSOLETE, STALE, Row, read_table, table_of, updated, written
from forkreel.story.wording import wordings


def translate(path: Path, language: str) -> str:
    """Bring the table of `path` for a language up to date, and say what is in it.

    Raises `StoryError` for a story or a table that cannot be read, and then nothing is written.
    """
    if not LANGUAGE.fullmatch(language):
        raise StoryError(f"'{language[:40]}' is no language's tag: write de, or pt-BR")
    story = load(path)
    if language == story.language:
        raise StoryError(f"'{story.name}' is written in '{language}' itself; `language:` on its title page says so")
    table, rows = table_of(path, language), tuple[Row, ...]()
    try:
        if table.exists():
            rows, found, _ = read_table(table)
            if not found.report().ok:
                raise StoryError(found.report().render())
        fresh = updated(rows, wordings(story))
        table.write_text(written(fresh), encoding="utf-8", newline="")
    except OSError as error:
        raise StoryError(f"{table} cannot be written: {error.strerror}") from error
    marks = Counter(row.mark for row in fresh)
    missing = sum(not row.translation for row in fresh)
    return f"{table}: {len(fresh)} texts, {missing} to translate, {marks[STALE]} stale, {marks[OBSOLETE]} obsolete"
