from __future__ import annotations

from forkreel.stage.histogram import Histogram
from forkreel.stage.meter import Meter


def test_times_are_counted_up_to_each_bound() -> None:
    times = Histogram((0.1, 1.0))
    for took_s in (0.05, 0.1, 0.5, 7.0):
        times.observe(took_s)
    assert times.buckets() == ([("0.1", 2.0), ("1", 3.0), ("+Inf", 4.0)], 7.65)


def test_what_another_has_counted_is_added() -> None:
    one, other = Histogram((1.0,)), Histogram((1.0,))
    one.observe(0.5)
    other.observe(2.0)
    one.add(other)
    assert one.buckets() == ([("1", 1.0), ("+Inf", 2.0)], 2.5)
    assert other.buckets() == ([("1", 0.0), ("+Inf", 1.0)], 2.0)


def test_a_choice_is_timed_to_the_next_picture_and_once() -> None:
    meter = Meter()
    meter.shown(1.0, meter.begun())
    meter.chosen(1.0)
    meter.chosen(1.25)
    meter.shown(1.5, meter.begun())
    meter.shown(9.0, meter.begun())
    buckets, sum_s = meter.choices.buckets()
    assert (buckets[-1], sum_s) == (("+Inf", 2.0), 0.75)
