"""Likely branches on the test card with a clock that is wound by hand, and on a stage."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from forkreel.latent.space import LatentPoint
from forkreel.model.testcard import CardTake, TestCard, decode
from forkreel.stage.branches import Branches
from forkreel.stage.comfort import Comfort
from forkreel.stage.meter import Meter
from forkreel.stage.show import Show
from forkreel.story.moment import Choose
from tests.helpers.clock import SteppedClock
from tests.helpers.fakes import FakePlaythrough, scene
from tests.stage.conftest import FORK, Opener

PAINTING_S = 0.004
MANY = 100


class Card(CardTake):
    """A test card that takes its time, and knows its forks."""

    def __init__(self, clock: SteppedClock) -> None:
        super().__init__((64, 36), 24)
        self.clock = clock
        self.forks: list[Card] = []
        self.cards: list[int] = []
        self.closed = False

    def fork(self) -> Card:
        self.forks.append(Card(self.clock))
        return self.forks[-1]

    def paint(self, points: Sequence[LatentPoint]) -> NDArray[np.uint8]:
        self.clock.spend(PAINTING_S)
        pictures = super().paint(points)
        self.cards += [decode(picture).scene for picture in pictures]
        return pictures

    def close(self) -> None:
        self.closed = True


class Desk:
    """A show at its first question, its branches, and what is counted of them."""

    def __init__(self) -> None:
        self.clock = SteppedClock()
        self.meter = Meter()
        self.take = Card(self.clock)
        self.show = Show(FakePlaythrough(FORK), TestCard((64, 36)), 7, 24, {}, Comfort())
        self.show.open()
        self.asked: list[str] = []
        self.show.branch = self.branch  # type: ignore[method-assign]
        self.branches = Branches(self.show, self.take, self.clock, self.meter, lambda *told: None, "a show")

    def branch(self, poll: str, choice: str) -> LatentPoint | None:
        self.asked.append(choice)
        return Show.branch(self.show, poll, choice)

    def tick(self, times: int = 1, *, over_s: float = 0.03, passed: int = 1, draft: bool = False) -> None:
        for _ in range(times):
            self.branches.use(self.clock.now() + over_s, passed, "draft" if draft else "full")


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_an_answer_whose_branch_was_made_ready_is_a_hit(desk: Desk) -> None:
    desk.tick(MANY)
    [fork] = desk.take.forks
    assert fork.cards == [1, 1], "both choices lead to the second scene; each was painted once"
    assert desk.take.cards == [], "the show's own take paints the show alone"
    desk.show.apply(Choose("poll-0", "left"), 5)
    desk.tick()
    assert (desk.meter.stats().branches_hit, desk.meter.stats().branches_missed) == (1, 0)
    assert desk.meter.stats().branches_ms == pytest.approx(2 * 1000 * PAINTING_S), "and what it has cost is told"


def test_an_answer_that_comes_before_its_branch_is_ready_is_a_miss(desk: Desk) -> None:
    desk.tick(5)
    desk.show.apply(Choose("poll-0", "left"), 5)
    desk.tick()
    assert (desk.meter.stats().branches_hit, desk.meter.stats().branches_missed) == (0, 1)


@pytest.mark.parametrize("busy", [{"over_s": 0.001}, {"passed": 2}, {"draft": True}])
def test_a_busy_show_pays_nothing_for_its_branches(desk: Desk, busy: dict[str, float]) -> None:
    desk.tick(MANY, **busy)  # type: ignore[arg-type]
    assert desk.take.forks == []
    assert desk.meter.stats().branches_ms == 0
    assert desk.clock.now() == 0


def test_one_late_tick_is_enough_to_wait_until_the_show_has_been_calm_again(desk: Desk) -> None:
    for _ in range(MANY):
        desk.tick(11)
        desk.tick(passed=2)
    assert desk.take.forks == []


def test_time_that_is_enough_to_read_but_not_to_paint_is_used_for_reading_alone(desk: Desk) -> None:
    desk.meter.painted(0.0, 0.020)
    desk.meter.painted(0.1, 0.120)
    desk.tick(MANY, over_s=0.022)  # a picture has taken 0.020 and may well take more
    assert desk.take.forks == []
    assert desk.asked == ["left", "right"]


def test_what_was_made_ready_is_freed_with_the_question_and_at_the_end(desk: Desk) -> None:
    desk.tick(MANY)
    desk.show.apply(Choose("poll-0", "left"), 5)
    desk.tick()
    assert [fork.closed for fork in desk.take.forks] == [True]
    desk.tick(MANY)
    assert [fork.closed for fork in desk.take.forks] == [True, False], "one fork at a time"
    desk.branches.close()
    assert [fork.closed for fork in desk.take.forks] == [True, True]


async def test_the_picture_is_the_same_to_the_bit_whether_branches_are_made_ready_or_not(opened: Opener) -> None:
    shows = [opened(paint_s=0.005), opened(paint_s=0.033)]  # one has time for it
    for show in shows:
        await show.run(60)
        show.stage.choose("a", "poll-0", "left", show.hear)
        await show.run(60)
    ready, busy = (show.stage.stats() for show in shows)
    assert (ready.branches_hit, ready.branches_missed) == (1, 0)
    assert (busy.branches_hit, busy.branches_missed, busy.branches_ms) == (0, 1, 0)
    assert ready.skipped == busy.skipped == 0
    first, second = (show.model.takes[0].points for show in shows)
    assert first == second


async def test_closing_a_stage_frees_the_fork_of_its_take(opened: Opener) -> None:
    show = opened()
    await show.run(60)
    assert [fork.closed for fork in show.model.forks] == [False]
    await show.stage.close()
    assert [fork.closed for fork in show.model.forks] == [True]


async def test_a_branch_that_cannot_be_painted_does_not_end_the_show(opened: Opener) -> None:
    show = opened()
    await show.run(5)
    show.model.breaks_forks = True
    await show.run(100)
    assert len(show.model.forks) == 1, "it is not tried again and again"
    assert show.failures == []
    assert show.output.ticks[-1] == 105


async def test_a_story_that_wants_it_has_stills_of_what_its_choices_lead_to(opened: Opener) -> None:
    show = opened((scene("fork", choices=("left", "right"), previews=True), scene("glade", grey=1.0, choices=("on",))))
    assert show.stage.still("poll-0", "left") is None
    await show.run(60)
    assert show.said("preview") == [{"type": "preview", "poll": "poll-0", "choice": name} for name in ("left", "right")]
    still = show.stage.still("poll-0", "left")
    assert still is not None
    with Image.open(io.BytesIO(still)) as picture:
        assert (picture.format, picture.size, picture.getpixel((9, 9))) == ("JPEG", (192, 108), (255, 255, 255))
    late: list[object] = []
    show.stage.subscribe(late.append)
    assert [type(message).__name__ for message in late].count("Preview") == 2, "who comes late hears of them too"
    show.stage.choose("a", "poll-0", "left", show.hear)
    await show.run(60)
    late.clear()
    show.stage.subscribe(late.append)
    assert [type(message).__name__ for message in late].count("Preview") == 0
    assert show.said("preview")[2:] == [], "the next question does without"
