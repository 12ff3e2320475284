from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forkreel.director import Move
from forkreel.latent import EASINGS, Axis, Component, LatentPoint, Space, Walker, ease, short_way
from forkreel.latent.interpolate import linear, slerp

FPS = 24
SPACE = Space(
    components=(
        Component("noise", (6, 8), "slerp"),
        Component("words", (2, 5), "norm"),
        Component("places", (3,), "linear"),
        Component("hour", (), "circular"),
        Component("pan", (1,), "circular"),
        Component("fox_x", (1,), "linear"),
        Component("face", (), "linear"),
        Component("walk", (), "phase", drift=1.3),
        Component("scene", (1,), "step"),
        Component("frame", (1,), "frame"),
    ),
    axes=(
        Axis("place", "places", "where", "forest", labels=("forest", "lake", "village")),
        Axis("hour", "hour", "time of day", 12.0, 0.0, 24.0),
        Axis("pan", "pan", "where the camera looks", 0.0),
        Axis("fox_x", "fox_x", "where the fox stands", 0.5),
        Axis("fox_face", "face", "where it looks", 1.0, -1.0, 1.0),
        Axis("walk", "walk", "the stride", 0.0),
    ),
)
PULLED = ("noise", "words", "places", "hour", "pan", "fox_x", "face", "scene")


def point(seed: int, **axes: float) -> LatentPoint:
    random = np.random.default_rng(seed)
    places = random.dirichlet(np.ones(3))
    arrays = {
        "noise": random.standard_normal((6, 8)),
        "words": random.standard_normal((2, 5)),
        "places": places,
        "hour": random.random(),
        "pan": random.random(1),
        "fox_x": random.random(1),
        "face": 2 * random.random() - 1,
        "walk": random.random(),
        "scene": [seed % 256],
        "frame": [0],
    }
    shaped = {name: np.full(np.shape(arrays[name]), value) for name, value in axes.items()}
    return LatentPoint.of({**arrays, **shaped})


def move(frames: int, easing: str = "in-out", **more: dict[str, float]) -> Move:
    return Move(prompt="", axes={}, frames=frames, easing=easing, **more)


def number(at: LatentPoint, name: str) -> float:
    return float(at[name].reshape(()))


@dataclass(frozen=True)
class Turn:
    """A move that begins `wait` frames after the one before."""

    wait: int
    frames: int
    easing: str
    seed: int
    drift: float
    via: bool


turns = st.lists(
    st.builds(
        Turn,
        wait=st.integers(0, 90),
        frames=st.integers(1, 80),
        easing=st.sampled_from(sorted(EASINGS)),
        seed=st.integers(0, 10_000),
        drift=st.sampled_from([0.0, 0.0, 0.4, -0.4]),
        via=st.booleans(),
    ),
    min_size=1,
    max_size=6,
)


def begin(walker: Walker, turn: Turn, frame: int) -> LatentPoint:
    goal = point(turn.seed)
    via = point(turn.seed + 1) if turn.via else None
    drift = {"pan": turn.drift, "fox_x": turn.drift, "hour": turn.drift} if turn.drift else {}
    passed = {"pan": 0.0, "place": 0.0, "fox_x": 0.0} if turn.via else {}
    walker.begin(move(turn.frames, turn.easing, drift=drift, via=passed), goal, via, frame)
    return goal


@given(turns)
@settings(max_examples=60)
def test_without_drift_a_move_reaches_its_goal_to_the_bit_on_its_last_frame_and_stays(script: list[Turn]) -> None:
    walker, frame = Walker(SPACE, FPS, point(0)), 0
    for turn in script:
        frame += turn.wait
        goal = begin(walker, turn, frame)
        end = frame + turn.frames - 1
        for later in (end, end + 1, end + 500):
            reached = walker.at(later)
            for name in PULLED:
                if turn.drift == 0.0 or name not in ("pan", "fox_x", "hour"):
                    assert reached[name].tobytes() == goal[name].tobytes()


@given(turns)
@settings(max_examples=60)
def test_no_choice_in_mid_move_makes_the_picture_jump(script: list[Turn]) -> None:
    walker, frame, drifting = Walker(SPACE, FPS, point(0)), 0, 0.4 / FPS
    left = drifting  # the longest step of what is left behind
    for turn in script:
        frame += turn.wait
        left = drifting if turn.wait > 80 else left
        last = walker.at(frame - 1)
        begin(walker, turn, frame)
        assert walker.at(frame - 1) == last
        shares = ease(turn.easing, np.arange(turn.frames + 1) / turn.frames)
        steepest = float(np.diff(shares).max()) * (5.0 if turn.via else 1.0)  # 4 e (1 - e) bends four times as fast
        left += steepest + drifting
        for step in range(turn.frames):
            now = walker.at(frame + step)
            assert all(np.all(np.isfinite(array)) for array in now.values())
            assert abs(now["fox_x"] - last["fox_x"]) <= left + 1e-6
            assert np.abs(now["places"] - last["places"]).max() <= left + 1e-6
            assert np.linalg.norm(now["noise"] - last["noise"]) <= 10.0 * np.pi * steepest + 1e-4
            last = now


