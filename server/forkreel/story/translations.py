"""Tables of translations: `NAME.LANG.csv` beside a story, one row for each text of it.

The columns are `id`, `source`, `translation` and `note`, as RFC 4180 has them, in UTF-8. A `note` that begins with
`stale` says that the source has changed since it was translated; `obsolete`, that the story has no such text any more.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from forkreel.story.diagnostic import Findings, Spot
from forkreel.story.source import read
from forkreel.story.template import Text

COLUMNS = ("id", "source", "translation", "note")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
STALE, OBSOLETE = "stale", "obsolete"

_MARK = re.compile(rf"(?:{STALE}|{OBSOLETE})(?:;\s*|\s*$)")


@dataclass(frozen=True, slots=True)
class Row:
    """One text: what the story says, and what it is in the other language; empty while nobody has translated it."""

    key: str
    source: str
    translation: str = ""
    note: str = ""
    line: int = 0

    def marked(self, mark: str) -> Row:
        """The row with another mark, or none; the rest of its note stays."""
        rest = _MARK.sub("", self.note, count=1)
        return replace(self, note="; ".join(part for part in (mark, rest) if part))

    @property
    def mark(self) -> str:
        """`stale`, `obsolete`, or empty."""
        match = _MARK.match(self.note)
        return match[0].rstrip("; ") if match else ""


def table_of(story: Path, language: str) -> Path:
    """Where a story's translations into a language are."""
    return story.with_name(f"{story.stem}.{language}.csv")


def tables(story: Path) -> Iterator[tuple[str, Path]]:
    """The languages that a story has tables for, in the order of their names, and the files."""
    for file in sorted(story.parent.glob(f"{_literal(story.stem)}.*.csv")):
        language = file.name[len(story.stem) + 1 : -len(".csv")]
        if LANGUAGE.fullmatch(language):
            yield language, file


def read_table(file: Path) -> tuple[tuple[Row, ...], Findings, tuple[str, ...]]:
    """The rows of a table, what is wrong with it, and its lines; rows after a slip of CSV are not read."""
    source, findings = read(file)
    rows: dict[str, Row] = {}
    reader = csv.reader(io.StringIO(source.text, newline=""), strict=True)
    line = 1
    try:
        heading = next(reader, [])
        if source.text and tuple(heading) != COLUMNS:
            hint = "separate the columns by commas" if ";" in "".join(heading) else f"begin it with {','.join(COLUMNS)}"
            message = f"the first line of a table is {','.join(COLUMNS)}"
            findings.error(Spot(1, 1), "translation-table", message, hint)
            return (), findings, source.lines
        line = reader.line_num + 1
        for cells in reader:
            start, line = line, reader.line_num + 1
            if not any(cells):
                continue
            if len(cells) != len(COLUMNS):
                message = f"the row has {len(cells)} cells, not {len(COLUMNS)}"
                findings.error(Spot(start, 1), "translation-table", message, "put what has a comma into quotes")
                continue
            key, source_text, translation, note = (cell.strip() for cell in cells)
            row = Row(key, source_text, translation, note, start)
            if row.key in rows:
                message = f"the id '{row.key[:70]}' is there twice; first in line {rows[row.key].line}"
                findings.error(Spot(start, 1), "translation-table", message, "delete one of the rows")
            rows.setdefault(row.key, row)
    except csv.Error as error:
        findings.error(Spot(line, 1), "translation-table", f"this is no CSV: {error}", "look at the quotes of the row")
    return tuple(rows.values()), findings, source.lines


def updated(rows: Iterable[Row], texts: Mapping[str, Text]) -> tuple[Row, ...]:
    """The rows for a story's texts as they are now: the old ones, marked where that is due, the new ones, none lost."""
    known = {row.key: row for row in rows}
    fresh = []
    for key, text in texts.items():
        row, source = known.pop(key, None), text.source.strip()
        if row is None:
            fresh.append(Row(key, source))
            continue
        stale = bool(row.translation) and (row.source != source or row.mark == STALE)
        fresh.append(replace(row, source=source).marked(STALE if stale else ""))
    fresh += [row.marked(OBSOLETE) for row in known.values() if row.translation]
    return tuple(fresh)


def written(rows: Iterable[Row]) -> str:
    """A table as CSV."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows((row.key, row.source, row.translation, row.note) for row in rows)
    return out.getvalue()


def _literal(name: str) -> str:
    return re.sub(r"([*?[])", r"[\1]", name)
