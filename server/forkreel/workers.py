"""Several servers behind one port: the processes that share the sessions, and the front that hands requests to them.

A worker that dies is started again, and its viewers come back to the same shows, which the journal has kept.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from forkreel.errors import ServeError
from forkreel.settings import Settings
from forkreel.web.front import Front
from forkreel.web.listening import listening
from forkreel.web.share import Share

logger = logging.getLogger(__name__)

_AGAIN_S = 1.0
_CLOSING_S = 20.0  # for a worker to end its shows
_HOPELESS = 2  # the exit code of a worker that said why it cannot run


def words_of(settings: Settings, stories: Sequence[Path], reload: bool, flags: Mapping[str, Any]) -> list[str]:
    """The command line of one worker; `flags` are those that stand before `serve`."""
    before = [*(["--verbose"] if flags.get("verbose") else []), "--log-format", flags.get("log_format") or "text"]
    after = ["--host", "127.0.0.1", "--port", "0", "--model", settings.model]
    if settings.database is not None:
        after += ["--database", settings.database]
    return [*before, "serve", *map(str, stories), *after, *(["--reload"] if reload else [])]


async def serve_by_workers(settings: Settings, words: Sequence[str], announce: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM. `words` are the command line of one worker, but for its share.

    `announce` hears the address. Raises `ServeError` when a worker or the port cannot be had.
    """
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()
    addresses: list[str | None] = [None] * settings.workers
    tasks: list[asyncio.Task[Any]] = [asyncio.create_task(stopped.wait())]
    async with AsyncExitStack() as parts:
        for told in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(told, stopped.set)
            parts.callback(loop.remove_signal_handler, told)
        parts.push_async_callback(_end, tasks)
        runner = Front(settings, addresses).runner()
        await runner.setup()
        parts.push_async_callback(runner.cleanup)
        for number in range(settings.workers):  # one after the other: the first makes the tables of the database
            begun = asyncio.Event()
            tasks.append(asyncio.create_task(_keep(Share(number, settings.workers), words, settings, addresses, begun)))
            waiting = asyncio.create_task(begun.wait())
            await asyncio.wait([*tasks, waiting], return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            if not begun.is_set():
                break
        else:
            announce(await parts.enter_async_context(listening(runner, settings)))
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task.done():
                task.result()


async def _end(tasks: list[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _keep(
    share: Share, words: Sequence[str], settings: Settings, addresses: list[str | None], begun: asyncio.Event
) -> None:
    """Keep one worker running; cancelled, it is ended. Raises `ServeError` for one that says that it cannot run."""
    trusted = json.dumps([*settings.trusted_proxies, "127.0.0.1"])
    environment = {**os.environ, "FORKREEL_TRUSTED_PROXIES": trusted, "FORKREEL_WORKERS": "1"}
    command = [sys.executable, "-m", "forkreel", *words, "--worker", f"{share.number}/{share.of}"]
    while True:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, env=environment, start_new_session=True
        )
        try:
            assert process.stdout is not None, "it was asked for"
            address = (await process.stdout.readline()).decode().strip().replace("localhost", "127.0.0.1")
            if address:
                addresses[share.number] = address
                begun.set()
            code = await process.wait()
        finally:
            addresses[share.number] = None
            await _close(process)
        if code == _HOPELESS:
            raise ServeError(f"worker {share.number} cannot run: what it said stands above")
        logger.error("worker %d has ended (%d), and is started again", share.number, code)
        await asyncio.sleep(_AGAIN_S)


async def _close(process: Process) -> None:
    """End a worker: it ends by itself when nobody holds the other end of its standard input, even after a crash."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), _CLOSING_S)
    except TimeoutError:
        process.kill()
        await process.wait()