def test_a_choice_half_way_keeps_place_and_speed() -> None:
    walker = Walker(SPACE, FPS, point(0, hour=0.1, fox_x=0.1))
    walker.begin(move(72), point(1, hour=0.5, fox_x=0.9), None, 0)
    old = [walker.at(frame) for frame in range(37)]
    walker.begin(move(72), point(2, hour=0.2, fox_x=0.3), None, 36)
    assert walker.at(35) == old[35]
    for name in ("hour", "fox_x"):
        speed = number(old[35], name) - number(old[34], name)
        kept = number(walker.at(36), name) - number(walker.at(35), name)
        assert speed > 0.005
        assert kept == pytest.approx(speed, rel=0.02)
        way = np.array([number(walker.at(frame), name) for frame in range(35, 108)])
        assert np.abs(np.diff(way, n=2)).max() < 0.002


@given(turns)
@settings(max_examples=40)
def test_what_is_bounded_stays_in_bounds_and_weights_of_places_go_on_adding_up_to_one(script: list[Turn]) -> None:
    walker, frame = Walker(SPACE, FPS, point(0)), 0
    for turn in script:
        frame += turn.wait
        begin(walker, turn, frame)
        for later in range(frame, frame + 100, 9):
            at = walker.at(later)
            assert 0.0 <= number(at, "fox_x") <= 1.0
            assert -1.0 <= number(at, "face") <= 1.0
            for name in ("hour", "pan", "walk"):
                assert 0.0 <= number(at, name) < 1.0
            assert at["places"].min() >= 0.0
            assert at["places"].sum() == pytest.approx(1.0, abs=1e-5)
            assert at["frame"] == later


@given(turns, st.randoms())
@settings(max_examples=30)
def test_the_order_and_number_of_looks_changes_nothing(script: list[Turn], random) -> None:
    watched, alone, frame = Walker(SPACE, FPS, point(0)), Walker(SPACE, FPS, point(0)), 0
    for turn in script:
        frame += turn.wait
        begin(watched, turn, frame)
        begin(alone, turn, frame)
        frames = [random.randrange(frame - 1, frame + 300) for _ in range(12)]
        seen = {later: watched.at(later) for later in frames}
        for later in reversed(frames):
            assert watched.at(later) == seen[later]
    assert alone.at(frame + 40) == watched.at(frame + 40)


@pytest.mark.parametrize("easing", EASINGS)
def test_step_i_of_n_shows_the_easing_of_i_plus_1_over_n(easing: str) -> None:
    walker = Walker(SPACE, FPS, point(0, fox_x=0.0, hour=0.9))
    walker.begin(move(10, easing), point(1, fox_x=1.0, hour=0.1), None, 5)
    for step in range(10):
        share = float(ease(easing, (step + 1) / 10))
        assert number(walker.at(5 + step), "fox_x") == pytest.approx(share, abs=1e-6)
        assert number(walker.at(5 + step), "hour") == pytest.approx((0.9 + 0.2 * share) % 1.0, abs=1e-6)


def test_a_cut_is_at_its_goal_on_its_first_frame_even_when_it_drifts() -> None:
    walker = Walker(SPACE, FPS, point(0))
    walker.begin(move(1, drift={"pan": 0.24}), point(1, pan=0.5), None, 7)
    assert number(walker.at(7), "pan") == 0.5
    assert number(walker.at(8), "pan") == pytest.approx(0.51, abs=1e-7)


def test_a_label_steps_and_the_frame_counts_at_once() -> None:
    walker = Walker(SPACE, FPS, point(3))
    walker.begin(move(50), point(9), None, 10)
    assert [number(walker.at(frame), "scene") for frame in (9, 10, 11)] == [3.0, 9.0, 9.0]
    assert [number(walker.at(frame), "frame") for frame in (9, 10, 4711)] == [9.0, 10.0, 4711.0]


