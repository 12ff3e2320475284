"""What is seen: a frame, a whole story told into files, a show that is watched without a browser."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from forkreel.cli.options import FILE, axis_of, size_of
from forkreel.errors import ForkreelError

if TYPE_CHECKING:
    from forkreel.model.protocol import Quality


@click.command()
@click.argument("prompt")
@click.option("--axis", "axes", multiple=True, metavar="NAME=VALUE", help="An axis that wins over the prompt.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--size", metavar="WxH", help="Width and height in pixels; the model's own without it.")
@click.option("--quality", type=click.Choice(["full", "draft"]), default="full", show_default=True)
@click.option("--model", default="house", show_default=True)
@click.option("-o", "--output", type=FILE, required=True, metavar="FILE.png")
def still(
    prompt: str, axes: tuple[str, ...], seed: int, size: str | None, quality: Quality, model: str, output: Path
) -> None:
    """Paint one frame of PROMPT into a file."""
    from PIL import Image

    from forkreel.model.registry import open_model

    values, wanted = dict(axis_of(axis) for axis in axes), size_of(size)
    opened = open_model(model, size=wanted)
    take = opened.take(wanted)
    take.quality = quality
    picture = take.paint([opened.point(prompt, values, seed)])[0]
    take.close()
    opened.close()
    try:
        Image.fromarray(picture).save(output)
    except (OSError, ValueError) as error:
        raise ForkreelError(f"{output} cannot be written: {error}") from error
    click.echo(f"{output}: {picture.shape[1]}x{picture.shape[0]}")


@click.command()
@click.argument("story", type=FILE)
@click.option("--pick", metavar="A,B,C", default="", help='Choices by id, control=value, or "typed words".')
@click.option("--seed", type=click.IntRange(0), help="Another than the story's own.")
@click.option("--size", metavar="WxH", help="Width and height in pixels, up to 3840x2160; the model's own without it.")
@click.option("--quality", type=click.Choice(["full", "draft"]), default="full", show_default=True)
@click.option("--language", metavar="LANG", help="Told in another language, where the story has a table for it.")
@click.option("--model", default="house", show_default=True)
@click.option("--minutes", type=click.FloatRange(0, min_open=True), default=30, help="It must not become longer.")
@click.option("-o", "--output", type=FILE, required=True, metavar="DIR")
def render(
    story: Path, pick: str, seed: int | None, size: str | None, quality: Quality, language: str | None, model: str,
    minutes: float, output: Path,
) -> None:  # fmt: skip
    """Tell STORY into a new folder: film, sound, stills, captions, overlays, and a package.json that says when."""
    from forkreel.render import Order
    from forkreel.render import render as tell

    order = Order(pick, seed, size_of(size), quality, language, model, minutes * 60)
    told = tell(story, order, output)
    click.echo(f"{told.folder}: {told.frames} frames, {told.seconds:.1f} s, ending: {told.ending or 'none'}")


@click.command()
@click.argument("url", default="http://localhost:8080")
@click.option("--pick", metavar="A,B,C", default="", help='Choices by id, control=value, or "typed words".')
@click.option("--record", type=FILE, metavar="FILE.mp4", help="Keep what is seen and heard.")
@click.option("--seconds", type=click.FloatRange(0, min_open=True), help="Leave after so long, ending or not.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON, and nothing else on stdout.")
def watch(url: str, pick: str, record: Path | None, seconds: float | None, as_json: bool) -> None:
    """Watch a show without a browser, to its ending; URL is a server, or its page of one story."""
    from forkreel.watch import watch as watch_show
    from forkreel.watch.picks import picks_of

    picks = picks_of(pick)
    say = partial(click.echo, err=as_json)
    report = asyncio.run(watch_show(url, picks=picks, record=record, seconds=seconds, on_event=say)).as_json()
    if as_json:
        click.echo(json.dumps(report, indent=2))
        return
    click.echo(
        f"{report['pictures']} pictures in {report['watched_s']:.1f} s, ending: {report['ending'] or 'none yet'}"
    )
    to_picture = report["choice_to_picture_ms"]
    if to_picture["choices"]:
        click.echo(f"choice to picture: median {to_picture['median']} ms, p95 {to_picture['p95']} ms")
