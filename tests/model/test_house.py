"""The shipped weights, loaded and painted for real."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest

pytest.importorskip("torch", reason="the house model paints with torch")

from forkreel.director import Move
from forkreel.errors import AxisError, MissingWeights, ModelError, OutOfMemory
from forkreel.latent import Walker
from forkreel.model.house.house import HouseModel
from forkreel.model.house.parts import WEIGHTS


@pytest.fixture(scope="module")
def house():
    model = HouseModel.open()
    yield model
    model.close()


def painted(house, **axes):
    take = house.take((512, 288))
    return take.paint([house.point("", axes, 3)])[0]


def test_the_weights_in_the_package_are_safetensors_and_at_most_25_mb():
    files = [path for path in WEIGHTS.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".json", ".safetensors"}
    assert sum(path.stat().st_size for path in files) <= 25e6


def test_the_same_point_gives_the_same_picture_after_others_were_painted(house):
    first = painted(house, place="lake", hour=18.0)
    painted(house, place="village", hour=2.0)
    assert np.array_equal(first, painted(house, place="lake", hour=18.0))


def test_pictures_painted_together_are_those_painted_alone_to_the_bit(house):
    take = house.take((256, 144))
    points = [house.point("", {"place": "lake", "hour": 2.0 * n, "rain": 0.1 * n, "haze": 0.4}, n) for n in range(8)]
    alone = [take.paint([point])[0] for point in points]
    assert np.array_equal(take.paint(points), alone)
    with ThreadPoolExecutor(4) as shows:  # several shows at a time share the model
        assert np.array_equal(list(shows.map(lambda point: house.take((256, 144)).paint([point])[0], points)), alone)


def test_a_draft_is_half_the_work_and_as_sharp_at_the_sizes_that_are_watched(house):
    take = house.take((512, 288))
    points = [house.point("", {"place": "lake", "walk": 0.2 * n, "gait": 1.0, "rain": 0.5}, 1) for n in range(3)]
    full = take.paint(points).astype(int)
    take.quality = "draft"
    drafts = [take.paint([point])[0].astype(int) for point in points]
    assert np.array_equal(drafts[0], full[0])
    assert np.abs(drafts[1] - drafts[0]).mean() < np.abs(full[1] - full[0]).mean() / 4  # the papers of the one before
    assert np.array_equal(drafts[2], full[2])
    take.quality = "full"
    assert np.array_equal(take.paint(points), full)


def test_a_large_draft_is_the_same_picture_softer(house):
    take = house.take((1920, 1080))
    points = [house.point("", {"place": "lake"}, 1)]
    full = take.paint(points)[0].astype(int)
    take.quality = "draft"
    draft = take.paint(points)[0].astype(int)
    assert np.abs(full - draft).mean() < 4
    steepest, softened = (np.abs(np.diff(picture, axis=1)).max() for picture in (full, draft))
    assert softened < 0.8 * steepest, "no pixel of half the size stands out"


@pytest.mark.parametrize("fault", [MemoryError(), RuntimeError("std::bad_alloc")])
def test_no_memory_is_said_as_what_it_is(house, monkeypatch, fault):
    def short(setting):
        raise fault

    point, take = house.point("", {}, 0), house.take((256, 144))
    with monkeypatch.context() as patched:
        patched.setattr(house._engine, "cut", short)
        with pytest.raises(OutOfMemory, match="no memory"):
            take.paint([point])
    assert take.paint([point]).std() > 10


def test_no_points_are_no_pictures(house):
    assert house.take((256, 144)).paint([]).shape == (0, 144, 256, 3)


def test_every_place_looks_different_and_noon_is_brighter_than_midnight(house):
    pictures = [painted(house, place=place, fox=0.0) for place in house.space.axis("place").labels]
    for n, a in enumerate(pictures):
        for b in pictures[:n]:
            assert np.abs(a.astype(int) - b).mean() > 6
    assert painted(house, hour=12.0).mean() > 2 * painted(house, hour=0.0).mean()


def test_the_fox_stands_where_its_axis_says(house):
    def orange(picture):
        red, green, blue = (picture[..., n].astype(int) for n in range(3))
        return np.nonzero(((red - green > 60) & (green - blue > 20)).sum(0))[0]

    for x in (0.3, 0.7):
        assert abs(np.median(orange(painted(house, place="lake", fox_x=x))) / 512 - x) < 0.05
    assert orange(painted(house, place="lake", fox=0.0)).size == 0


def where_changed(a, b, over=36):
    """The columns (left, right) and rows (top, bottom) in which two pictures differ much, as shares of the picture."""
    rows, columns = np.nonzero(np.abs(a.astype(int) - b).max(2) > over)
    return columns.min() / 512, columns.max() / 512, rows.min() / 288, rows.max() / 288


@pytest.mark.parametrize("who", ["heron", "child", "scarecrow"])
def test_who_else_is_there_stands_where_the_axis_says(house, who):
    for x in (0.25, 0.75):
        alone, beside = (painted(house, place="pass", fox=0.0, other=o, other_x=x) for o in ("none", who))
        left, right, top, bottom = where_changed(alone, beside)
        assert abs((left + right) / 2 - x) < 0.05
        assert 0.40 < top < 0.72 < bottom < 0.9


def test_the_mouth_opens_at_the_foxs_head_and_sleep_lies_low(house):
    at = {"place": "pass", "fox_x": 0.5, "walk": 0.0}
    changed = np.square(painted(house, **at).astype(int) - painted(house, **at, mouth=1.0)).sum(2)
    head = changed[round(0.6 * 288) : round(0.76 * 288), round(0.5 * 512) : round(0.68 * 512)]
    assert changed.max() > 100**2, "it is seen"
    assert head.sum() > 0.9 * changed.sum()
    nobody = painted(house, **at, fox=0.0)
    assert (
        where_changed(nobody, painted(house, **at, sleep=1.0))[2]
        > where_changed(nobody, painted(house, **at))[2] + 0.06
    )


def test_a_scarf_and_a_lantern_have_the_hue_that_is_asked_for(house):
    for axes, axis in (
        ({"place": "pass", "fox": 0.0, "other": "child"}, "scarf"),
        ({"place": "studio", "fox": 0.0, "finish": 0.3}, "body"),
    ):
        red, blue = (painted(house, **axes, **{axis: hue}).astype(int) for hue in (0.0, 0.66))
        where = np.abs(red - blue).max(2) > 60
        assert where.sum() > 40
        assert red[where][:, 0].mean() > red[where][:, 2].mean() + 30
        assert blue[where][:, 2].mean() > blue[where][:, 0].mean() + 30


def test_the_turntable_turns_without_moving_anything_else(house):
    views = [painted(house, place="studio", fox=0.0, turn=t) for t in (0.0, 90.0, 180.0, 360.0)]
    assert np.array_equal(views[0], views[3])
    for view in views[1:3]:
        left, right, top, bottom = where_changed(views[0], view)
        assert 0.33 < left < right < 0.67
        assert 0.1 < top < bottom < 0.9


def test_a_pan_once_round_the_world_comes_back_to_the_bit(house):
    assert np.array_equal(painted(house, place="forest", pan=0.0), painted(house, place="forest", pan=1.0))


def test_a_world_is_still_there_after_a_long_walk_elsewhere(house):
    home = house.point("", {"place": "meadow"}, 3)
    walker = Walker(house.space, 24, home)
    away = Move("", {"place": "harbour", "hour": 22.0}, 30, drift={"pan": 0.05})
    back = Move("", {"place": "meadow"}, 30, drift={"walk": 0.0, "clouds": 0.0})
    walker.begin(away, house.point("", away.axes, 3), None, 1)
    walker.begin(back, home, None, 9_000)
    there = walker.at(9_100)
    take = house.take((512, 288))
    settled = type(there).of({**there, "walk": home["walk"], "clouds": home["clouds"]})
    assert np.array_equal(take.paint([settled]), take.paint([home]))


def test_no_frame_of_a_move_between_places_jumps(house):
    start, goal = (
        house.point("", {"place": "lake", "hour": 17.0}, 3),
        house.point("", {"place": "village", "hour": 20.0}, 3),
    )
    walker = Walker(house.space, 24, start)
    walker.begin(Move("", {}, 96), goal, None, 1)
    take = house.take((256, 144))
    pictures = [take.paint([walker.at(frame)])[0].astype(int) for frame in range(100)]
    steps = [np.abs(b - a).mean() for a, b in pairwise(pictures)]
    assert max(steps) < 8


@pytest.mark.parametrize(
    ("prompt", "axes"),
    [
        ("a fox by the lake at dusk", {"place": "lake", "hour": 19.3}),
        ("a fox by the lake at dusk in dense fog", {"place": "lake", "haze": 0.95}),
        (
            "the fox sits on the quay under the stars, a lantern in its mouth",
            {"place": "harbour", "sit": 1.0, "lantern": 1.0},
        ),
        ("early morning among tall fir trees", {"place": "forest"}),
        ("the vixen naps beside a heron at the lakeshore", {"place": "lake", "sleep": 1.0, "other": "heron"}),
        ("a fox sprints over the dunes at noon", {"place": "desert", "run": 1.0, "hour": 12.0}),
        ("a blue lantern, polished, before a grey backdrop", {"place": "studio", "finish": 1.0, "backdrop": "slate"}),
        ("a little girl with a green scarf waits for the fox in a cave", {"other": "child", "scarf": 0.32}),
        ("a fox trots over snowy alpine rocks at noon", {"place": "mountain", "hour": 12.0}),
    ],
)
def test_free_english_is_read_into_axes(house, prompt, axes):
    point = house.point(prompt, {}, 0)
    words = {axis.name: axis.labels[int(point[axis.component].argmax())] for axis in house.space.axes if axis.labels}
    found = house.space.scalars(point) | words
    for name, value in axes.items():
        assert found[name] == (value if isinstance(value, str) else pytest.approx(value)), name


def test_an_axis_wins_over_the_prompt(house):
    assert house.space.scalars(house.point("at midnight", {"hour": 12.0}, 0))["hour"] == pytest.approx(12.0)


def test_an_empty_and_a_very_long_prompt_give_a_picture(house):
    take = house.take((256, 144))
    for prompt in ("", "   ", "a fox " * 3000):
        assert take.paint([house.point(prompt, {}, 0)]).std() > 10


def test_an_unknown_axis_is_refused(house):
    with pytest.raises(AxisError, match="no axis 'zoom'"):
        house.point("a fox", {"zoom": 2.0}, 0)


@pytest.mark.parametrize("size", [(500, 288), (512, 300), (128, 72), (0, 0)])
def test_a_size_that_cannot_be_painted_is_refused_with_those_that_can(house, size):
    with pytest.raises(ModelError, match="multiples of 128x72"):
        house.take(size)


@pytest.mark.parametrize("size", [(256, 144), (512, 288), (1920, 1080)])
def test_one_point_gives_any_size_and_the_same_picture(house, size):
    small, large = (house.take(s).paint([house.point("", {"place": "village"}, 1)])[0] for s in ((256, 144), size))
    assert large.shape == (size[1], size[0], 3)
    factor = size[0] // 256
    if factor * 256 == size[0]:
        shrunk = large.reshape(144, factor, 256, factor, 3).mean((1, 3))
        assert np.abs(shrunk - small).mean() < 4


def test_a_folder_that_lacks_a_part_says_which(tmp_path):
    shutil.copytree(WEIGHTS, tmp_path / "model")
    (tmp_path / "model" / "view" / "diffusion_pytorch_model.safetensors").unlink()
    with pytest.raises(MissingWeights, match=r"lacks view/diffusion_pytorch_model\.safetensors"):
        HouseModel.open(tmp_path / "model")
    with pytest.raises(MissingWeights, match=r"no model_index\.json"):
        HouseModel.open(tmp_path)


@pytest.mark.parametrize("broken", [b"", b"not safetensors at all", b"\x00" * 4096])
def test_broken_weights_are_a_sentence_not_a_traceback(tmp_path, broken):
    shutil.copytree(WEIGHTS, tmp_path / "model")
    (tmp_path / "model" / "view" / "diffusion_pytorch_model.safetensors").write_bytes(broken)
    with pytest.raises(ModelError, match="cannot be loaded as a house model"):
        HouseModel.open(tmp_path / "model")


def test_the_index_names_our_classes_as_any_pipeline_of_diffusers_does():
    index = json.loads((WEIGHTS / "model_index.json").read_text())
    assert index["_class_name"] == "HousePipeline"
    assert index["view"] == ["forkreel.model.house.view", "HouseView"]


def test_sentences_that_mean_about_the_same_are_nearer_than_those_that_do_not(house: HouseModel) -> None:
    near, far = house.alike("how come the sky looks blue", ["why is the sky blue", "what does the lantern cost"])
    assert near > 0.6 > 0.4 > far
    assert house.alike("why is the sky blue", ["why is the sky blue"]) == [pytest.approx(1.0, abs=1e-5)]


def test_a_picture_that_is_begun_is_the_one_that_is_painted_to_the_bit(house):
    take = house.take((256, 144))
    points = [house.point("", {"place": "lake", "hour": 3.0 * n, "rain": 0.2}, n) for n in range(4)]
    painted = take.paint(points)
    assert np.array_equal([picture.result() for picture in [take.begin(point) for point in points]], painted)
    take.quality = "draft"
    drafts = [take.begin(point).result() for point in points]
    assert np.array_equal(drafts[0], painted[0])
    assert not np.array_equal(drafts[1], painted[1]), "the papers of the one before"
    assert np.array_equal(drafts[2], painted[2])
