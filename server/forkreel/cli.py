"""The command line. Thin: each command reads its arguments, imports what it needs and calls it.

Anything that forkreel raises on purpose ends as one sentence on stderr and exit code 2 (1 in `check`), never as a
traceback.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from forkreel import __version__, logs
from forkreel.errors import ForkreelError, JournalError, ServeError, StoryError

if TYPE_CHECKING:
    from forkreel.latent.space import Space
    from forkreel.model.protocol import Quality
    from forkreel.settings import Settings
    from forkreel.stage.archive import Archive

_Answer = TypeVar("_Answer")
_FILE = click.Path(path_type=Path)
_DATABASE = click.option(
    "--database", metavar="URL", help="Where sessions are kept.  [default: SQLite in the user's state folder]"
)


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


@main.command()
@click.argument("stories", metavar="[STORY]...", nargs=-1, type=_FILE)
@click.option("--host", help="The address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=int, help="The port to listen on; 0 takes a free one.  [default: 8080]")
@click.option("--model", help="house, testcard, a plug-in, a folder, or a hub id.  [default: house]")
@_DATABASE
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

    settings = _settings(host=host, port=port, model=model, database=database, workers=workers)
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


@main.command()
@click.argument("stories", metavar="STORY...", nargs=-1, required=True, type=_FILE)
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


@main.command()
@click.argument("stories", metavar="STORY...", nargs=-1, required=True, type=_FILE)
def test(stories: tuple[Path, ...]) -> None:
    """Run the tests that stories carry; exit code 1 when one fails or a story cannot be read."""
    from forkreel.story.check import load
    from forkreel.story.rehearse import rehearse

    ran, failed = 0, 0
    for path in stories:
        try:
            outcomes = rehearse(load(path))
        except StoryError as error:
            click.echo(str(error), err=True)
            failed += 1
            continue
        for outcome in outcomes:
            click.echo(outcome.render())
        if not outcomes:
            click.echo(f"{path}: carries no tests")
        ran += len(outcomes)
        failed += sum(not outcome.passed for outcome in outcomes)
    click.echo(f"{ran} test{'s' if ran != 1 else ''}, {failed or 'none'} failed")
    if failed:
        raise click.exceptions.Exit(1)


@main.command()
@click.argument("story", type=_FILE)
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


@main.command()
@click.argument("story", type=_FILE)
@click.option("-o", "--output", type=_FILE, metavar="FILE.svg|.mmd|.dot", help="Without it Mermaid goes to stdout.")
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


@main.command()
@click.argument("story", type=_FILE)
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


@main.command()
def schema() -> None:
    """Print the JSON Schema of story files, for editors."""
    from forkreel.story.schema import schema as story_schema

    click.echo(json.dumps(story_schema(), indent=2, ensure_ascii=False))


@main.command()
@click.argument("prompt")
@click.option("--axis", "axes", multiple=True, metavar="NAME=VALUE", help="An axis that wins over the prompt.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--size", metavar="WxH", help="Width and height in pixels; the model's own without it.")
@click.option("--quality", type=click.Choice(["full", "draft"]), default="full", show_default=True)
@click.option("--model", default="house", show_default=True)
@click.option("-o", "--output", type=_FILE, required=True, metavar="FILE.png")
def still(
    prompt: str, axes: tuple[str, ...], seed: int, size: str | None, quality: Quality, model: str, output: Path
) -> None:
    """Paint one frame of PROMPT into a file."""
    from PIL import Image

    from forkreel.model.registry import open_model

    values, wanted = dict(_axis(axis) for axis in axes), _size(size)
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


@main.command()
@click.argument("story", type=_FILE)
@click.option("--pick", metavar="A,B,C", default="", help='Choices by id, control=value, or "typed words".')
@click.option("--seed", type=click.IntRange(0), help="Another than the story's own.")
@click.option("--size", metavar="WxH", help="Width and height in pixels, up to 3840x2160; the model's own without it.")
@click.option("--quality", type=click.Choice(["full", "draft"]), default="full", show_default=True)
@click.option("--language", metavar="LANG", help="Told in another language, where the story has a table for it.")
@click.option("--model", default="house", show_default=True)
@click.option("--minutes", type=click.FloatRange(0, min_open=True), default=30, help="It must not become longer.")
@click.option("-o", "--output", type=_FILE, required=True, metavar="DIR")
def render(
    story: Path, pick: str, seed: int | None, size: str | None, quality: Quality, language: str | None, model: str,
    minutes: float, output: Path,
) -> None:  # fmt: skip
    """Tell STORY into a new folder: film, sound, stills, captions, overlays, and a package.json that says when."""
    from forkreel.render import Order
    from forkreel.render import render as tell

    order = Order(pick, seed, _size(size), quality, language, model, minutes * 60)
    told = tell(story, order, output)
    click.echo(f"{told.folder}: {told.frames} frames, {told.seconds:.1f} s, ending: {told.ending or 'none'}")


@main.command()
@click.argument("url", default="http://localhost:8080")
@click.option("--pick", metavar="A,B,C", default="", help='Choices by id, control=value, or "typed words".')
@click.option("--record", type=_FILE, metavar="FILE.mp4", help="Keep what is seen and heard.")
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


@main.command()
@click.argument("session")
@click.argument("stories", metavar="[STORY]...", nargs=-1, type=_FILE)
@_DATABASE
@click.option("--model", help="Another model than the one that painted it.")
@click.option("-o", "--output", type=_FILE, required=True, metavar="FILE.mp4")
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


@main.command()
@_DATABASE
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


@main.command()
@click.argument("session")
@_DATABASE
def forget(session: str, database: str | None) -> None:
    """Remove SESSION and all that was kept of it from the database."""
    if not asyncio.run(_ask(database, lambda archive: archive.forget(session))):
        raise JournalError(f"there is no session {session!r} in the database; `forkreel sessions` lists them")
    click.echo(f"{session}: forgotten")


@main.command()
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


@main.command()
@click.option("-o", "--output", type=_FILE, default=Path("house-model"), show_default=True, help="The folder to write.")
@click.option("--data", type=_FILE, metavar="FOLDER", help="Learn these frames, by their metadata.jsonl, instead.")
@click.option("--painter", metavar="MODULE:CLASS", help="Learn from this renderer of yours instead.")
@click.option("--steps", type=click.IntRange(1), default=3200, show_default=True, help="Batches of 16 pictures.")
@click.option("--minutes", type=click.FloatRange(0, min_open=True), help="Stop after so long; a later call goes on.")
@click.option("--from", "start", type=_FILE, metavar="FOLDER", help="Begin with this model instead of with nothing.")
@click.option("--evaluate", is_flag=True, help="Only measure the model in --output, or else the shipped one.")
@click.option("--quick", is_flag=True, help="With --evaluate: rough figures of a few pictures.")
@click.option("--sheet", type=_FILE, metavar="FILE.png", help="Only draw a contact sheet: truth beside painted.")
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


async def _ask(database: str | None, question: Callable[[Archive], Awaitable[_Answer]]) -> _Answer:
    """Ask the database that is named, or set, or the default one."""
    from forkreel.stage.archive import Archive
    from forkreel.stage.database import default_url

    archive = Archive(_settings(database=database).database or default_url())
    try:
        return await question(archive)
    finally:
        await archive.close()


def _space(model: str) -> Space:
    if model == "house":
        from forkreel.model.house.space import SPACE  # without the weights, and without torch

        return SPACE
    from forkreel.model.registry import open_model

    opened = open_model(model)
    opened.close()
    return opened.space


def _settings(**given: Any) -> Settings:
    from pydantic import ValidationError
    from pydantic_settings import SettingsError

    from forkreel.settings import Settings

    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        raise ServeError("; ".join(_fault(fault) for fault in error.errors(include_url=False))) from None
    except SettingsError as error:
        raise ServeError(f"{error}: {error.__cause__}") from None


def _fault(fault: Any) -> str:
    name = str(fault["loc"][0])
    return f"the setting {name} (FORKREEL_{name.upper()}) is {fault['input']!r}: {fault['msg']}"


def _axis(text: str) -> tuple[str, float | str]:
    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        raise click.BadParameter(f"{text!r} is not NAME=VALUE, as in haze=0.4", param_hint="--axis")
    try:
        return name, float(value)
    except ValueError:
        return name, value


def _size(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    width, _, height = text.partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise click.BadParameter(f"{text!r} is not WxH, as in 512x288", param_hint="--size")
    return int(width), int(height)
