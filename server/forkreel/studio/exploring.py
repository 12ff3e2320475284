"""Random walks in a process of their own: `python -m forkreel.studio.exploring FILE RUNS SEED` prints what they saw.

A thread of the server would take the time from shows that run.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from forkreel.errors import StoryError
from forkreel.story import Playthrough, Story, load
from forkreel.story.walks import walk

MAX_RUNS = 2_000
_MOST_LOOKS = 6  # that are told of one scene
_TIME_S = 120.0
_NICE = 10


def explored(story: Story, runs: int, seed: int = 0) -> dict[str, Any]:
    """The report of `forkreel walk`, and under `looks` the different shots of each scene, with the picks before them.

    Of many looks of a scene the first and a spread of the later ones are told.
    """
    looks: dict[str, dict[str, dict[str, Any]]] = {}

    def seen(play: Playthrough, picks: list[str]) -> None:
        shot, scene = play.moment.shot, play.moment.scene
        axes = dict(sorted(shot.axes.items()))
        look = {"prompt": shot.prompt, "axes": axes, "seed": play.story.seed, "picks": list(picks)}
        looks.setdefault(scene, {}).setdefault(json.dumps([shot.prompt, axes]), look)

    walks = walk(story, runs, seed, seen)
    spread = {scene: _spread(list(found.values())) for scene, found in looks.items()}
    return {"walks": walks.as_json(), "looks": spread}


async def explore(file: Path, runs: int, seed: int) -> dict[str, Any]:
    """`explored`, of a story file as it is on the disk. Raises `StoryError`. Cancelled, the process is gone too."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "forkreel.studio.exploring", str(file), str(runs), str(seed),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(_TIME_S):
            told, complaint = await process.communicate()
    except TimeoutError:
        raise StoryError(f"the walks took longer than {_TIME_S:.0f} s: ask for fewer") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise StoryError(complaint.decode(errors="replace").strip()[-2000:] or "the walks ended without a word")
    found: dict[str, Any] = json.loads(told)
    return found


def _spread(looks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if len(looks) <= _MOST_LOOKS:
        return looks
    return [looks[round(step * (len(looks) - 1) / (_MOST_LOOKS - 1))] for step in range(_MOST_LOOKS)]


def main() -> None:
    """Walk, and print JSON; what is wrong with the story goes to stderr."""
    os.nice(_NICE)
    file, runs, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    try:
        print(json.dumps(explored(load(file), runs, seed)))
    except StoryError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
