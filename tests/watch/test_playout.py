import pytest

from forkreel.watch.playout import Playout


@pytest.mark.parametrize(("late_s", "underruns"), [(0.0, 0), (0.19, 0), (0.21, 1), (1.0, 1)])
def test_sound_that_is_later_than_the_buffer_is_long_is_an_underrun(late_s: float, underruns: int) -> None:
    playout = Playout(0.2)
    for number in range(100):
        media_s = number * 0.02
        playout.arrived(media_s, 5.0 + media_s + (late_s if number >= 50 else 0.0))
    assert playout.underruns == underruns


def test_a_gap_that_is_made_up_for_in_a_burst_counts_once() -> None:
    playout = Playout(0.2)
    for number in range(100):
        playout.arrived(number * 0.02, max(number * 0.02, 1.0 if number >= 10 else 0.0))
    assert playout.underruns == 1
