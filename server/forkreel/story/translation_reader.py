"""From the tables beside a story to its translations, compiled and checked as the story itself is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from forkreel.story.diagnostic import Findings, Spot, did_you_mean
from forkreel.story.document import Scalar
from forkreel.story.readers import check_line
from forkreel.story.story import Story
from forkreel.story.template import Text
from forkreel.story.templates import Templates
from forkreel.story.translations import OBSOLETE, STALE, Row, read_table, tables
from forkreel.story.wording import templated, wordings

Translations = Mapping[str, Mapping[str, Text]]
"""The texts of a story in other languages, by language and key."""

_NAMED = 3  # keys that a warning lists


def read_translations(path: Path, story: Story, templates: Templates, findings: Findings) -> Translations:
    """The translations of the story in the file `path`; what is wrong with them is in the findings."""
    told: dict[str, Mapping[str, Text]] = {}
    texts: Mapping[str, Text] | None = None
    for language, file in tables(path):
        if not file.resolve().is_relative_to(path.parent.resolve()):
            message = "the table is not in the story's own folder"
            findings.error(Spot(1, 1, str(file)), "translation-table", message, "put the file itself there, not a link")
            continue
        rows, found, lines = read_table(file)
        findings.absorb(found, lines)
        if not found.report().ok:
            continue
        texts = wordings(story) if texts is None else texts
        reader = _Reader(str(file), language, texts, templates, findings)
        told[language] = MappingProxyType(dict(reader.texts(rows)))
        reader.complete(told[language])
    return MappingProxyType(told)


class _Reader:
    def __init__(
        self, file: str, language: str, texts: Mapping[str, Text], templates: Templates, findings: Findings
    ) -> None:
        self._file = file
        self._language = language
        self._texts = texts
        self._templates = templates
        self._findings = findings

    def texts(self, rows: tuple[Row, ...]) -> Iterator[tuple[str, Text]]:
        """Every text that is translated, by its key."""
        for row in rows:
            spot, source = Spot(row.line, 1, self._file), self._texts.get(row.key)
            if source is None:
                if row.mark != OBSOLETE:
                    hint = did_you_mean(row.key, self._texts, "delete the row, or run `forkreel ids` with --csv")
                    message = f"the story has no text '{row.key[:70]}'"
                    self._findings.warning(spot, "translation-unknown", message, hint)
                continue
            if not row.translation:
                continue
            if row.mark == STALE or row.source != source.source.strip():
                message = f"the source of '{row.key}' has changed since it was translated"
                self._findings.warning(spot, "translation-stale", message)
            yield row.key, self._text(row, spot)

    def complete(self, told: Mapping[str, Text]) -> None:
        """Warn of what is not translated."""
        missing = [key for key in self._texts if key not in told]
        if missing:
            named = ", ".join(missing[:_NAMED]) + (", …" if len(missing) > _NAMED else "")
            message = f"{len(missing)} of {len(self._texts)} texts are not translated into '{self._language}': {named}"
            self._findings.warning(Spot(1, 1, self._file), "translation-missing", message)

    def _text(self, row: Row, spot: Spot) -> Text:
        if not templated(row.key):
            return Text(row.translation)
        if row.key.startswith("line."):
            check_line(spot, row.translation, self._language, self._findings)
        return self._templates.text(Scalar(spot, row.translation, row.translation, (0, 0)))
