"""`Playhouse`: the stories, the model, and how a show is put on out of the rooms' parts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from forkreel.decoding import decode
from forkreel.errors import JournalError, StoryError
from forkreel.logs import SESSION
from forkreel.model.protocol import Model, Reads
from forkreel.programme import Programme
from forkreel.settings import Settings
from forkreel.sound import Shelf, Studio, open_sound, open_voice
from forkreel.stage.archive import Archive
from forkreel.stage.clock import Clock
from forkreel.stage.edition import Edited, Edition
from forkreel.stage.journal import Entry, Past
from forkreel.stage.mailbox import Mailbox
from forkreel.stage.record import Record
from forkreel.stage.stage import Stage
from forkreel.story import Playthrough, Story, in_language
from forkreel.story.likeness import words_alike
from forkreel.stream.broadcast import Broadcast
from forkreel.stream.offer import Limits
from forkreel.stream.peer import Ice
from forkreel.studio.workroom import Workroom
from forkreel.web.session import Order, Production
from forkreel.web.theatre import Card

_REHEARSED = 256  # prompts: what a model is sure to remember
_EXAMPLES = 2048  # of what viewers may ask
_LETTERS = 64  # that wait for a frame boundary; in a room everybody's vote besides


class OpenModel(Protocol):
    """How a model is found: `model.registry.open_model`, or what a test puts in its place."""

    def __call__(self, name: str, *, size: tuple[int, int] | None, fps: int) -> Model:
        """A model that is loaded but not warm."""
        ...


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
