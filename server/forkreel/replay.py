"""A session from the journal as an MP4 file: the same frames again, painted alone, with the same sound."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from forkreel.decoding import decode
from forkreel.errors import JournalError, StoryError
from forkreel.film import Film, Shown
from forkreel.model.protocol import Model
from forkreel.sound import Shelf, Studio, open_sound, open_voice
from forkreel.stage.edition import Edited
from forkreel.stage.record import Kept
from forkreel.stage.reel import retold
from forkreel.stage.show import Show
from forkreel.story import Playthrough, Story, in_language

_PATIENCE_S = 60.0  # that a frame waits for its speech: nobody watches meanwhile


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many frames there were, and the SHA-256 of all their pixels: two replays of a session have the same."""

    frames: int
    digest: str


def story_of(kept: Kept, stories: Mapping[str, Story]) -> Story:
    """The story that a session plays; raises `JournalError` when it is not there, or another version of it."""
    record = kept.record
    if any(isinstance(entry.event, Edited) for entry in kept.past.entries):
        raise JournalError(f"session {record.session} cannot be told again: its story was edited while it was told")
    story = stories.get(record.story)
    if story is None:
        raise JournalError(f"session {record.session} plays the story {record.story!r}: name its file")
    if story.version != record.story_version:
        was, name = record.story_version, story.name
        raise JournalError(f"session {record.session} plays version {was} of {name}, the file has {story.version}")
    try:
        return in_language(story, record.comfort.language)
    except StoryError as error:
        raise JournalError(f"session {record.session}: {error}") from error


def shown(kept: Kept, story: Story, model: Model) -> Iterator[Shown]:
    """Every frame of a session, from its first. Raises `JournalError` when the journal does not fit the story."""
    record = kept.record
    playthrough = Playthrough.start(story, record.seed)
    room = record.room is not None
    show = Show(playthrough, model, record.seed, record.fps, story.cast, record.comfort, story.manners, room)
    studio, shelf = Studio(open_voice), Shelf(decode)
    sound = open_sound(model.name, story, record.seed, studio, record.fps, shelf=shelf, patience_s=_PATIENCE_S)
    if model.name != "testcard":
        studio.start()
    take = model.take(record.size)
    try:
        for frame in retold(show, kept.past, sound):
            picture = take.paint([frame.point])[0]
            yield Shown(frame.number, picture, sound.block(frame.number, model.space.scalars(frame.point)))
    finally:
        studio.close()
        shelf.close()
        take.close()


def replay(kept: Kept, story: Story, model: Model, output: Path) -> Replayed:
    """Write a session to an MP4 file. Raises `WatchError` when that cannot be written."""
    return asyncio.run(_film(kept, story, model, output))


async def _film(kept: Kept, story: Story, model: Model, output: Path) -> Replayed:
    fps, digest, frames = kept.record.fps, hashlib.sha256(), 0
    async with Film(output, fps) as film:
        frames_shown = shown(kept, story, model)
        while (frame := await asyncio.to_thread(next, frames_shown, None)) is not None:
            await film.add(frame)
            digest.update(frame.picture.tobytes())
            frames += 1
    return Replayed(frames, digest.hexdigest())
