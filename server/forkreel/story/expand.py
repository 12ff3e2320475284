"""Load-time Jinja: `#% ...` line statements and `${ ... }` are worked out once, before the YAML is read.

A story may come from a stranger, so this is done in a process of its own, within limits of time and memory that the
sandbox alone cannot hold. The process imports the sandbox and nothing else, and is only started for files that have
load-time Jinja.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from forkreel.story.diagnostic import Findings, Spot
from forkreel.story.rendering import MAX_LINE, Rendered, needs_rendering, too_long

LIMIT_S = 9.0  # of the processor, and by the clock
MAX_MEMORY_BYTES = 512 << 20

# The packages above `rendering` stand empty: their `__init__` would import pydantic and ruamel, and take half a second.
_PROGRAM = """
import json, resource, sys, types
seconds, memory, path, root = json.loads(sys.argv[1])
resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
sys.path[:] = path
for name, folder in (("forkreel", root), ("forkreel.story", root + "/story")):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = [folder]
from forkreel.story.rendering import main
main()
"""


@dataclass(frozen=True, slots=True)
class Expanded:
    """Text ready for YAML; line `i` of it (from 0) came from source line `origin[i]` (from 0)."""

    text: str
    origin: tuple[int, ...]


def needs_expanding(text: str) -> bool:
    """Whether the text has any load-time Jinja."""
    return needs_rendering(text)


def expand(text: str, findings: Findings) -> Expanded | None:
    """Source text in, plain YAML with its line origins out; None when what is wrong leaves its shape unknown.

    An error in a `${ ... }` leaves a placeholder and mutes its line; an error in a `#%` line ends the reading.
    """
    number = too_long(text)
    if number is not None:
        message = f"a line with load-time Jinja is longer than {MAX_LINE} characters"
        findings.error(Spot(number, 1), "file-too-large", message)
        return None
    rendered = _render(text)
    if isinstance(rendered, str):
        findings.error(Spot(1, 1), "load-limit", rendered, "let the loops write less, or write it out")
        return None
    for line, column, message, hint in rendered.problems:
        findings.error(Spot(line, column), "load-template", message, hint)
    for line in rendered.muted:
        findings.mute(line)
    return None if rendered.text is None else Expanded(rendered.text, tuple(rendered.origin))


def _render(text: str) -> Rendered | str:
    """The text as the process rendered it, or a sentence that says why it did not."""
    limits = [
        max(1, round(LIMIT_S)),
        MAX_MEMORY_BYTES,
        [path for path in sys.path if path],
        str(Path(__file__).parents[1]),
    ]
    command = [sys.executable, "-I", "-S", "-c", _PROGRAM, json.dumps(limits)]
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        return f"the load-time lines take longer than {LIMIT_S:g} seconds"
    except OSError as error:
        return f"the process for the load-time lines cannot be started: {error.strerror or error}"
    if b"MemoryError" in done.stderr:
        return f"the load-time lines need more than {MAX_MEMORY_BYTES >> 20} MiB of memory"
    if done.returncode < 0:
        return f"the load-time lines take longer than {LIMIT_S:g} seconds of the processor, or too much memory"
    if done.returncode != 0:
        last = done.stderr.decode(errors="replace").strip().split("\n")[-1][:200]
        return f"the process for the load-time lines has failed: {last}"
    return Rendered(**json.loads(done.stdout))
