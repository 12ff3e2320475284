"""`forkreel serve`."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from forkreel.cli.options import DATABASE, FILE, settings_of
from forkreel.errors import ServeError


@click.command()
@click.argument("stories", metavar="[STORY]...", nargs=-1, type=FILE)
@click.option("--host", help="The address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=int, help="The port to listen on; 0 takes a free one.  [default: 8080]")
@click.option("--model", help="house, testcard, a plug-in, a folder, or a hub id.  [default: house]")
@DATABASE
@click.option("--reload", is_flag=True, help="Watch the stories: running shows take up an edit with their next scene.")
@click.option("--studio", is_flag=True, help="For authors: --reload, and a page at /studio/NAME for each story.")
@click.option("--workers", type=int, metavar="N", help="Processes that share the shows, on one port.  [default: 1]")
@click.option("--worker", metavar="NUMBER/N", hidden=True, help="Be one of them: what --workers starts.")
@click.pass_context
def serve(
    ctx: click.Context,
    stories: tuple[Path, ...],
    host: str | None,
    port: int | None,
    model: str | None,
    database: str | None,
    reload: bool,
    studio: bool,
    workers: int | None,
    worker: str | None,
) -> None:
    """Serve stories to browsers; without STORY those that ship with forkreel.

    Every other setting is an environment variable: FORKREEL_MAX_SESSIONS=8 and so on, see forkreel/settings.py.
    """
    from forkreel.app import load_stories, shipped
    from forkreel.app import serve as serve_until_stopped
    from forkreel.web.share import Share

    settings = settings_of(host=host, port=port, model=model, database=database, workers=workers)
    paths = stories or tuple(sorted(shipped().stories.glob("*.yaml")))
    loaded = load_stories(
        paths, lambda error: click.echo(f"forkreel: left out, as it cannot be played:\n{error}", err=True),
        some=not studio,
    )  # fmt: skip

    def announce(url: str) -> None:
        click.echo(f"forkreel plays {', '.join(loaded) or 'nothing yet'} with the model {settings.model}.")
        for path in paths if studio else ():
            click.echo(f"The studio of {path} is {url}/studio/{path.stem}")
        click.echo(f"Open {url} in a browser; Ctrl-C ends it.")

    watched, studied = paths if reload and not studio else (), paths if studio else ()
    if settings.workers > 1:
        from forkreel.workers import serve_by_workers, words_of

        if studio:
            raise ServeError("the studio is at home in one process: leave out --studio or --workers")
        words = words_of(settings, paths, reload, ctx.parent.params if ctx.parent else {})
        asyncio.run(serve_by_workers(settings, words, announce))
        return
    share, tell = (None, announce) if worker is None else (Share.of_text(worker), click.echo)
    asyncio.run(serve_until_stopped(settings, loaded, lambda server: tell(server.url), watched, studied, share=share))
