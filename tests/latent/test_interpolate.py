import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forkreel.latent import circular, linear, norm_preserving, short_way, slerp, wrap

WAYS = {"linear": linear, "slerp": slerp, "norm": norm_preserving}
numbers = st.floats(-1e6, 1e6, width=32, allow_subnormal=True)
vectors = st.lists(st.tuples(numbers, numbers), min_size=1, max_size=9).map(
    lambda pairs: np.array(pairs, np.float32).T.copy()
)
turns = st.floats(0.0, 1.0, exclude_max=True, width=32)
shares = st.floats(0.0, 1.0)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
@given(pair=vectors)
def test_the_ends_are_exact_to_the_bit(way, pair) -> None:
    for share, end in zip((0.0, 1.0), pair, strict=True):
        assert way(*pair, share).astype(np.float32).tobytes() == end.tobytes()


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
@given(pair=vectors, share=shares)
def test_no_way_leads_through_nan_and_none_is_longer_than_the_longer_end(way, pair, share: float) -> None:
    between = way(*pair, share)
    assert np.all(np.isfinite(between))
    longest = max(np.linalg.norm(end.astype(np.float64)) for end in pair)
    assert np.linalg.norm(between) <= longest * (1 + 1e-9) + 1e-30


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
@given(pair=vectors, share=shares, factor=st.floats(-3.0, 3.0))
def test_opposite_parallel_equal_and_zero_vectors_have_a_way(way, pair, share: float, factor: float) -> None:
    one = pair[0].astype(np.float64)
    for other in (-one, one, factor * one, np.zeros_like(one)):
        assert np.all(np.isfinite(way(one, other, share)))


@given(pair=vectors)
def test_the_steps_of_a_slerp_are_no_longer_than_a_half_turn_shared_out(pair) -> None:
    steps = 40
    way = np.array([slerp(*pair, i / steps) for i in range(steps + 1)])
    lengths = [float(np.linalg.norm(end.astype(np.float64))) for end in pair]
    bound = (np.pi * max(lengths) + abs(lengths[0] - lengths[1])) / steps
    assert np.max(np.linalg.norm(np.diff(way, axis=0), axis=1)) <= bound * (1 + 1e-6) + 1e-30


@given(seed=st.integers(0, 2**32 - 1), share=shares)
def test_slerped_gaussian_noise_keeps_the_length_of_noise(seed: int, share: float) -> None:
    one, other = np.random.default_rng(seed).standard_normal((2, 72, 128))
    for goal in (other, -one, one):
        between = slerp(one, goal, share)
        assert np.linalg.norm(between) == pytest.approx(np.sqrt(between.size), rel=0.05)
        assert abs(between.mean()) < 0.08
        assert np.abs(between).max() < 8.0


def test_slerp_turns_evenly() -> None:
    way = [slerp(np.array([2.0, 0.0]), np.array([0.0, 2.0]), i / 3) for i in range(4)]
    angles = np.degrees([np.arctan2(y, x) for x, y in way])
    assert angles == pytest.approx([0.0, 30.0, 60.0, 90.0])


@given(pair=vectors, share=shares)
def test_norm_preserving_interpolates_the_length(pair, share: float) -> None:
    one, other = (end.astype(np.float64) for end in pair)
    lengths = np.linalg.norm(one), np.linalg.norm(other)
    if one.size > 1 and min(lengths) > 0:
        between = np.linalg.norm(norm_preserving(one, other, share))
        parallel = np.dot(one, other) <= -lengths[0] * lengths[1] * (1 - 1e-9)
        if not parallel:
            assert between == pytest.approx((1 - share) * lengths[0] + share * lengths[1], rel=1e-6)


def test_norm_preserving_takes_each_vector_of_an_embedding_by_itself() -> None:
    one, other = np.random.default_rng(3).standard_normal((2, 5, 16))
    together = norm_preserving(one, other, 0.3)
    assert together.shape == (5, 16)
    for row in range(5):
        assert np.array_equal(together[row], norm_preserving(one[row], other[row], 0.3))


@given(one=turns, other=turns, share=shares)
def test_the_circle_is_walked_the_short_way_and_inside_0_to_1(one: float, other: float, share: float) -> None:
    between = float(circular(one, other, share))
    assert 0.0 <= between < 1.0
    way = float(short_way(one, other))
    assert -0.5 < way <= 0.5
    if 0.0 < share < 1.0:
        assert abs(float(short_way(one, between)) - share * way) < 1e-9 or abs(share * way) > 0.5 - 1e-9


def test_midnight_is_crossed_and_noon_is_reached_forwards_from_midnight() -> None:
    assert float(circular(23 / 24, 1 / 24, 0.5)) == pytest.approx(0.0, abs=1e-12)
    assert float(circular(0.0, 0.5, 0.5)) == 0.25
    assert float(circular(0.5, 0.0, 0.5)) == 0.75


@given(st.floats(-1e9, 1e9))
def test_wrapping_ends_inside_the_circle_and_leaves_what_is_there_alone(value: float) -> None:
    wrapped = float(wrap(value))
    assert 0.0 <= wrapped < 1.0
    if 0.0 <= value < 1.0:
        assert wrapped == value
