"""The command line. Thin: each command reads its arguments, imports what it needs and calls it.

Anything that forkreel raises on purpose ends as one sentence on stderr and exit code 2 (1 in `check`), never as a
traceback.
"""

from __future__ import annotations

import logging
from typing import Any, Literal

import click

from forkreel import __version__, logs
from forkreel.cli.archive import forget, replay, sessions
from forkreel.cli.films import render, still, watch
from forkreel.cli.serving import serve
from forkreel.cli.stories import check, graph, ids, schema, test, walk
from forkreel.cli.workbench import bench, train
from forkreel.errors import ForkreelError


class Commands(click.Group):
    """A group whose commands end with a sentence when they raise a `ForkreelError`."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except ForkreelError as error:
            click.echo(f"forkreel: {error}", err=True)
            ctx.exit(1 if ctx.invoked_subcommand == "check" else 2)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
@click.option("-v", "--verbose", is_flag=True, help="Say more about what happens.")
@click.option("--log-format", type=click.Choice(["text", "json"]), default="text", envvar="FORKREEL_LOG_FORMAT")
def main(verbose: bool, log_format: Literal["text", "json"]) -> None:
    """Films that fork: a model paints a story live, and bends it to what viewers choose."""
    logs.configure(logging.INFO if verbose else logging.WARNING, log_format)


for command in (
    serve, check, test, walk, graph, ids, schema, still, render, watch, replay, sessions, forget, bench, train,
):  # fmt: skip
    main.add_command(command)
