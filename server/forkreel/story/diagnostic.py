"""What is wrong with a story file, and where: `Spot`, `Diagnostic`, `Findings` that gather, `Report` that tells."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from forkreel.story.codes import CODES, Severity

EXCERPT_WIDTH = 120
MAX_LISTED = 8  # names that a message lists


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A place in the source; line and column count from 1. `file` is empty for the story's own file."""

    line: int
    column: int
    file: str = ""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing that is wrong. `code` is a stable word for programs; `excerpt` is the source line it is about."""

    file: str
    spot: Spot
    severity: Severity
    code: str
    message: str
    hint: str = ""
    excerpt: str = ""

    def render(self) -> str:
        """`file:line:column: severity code message`, the line, a caret below it, and the hint."""
        lines = [f"{self.file}:{self.spot.line}:{self.spot.column}: {self.severity} {self.code} {self.message}"]
        if self.excerpt.strip():
            excerpt, column = _crop(self.excerpt, self.spot.column)
            lines.append(f"    {excerpt}")
            lines.append("    " + "".join("\t" if letter == "\t" else " " for letter in excerpt[: column - 1]) + "^")
        if self.hint:
            lines.append(f"    hint: {self.hint}")
        return "\n".join(lines)

    def as_json(self) -> dict[str, object]:
        """The diagnostic as plain values: file, line, column, severity, code, message, hint."""
        return {
            "file": self.file,
            "line": self.spot.line,
            "column": self.spot.column,
            "severity": self.severity,
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """Every diagnostic of one file, in the order of the file."""

    file: str
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the story can be played: warnings are allowed, errors are not."""
        return not self.errors

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """What keeps the story from being played."""
        return tuple(one for one in self.diagnostics if one.severity == "error")

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What looks unintended, and does not keep the story from being played."""
        return tuple(one for one in self.diagnostics if one.severity == "warning")

    def render(self) -> str:
        """The report for people: the diagnostics one below the other, and how many there are."""
        errors, warnings = len(self.errors), len(self.warnings)
        if not self.diagnostics:
            return f"{self.file}: no errors"
        counts = ", ".join(
            f"{number} {word}{'s' if number != 1 else ''}"
            for number, word in ((errors, "error"), (warnings, "warning"))
            if number
        )
        return "\n".join([*(one.render() for one in self.diagnostics), f"{self.file}: {counts}"])

    def as_json(self) -> list[dict[str, object]]:
        """The report for programs: one object for each diagnostic."""
        return [one.as_json() for one in self.diagnostics]


class Findings:
    """Gathers diagnostics while a file is read; the same finding twice (a loop repeats a line) counts once."""

    def __init__(self, file: str, lines: Sequence[str] = ()) -> None:
        self.file = file
        self.lines = lines
        self._found: dict[tuple[Spot, str, str], Diagnostic] = {}
        self._muted: set[tuple[str, int]] = set()
        self._sources: dict[str, Sequence[str]] = {}

    def error(self, spot: Spot, code: str, message: str, hint: str = "") -> None:
        """Add what keeps the story from being played."""
        self._add(spot, "error", code, message, hint)

    def warning(self, spot: Spot, code: str, message: str, hint: str = "") -> None:
        """Add what looks unintended."""
        self._add(spot, "warning", code, message, hint)

    def mute(self, line: int) -> None:
        """Say nothing more about a line: it was patched to be read at all, so what follows is not the author's."""
        self._muted.add(("", line))

    def absorb(self, other: Findings, lines: Sequence[str]) -> None:
        """Take over what was found in an included file of these lines."""
        self._sources[other.file] = lines
        self._muted |= {(other.file, line) for _, line in other._muted}
        for (spot, code, message), found in other._found.items():
            self._found.setdefault((replace(spot, file=other.file), code, message), found)

    def at(self, spot: Spot) -> bool:
        """Whether something was already found at this place."""
        return any(known == spot for known, _, _ in self._found)

    def report(self) -> Report:
        """Everything found so far, in the order of the file."""
        found = sorted(self._found.items(), key=lambda one: (one[0][0].file, one[0][0]))
        return Report(self.file, tuple(diagnostic for _, diagnostic in found))

    def _add(self, spot: Spot, severity: Severity, code: str, message: str, hint: str) -> None:
        assert CODES[code].severity == severity, f"the code {code} is one of a {CODES[code].severity}"
        if (spot.file, spot.line) in self._muted:
            return
        hint = hint or CODES[code].mend
        lines = self._sources.get(spot.file, ()) if spot.file else self.lines
        excerpt = lines[spot.line - 1] if 0 < spot.line <= len(lines) else ""
        file = spot.file or self.file
        self._found.setdefault((spot, code, message), Diagnostic(file, spot, severity, code, message, hint, excerpt))


def unknown(message: str, word: str, known: Iterable[str], otherwise: str = "") -> tuple[str, str]:
    """Message and hint for a name that is not there: the hint has the nearest, or else the message what there is.

    A choice is known by its id alone and by `scene.choice`; only the first is listed.
    """
    known = tuple(known)
    if hint := did_you_mean(word, known):
        return message, hint
    names = sorted(name for name in known if "." not in name)
    if not names:
        return message, otherwise
    more = f" and {len(names) - MAX_LISTED} more" if len(names) > MAX_LISTED else ""
    there = f"there {'is' if len(names) == 1 else 'are'} {', '.join(names[:MAX_LISTED])}{more}"
    return f"{message}; {there}", otherwise


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """A hint that names the known word nearest to `word`, or `otherwise`.

    Two thirds alike are the slip of two letters in a word of three, and in a longer one far-fetched.
    """
    if word.count(")") > word.count("(") or word.count("]") > word.count("["):
        return "put quotes around the whole value: in a one-line map a comma ends it"
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6 if len(word) < 4 else 0.7)
    return f"did you mean '{near[0]}'?" if near else otherwise


def render_json(reports: Iterable[Report]) -> str:
    """Reports as one JSON list of {file, line, column, severity, code, message, hint}."""
    return json.dumps([one for report in reports for one in report.as_json()], indent=2, ensure_ascii=False)


def _crop(line: str, column: int) -> tuple[str, int]:
    if len(line) <= EXCERPT_WIDTH:
        return line, column
    start = max(0, min(column - EXCERPT_WIDTH // 2, len(line) - EXCERPT_WIDTH))
    return line[start : start + EXCERPT_WIDTH], column - start
