import numpy as np
import pytest

from forkreel.latent import EASINGS, ease


@pytest.mark.parametrize("name", EASINGS)
def test_an_easing_goes_from_0_to_1_exactly_and_never_back(name: str) -> None:
    ways = ease(name, np.linspace(0.0, 1.0, 1001))
    assert ways[0] == 0.0
    assert ways[-1] == 1.0
    assert np.all(np.diff(ways) >= 0.0)


def test_in_out_starts_and_ends_without_speed_or_acceleration() -> None:
    ways = ease("in-out", np.linspace(0.0, 1.0, 10001))
    speed = np.diff(ways) * 10000
    acceleration = np.diff(speed) * 10000
    assert max(speed[0], speed[-1]) < 1e-6
    assert max(abs(acceleration[0]), abs(acceleration[-1])) < 0.02
    assert ways[5000] == 0.5


def test_in_starts_slower_and_out_faster_than_linear() -> None:
    assert ease("in", 0.25) < ease("linear", 0.25) < ease("out", 0.25)


def test_time_beyond_the_ends_stays_at_the_ends() -> None:
    assert ease("in-out", -3.0) == 0.0
    assert ease("in-out", 7.0) == 1.0


def test_an_unknown_easing_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="unknown easing 'bouncy': expected one of linear, in, out, in-out"):
        ease("bouncy", 0.5)
