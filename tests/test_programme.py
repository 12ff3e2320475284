"""Posters, the accent in them, and how long a story takes."""

from __future__ import annotations

import colorsys
import io
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from forkreel.model.testcard import TestCard
from forkreel.programme import SIZES, Programme, accent_of, minutes
from forkreel.story import load
from tests.helpers.serving import CROSSROADS

LANTERN = Path(__file__).parents[1] / "stories" / "lantern.yaml"


def picture(hue: float) -> NDArray[np.uint8]:
    """A grey wall with a small patch of one colour."""
    pixels = np.full((36, 64, 3), 70, np.uint8)
    pixels[10:16, 20:28] = np.array(colorsys.hsv_to_rgb(hue / 360, 0.9, 0.9)) * 255
    return pixels


def luminance(colour: str) -> float:
    channels = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(channels <= 0.03928, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("hue", range(0, 360, 30))
def test_an_accent_keeps_the_hue_that_stands_out_and_can_be_read(hue: int) -> None:
    accent = accent_of(picture(hue))
    assert accent is not None
    found = colorsys.rgb_to_hsv(*(int(accent[at : at + 2], 16) / 255 for at in (1, 3, 5)))[0] * 360
    assert abs((found - hue + 180) % 360 - 180) < 35
    assert contrast(accent, "#0b0e1a") >= 7, "on night"
    assert contrast(accent, "#161c33") >= 7, "on the menu"
    assert contrast(accent, "#1c1a26") >= 7, "under ink"


def test_a_grey_picture_has_no_accent() -> None:
    assert accent_of(np.full((36, 64, 3), 128, np.uint8)) is None


def test_a_poster_that_ships_is_hung_and_the_others_are_painted_by_the_model(tmp_path: Path) -> None:
    (tmp_path / "posters").mkdir()
    Image.fromarray(picture(210)).save(tmp_path / "posters" / "lantern.jpg")
    programme = Programme({"lantern": load(LANTERN), "crossroads": load(CROSSROADS)}, tmp_path)
    assert [card.poster for card in programme.cards] == [None, None]
    programme.hang()
    assert [card.poster for card in programme.cards] == ["/posters/lantern/large.webp", None]
    programme.paint(TestCard())
    assert [card.poster is None for card in programme.cards] == [False, False]
    for size, expected in SIZES.items():
        with Image.open(io.BytesIO(programme.poster("crossroads", size))) as opened:
            assert (opened.format, opened.size) == ("WEBP", expected)
    with pytest.raises(KeyError):
        programme.poster("crossroads", "huge")


def test_a_story_is_as_long_as_its_lines_and_questions_take() -> None:
    assert minutes(load(CROSSROADS)) == 1
    assert 2 <= minutes(load(LANTERN)) <= 12
