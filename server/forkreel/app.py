"""The composition root: builds a server out of its rooms, and takes it down again."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from aiohttp import web

from forkreel.decoding import decode
from forkreel.errors import JournalError, ServeError, StoryError
from forkreel.logs import SESSION
from forkreel.model.protocol import Model, Reads
from forkreel.model.registry import open_model
from forkreel.programme import Programme
from forkreel.reloading import keep_reloading
from forkreel.settings import Settings
from forkreel.sound import Shelf, Studio, open_sound, open_voice
from forkreel.stage.archive import Archive
from forkreel.stage.clock import Clock, MonotonicClock
from forkreel.stage.database import default_url
from forkreel.stage.edition import Edited, Edition
from forkreel.stage.journal import Entry, Past
from forkreel.stage.mailbox import Mailbox
from forkreel.stage.record import Record
from forkreel.stage.stage import Stage
from forkreel.stage.understanding import words_alike
from forkreel.story import Playthrough, Story, in_language, load
from forkreel.stream.broadcast import Broadcast
from forkreel.stream.offer import Limits
from forkreel.stream.peer import Ice
from forkreel.studio.workroom import Workroom
from forkreel.web.application import application
from forkreel.web.listening import listen
from forkreel.web.session import Order, Production
from forkreel.web.sessions import Sessions
from forkreel.web.share import WHOLE, Share
from forkreel.web.theatre import Card

_REHEARSED = 256  # prompts: what a model is sure to remember
_EXAMPLES = 2048  # of what viewers may ask
_LETTERS = 64  # that wait for a frame boundary; in a room everybody's vote besides
_CLOSING_S = 3.0  # for connections that are still open when the server closes


class OpenModel(Protocol):
    """How a model is found: `model.registry.open_model`, or what a test puts in its place."""

    def __call__(self, name: str, *, size: tuple[int, int] | None, fps: int) -> Model:
        """A model that is loaded but not warm."""
        ...


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


class Playhouse:
    """The stories, the model, and how a show is put on; implements `web.theatre.Theatre` and `web.sessions.Produce`."""

    def __init__(
        self, stories: Mapping[str, Story], settings: Settings, archive: Archive, clock: Clock, static: Path
    ) -> None:
        self.ready = False
        self._programme = Programme(stories, static)
        self._stories = dict(stories)
        self._telling: dict[str, tuple[Stage, Order]] = {}
        self._settings = settings
        self._archive = archive
        self._clock = clock
        self._model: Model | None = None
        self._studio = Studio(open_voice)
        self._shelf = Shelf(decode)

    async def warm(self, opener: OpenModel, workroom: Workroom | None = None) -> None:
        """Load the model, paint once and read the stories' prompts, in threads; then `ready`."""
        settings = self._settings
        await asyncio.to_thread(self._programme.hang)
        self._model = await asyncio.to_thread(opener, settings.model, size=settings.size, fps=settings.fps)
        await asyncio.to_thread(self._model.warm)
        await asyncio.to_thread(self._rehearse, self._model)
        await asyncio.to_thread(self._programme.paint, self._model)
        if self._model.name != "testcard":
            self._studio.start()
            self._shelf.ask(clip.file for story in self._stories.values() for clip in story.scenes[story.start].clips)
        self.ready = True
        if workroom is not None:
            await workroom.open(self._model)

    def watched(self) -> bool:
        """Whether any show is being painted for somebody."""
        return any(stage.watched for stage, _ in self._telling.values())

    @property
    def cards(self) -> Sequence[Card]:
        """The programme, in the order in which it was given."""
        return self._programme.cards

    def poster(self, name: str, size: str) -> bytes:
        """A story's poster as WebP; KeyError where there is none (yet)."""
        return self._programme.poster(name, size)

    def _rehearse(self, model: Model) -> None:
        """Have the model read what will be asked of it: no show then waits for a text encoder in mid-scene."""
        pictures = (scene.picture for story in self._stories.values() for scene in story.scenes.values())
        prompts = (picture.prompt.source for picture in pictures if picture is not None)
        for prompt in islice((text for text in prompts if text.strip() and "{{" not in text), _REHEARSED):
            model.point(prompt, {}, 0)
        scenes = (scene for story in self._stories.values() for scene in story.scenes.values())
        talks = (scene.question.talk for scene in scenes if scene.question is not None)
        examples = [one for talk in talks if talk is not None for reply in talk.replies for one in reply.examples]
        if isinstance(model, Reads) and examples:
            model.alike("", examples[:_EXAMPLES])

    async def revise(self, story: Story) -> None:
        """Play the story as it is now from the next show on; running ones take it up with their next scene."""
        await asyncio.to_thread(self._programme.revise, story)
        self._stories[story.name] = story
        for stage, order in self._telling.values():
            if order.story == story.name:
                stage.edit(_edition(story, order))

    async def close(self) -> None:
        """Free the voice, the sound files and the model, once no show needs them."""
        self.ready = False
        await asyncio.to_thread(self._studio.close)
        await asyncio.to_thread(self._shelf.close)
        if self._model is not None:
            await asyncio.to_thread(self._model.close)

    def graph(self, name: str) -> Mapping[str, Any]:
        """A story's scenes and the ways between them; KeyError for an unknown story."""
        story = self._stories[name]
        endings = {scene.id for scene in story.scenes.values() if scene.close is not None}
        return {
            "story": name,
            "title": story.title,
            "start": story.start,
            "nodes": [{"id": scene, "ending": scene in endings} for scene in story.scenes],
            "edges": [edge._asdict() for edge in story.edges()],
        }

    async def __call__(self, order: Order, on_failure: Callable[[str], None]) -> Production:
        """Put on a show: a playthrough, a take, sound, a stream and the stage that runs them.

        Raises `JournalError` for one that cannot go on here: its story is gone, or changed too much.
        """
        assert self._model is not None, "a show needs a model"
        SESSION.set(order.session)  # for the log, and so for every thread and task of the show
        settings, model, kept = self._settings, self._model, order.kept
        told, story = self._stories.get(order.story), self._story(order)
        fps = settings.fps if kept is None else kept.record.fps
        async with AsyncExitStack() as parts:
            entrance = order.entrance
            playthrough = Playthrough.load(story, entrance) if entrance else Playthrough.start(story, order.seed)
            take = await asyncio.to_thread(model.take, settings.size if kept is None else kept.record.size)
            parts.callback(take.close)
            width, height = take.size
            broadcast = Broadcast(
                width,
                height,
                fps,
                settings.bitrate_bps or _bitrate_bps(width, height),
                on_viewers=lambda count: stage.viewers(count),
                **_admission(settings),
            )
            parts.push_async_callback(broadcast.close)
            stage = Stage(
                playthrough,
                session=order.session,
                story=order.story,
                seed=playthrough.seed,
                model=model,
                take=take,
                sound=open_sound(model.name, playthrough.story, playthrough.seed, self._studio, fps, shelf=self._shelf),
                output=broadcast,
                clock=self._clock,
                fps=fps,
                cast=playthrough.story.cast,
                manners=playthrough.story.manners,
                comfort=order.comfort,
                journal=self._archive.journal(order.session),
                room=order.room is not None,
                mailbox=Mailbox(settings.max_viewers + _LETTERS if order.room else _LETTERS),
                alike=model.alike if isinstance(model, Reads) else words_alike,
                on_failure=on_failure,
            )
            parts.push_async_callback(stage.close)
            self._telling[order.session] = stage, order
            parts.callback(self._telling.pop, order.session)
            if self._stories[order.story] is not told:  # it was edited in this very moment
                stage.edit(_edition(self._stories[order.story], order))
            if kept is None:
                record = Record(
                    order.session, story.name, story.version, playthrough.seed, order.comfort, model.name, take.size,
                    fps, order.room,
                )  # fmt: skip
                await self._archive.begin(record, order.seats)
                if entrance is not None:
                    await self._begin_at(stage, entrance, order)
            else:
                await asyncio.to_thread(stage.resume, kept.past, _edition(self._stories[order.story], order))
            stage.start()
            return Production(stage, broadcast, parts.pop_all())

    async def _begin_at(self, stage: Stage, save: str, order: Order) -> None:
        """Journal a beginning elsewhere as an edit that leads there, so that the show can be come back to."""
        entry, kept = Entry(1, 0, Edited(save)), asyncio.get_running_loop().create_future()

        def written(error: Exception | None) -> None:
            kept.get_loop().call_soon_threadsafe(kept.set_result, error)

        self._archive.journal(order.session).append(entry, written)
        error = await kept
        if error is not None:
            raise JournalError(str(error)) from error
        await asyncio.to_thread(stage.resume, Past((entry,)), _edition(self._stories[order.story], order))

    def _story(self, order: Order) -> Story:
        story = self._stories.get(order.story)
        if story is None:
            raise JournalError(f"the story {order.story!r} is not played here any more")
        entries = () if order.kept is None else order.kept.past.entries
        edited = any(isinstance(entry.event, Edited) for entry in entries)  # and so not begun anew
        if order.kept is not None and not edited and order.kept.record.story_version != story.version:
            was = order.kept.record.story_version
            raise JournalError(f"it began with version {was} of its story; here is version {story.version}")
        try:
            return in_language(story, order.comfort.language)
        except StoryError as error:
            raise JournalError(str(error)) from error


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
        url = await listen(runner, settings)
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
                await stopping
            finally:
                stopping.cancel()


