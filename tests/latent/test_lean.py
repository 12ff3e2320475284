from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from forkreel.latent.lean import RADIUS, SETTLING_S, Lean
from forkreel.latent.space import Component, LatentPoint, Space

FPS = 24
SETTLED = round(SETTLING_S * FPS)
SPACE = Space(
    (
        Component("haze", (), "linear"),
        Component("hour", (), "circular"),
        Component("noise", (4, 8), "slerp"),
        Component("word", (6,), "norm"),
        Component("place", (), "step"),
        Component("frame", (), "frame"),
        Component("gait", (), "phase"),
    )
)


def point(seed: int, haze: float = 0.0, hour: float = 0.9) -> LatentPoint:
    random = np.random.default_rng(seed)
    return LatentPoint.of({
        "haze": haze, "hour": hour, "noise": random.normal(size=(4, 8)), "word": random.normal(size=6),
        "place": seed, "frame": seed, "gait": 0.25,
    })  # fmt: skip


HERE, EAST, WEST = point(1), point(2, haze=1.0, hour=0.1), point(3, haze=-1.0, hour=0.7)


def test_nothing_leans_before_anybody_has_voted() -> None:
    assert Lean(SPACE, FPS).at(HERE, 0) is HERE


def test_the_picture_leans_by_the_shares_and_never_further_than_the_radius() -> None:
    lean = Lean(SPACE, FPS)
    lean.aim({"east": (EAST, 0.75), "west": (WEST, 0.25)}, 10)
    hazes = [float(lean.at(HERE, frame)["haze"]) for frame in range(9, 100)]
    assert hazes[0] == 0.0
    assert np.isclose(hazes[-1], RADIUS * 0.5, atol=1e-6), "three quarters one way, one the other"
    assert np.all(np.diff(hazes) >= 0)
    assert np.max(np.diff(hazes)) < RADIUS / 10, "no jump"
    assert hazes[SETTLED + 1] == hazes[-1]


def test_what_cannot_go_half_way_and_what_runs_by_itself_stays_as_it_is() -> None:
    lean = Lean(SPACE, FPS)
    lean.aim({"east": (EAST, 1.0)}, 0)
    leaning = lean.at(HERE, 100)
    for name in ("place", "frame", "gait"):
        assert leaning[name] == HERE[name]
    assert np.isclose(float(leaning["hour"]), (0.9 + RADIUS * 0.2) % 1.0, atol=1e-6), "the short way over midnight"
    assert np.isclose(np.linalg.norm(leaning["word"]), _between(HERE, EAST, "word"), rtol=1e-5)


def _between(a: LatentPoint, b: LatentPoint, name: str) -> float:
    lengths = [float(np.linalg.norm(point[name])) for point in (a, b)]
    return lengths[0] + RADIUS * (lengths[1] - lengths[0])


def test_a_vote_that_changes_turns_the_lean_without_a_jump_and_the_end_settles_it() -> None:
    lean = Lean(SPACE, FPS)
    hazes: list[float] = []
    for frame in range(200):
        if frame == 10:
            lean.aim({"east": (EAST, 1.0), "west": (WEST, 0.0)}, frame)
        if frame == 25:
            lean.aim({"east": (EAST, 0.0), "west": (WEST, 1.0)}, frame)
        if frame == 120:
            lean.settle(frame)
        hazes.append(float(lean.at(HERE, frame)["haze"]))
    assert np.max(np.abs(np.diff(hazes))) < RADIUS / 6
    assert np.isclose(hazes[119], -RADIUS, atol=1e-6)
    assert lean.at(HERE, 199) is HERE


@given(st.lists(st.tuples(st.integers(0, 5), st.lists(st.floats(0, 1), min_size=1, max_size=6)), max_size=12))
def test_whatever_the_votes_the_picture_stays_within_the_radius(votes: list[tuple[int, list[float]]]) -> None:
    lean, frame = Lean(SPACE, FPS), 0
    for wait, shares in votes:
        frame += wait
        total = max(1.0, sum(shares))
        lean.aim({str((frame, n)): (EAST, share / total) for n, share in enumerate(shares)}, frame)
        assert 0.0 <= float(lean.at(HERE, frame)["haze"]) <= RADIUS + 1e-6
