import numpy as np
import pytest

pytest.importorskip("torch", reason="the house model paints with torch")

import torch
from torch.nn import functional as F

from forkreel.model.house.compositor import Compositor
from forkreel.model.house.figure_knobs import FIGURES, knobs, nearness
from forkreel.model.house.figures import HouseFigures
from forkreel.model.house.geometry import ASPECT, FOX_Y, OTHER_BOX
from forkreel.model.house.setting import Setting
from forkreel.model.house.standing import Standing, hide, lay, stand

SIZE = (128, 72)
STEEP = 4.0


def papers(seed=0):
    """Three papers, blobs of two colours each, on a grid of 12 by 16 cells."""
    made = torch.Generator().manual_seed(seed)
    fields = F.interpolate(torch.randn(1, 3, 4, 5, generator=made), (12, 16), mode="bilinear")[0]
    return fields.numpy(), torch.rand(3, 3, 3, 4, generator=made).numpy()


def laid(figure, picture):
    compositor = Compositor(2)
    lay(figure, STEEP, picture, compositor.bands)
    compositor.close()
    return picture


def stage():
    return np.random.default_rng(1).integers(0, 256, (SIZE[1], SIZE[0], 3), np.uint8)


def slowly(figure, picture):
    """The definition, one operation of torch after the other."""
    height, width, _ = picture.shape
    y, x = (torch.arange(n, dtype=torch.float32) + 0.5 for n in (height, width))
    v = (y / height - figure.top) / (figure.bottom - figure.top)
    u = (x / height - figure.left) / (figure.right - figure.left)
    grid = torch.stack(torch.broadcast_tensors(u[None, :] * 2 - 1, v[:, None] * 2 - 1), dim=-1)[None]
    inside = ((u >= 0) & (u <= 1))[None, :] & ((v >= 0) & (v <= 1))[:, None]

    def seen(plane):
        return F.grid_sample(torch.from_numpy(plane)[None], grid, padding_mode="border", align_corners=False)[0]

    t = (0.5 + seen(figure.fields) * STEEP / 6).clamp(0, 1)
    covers = t * t * (3 - 2 * t) * inside
    over = torch.zeros(3, height, width)
    ahead = torch.ones(height, width)
    for k in range(len(covers)):
        over += ahead * covers[k] * seen(figure.colours[k])
        ahead = ahead * (1 - covers[k])
    under = torch.from_numpy(picture).permute(2, 0, 1) / 255
    mixed = under * (1 - figure.share * (1 - ahead)) + figure.share * over
    return (mixed * 255).permute(1, 2, 0).numpy()


@pytest.mark.parametrize(
    "box", [(0.2, 0.1, 1.3, 0.9), (1.3, 0.1, 0.2, 0.9), (-0.4, -0.3, 0.7, 0.6), (1.5, 0.5, 2.2, 1.4)]
)
@pytest.mark.parametrize("share", [1.0, 0.4])
def test_a_figure_is_laid_as_the_definition_says_however_it_looks_and_wherever_it_is_cut_off(box, share):
    figure = Standing(*papers(), *box, share)
    assert np.abs(laid(figure, stage()) - slowly(figure, stage())).max() <= 0.6
    assert not np.array_equal(laid(figure, stage()), stage())


def test_beyond_its_box_and_where_no_paper_reaches_a_figure_changes_no_bit():
    fields, colours = papers()
    picture = laid(Standing(fields, colours, 0.5, 0.25, 1.0, 0.75, 1.0), stage())
    picture[18:54, 36:72] = stage()[18:54, 36:72]
    assert np.array_equal(picture, stage())
    assert np.array_equal(laid(Standing(fields - 9, colours, 0.5, 0.25, 1.0, 0.75, 1.0), stage()), stage())
    assert np.array_equal(laid(Standing(fields, colours, 2.0, 0.25, 2.5, 0.75, 1.0), stage()), stage())


def test_a_figure_that_turns_is_its_mirror_image():
    middle = Setting(company=1.0, other_x=0.5, other_face=1.0)
    blank = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    right = laid(stand("other", middle, *papers()), blank.copy())
    left = laid(stand("other", Setting(company=1.0, other_x=0.5, other_face=-1.0), *papers()), blank.copy())
    assert np.abs(right.astype(int) - left[:, ::-1]).max() <= 1
    thin = stand("other", Setting(company=1.0, other_x=0.5, other_face=0.0), *papers())
    assert 0 < thin.right - thin.left < 0.1 * (OTHER_BOX[2] - OTHER_BOX[0])


def test_a_figure_hides_the_sky_behind_it_as_much_as_it_is_there():
    fields, colours = papers()
    for share in (1.0, 0.5):
        sky = np.ones((72, 128), np.float32)
        hide(Standing(np.abs(fields) + 9, colours, 0.5, 0.25, 1.0, 0.75, share), STEEP, sky)
        assert sky[18:54, 36:72] == pytest.approx(1 - share)
        sky[18:54, 36:72] = 1
        assert sky.min() == 1


def test_each_figure_takes_its_knobs_and_gives_papers_eight_times_as_fine_as_it_begins():
    figures = HouseFigures().eval()
    with torch.inference_mode():
        for name, rows, columns in (("fox", 88, 160), ("other", 96, 88), ("product", 152, 112)):
            fields, colours = getattr(figures, name)(*knobs(name, [Setting(), Setting(hour=3.0, place="studio")]))
            assert fields.shape == (2, 8, rows, columns)
            assert colours.shape == (2, 8, 3, rows // 4, columns // 4)
    assert set(FIGURES) == {"fox", "other", "product"}


def test_a_lantern_lights_who_stands_in_front_of_it_and_nobody_without_one():
    lit = Setting(lantern=1.0, fox_x=0.4, face=1.0, company=1.0)
    at = [nearness(Setting(**{**vars(lit), "other_x": x})) for x in (0.3, 0.5, 0.7, 0.9)]
    assert max(at) == at[1] > 0.9
    assert at[1] > at[2] > at[3]
    assert nearness(Setting(**{**vars(lit), "other_x": 0.5, "lantern": 0.0})) == 0
    figure = stand("fox", Setting(fox_x=0.5), *papers())
    assert figure.top < FOX_Y < figure.bottom
    assert figure.left < ASPECT / 2 < figure.right
