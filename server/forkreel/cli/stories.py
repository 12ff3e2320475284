"""What authors ask of a story file: is it sound, does it hold what its tests say, where does it lead."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from forkreel.cli.options import FILE
from forkreel.errors import ForkreelError, StoryError

if TYPE_CHECKING:
    from forkreel.latent.space import Space


@click.command()
@click.argument("stories", metavar="STORY...", nargs=-1, required=True, type=FILE)
@click.option("--model", default="house", show_default=True, help="The model whose axes the stories may use.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array of all diagnostics.")
def check(stories: tuple[Path, ...], model: str, as_json: bool) -> None:
    """Report everything that is wrong with story files; exit code 1 when there is an error."""
    from forkreel.sound.registry import voiceless
    from forkreel.story.check import check as check_story

    axes = {axis.name: axis for axis in _space(model).axes} or None
    reports = [check_story(path, axes=axes) for path in stories]
    if as_json:
        click.echo(json.dumps([diagnostic for report in reports for diagnostic in report.as_json()], indent=2))
    else:
        for report in reports:
            click.echo(report.render())
    if (silent := voiceless()) is not None:
        click.echo(f"note: {silent}", err=True)
    if not all(report.ok for report in reports):
        raise click.exceptions.Exit(1)


@click.command()
@click.argument("stories", metavar="STORY...", nargs=-1, required=True, type=FILE)
def test(stories: tuple[Path, ...]) -> None:
    """Run the tests that stories carry; exit code 1 when one fails or a story cannot be read."""
    from forkreel.story.check import load
    from forkreel.story.rehearse import rehearse

    ran, failed, broken = 0, 0, 0
    for path in stories:
        try:
            outcomes = rehearse(load(path))
        except StoryError as error:
            click.echo(str(error), err=True)
            click.echo(f"{path}: has errors, so its tests were not run")
            broken += 1
            continue
        for outcome in outcomes:
            click.echo(outcome.render())
        if not outcomes:
            click.echo(f"{path}: carries no tests")
        ran += len(outcomes)
        failed += sum(not outcome.passed for outcome in outcomes)
    click.echo(f"{ran} test{'s' if ran != 1 else ''} run, {failed or 'none'} failed")
    if broken:
        having = "1 story has errors, and its" if broken == 1 else f"{broken} stories have errors, and their"
        click.echo(f"{having} tests were not run")
    if failed or broken:
        raise click.exceptions.Exit(1)


@click.command()
@click.argument("story", type=FILE)
@click.option("--runs", type=click.IntRange(1, 1_000_000), default=1000, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def walk(story: Path, runs: int, seed: int, as_json: bool) -> None:
    """Walk through STORY at random: what is seen, what never; exit code 1 where a walk breaks or cannot end."""
    from forkreel.story.check import load
    from forkreel.story.walks import walk as walk_through

    opened = load(story)
    began = time.perf_counter()
    walks = walk_through(opened, runs, seed)
    took_s = time.perf_counter() - began
    click.echo(json.dumps(walks.as_json(), indent=2, ensure_ascii=False) if as_json else walks.render())
    click.echo(f"{walks.steps} steps in {took_s:.1f} s: {walks.steps / took_s:.0f} a second", err=as_json)
    if not walks.ok:
        raise click.exceptions.Exit(1)


@click.command()
@click.argument("story", type=FILE)
@click.option("-o", "--output", type=FILE, metavar="FILE.svg|.mmd|.dot", help="Without it Mermaid goes to stdout.")
def graph(story: Path, output: Path | None) -> None:
    """Draw the scenes of STORY and the ways between them."""
    from forkreel.story.chart import dot, mermaid
    from forkreel.story.check import load
    from forkreel.story.drawing import svg

    if output is None:
        click.echo(mermaid(load(story)), nl=False)
        return
    draw = {".svg": svg, ".mmd": mermaid, ".dot": dot}.get(output.suffix)
    if draw is None:
        raise click.BadParameter(f"'{output}' ends neither in .svg nor in .mmd nor in .dot", param_hint="--output")
    try:
        output.write_text(draw(load(story)), encoding="utf-8")
    except OSError as error:
        raise ForkreelError(f"{output} cannot be written: {error.strerror}") from error
    click.echo(f"{output}: written")


@click.command()
@click.argument("story", type=FILE)
@click.option("--write", is_flag=True, help="Write the ids into the file; without it they are only told.")
@click.option("--csv", "language", metavar="LANG", help="Write or update STORY's table of translations: de, or pt-BR.")
def ids(story: Path, write: bool, language: str | None) -> None:
    """Give every line of STORY an id where it has none; comments and layout stay."""
    from forkreel.story.identify import identify
    from forkreel.story.translating import translate

    found = identify(story)
    for given in found.given:
        told = given.id or "left as it is: load-time Jinja writes this line, so give it an id with `${ ... }` in it"
        click.echo(f"{story}:{given.spot.line}:{given.spot.column}: {told}")
    count = sum(given.id is not None for given in found.given)
    if write and count:
        try:
            breaks = "\r\n" if b"\r\n" in story.read_bytes() else "\n"
            story.write_text(found.text, encoding="utf-8", newline=breaks)
        except OSError as error:
            raise ForkreelError(f"{story} cannot be written: {error.strerror}") from error
    click.echo(f"{story}: {count} id{'s' if count != 1 else ''} {'written' if write else 'to write: --write does it'}")
    if language is not None and count and not write:
        raise StoryError("a line without an id loses its translation when the lines before it change: add --write")
    if language is not None:
        click.echo(translate(story, language))


@click.command()
def schema() -> None:
    """Print the JSON Schema of story files, for editors."""
    from forkreel.story.schema import schema as story_schema

    click.echo(json.dumps(story_schema(), indent=2, ensure_ascii=False))


def _space(model: str) -> Space:
    if model == "house":
        from forkreel.model.house.space import SPACE  # without the weights, and without torch

        return SPACE
    from forkreel.model.registry import open_model

    opened = open_model(model)
    opened.close()
    return opened.space
