"""`Workroom`: the stories of a server as their authors see them: checked, laid out, and with a still of every scene.

Lives on the event loop; what takes time is done in threads, one still at a time, or in a process of its own.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

from forkreel.errors import ForkreelError, StoryError
from forkreel.model.protocol import AxisValue, Model
from forkreel.story import Story
from forkreel.story.check import Report, read
from forkreel.story.entrance import enter
from forkreel.story.moment import Shot
from forkreel.studio.exploring import explore
from forkreel.studio.plan import plan
from forkreel.studio.shots import shots
from forkreel.studio.stills import Stills, apart

logger = logging.getLogger(__name__)

_REST = 20.0  # times what a still has taken: so long the shows have the machine for themselves, when there are any
_MOST_WAITING = 32  # stills
_ONLY_PAINTED = ("unknown-axis", "axis-value")  # errors of `check` with which a story plays all the same


@dataclass(slots=True)
class Page:
    """What is known of one story file. `story` is what plays, None while the file has not been sound yet.

    `edition` counts what has played, `revision` whatever the page shows.
    """

    file: Path
    story: Story | None = None
    report: Report | None = None
    plan: dict[str, Any] | None = None
    shots: Mapping[str, Shot] = field(default_factory=dict)
    stills: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    edition: int = 0
    revision: int = 0


class Workroom:
    """Every story file of a server, by name. `busy` says whether shows are being painted just now."""

    def __init__(self, files: Mapping[str, Path], stories: Mapping[str, Story], busy: Callable[[], bool]) -> None:
        self._pages = {name: Page(file, stories.get(name)) for name, file in files.items()}
        self._busy = busy
        self._stills: Stills | None = None
        self._model: Model | None = None
        self._changed = asyncio.Condition()
        self._to_paint = asyncio.Event()
        self._painting: asyncio.Task[None] | None = None
        self._exploring = asyncio.Lock()
        self._closed = False

    async def open(self, model: Model | None) -> None:
        """Read every story; with a model, now that it is warm, begin to paint."""
        if self._closed:
            return
        if model is not None:
            self._model, self._stills = model, Stills(model)
            self._painting = asyncio.create_task(self._keep_painting(self._stills))
        for page in self._pages.values():
            with suppress(StoryError):  # the page tells
                await self.read(page.file)
            if page.story is not None:
                await self.revise(page.story)

    async def close(self) -> None:
        """Stop painting, and let everybody go who waits for a change."""
        self._closed = True
        if self._painting is not None:
            self._painting.cancel()
            await asyncio.wait({self._painting})
        if self._stills is not None:
            await self._stills.close()
        async with self._changed:
            self._changed.notify_all()

    async def read(self, file: Path) -> Story:
        """The story in a file that has changed on the disk; pages are told what is wrong with it.

        Raises `StoryError`, whose text is the report, where it cannot be played.
        """
        axes = None if self._model is None else {axis.name: axis for axis in self._model.space.axes} or None
        story, report = await asyncio.to_thread(read, file, axes=axes)
        for page in self._pages.values():
            if page.file == file:
                page.report = report
                await self._tell(page)
        if story is None or _unplayable(report):
            raise StoryError(report.render())
        return story

    async def revise(self, story: Story) -> None:
        """The story plays as it is now: lay it out anew, and paint what looks otherwise."""
        page = self._pages.get(story.name)
        if page is None:
            return
        try:
            laid_out = await asyncio.to_thread(plan, story)
        except StoryError as error:
            logger.warning("%s: %s", page.file, error)
            laid_out = None
        page.shots = await asyncio.to_thread(shots, story)
        page.story, page.plan = story, laid_out
        page.edition += 1
        if self._stills is not None:
            keys = {scene: self._stills.key(shot.prompt, shot.axes, story.seed) for scene, shot in page.shots.items()}
            page.stills = {scene: key for scene, key in keys.items() if key in self._stills}
        page.failed = {}
        self._to_paint.set()
        await self._tell(page)

    def page(self, name: str) -> dict[str, Any]:
        """All that is known of a story now, as plain values; KeyError for another."""
        page = self._pages[name]
        story, report = page.story, page.report
        axes = () if self._model is None else self._model.space.axes
        return {
            "story": name,
            "title": name if story is None else story.title,
            "file": str(page.file),
            "edition": page.edition,
            "revision": page.revision,
            "warm": self._model is not None,
            "sound": report is not None and not _unplayable(report),
            "plays": story is not None,
            "diagnostics": [
                {**one.as_json(), "excerpt": one.excerpt} for one in (report.diagnostics if report else ())
            ],
            "plan": page.plan,
            "start": None if story is None else story.start,
            "scenes": {} if story is None else {scene: self._scene(page, scene) for scene in story.scenes},
            "variables": [] if story is None else [_variable(one) for one in story.variables.values()],
            "axes": [
                {"name": axis.name, "meaning": axis.meaning, "default": axis.default, "low": axis.low,
                 "high": axis.high, "labels": list(axis.labels)}
                for axis in axes
            ],
        }  # fmt: skip

    async def change(self, name: str, after: int) -> bool:
        """Wait until a story has a later revision; False when there will be none. Cancelled, nobody waits."""
        page = self._pages[name]
        async with self._changed:
            await self._changed.wait_for(lambda: page.revision > after or self._closed)
        return not self._closed

    def entrance(self, name: str, scene: str, variables: Mapping[str, object]) -> str:
        """A save with which a show begins in a scene. Raises `StoryError`; KeyError for another story."""
        return enter(self._playing(name), scene, variables).save()

    async def still(self, prompt: str, axes: Mapping[str, AxisValue], seed: int) -> dict[str, Any]:
        """Paint a still: its key, and every axis as the prompt and what wins over it have it.

        Raises `ForkreelError` for what the model does not take.
        """
        stills = self._painter()
        if stills.waiting >= _MOST_WAITING:
            raise StoryError("many stills wait to be painted; ask again soon")
        key = await stills.paint(prompt, axes, seed)
        return {"still": key, "axes": await asyncio.to_thread(stills.axes, prompt, axes, seed)}

    def webp(self, key: str) -> bytes:
        """A still; KeyError where it is not kept."""
        if self._stills is None:
            raise KeyError(key)
        return self._stills.webp(key)

    async def walks(self, name: str, runs: int, seed: int) -> dict[str, Any]:
        """The report of random walks through a story as it is on the disk. Raises `StoryError`; one at a time."""
        file = self._pages[name].file
        async with self._alone():
            walks: dict[str, Any] = (await explore(file, runs, seed))["walks"]
        return walks

    async def continuity(self, name: str, runs: int, seed: int) -> list[dict[str, Any]]:
        """For every scene that looked otherwise after other ways: the two stills that are furthest apart.

        The worst first. `distance` is `stills.apart`; `differs` names the axes of words in which they are not the same.
        """
        stills, file = self._painter(), self._pages[name].file
        async with self._alone():
            looks = (await explore(file, runs, seed))["looks"]
            found = []
            for scene, seen in looks.items():
                if len(seen) > 1:
                    keys = [await stills.paint(one["prompt"], one["axes"], one["seed"]) for one in seen]
                    found.append({"scene": scene, "looks": len(seen), **_worst(stills, seen, keys)})
            return sorted(found, key=lambda one: (bool(one["differs"]), one["distance"]), reverse=True)

    def _alone(self) -> asyncio.Lock:
        """The lock of the walks. Raises `StoryError` while others are under way: nobody queues for a minute."""
        if self._exploring.locked():
            raise StoryError("other walks are under way; walk again when they have come home")
        return self._exploring

    def _scene(self, page: Page, scene: str) -> dict[str, Any]:
        shot = page.shots.get(scene)
        return {
            "still": page.stills.get(scene),
            "failed": page.failed.get(scene),
            "prompt": None if shot is None else shot.prompt,
            "axes": {} if shot is None else dict(shot.axes),
        }

    def _playing(self, name: str) -> Story:
        story = self._pages[name].story
        if story is None:
            raise StoryError(f"'{name}' cannot be played yet: mend what the check says")
        return story

    def _painter(self) -> Stills:
        if self._stills is None:
            raise StoryError("the model is still warming up; try again in a moment")
        return self._stills

    async def _keep_painting(self, stills: Stills) -> None:
        while True:
            await self._to_paint.wait()
            self._to_paint.clear()
            for page in self._pages.values():
                while (scene := _next(page)) is not None:
                    await self._paint(stills, page, scene)

    async def _paint(self, stills: Stills, page: Page, scene: str) -> None:
        story, shot = page.story, page.shots[scene]
        assert story is not None, "what has shots is a story"
        began = asyncio.get_running_loop().time()
        try:
            key = await stills.paint(shot.prompt, shot.axes, story.seed)
        except ForkreelError as error:
            key, why = "", str(error)
        took_s = asyncio.get_running_loop().time() - began
        if page.shots.get(scene) is shot:  # not edited meanwhile
            if key:
                page.stills[scene] = key
            else:
                page.failed[scene] = why
            await self._tell(page)
        await asyncio.sleep(took_s * _REST if self._busy() else 0)

    async def _tell(self, page: Page) -> None:
        page.revision += 1
        async with self._changed:
            self._changed.notify_all()


def _next(page: Page) -> str | None:
    return next((scene for scene in page.shots if scene not in page.stills and scene not in page.failed), None)


def _variable(variable: Any) -> dict[str, Any]:
    ends = {
        name: value for name, value in (("low", variable.low), ("high", variable.high)) if abs(value) != float("inf")
    }
    return {
        "name": variable.name,
        "kind": variable.kind,
        "default": variable.default,
        "of": list(variable.values),
        **ends,
    }


def _worst(stills: Stills, seen: list[dict[str, Any]], keys: list[str]) -> dict[str, Any]:
    pairs = list(combinations(range(len(keys)), 2))
    distances = [apart(stills.webp(keys[one]), stills.webp(keys[other])) for one, other in pairs]
    at = max(range(len(pairs)), key=lambda number: distances[number])
    pair = pairs[at]
    words = [
        {
            name: value
            for name, value in stills.axes(one["prompt"], one["axes"], one["seed"]).items()
            if isinstance(value, str)
        }
        for one in (seen[number] for number in pair)
    ]
    return {
        "distance": round(distances[at], 4),
        "stills": [keys[number] for number in pair],
        "picks": [seen[number]["picks"] for number in pair],
        "differs": [
            f"{name}: {words[0][name]}, {words[1][name]}" for name in words[0] if words[0][name] != words[1][name]
        ],
    }


def _unplayable(report: Report) -> bool:
    return any(one.code not in _ONLY_PAINTED for one in report.errors)
