"""What the process of `expand` does: load-time Jinja worked out, text in and text out. Imports nothing but the sandbox.

Every source line carries an invisible marker through the rendering, so that a line which a loop produced still knows
where it came from.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from jinja2 import TemplateSyntaxError
from jinja2.exceptions import UndefinedError

from forkreel.story.sandbox import FAULTS, LOAD, harden, load_time, objections

MAX_EXPANDED = 2 << 20  # characters
MAX_LINE = 10_000  # characters of a line with load-time Jinja
MAX_ERRORS = 20

_SENTENCES = (
    (r"^Unexpected end of template.*is '(\w+)'$", r"this `\1` is never closed"),
    (r"^Encountered unknown tag 'end(\w+)'.*$", r"`end\1` closes nothing here"),
    (r"^.*got 'end of (statement block|print statement)'$", "this ends too early"),
    ("end of print statement", "the end of the expression"),
)

_STATEMENT = re.compile(r"^[ \t]*#%")
_INSERTED = re.compile(r"\$\{.*?\}(?!\})")
_BODY = re.compile(r"^[ \t]*#:[ \t]?")  # a line of a macro: a comment to YAML, as the file itself has to be valid
_MARKER = re.compile("^\x00(\\d+)\x00")


@dataclass(slots=True)
class Rendered:
    """Text ready for YAML, or None. Line `i` of it (from 0) came from source line `origin[i]` (from 0).

    `problems` are (line from 1, column from 1, message, hint); `muted` are lines (from 1) that were patched.
    """

    text: str | None = None
    origin: list[int] = field(default_factory=list)
    problems: list[tuple[int, int, str, str]] = field(default_factory=list)
    muted: list[int] = field(default_factory=list)


def needs_rendering(text: str) -> bool:
    """Whether the text has any load-time Jinja."""
    return "${" in text or any(_STATEMENT.match(line) for line in text.split("\n"))


def too_long(text: str) -> int | None:
    """The line (from 1) that is too long to be rendered, or None."""
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > MAX_LINE and ("${" in line or _STATEMENT.match(line)):
            return number
    return None


def render(text: str) -> Rendered:
    """Source text in, plain YAML with its line origins out; no text when what is wrong leaves its shape unknown.

    An error in a `${ ... }` leaves a placeholder and mutes its line; an error in a `#%` line ends the reading.
    """
    lines, rendered = text.split("\n"), Rendered()
    for _ in range(MAX_ERRORS):
        outcome = _attempt(lines)
        if len(outcome) == 2:
            rendered.text, rendered.origin = outcome
            break
        number, message, hint = outcome
        line = lines[number]
        column = len(line) - len(line.lstrip()) + 1 if _STATEMENT.match(line) else line.find("${") + 1
        rendered.problems.append((number + 1, max(1, column), message, hint))
        if _STATEMENT.match(line) or not _INSERTED.search(line):
            break
        rendered.muted.append(number + 1)
        lines[number] = _INSERTED.sub("unknown", line)
    return rendered


def main() -> None:
    """Source text on stdin, a `Rendered` as JSON on stdout."""
    rendered = render(sys.stdin.buffer.read().decode("utf-8"))
    sys.stdout.write(json.dumps(asdict(rendered)))


def _attempt(lines: Sequence[str]) -> tuple[str, list[int]] | tuple[int, str, str]:
    """The expanded text, or the first error: its source line (from 0), a message and a hint."""
    marked = "\n".join(
        line if _STATEMENT.match(line) else f"\x00{number}\x00{_BODY.sub('', line)}"
        for number, line in enumerate(lines)
    )
    sandbox = load_time()
    try:
        tree = sandbox.parse(marked)
        for objection in objections(tree, LOAD, sandbox):
            return (
                _within(objection.line - 1, lines),
                objection.message,
                "docs/writing-stories.md lists what load-time Jinja has",
            )
        tree = harden(tree)
        tree.set_environment(sandbox)  # of the nodes that are new
        template = sandbox.from_string(tree)
        pieces, length = [], 0
        for piece in template.generate():
            pieces.append(piece)
            length += len(piece)
            if length > MAX_EXPANDED:
                return 0, f"the story grows beyond {MAX_EXPANDED >> 20} MiB when its loops are worked out", ""
    except TemplateSyntaxError as error:
        row = _unclosed(lines) if "Unexpected end of template" in str(error) else error.lineno - 1
        return _within(row, lines), _sentence(error), _syntax_hint(lines, row)
    except FAULTS as error:
        return _within(_line_of(error) - 1, lines), _sentence(error), _runtime_hint(error)
    return _strip("".join(pieces))


def _strip(rendered: str) -> tuple[str, list[int]]:
    text, origin, last = [], [], 0
    for line in rendered.split("\n"):
        match = _MARKER.match(line)
        if match:
            last = int(match[1])
            line = line[match.end() :]
        text.append(line)
        origin.append(last)
    return "\n".join(text), origin


def _line_of(error: BaseException) -> int:
    """The template's line: Jinja rewrites the traceback so that frames of the template have its lines."""
    line, trace = 1, error.__traceback__
    while trace is not None:
        if "__jinja_exception__" in trace.tb_frame.f_globals or trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _unclosed(lines: Sequence[str]) -> int:
    """The row of the innermost `for`, `if` or `macro` that has no end."""
    open_rows = [0]
    for row, line in enumerate(lines):
        match = re.match(r"\s*#%\s*(end)?(for|if|macro)\b", line)
        if match and match[1]:
            del open_rows[max(1, len(open_rows) - 1) :]
        elif match:
            open_rows.append(row)
    return open_rows[-1]


def _within(number: int, lines: Sequence[str]) -> int:
    return max(0, min(number, len(lines) - 1))


def _sentence(error: BaseException) -> str:
    if isinstance(error, RecursionError):
        return "the expression is nested too deeply"
    message = str(error).replace("\x00", "").strip().rstrip(".")
    for theirs, ours in _SENTENCES:
        message = re.sub(theirs, ours, message)
    if "begin_of" in message or "\\x00" in message or "unexpected char ''" in message:
        return "a `${ ... }` or `#%` line does not end on the line it starts on"
    return message or type(error).__name__


def _syntax_hint(lines: Sequence[str], number: int) -> str:
    line = lines[_within(number, lines)]
    if re.match(r"\s*#%\s*(import|include|extends|call|block|from)\b", line):
        return "load-time Jinja has for, if, set and macro"
    if _STATEMENT.match(line):
        return "there are `#% for`, `#% if`, `#% set` and `#% macro`; all but set need an end, as in `#% endfor`"
    return "an expression stands between `${` and `}`, on one line"


def _runtime_hint(error: BaseException) -> str:
    if isinstance(error, UndefinedError):
        return "load-time Jinja knows what `#% set` and `#% for` name; story variables go in `{{ ... }}`"
    return ""
