"""Reload: story files are watched, and what is edited is handed on; one with errors is reported, and changes nothing.

Reading a story is work, so it is done in a thread, never on the event loop.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path

from watchfiles import awatch

from forkreel.errors import StoryError
from forkreel.story import Story, load

logger = logging.getLogger(__name__)

_SUFFIXES = (".yaml", ".yml", ".csv")


async def keep_reloading(
    paths: Sequence[Path],
    known: Mapping[str, Story],
    take_up: Callable[[Story], Awaitable[None]],
    changes: AsyncIterator[set[Path]] | None = None,
    *,
    read: Callable[[Path], Awaitable[Story]] | None = None,
) -> None:
    """Give every story of `paths` that is sound, and another than is `known`, to `take_up`, until cancelled.

    What a story includes and its tables of translations are in its folder, so any change there counts. `changes` are
    the files that changed, those on the disk unless a test has its own. `read` reads a file that was edited, and raises
    `StoryError` for one that cannot be played.
    """
    stories, folders = dict(known), {path: path.parent.resolve() for path in paths}
    try:
        async for changed in changes or _changes(set(folders.values())):
            for path in paths:
                if not any(one.is_relative_to(folders[path]) for one in changed):
                    continue
                try:
                    story = await (read or _read)(path)
                except StoryError as error:
                    logger.warning("%s was edited, but cannot be played; what it was before goes on:\n%s", path, error)
                    continue
                if story != stories.get(story.name):
                    stories[story.name] = story
                    logger.warning("%s was edited: shows take it up with their next scene", path)
                    await take_up(story)
    except (OSError, RuntimeError) as error:
        logger.warning("stories are not watched any more: %s", error)


async def _changes(folders: Iterable[Path]) -> AsyncIterator[set[Path]]:
    async for changed in awatch(*folders, watch_filter=lambda _, name: name.endswith(_SUFFIXES)):
        yield {Path(name) for _, name in changed}


async def _read(path: Path) -> Story:
    return await asyncio.to_thread(load, path)
