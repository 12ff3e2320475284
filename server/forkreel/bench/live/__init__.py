"""The figures of live delivery, measured on this machine with the test card over real WebRTC on the loopback address.

Viewers that only count packets stand in where decoding a hundred pictures at once would be what is measured.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from forkreel.bench.live.bursts import bursts
from forkreel.bench.live.capacity import capacity
from forkreel.bench.live.delivery import here
from forkreel.bench.live.results import LiveResults, Say
from forkreel.bench.live.survival import comings as come_and_go
from forkreel.bench.live.survival import killed
from forkreel.bench.stories import NAME, THERE_AND_BACK

COMINGS = 200


def run(say: Say = print, comings: int = COMINGS) -> LiveResults:
    """Measures and says each figure as it comes; `comings` are the joins and leaves that memory is measured over."""
    results = LiveResults()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        story = folder / f"{NAME}.yaml"
        story.write_text(THERE_AND_BACK, encoding="utf-8")
        asyncio.run(here(story, folder, results, say))
        asyncio.run(bursts(story, folder, results, say))
        capacity(story, folder, results, say)
        asyncio.run(killed(story, folder, results, say))
        asyncio.run(come_and_go(story, folder, results, say, comings))
    return results