def test_half_way_the_via_axes_are_fully_reached_and_no_others() -> None:
    walker = Walker(SPACE, FPS, point(0, fox_x=0.0, hour=0.1, face=-1.0))
    goal, via = point(1, fox_x=0.2, hour=0.3, face=1.0), point(2, fox_x=0.9, hour=0.8, face=1.0, places=1.0)
    walker.begin(move(48, via={"fox_x": 0.9, "hour": 19.2, "place": "lake"}), goal, via, 0)
    middle = walker.at(23)
    assert number(middle, "fox_x") == pytest.approx(0.9, abs=1e-6)
    assert number(middle, "hour") == pytest.approx(0.8, abs=1e-6)
    assert middle["places"] == pytest.approx(via["places"])
    assert number(middle, "face") == pytest.approx(0.0, abs=1e-6)
    hours = np.array([number(walker.at(frame), "hour") for frame in range(-1, 48)])
    assert np.abs(short_way(hours[:-1], hours[1:])).max() < 0.06
    assert all(walker.at(47)[name].tobytes() == goal[name].tobytes() for name in PULLED)


def test_drift_comes_in_with_the_easing_and_is_the_exact_sum_of_its_speeds() -> None:
    walker = Walker(SPACE, FPS, point(0, pan=0.2))
    walker.begin(move(48, "linear", drift={"pan": 0.24}), point(1, pan=0.2), None, 0)
    for step in range(1, 49):
        gathered = 0.01 * sum(i / 48 for i in range(step))
        assert number(walker.at(step - 1), "pan") == pytest.approx(0.2 + gathered, abs=1e-6)
    later = number(walker.at(47 + 10), "pan")
    assert float(short_way(walker.at(47)["pan"], np.array([later]))[0]) == pytest.approx(0.1, abs=1e-6)


def test_an_old_drift_fades_and_leaves_the_new_goal_exact() -> None:
    walker = Walker(SPACE, FPS, point(0, pan=0.0), {"pan": 0.5})
    goal = point(1, pan=0.25)
    walker.begin(move(24), goal, None, 100)
    assert walker.at(123)["pan"].tobytes() == goal["pan"].tobytes()
    assert walker.at(9999)["pan"].tobytes() == goal["pan"].tobytes()


def test_a_drift_of_the_hour_is_in_hours_and_one_of_the_pan_in_turns() -> None:
    walker = Walker(SPACE, FPS, point(0, hour=0.0, pan=0.0, walk=0.0), {"hour": 2.0, "pan": 0.01, "walk": 0.5})
    scalars = SPACE.scalars(walker.at(3 * FPS))
    assert scalars["hour"] == pytest.approx(6.0, abs=1e-5)
    assert scalars["pan"] == pytest.approx(0.03, abs=1e-6)
    assert scalars["walk"] == pytest.approx(0.5, abs=1e-6)


def test_a_drifting_line_stops_at_its_axis_end_and_leaves_it_at_once() -> None:
    walker = Walker(SPACE, FPS, point(0, fox_x=0.9), {"fox_x": 0.24})
    assert number(walker.at(10), "fox_x") == 1.0
    assert number(walker.at(10_000), "fox_x") == 1.0
    walker.begin(move(24, "linear"), point(1, fox_x=0.5), None, 10_000)
    assert number(walker.at(10_000), "fox_x") < 1.0
    assert number(walker.at(10_023), "fox_x") == 0.5


def test_a_phase_runs_on_through_every_move_and_only_changes_its_speed() -> None:
    walker = Walker(SPACE, FPS, point(0, walk=0.25))
    assert number(walker.at(24), "walk") == pytest.approx((0.25 + 1.3) % 1.0, abs=1e-6)
    walker.begin(move(1), point(1, walk=0.0), None, 24)
    assert number(walker.at(48), "walk") == pytest.approx((0.25 + 2.6) % 1.0, abs=1e-6)
    walker.begin(move(24, "linear", drift={"walk": 0.0}), point(2, walk=0.9), None, 48)
    stands = number(walker.at(71), "walk")
    assert number(walker.at(500), "walk") == stands
    slowing = sum(1.3 / 24 * (1 - i / 24) for i in range(1, 25))
    start = number(walker.at(47), "walk")
    assert stands == pytest.approx((start + slowing) % 1.0, abs=1e-6)


