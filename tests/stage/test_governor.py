from itertools import pairwise

from forkreel.stage.governor import Governor


class Show:
    """Ticks 24 times a second; a tick in `every` is missed in full quality, none in a draft."""

    def __init__(self, every: int | None = None) -> None:
        self.governor = Governor()
        self.every = every
        self.tick = 0
        self.changes: list[tuple[int, str]] = []

    def run(self, seconds: float) -> "Show":
        end = self.tick + round(24 * seconds)
        while self.tick < end:
            before = self.governor.quality
            missed = self.every is not None and before == "full" and self.tick % self.every < 2
            self.tick += 2 if missed else 1
            self.governor.ticked(self.tick / 24, 2 if missed else 1)
            if self.governor.quality != before:
                self.changes.append((round(self.tick / 24), self.governor.quality))
        return self


def test_a_show_that_keeps_up_is_never_a_draft() -> None:
    assert Show().run(600).changes == []


def test_a_frame_missed_now_and_then_is_no_load() -> None:
    assert Show(every=48).run(60).changes == []


def test_under_load_it_becomes_a_draft_and_comes_back_by_itself() -> None:
    show = Show(every=4).run(8)
    assert show.changes == [(2, "draft")]
    show.every = None
    show.run(60)
    assert show.changes == [(2, "draft"), (12, "full")]


def test_a_machine_that_is_just_too_slow_does_not_go_to_and_fro() -> None:
    show = Show(every=4).run(600)
    lowered = [second for second, quality in show.changes if quality == "draft"]
    assert len(lowered) <= 8
    waits = [b - a for a, b in pairwise(lowered)]
    assert waits == sorted(waits)
    assert waits[-1] >= 160


def test_after_full_quality_that_lasted_a_draft_is_short_again() -> None:
    show = Show(every=4).run(100)
    show.every = None
    show.run(300)
    show.changes.clear()
    show.every = 4
    show.run(5)
    show.every = None
    show.run(15)
    assert [quality for _, quality in show.changes] == ["draft", "full"]


def test_what_was_missed_before_a_rest_is_no_sign_of_what_comes() -> None:
    show = Show(every=4).run(1.8)
    show.governor.forget_pace()
    show.every = None
    assert show.run(60).changes == []


def test_without_memory_it_is_a_draft_at_once_and_for_long() -> None:
    show = Show().run(1)
    show.governor.exhausted(show.tick / 24)
    assert show.governor.quality == "draft"
    assert show.run(150).changes == []
    assert [quality for _, quality in show.run(20).changes] == ["full"]
