"""What measures this machine, and what makes models."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import click

from forkreel.cli.options import FILE


@click.command()
@click.option("--sound", is_flag=True, help="Measure the sound instead.")
@click.option("--live", is_flag=True, help="Measure live delivery instead: rooms, joins, choices, votes, kill -9.")
@click.option("--walk", is_flag=True, help="Measure random walks through a story of a hundred scenes instead.")
@click.option(
    "--steps", type=click.IntRange(1), default=1_000_000, show_default=True, help="With --walk: how many steps."
)
@click.option(
    "--minutes",
    type=click.FloatRange(0.1, 120),
    default=0.5,
    show_default=True,
    help="With --sound: how long sync and underruns are measured, each.",
)
@click.option("--joins", type=click.IntRange(10), default=200, show_default=True, help="With --live: joins and leaves.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON, and nothing else on stdout.")
def bench(sound: bool, live: bool, walk: bool, steps: int, joins: int, minutes: float, as_json: bool) -> None:
    """Measure this machine: painting at several sizes, a watched show, and the time from a choice to its picture."""
    say = partial(click.echo, err=as_json)
    figures: Any
    if sound:
        from forkreel.bench.sound import run as run_sound

        figures = run_sound(say, minutes)
    elif live:
        from forkreel.bench.live import run as run_live

        figures = run_live(say, joins).as_json()
    elif walk:
        from forkreel.bench.walk import run as run_walk

        figures = run_walk(say, steps).as_json()
    else:
        from forkreel.bench.picture import run

        figures = run(say).as_json()
    if as_json:
        click.echo(json.dumps(figures, indent=2))


@click.command()
@click.option("-o", "--output", type=FILE, default=Path("house-model"), show_default=True, help="The folder to write.")
@click.option("--data", type=FILE, metavar="FOLDER", help="Learn these frames, by their metadata.jsonl, instead.")
@click.option("--painter", metavar="MODULE:CLASS", help="Learn from this renderer of yours instead.")
@click.option("--steps", type=click.IntRange(1), default=3200, show_default=True, help="Batches of 16 pictures.")
@click.option("--minutes", type=click.FloatRange(0, min_open=True), help="Stop after so long; a later call goes on.")
@click.option("--from", "start", type=FILE, metavar="FOLDER", help="Begin with this model instead of with nothing.")
@click.option("--evaluate", is_flag=True, help="Only measure the model in --output, or else the shipped one.")
@click.option("--quick", is_flag=True, help="With --evaluate: rough figures of a few pictures.")
@click.option("--sheet", type=FILE, metavar="FILE.png", help="Only draw a contact sheet: truth beside painted.")
@click.option("--kind", default="overview", show_default=True, help="Of the sheet; another word tells which there are.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON, and nothing else on stdout.")
def train(
    evaluate: bool, quick: bool, sheet: Path | None, kind: str, as_json: bool, output: Path, **lesson: Any
) -> None:
    """Train a house model, or a model of your own frames: learn, and write a folder that `serve --model` takes. Killed,
    it goes on where it was."""
    from forkreel.atelier import workshop

    say = partial(click.echo, err=as_json)
    if evaluate or sheet is not None:
        workshop.look(output, say, figures=evaluate, quick=quick, as_json=as_json, kind=kind, drawn=sheet)
    else:
        workshop.learn(output, say, **lesson)