async def _study(
    playhouse: Playhouse, workroom: Workroom, studied: Sequence[Path], stories: Mapping[str, Story]
) -> None:
    async def take_up(story: Story) -> None:
        await playhouse.revise(story)
        await workroom.revise(story)

    await workroom.open(None)
    await keep_reloading(studied, stories, take_up, heard=workroom.heard)


def _admission(settings: Settings) -> dict[str, Any]:
    """How a show's stream takes viewers in."""
    ice = Ice(
        settings.ice_urls, settings.ice_loopback, settings.private_candidates, settings.consent_s,
        settings.consent_failures, settings.pending_s,
    )  # fmt: skip
    return {
        "ice": ice,
        "limits": Limits(settings.max_body_bytes, settings.max_media_lines, settings.max_candidates),
        "max_viewers": settings.max_viewers,
        "max_pending": settings.max_pending,
        "keyframe_gap_s": settings.keyframe_gap_s,
    }


def _edition(story: Story, order: Order) -> Edition:
    language = order.comfort.language
    told = in_language(story, language if language in story.languages else None)
    return Edition(partial(Playthrough.load, told), told.cast, told.manners)


def _bitrate_bps(width: int, height: int) -> int:
    """Grows slower than the picture: what is larger is mostly larger areas of one colour."""
    return round(1_800_000 * float((width * height / (512 * 288)) ** 0.6))


async def _settle(task: asyncio.Task[None], *, cancel: bool = False) -> None:
    """Wait for a task, whatever came of it: who needs its result has asked for it."""
    if cancel:
        task.cancel()
    await asyncio.wait({task})
    if not task.cancelled():
        task.exception()
