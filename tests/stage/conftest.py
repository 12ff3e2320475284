"""A stage with fakes around it and a clock that is wound by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest

from forkreel.stage.comfort import Comfort
from forkreel.stage.edition import Edition
from forkreel.stage.journal import MemoryJournal, Past
from forkreel.stage.mailbox import Mailbox
from forkreel.stage.messages import Message, as_json
from forkreel.stage.protocol import Playthrough
from forkreel.stage.stage import Stage
from forkreel.stage.understanding import Alike
from forkreel.story.likeness import words_alike
from forkreel.story.moment import Moment
from tests.helpers.clock import SteppedClock
from tests.helpers.fakes import FakeModel, FakePlaythrough, FakeSound, Recorder, scene

FORK = (
    scene("fork", choices=("left", "right")),
    scene("glade", grey=1.0, choices=("on", "rest")),
    scene("home", ending="home"),
)


@dataclass
class Theatre:
    """One stage, what surrounds it, and what it said to a viewer."""

    stage: Stage
    clock: SteppedClock
    model: FakeModel
    sound: FakeSound
    output: Recorder
    journal: MemoryJournal
    playthrough: Playthrough
    heard: list[dict[str, Any]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def hear(self, message: Message) -> None:
        self.heard.append(as_json(message))

    async def run(self, ticks: int) -> None:
        """Let so many ticks pass, and hear what was said meanwhile."""
        self.clock.advance(ticks / 24)
        await asyncio.sleep(0)

    async def settle(self) -> None:
        self.clock.settle()
        await asyncio.sleep(0)

    def said(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.heard if message["type"] == kind]


Opener = Callable[..., Theatre]


@pytest.fixture
async def opened() -> AsyncIterator[Opener]:
    stages: list[Stage] = []

    def make(
        moments: Iterable[Callable[[int], Moment]] = FORK,
        *,
        viewers: int = 1,
        paint_s: float = 0.0,
        ahead: bool = False,
        fails_at: int | None = None,
        capacity: int = 64,
        subscribed: bool = True,
        output: Recorder | None = None,
        past: Past | None = None,
        room: bool = False,
        comfort: Comfort | None = None,
        playthrough: Playthrough | None = None,
        alike: Alike = words_alike,
        edition: Edition | None = None,
    ) -> Theatre:
        clock = SteppedClock()
        model = FakeModel(clock=clock, paint_s=paint_s, fails_at=fails_at)
        model.ahead = ahead
        sound, output, journal = FakeSound(), output or Recorder(), MemoryJournal(len(past.entries) if past else 0)
        playthrough = playthrough or FakePlaythrough(moments)
        failures: list[str] = []
        stage = Stage(
            playthrough,
            session="s1",
            story="woods",
            seed=7,
            model=model,
            take=model.take(),
            sound=sound,
            output=output,
            clock=clock,
            comfort=comfort,
            journal=journal,
            room=room,
            mailbox=Mailbox(capacity),
            alike=alike,
            on_failure=failures.append,
        )
        if past is not None:
            stage.resume(past, edition)
        stages.append(stage)
        theatre = Theatre(stage, clock, model, sound, output, journal, playthrough, failures=failures)
        if subscribed:
            stage.subscribe(theatre.hear)
        stage.viewers(viewers)
        stage.start()
        clock.settle()
        return theatre

    yield make
    for stage in stages:
        await stage.close()
