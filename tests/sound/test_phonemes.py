import numpy as np

from forkreel.sound.phonemes import shape_of, sounds, words_of

SAID = ["", *"mˈu ənd sˈɪks tˈin.", ""]  # half a second of silence at both ends, a tenth for each symbol
ENDS_S = [0.5 + 0.1 * n for n in range(len(SAID) - 1)] + [3.0]


def timed(text: str) -> list[tuple[str, float, float]]:
    spoken = {"16.": 2, "16": 2, "—": 0}
    words = words_of(text, SAID, ENDS_S, lambda word: spoken.get(word, 1))
    return [(word.text, round(word.start_s, 2), round(word.end_s, 2)) for word in words]


def test_words_are_timed_by_their_phonemes_and_rests_belong_to_no_word() -> None:
    assert timed("Moo and six teen.") == [
        ("Moo", 0.5, 0.8), ("and", 0.9, 1.2), ("six", 1.3, 1.8), ("teen.", 1.9, 2.3),
    ]  # fmt: skip


def test_a_number_that_is_said_as_several_words_is_one_and_a_dash_takes_no_time() -> None:
    assert timed("Moo — and 16.") == [("Moo", 0.5, 0.8), ("—", 0.8, 0.8), ("and", 0.9, 1.2), ("16.", 1.3, 2.3)]


def test_words_that_do_not_add_up_are_spread_over_what_is_heard() -> None:
    words = timed("One two three four five six.")
    assert len(words) == 6
    assert words[0][1] == 0.5
    assert words[-1][2] == 2.3


def test_marks_are_not_counted_as_words() -> None:
    assert sounds("tˈu — wˈʌn …") == 2


def test_lips_meet_for_an_m_and_open_wide_for_an_open_vowel() -> None:
    shape = shape_of(["m", "æ", "t"], [0.2, 0.4, 0.6])
    assert len(shape) == 60
    assert shape[5:15].max() < 0.2
    assert shape[25:35].min() > 0.95
    assert np.abs(np.diff(shape)).max() < 0.5, "it glides"
