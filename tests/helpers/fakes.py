"""Cheap siblings of a show's neighbours, with dials for slowness and failure."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future

import numpy as np
from numpy.typing import NDArray

from forkreel.errors import ModelError, OutOfMemory, Refused
from forkreel.latent.space import Axis, Component, LatentPoint, Space
from forkreel.model.protocol import Quality
from forkreel.sound.timing import Phrase
from forkreel.story.moment import (
    Advance,
    Ask,
    Back,
    Choice,
    Choose,
    Ending,
    Event,
    Expire,
    Line,
    Moment,
    Motion,
    Shot,
    Voting,
)
from tests.helpers.clock import SteppedClock


class FakeModel:
    """A model of one axis: pictures of one grey. Dials: the seconds a painting takes, the frame it fails at, the
    qualities that there is no memory for, the share of the time that a draft takes, whether forks break, whether takes
    begin pictures ahead."""

    name = "fake"
    space = Space(
        (
            Component("grey", (), "linear"),
            Component("frame", (), "frame"),
            Component("scene", (), "step"),
        ),
        (Axis("grey", "grey", "how bright it is", 0.0),),
    )

    def __init__(self, *, clock: SteppedClock | None = None, paint_s: float = 0.0, fails_at: int | None = None) -> None:
        self.clock = clock
        self.paint_s = paint_s
        self.fails_at = fails_at
        self.no_memory_for: set[Quality] = set()
        self.draft_share = 1.0
        self.breaks_forks = False
        self.ahead = False
        self.takes: list[FakeTake] = []
        self.forks: list[FakeTake] = []
        self.warmed = threading.Event()
        self.closed = False

    def point(self, prompt: str, axes: Mapping[str, float | str], seed: int) -> LatentPoint:
        assert set(axes) <= {"grey"}, f"axes that the model does not have: {axes}"
        return LatentPoint.of({"grey": axes.get("grey", 0.0), "frame": 0.0, "scene": 0.0})

    def take(self, size: tuple[int, int] | None = None) -> FakeTake:
        take = (FakeTakeAhead if self.ahead else FakeTake)(self, size or (64, 36))
        self.takes.append(take)
        return take

    def warm(self) -> None:
        self.warmed.set()

    def close(self) -> None:
        self.closed = True


class FakeTake:
    def __init__(self, model: FakeModel, size: tuple[int, int]) -> None:
        self.size = size
        self.quality: Quality = "full"
        self.points: list[LatentPoint] = []
        self.closed = False
        self._model = model

    def paint(self, points: Sequence[LatentPoint]) -> NDArray[np.uint8]:
        self.points.extend(points)
        if self._model.fails_at is not None and points[-1]["frame"] >= self._model.fails_at:
            raise ModelError("the brush broke")
        if self.quality in self._model.no_memory_for:
            raise OutOfMemory("the canvas is too small")
        if self._model.clock is not None:
            self._model.clock.spend(self._model.paint_s * (self._model.draft_share if self.quality == "draft" else 1.0))
        width, height = self.size
        greys = [np.full((height, width, 3), round(255 * float(point["grey"])), np.uint8) for point in points]
        return np.stack(greys)

    def snapshot(self) -> bytes:
        return b""

    def restore(self, snapshot: bytes) -> None:
        assert snapshot == b""

    def fork(self) -> FakeTake:
        fork = FakeTake(self._model, self.size)
        self._model.forks.append(fork)
        if self._model.breaks_forks:
            raise ModelError("the fork broke")
        return fork

    def close(self) -> None:
        self.closed = True

    @property
    def frames(self) -> list[int]:
        return [int(point["frame"]) for point in self.points]


class FakePainting(Future[NDArray[np.uint8]]):
    """A picture that is never done by itself, and at once for who waits for it."""

    def __init__(self, paint: Callable[[], NDArray[np.uint8]]) -> None:
        super().__init__()
        self._paint = paint

    def result(self, timeout: float | None = None) -> NDArray[np.uint8]:
        if not self.done():
            self.set_result(self._paint())
        return super().result(timeout)


class FakeTakeAhead(FakeTake):
    """See `Ahead`; `begun` is every picture that was begun, and its frame."""

    def __init__(self, model: FakeModel, size: tuple[int, int]) -> None:
        super().__init__(model, size)
        self.begun: dict[int, FakePainting] = {}

    def begin(self, point: LatentPoint) -> Future[NDArray[np.uint8]]:
        painting = self.begun[int(point["frame"])] = FakePainting(lambda: self.paint([point])[0])
        return painting


class FakeSound:
    """Says which frame it is in every sample.

    Dials: the axes that are `led` at a frame; when the words are `said` of what begins at one;
    while `gate` is not set, a new moment takes its time.
    """

    def __init__(self, fps: int = 24) -> None:
        self.moments: list[tuple[int, int]] = []
        self.phrases: tuple[Phrase, ...] = ()
        self.led: dict[int, dict[str, float]] = {}
        self.said: dict[int, tuple[int, ...]] = {}
        self.volumes: dict[str, float] = {}
        self.gate = threading.Event()
        self.gate.set()
        self._samples = 48_000 // fps

    def moment(self, moment: Moment, frame: int, phrases: Sequence[Phrase]) -> None:
        assert self.gate.wait(20)
        self.moments.append((moment.number, frame))
        self.phrases = tuple(phrases)

    def lips(self, frame: int) -> Mapping[str, float]:
        return self.led.get(frame, {})

    def words(self, start_frame: int) -> tuple[int, ...]:
        return self.said.get(start_frame, ())

    def volume(self, kind: str, value: float) -> None:
        self.volumes[kind] = value

    def block(self, frame: int, axes: Mapping[str, float]) -> NDArray[np.int16]:
        return np.full((self._samples, 2), frame + 1, np.int16)


class Recorder:
    """An output that keeps what it is given. Dial: `fails` makes it refuse."""

    def __init__(self) -> None:
        self.ticks: list[int] = []
        self.pictures: list[NDArray[np.uint8] | None] = []
        self.pcm: list[NDArray[np.int16]] = []
        self.fails = False

    def put(self, tick: int, picture: NDArray[np.uint8] | None, pcm: NDArray[np.int16]) -> None:
        if self.fails:
            raise OSError("the line is cut")
        self.ticks.append(tick)
        self.pictures.append(picture)
        self.pcm.append(pcm)


class FakePlaythrough:
    """A story of prepared moments in a row; any choice that is on offer leads to the next, `back` to the one before."""

    def __init__(self, moments: Iterable[Callable[[int], Moment]]) -> None:
        self._moments = [make(number) for number, make in enumerate(moments)]
        self._at = 0
        self.events: list[Event] = []

    @property
    def moment(self) -> Moment:
        return self._moments[self._at]

    @property
    def goes_back(self) -> bool:
        return self._at > 0

    def fork(self) -> FakePlaythrough:
        other = FakePlaythrough(())
        other._moments, other._at = self._moments, self._at
        return other

    def apply(self, event: Event) -> Moment:
        ask = self.moment.ask
        if isinstance(event, Choose):
            if ask is None or event.poll != ask.poll:
                raise Refused("late", f"poll {event.poll} is closed")
            if event.choice not in {choice.id for choice in ask.choices}:
                raise Refused("not_on_offer", f"{event.choice} is not on offer")
        elif isinstance(event, Expire):
            assert ask is not None
            assert ask.poll == event.poll
        elif isinstance(event, Advance):
            assert event.number == self.moment.number
        if isinstance(event, Back) and self._at == 0:
            raise Refused("no_way_back", "nothing was asked before")
        self._at += -1 if isinstance(event, Back) else 1
        self.events.append(event)
        return self.moment


def scene(
    name: str,
    *,
    grey: float = 0.0,
    lines: Sequence[str] = (),
    choices: Sequence[str] = (),
    timer_s: float | None = None,
    voting: Voting | None = None,
    ending: str | None = None,
    move_s: float = 1.0,
    axes: Mapping[str, float | str] | None = None,
    prompt: str = "a grey place",
    previews: bool = False,
) -> Callable[[int], Moment]:
    """How a `FakePlaythrough` gets a moment, once it knows the moment's number."""

    def make(number: int) -> Moment:
        offered = tuple(Choice(choice, choice.title()) for choice in choices)
        default = choices[-1] if choices and timer_s is not None else None
        voted = voting or Voting()
        ask = Ask(f"poll-{number}", "Where to?", offered, timer_s, default, voted, previews=previews)
        return Moment(
            number=number,
            scene=name,
            scene_index=number,
            shot=Shot(prompt, axes if axes is not None else {"grey": grey}),
            motion=Motion(duration_s=move_s),
            lines=tuple(Line(f"{name}-{index}", text) for index, text in enumerate(lines)),
            ask=ask if choices else None,
            ending=Ending(ending, ending.title()) if ending else None,
        )

    return make
