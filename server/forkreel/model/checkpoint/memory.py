"""What an engine raises when there is no memory, as `OutOfMemory`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from forkreel.errors import OutOfMemory


@contextmanager
def memory(name: str) -> Iterator[None]:
    """Around what the model of that name does on its device."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:  # torch's own is a RuntimeError, and on the CPU no more than that
        short = isinstance(error, torch.OutOfMemoryError | MemoryError) or "can't allocate memory" in str(error)
        if not short:
            raise
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        raise OutOfMemory(f"there is no memory for a picture by {name}") from error
