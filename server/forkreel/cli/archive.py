"""The sessions that a database keeps: listed, told again, forgotten."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from forkreel.cli.options import DATABASE, FILE, settings_of
from forkreel.errors import JournalError

if TYPE_CHECKING:
    from forkreel.stage.archive import Archive

_Answer = TypeVar("_Answer")


@click.command()
@DATABASE
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
def sessions(database: str | None, as_json: bool) -> None:
    """List the sessions in the database, the latest first."""
    from dataclasses import asdict

    records = asyncio.run(_ask(database, lambda archive: archive.sessions()))
    if as_json:
        click.echo(json.dumps([asdict(record) for record in records], indent=2))
        return
    for record in records:
        seen = datetime.fromtimestamp(record.last_seen).strftime("%Y-%m-%d %H:%M")
        click.echo(
            f"{record.session}  {seen}  {record.story}  {f'over: {record.ended}' if record.ended else ''}".rstrip()
        )


@click.command()
@click.argument("session")
@click.argument("stories", metavar="[STORY]...", nargs=-1, type=FILE)
@DATABASE
@click.option("--model", help="Another model than the one that painted it.")
@click.option("-o", "--output", type=FILE, required=True, metavar="FILE.mp4")
def replay(session: str, stories: tuple[Path, ...], database: str | None, model: str | None, output: Path) -> None:
    """Tell SESSION again from its journal: the same frames, into a file; its story is one that ships, or a STORY."""
    from forkreel.app import load_stories, shipped
    from forkreel.model.registry import open_model
    from forkreel.replay import replay as tell_again
    from forkreel.replay import story_of

    kept = asyncio.run(_ask(database, lambda archive: archive.find(session)))
    if kept is None:
        raise JournalError(f"there is no session {session!r} in the database; `forkreel sessions` lists them")
    paths = stories or tuple(sorted(shipped().stories.glob("*.yaml")))
    story = story_of(kept, load_stories(paths, lambda error: click.echo(str(error), err=True)))
    opened = open_model(model or kept.record.model, size=kept.record.size, fps=kept.record.fps)
    try:
        told = tell_again(kept, story, opened, output)
    finally:
        opened.close()
    click.echo(f"{output}: {told.frames} frames, SHA-256 of their pixels {told.digest}")


@click.command()
@click.argument("session")
@DATABASE
def forget(session: str, database: str | None) -> None:
    """Remove SESSION and all that was kept of it from the database."""
    if not asyncio.run(_ask(database, lambda archive: archive.forget(session))):
        raise JournalError(f"there is no session {session!r} in the database; `forkreel sessions` lists them")
    click.echo(f"{session}: forgotten")


async def _ask(database: str | None, question: Callable[[Archive], Awaitable[_Answer]]) -> _Answer:
    """Ask the database that is named, or set, or the default one."""
    from forkreel.stage.archive import Archive
    from forkreel.stage.database import default_url

    archive = Archive(settings_of(database=database).database or default_url())
    try:
        return await question(archive)
    finally:
        await archive.close()
