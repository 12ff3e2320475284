from __future__ import annotations

from pathlib import Path

from forkreel.story import load
from forkreel.studio.plan import CARD, plan
from forkreel.studio.shots import shots


def test_cards_stand_apart_and_every_way_has_its_place(file: Path) -> None:
    drawn = plan(load(file))
    places = {node["id"]: (node["x"], node["y"]) for node in drawn["nodes"]}
    assert set(places) == {"fork", "lake", "still", "end"}
    for one, (x, y) in places.items():
        for other, (left, top) in places.items():
            assert one == other or abs(x - left) >= CARD[0] or abs(y - top) >= CARD[1]
    assert [way["label"] for way in drawn["ways"]] == ["Left", "Right", "", "Back", "On"]
    assert all(len(way["points"]) >= 2 for way in drawn["ways"])
    assert {node["id"]: node["kind"] for node in drawn["nodes"]}["end"] == "ending"


def test_a_scene_that_keeps_its_picture_shows_what_leads_to_it(file: Path) -> None:
    found = shots(load(file))
    assert list(found) == ["fork", "lake", "still", "end"]
    assert found["still"] == found["lake"]
    assert found["lake"].axes == {"grey": 0.9}
