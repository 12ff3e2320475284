import pytest

from forkreel.model.house.clock_words import told


@pytest.mark.parametrize(
    ("prompt", "hour"),
    [
        ("a fox at 5 p.m. by the sea", 17.0), ("a fox at 5pm", 17.0), ("around 18:30 in a village", 18.5),
        ("half past nine, a fox walks", 9.5), ("a quarter to six in the evening", 17.75), ("at 12 a.m.", 0.0),
        ("at 12 p.m.", 12.0), ("twelve o'clock", 12.0), ("twelve o'clock at night", 0.0), ("06:15", 6.25),
        ("three in the afternoon", 15.0), ("eleven at night", 23.0), ("two at night", 2.0),
        ("at eight o’clock, in the evening sun", 20.0), ("five o'clock, first light of the morning", 5.0),
        ("0:30", 0.5), ("quarter past twelve at night", 0.25),
    ],
)  # fmt: skip
def test_times_of_the_clock_are_read(prompt: str, hour: float):
    assert told(prompt) == hour


@pytest.mark.parametrize(
    "prompt", ["two foxes", "a fox with 3 lanterns", "one morning", "a fox", "", "25 steps", "at one"]
)
def test_numbers_of_other_things_are_no_times(prompt: str):
    assert told(prompt) is None
