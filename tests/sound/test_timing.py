from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forkreel.sound.timing import phrases, speaking_time_s, standing_time_s, word_shares

LINE = "The lake was black. It kept the moon to itself."


def test_a_line_takes_as_long_as_the_voice_takes_for_it() -> None:
    assert speaking_time_s(LINE) == pytest.approx(3.85, rel=0.1)
    assert speaking_time_s(LINE, pace=2.0) == pytest.approx(speaking_time_s(LINE) / 2)


def test_a_short_line_stands_long_enough_to_be_read() -> None:
    assert standing_time_s("No.") == 1.6
    assert standing_time_s(LINE) == speaking_time_s(LINE)


def test_digits_and_signs_that_stand_for_more_than_a_sound_take_longer() -> None:
    assert speaking_time_s("1987") > speaking_time_s("pear")
    assert speaking_time_s("湖は黒い") > speaking_time_s("lake")


def test_words_share_the_time_of_their_line_and_rest_after_commas_and_stops() -> None:
    shares = word_shares("Mind, the step. It is wet.")
    flat = [time for share in shares for time in share]
    assert flat == sorted(flat)
    assert (flat[0], flat[-1]) == (0.0, pytest.approx(1.0))
    rests = [after[0] - before[1] for before, after in pairwise(shares)]
    assert rests[2] > rests[0] > rests[1] == pytest.approx(0.0)
    assert word_shares("") == []


def test_a_line_of_ordinary_length_is_shown_whole() -> None:
    assert phrases(LINE) == (LINE,)


def test_a_long_line_ends_its_parts_with_sentences_where_it_can() -> None:
    once, twice = "The lake was black.", "It kept the moon to itself."
    assert phrases(f"{once} {twice} {once} {twice} {once} {twice}") == (
        f"{once} {twice} {once}",
        f"{twice} {once} {twice}",
    )


@given(st.text(max_size=2000))
def test_no_letter_is_lost_and_no_part_too_long_whatever_the_text(text: str) -> None:
    parts = phrases(text)
    assert parts
    assert all(len(part) <= 120 for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
