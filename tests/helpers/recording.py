"""Half a minute and more of the flagship, watched and recorded by a process of its own, which other tests run beside.

    python -m tests.helpers.recording FOLDER

writes `film.mp4` there and prints the viewer's report. It takes its real time: a show that runs faster is no recording
of one. Engines are loaded in that process alone.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SECONDS = 45.0  # half a minute, and what joining takes on a busy machine: nobody waits for it
_PATIENCE_S = 150.0
_SCENE = "    mood: wistful\n    say:\n      - id: finding-1"
_BELL = "    audio: [{file: bell.wav, at: 5.5, bus: effects}]\n"


class Recording:
    """One that is being made in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.film = folder / "film.mp4"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.helpers.recording", str(folder)],
            cwd=Path(__file__).parents[2],
            stdout=subprocess.PIPE,
            text=True,
        )

    def report(self) -> dict[str, Any]:
        """What the viewer tells of it, once it is made."""
        told, _ = self._process.communicate(timeout=_PATIENCE_S)
        assert self._process.returncode == 0, "nothing was recorded"
        report: dict[str, Any] = json.loads(told)
        return report

    def close(self) -> None:
        """End it, if it is still being made."""
        self._process.kill()
        self._process.communicate()


@contextmanager
def recording(folder: Path) -> Iterator[Recording]:
    """One that has begun, and is gone afterwards."""
    made = Recording(folder)
    try:
        yield made
    finally:
        made.close()


async def record(folder: Path) -> dict[str, Any]:
    """Serve the flagship, with a sound file of its own where the lantern is found, and watch it."""
    from forkreel.app import shipped
    from forkreel.bench.sync import Axes
    from forkreel.sound.studio import parts_of
    from forkreel.story import load
    from forkreel.story.cast import NARRATOR
    from forkreel.watch import watch
    from tests.helpers.serving import serving
    from tests.helpers.tune import tune

    tune(folder / "bell.wav", 0.5)
    text = (shipped().stories / "lantern.yaml").read_text(encoding="utf-8")
    assert _SCENE in text
    file = folder / "lantern.yaml"
    file.write_text(text.replace(_SCENE, _BELL + _SCENE, 1), encoding="utf-8")
    async with serving(file, opener=lambda name, size, fps: Axes()) as house:
        studio = house.server.playhouse._studio
        lines = load(file).scenes["finding"].speeches
        for part in [part for line in lines for part in parts_of(line.text.source, NARRATOR)]:
            studio.ask([part])  # however slowly the voice is loaded on this machine
            assert (await asyncio.to_thread(studio.take, part, 120.0))[1] is not None
        report = await watch(house.url, record=folder / "film.mp4", seconds=SECONDS)
    return report.as_json()


if __name__ == "__main__":
    print(json.dumps(asyncio.run(record(Path(sys.argv[1])))))
