"""What the house model is asked to paint in a replay is what it was asked the first time."""

from __future__ import annotations

from forkreel.app import load_stories, shipped
from forkreel.model.house import HouseModel
from forkreel.stage.comfort import Comfort
from forkreel.stage.journal import Entry, Past
from forkreel.stage.reel import retold
from forkreel.stage.show import Show
from forkreel.story import Playthrough
from forkreel.story.moment import Back, Choose

FRAMES = 900


def test_the_house_models_points_of_a_replay_are_those_of_the_show_to_the_bit() -> None:
    def broken(error: Exception) -> None:
        raise error

    story = load_stories([shipped().stories / "lantern.yaml"], broken)["lantern"]
    model = HouseModel.open()

    def fresh() -> Show:
        return Show(Playthrough.start(story, 5), model, 5, 24, story.cast, Comfort())

    show, entries, points = fresh(), list[Entry](), []
    show.open()
    for frame in range(FRAMES):
        event = show.due(frame)
        if frame == FRAMES * 3 // 5 and show.seq > 0:
            event = Back() if show.moment.ask is None else event
        if event is None and show.moment.ask is not None and frame % 120 == 119:
            event = Choose(show.moment.ask.poll, next(c.id for c in show.moment.ask.choices if c.available))
        if event is not None:
            entries.append(show.apply(event, frame))
        points.append(show.at(frame))
    assert len(entries) >= 4
    again = [frame.point for frame in retold(fresh(), Past(tuple(entries), FRAMES))]
    assert again == points
    resumed = fresh()
    resumed.open()
    for entry in entries:
        resumed.apply(entry.event, entry.frame)
    assert [resumed.at(frame) for frame in range(entries[-1].frame, FRAMES)] == points[entries[-1].frame :]
    model.close()
