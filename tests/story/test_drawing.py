import re
from pathlib import Path
from xml.etree import ElementTree

from forkreel.story import load
from forkreel.story.chart import COLOURS
from forkreel.story.drawing import svg
from tests.story.conftest import Told, feature

LANTERN = Path(__file__).parents[2] / "stories" / "lantern.yaml"
TAG = "{http://www.w3.org/2000/svg}"


def luminance(colour: str) -> float:
    """Relative luminance of sRGB, WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_scene_way_and_label_is_in_the_picture_and_inside_it() -> None:
    story = load(LANTERN)
    picture = ElementTree.fromstring(svg(story))
    texts = [text.text for text in picture.iter(f"{TAG}text")]
    assert set(story.scenes) <= set(texts)
    assert {edge.label for edge in story.edges() if edge.label} <= set(texts)
    drawn = [path for path in picture.iter(f"{TAG}path") if path.get("marker-end")]
    assert len(drawn) == len(story.edges())
    width, height = float(picture.get("width", 0)), float(picture.get("height", 0))
    for box in picture.iter(f"{TAG}rect"):
        if box.get("rx"):
            x, y = float(box.get("x", -1)), float(box.get("y", -1))
            assert 0 <= x <= width - float(box.get("width", 0))
            assert 0 <= y <= height - float(box.get("height", 0))


def test_the_text_is_dark_on_every_node() -> None:
    for fill, _ in COLOURS.values():
        assert (luminance(fill) + 0.05) / (luminance("#1d1b16") + 0.05) > 7


def test_a_way_from_a_scene_to_itself_is_a_bow_with_its_label() -> None:
    picture = svg(feature("timer"))
    assert "Look around" in picture
    assert len(re.findall("marker-end", picture)) == 3


def test_strange_titles_and_labels_stay_texts(told: Told) -> None:
    label = '<script>"&\\a </script>' + "x" * 60
    choice = f"{{id: c, label: '{label}', goto: b}}"
    story = told(f"story: '<b>&'\nscenes:\n  a: {{ask: {{choices: [{choice}]}}}}\n  b: {{ending: x}}\n")
    picture = ElementTree.fromstring(svg(story))
    assert picture.find(f"{TAG}title") is not None
    assert label in [title.text for title in picture.iter(f"{TAG}title")]
    assert not list(picture.iter(f"{TAG}script"))


def test_the_same_story_gives_the_same_picture() -> None:
    assert svg(feature("loop")) == svg(feature("loop"))