def test_after_ten_hours_drift_is_right_and_steps_are_even() -> None:
    walker = Walker(SPACE, FPS, point(0, pan=0.0, walk=0.0), {"pan": 0.01, "walk": 1.25})
    frame = 10 * 3600 * FPS
    assert number(walker.at(frame + 24), "pan") == pytest.approx(0.01, abs=1e-6)
    assert number(walker.at(frame + 6), "walk") == pytest.approx((6 / 24 * 1.25) % 1.0, abs=1e-6)
    walker.begin(move(24, drift={"pan": 0.01}), point(1, pan=0.5), None, frame)
    walker.begin(move(1, drift={"pan": 0.01}), point(1, pan=0.0), None, 2 * frame)
    assert number(walker.at(3 * frame + 2400), "pan") == pytest.approx(0.0, abs=1e-6) or number(
        walker.at(3 * frame + 2400), "pan"
    ) == pytest.approx(1.0, abs=1e-6)
    steps = np.diff([number(walker.at(2 * frame + later), "pan") for later in range(240)])
    assert np.abs(steps - 0.01 / 24).max() < 1e-7


def test_the_last_of_two_moves_at_one_frame_wins_as_if_alone() -> None:
    twice, once = Walker(SPACE, FPS, point(0)), Walker(SPACE, FPS, point(0))
    for walker in (twice, once):
        walker.begin(move(40), point(1), None, 0)
    twice.begin(move(1), point(2), None, 20)
    for walker in (twice, once):
        walker.begin(move(40), point(3), None, 20)
    assert all(twice.at(frame) == once.at(frame) for frame in range(19, 70))


def test_drift_and_via_of_axes_that_the_model_lacks_are_passed_over() -> None:
    walker = Walker(SPACE, FPS, point(0), {"sparkle": 1.0})
    goal = point(1)
    walker.begin(move(5, drift={"sparkle": 2.0, "place": 1.0}, via={"sparkle": 1.0}), goal, point(2), 0)
    assert all(walker.at(4)[name].tobytes() == goal[name].tobytes() for name in PULLED)


def test_what_is_held_sways_about_its_goal_once_the_picture_has_arrived() -> None:
    walker = Walker(SPACE, FPS, point(1, fox_x=0.2, hour=0.5))
    goal = point(2, fox_x=0.5, hour=0.5)
    walker.begin(move(24, hold={"fox_x": 0.1, "hour": 3.0}, hold_s=4.0), goal, None, 10)
    xs = np.array([number(walker.at(frame), "fox_x") for frame in range(10, 10 + 24 + 96)])
    assert xs[23] == np.float32(0.5), "the goal itself is exact"
    assert xs[24:].max() == pytest.approx(0.6, abs=1e-3)
    assert xs[24:].min() == pytest.approx(0.4, abs=1e-3)
    assert xs[-1] == pytest.approx(0.5, abs=1e-6), "after one period it is back"
    assert np.abs(np.diff(xs[23:])).max() < 0.1 * 2 * np.pi / 96 + 1e-6
    assert number(walker.at(33 + 24), "hour") == pytest.approx(0.625, abs=1e-6), "three hours of twenty-four"


def test_a_choice_in_mid_sway_starts_from_where_the_picture_is() -> None:
    walker = Walker(SPACE, FPS, point(1, fox_x=0.5), hold={"fox_x": 0.1}, hold_s=4.0)
    before = [number(walker.at(frame), "fox_x") for frame in (19, 20)]
    walker.begin(move(48), point(2, fox_x=0.5), None, 21)
    after = [number(walker.at(frame), "fox_x") for frame in range(21, 21 + 48)]
    assert after[0] - before[1] == pytest.approx(before[1] - before[0], abs=2e-3)
    assert after[-1] == np.float32(0.5)
    assert number(walker.at(200), "fox_x") == np.float32(0.5), "and the new shot stands still"


def test_lerp_and_slerp_are_taken_by_noise_and_words_alike_when_a_story_says_so() -> None:
    start, goal = point(1), point(2)
    for path, way in (("lerp", linear), ("slerp", slerp)):
        walker = Walker(SPACE, FPS, start)
        walker.begin(Move(prompt="", axes={}, frames=4, easing="linear", path=path), goal, None, 0)
        for name in ("noise", "words"):
            assert np.array_equal(walker.at(1)[name], way(start[name], goal[name], 0.5).astype(np.float32))
        assert np.array_equal(walker.at(3)["noise"], goal["noise"])


def test_an_unknown_easing_is_refused_and_the_walk_goes_on_as_before() -> None:
    walker = Walker(SPACE, FPS, point(0))
    with pytest.raises(ValueError, match="unknown easing 'bouncy'"):
        walker.begin(move(5, "bouncy"), point(1), None, 3)
    assert walker.at(3)["noise"].tobytes() == point(0)["noise"].tobytes()


def test_a_point_of_another_space_is_a_programmers_mistake() -> None:
    with pytest.raises(AssertionError, match="in a space of"):
        Walker(SPACE, FPS, LatentPoint.of({"hour": 0.5}))
