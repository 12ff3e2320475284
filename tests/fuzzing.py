"""The loader under atheris: bytes that are led by the branches they take. `make fuzz` runs it for ten minutes."""

from __future__ import annotations

import logging
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["forkreel.story", "ruamel.yaml"]):
    from forkreel.story.check import check
    from forkreel.story.template import Compiler, Expression, Fault
    from forkreel.story.trial import TrialScope

SCRATCH = Path(tempfile.mkdtemp()) / "tale.yaml"
SCOPE = TrialScope({"coins": 3, "lit": True})


def one(data: bytes) -> None:
    """A story file of these bytes, and an expression of them: each has diagnostics, or a value, or a fault."""
    if b"#%" not in data and b"${" not in data:  # those go to a process of their own, and have tests of their own
        SCRATCH.write_bytes(data)
        check(SCRATCH).render()
    compiled = Compiler(frozenset({"coins", "lit"}), {}).expression(data[:200].decode("utf-8", "replace"), "x")
    if isinstance(compiled, Expression):
        try:
            compiled.evaluate(SCOPE)
        except Fault:
            return


logging.disable()
atheris.Setup(sys.argv, one)
atheris.Fuzz()
