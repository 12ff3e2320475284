"""The composition root: builds a server out of its rooms, and takes it down again."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from forkreel.errors import ServeError, StoryError
from forkreel.model.registry import open_model
from forkreel.playhouse import OpenModel, Playhouse
from forkreel.reloading import keep_reloading
from forkreel.settings import Settings
from forkreel.stage.archive import Archive
from forkreel.stage.clock import Clock, MonotonicClock
from forkreel.stage.database import default_url
from forkreel.story import Story, load
from forkreel.studio.workroom import Workroom
from forkreel.web.application import application
from forkreel.web.listening import listening
from forkreel.web.sessions import Sessions
from forkreel.web.share import WHOLE, Share

_CLOSING_S = 3.0  # for connections that are still open when the server closes


@dataclass(frozen=True, slots=True)
class Shipped:
    """The folders that ship with forkreel."""

    player: Path
    static: Path
    stories: Path


def shipped() -> Shipped:
    """Inside the package when it was installed from a wheel, else those of the checkout."""
    package = Path(__file__).resolve().parent
    inside = package / "_shipped"
    root = inside if inside.is_dir() else package.parents[1]
    return Shipped(root / "player", root / "static", root / "stories")


def load_stories(paths: Iterable[Path], broken: Callable[[StoryError], None], *, some: bool = True) -> dict[str, Story]:
    """The stories in files, by name. What cannot be played is handed to `broken`; `ServeError` when of `some` none is
    left."""
    stories: dict[str, Story] = {}
    for path in paths:
        try:
            story = load(path)
            if story.name in stories:
                raise StoryError(
                    f"{path}: there is a story {story.name!r} already; one of the files needs another name"
                )
            stories[story.name] = story
        except StoryError as error:
            broken(error)
    if some and not stories:
        raise ServeError("there is no story to play: name a story file that `forkreel check` finds no error in")
    return stories


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. `warming` ends when the model is warm, or with the error that keeps it from being so."""

    url: str
    playhouse: Playhouse
    sessions: Sessions
    warming: asyncio.Task[None]


@asynccontextmanager
async def open_server(
    settings: Settings,
    stories: Mapping[str, Story],
    *,
    opener: OpenModel = open_model,
    clock: Clock | None = None,
    folders: Shipped | None = None,
    studied: Sequence[Path] = (),
    share: Share = WHOLE,
) -> AsyncIterator[Server]:
    """A server that answers, while its model warms in the background; when the context ends everything is freed.

    Story files that are `studied`, sound or not, are watched, and the studio shows them.

    Port 0 takes any that is free. Raises `ServeError` when the port is taken, `JournalError` when
    the database cannot be opened.
    """
    folders = folders or shipped()
    async with AsyncExitStack() as parts:
        archive = await asyncio.to_thread(Archive, settings.database or default_url())
        parts.push_async_callback(archive.close)
        playhouse = Playhouse(stories, settings, archive, clock or MonotonicClock(), folders.static)
        sessions = Sessions(playhouse, settings, archive, share=share)
        workroom = Workroom({path.stem: path for path in studied}, stories, playhouse.watched) if studied else None
        app = application(
            playhouse, sessions, settings, player=folders.player, static=folders.static, workroom=workroom
        )
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=_CLOSING_S)  # an access log would hold tokens
        await runner.setup()
        parts.push_async_callback(runner.cleanup)
        url = await parts.enter_async_context(listening(runner, settings))
        warming = asyncio.create_task(playhouse.warm(opener, workroom))
        sweeping = asyncio.create_task(sessions.keep_sweeping())
        parts.push_async_callback(playhouse.close)
        parts.push_async_callback(_settle, warming)
        parts.push_async_callback(sessions.close)
        parts.push_async_callback(_settle, sweeping, cancel=True)
        if workroom is not None:
            parts.push_async_callback(workroom.close)
            studying = asyncio.create_task(_study(playhouse, workroom, studied, stories))
            parts.push_async_callback(_settle, studying, cancel=True)
        yield Server(url, playhouse, sessions, warming)


async def serve(
    settings: Settings,
    stories: Mapping[str, Story],
    announce: Callable[[Server], None],
    watched: Sequence[Path] = (),
    studied: Sequence[Path] = (),
    share: Share | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM; story files that are `watched` or `studied` are read again when they are edited.

    With a `share` it is one of several workers, and ends with its standard input.
    Raises `ForkreelError` when the server or its model cannot start.
    """
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    opened = open_server(settings, stories, studied=studied, share=share or WHOLE)
    async with opened as server, AsyncExitStack() as parts:
        if share is not None:  # nobody comes to a worker but through the front, which holds its standard input
            loop.add_reader(sys.stdin.fileno(), stopped.set)
            parts.callback(loop.remove_reader, sys.stdin.fileno())
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stopped.set)
        announce(server)
        if watched:
            reloading = asyncio.create_task(keep_reloading(watched, stories, server.playhouse.revise))
            parts.push_async_callback(_settle, reloading, cancel=True)
        stopping = asyncio.create_task(stopped.wait())
        await asyncio.wait({stopping, server.warming}, return_when=asyncio.FIRST_COMPLETED)
        if not stopping.done():
            try:
                server.warming.result()
                gc.freeze()  # what models and libraries hold stays: each full collection walked it for half a second
                await stopping
            finally:
                gc.unfreeze()
                stopping.cancel()


async def _study(
    playhouse: Playhouse, workroom: Workroom, studied: Sequence[Path], stories: Mapping[str, Story]
) -> None:
    async def take_up(story: Story) -> None:
        await playhouse.revise(story)
        await workroom.revise(story)

    await workroom.open(None)
    await keep_reloading(studied, stories, take_up, read=workroom.read)


async def _settle(task: asyncio.Task[None], *, cancel: bool = False) -> None:
    """Wait for a task, whatever came of it: who needs its result has asked for it."""
    if cancel:
        task.cancel()
    await asyncio.wait({task})
    if not task.cancelled():
        task.exception()
