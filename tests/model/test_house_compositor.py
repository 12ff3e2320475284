import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the house model paints with torch")
from torch.nn import functional as F  # noqa: E402

from forkreel.model.house.compositor import Compositor, lay  # noqa: E402

SIZE = (64, 36)


def papers(seed=0, batch=2):
    made = torch.Generator().manual_seed(seed)
    coarse = torch.randn(batch, 5, 4, 6, generator=made)
    fields = F.interpolate(coarse, (9, 16), mode="bilinear")
    return fields.clone(), torch.rand(batch, 6, 3, 9, 16, generator=made)


def slowly(fields, colours, steepness):
    """The definition, one operation of torch after the other."""
    t = (0.5 + F.interpolate(fields, (36, 64), mode="bilinear") * steepness / 6).clamp(0, 1)
    covers = t * t * (3 - 2 * t)
    covers = covers.unsqueeze(2)
    paints = F.interpolate(colours.flatten(1, 2), (36, 64), mode="bilinear").unflatten(1, (6, 3))
    picture = paints[:, 5]
    for k in range(4, -1, -1):
        picture = torch.lerp(picture, paints[:, k], covers[:, k])
    return picture


def test_one_pass_over_the_pixels_gives_what_the_definition_gives():
    fields, colours = papers()
    torch.testing.assert_close(lay(fields, colours, SIZE, 4.0), slowly(fields, colours, 4.0), atol=1e-5, rtol=0)


def test_training_gets_the_gradients_of_the_definition():
    fields, colours = (tensor.requires_grad_() for tensor in papers())
    weight = torch.randn(2, 3, 36, 64, generator=torch.Generator().manual_seed(2))
    ours = torch.autograd.grad((lay(fields, colours, SIZE, 1.0) * weight).sum(), (fields, colours))
    theirs = torch.autograd.grad((slowly(fields, colours, 1.0) * weight).sum(), (fields, colours))
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a, b, atol=0.02, rtol=0.02)  # the leak beyond an edge is ours alone


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_a_painted_picture_is_the_laid_one_in_eight_bits_on_any_number_of_threads(threads):
    fields, colours = papers(batch=1)
    compositor = Compositor(threads)
    painted = np.empty((SIZE[1], SIZE[0], 3), np.uint8)
    compositor.paint(fields[0].numpy(), colours[0].numpy(), painted, 4.0)
    compositor.close()
    laid = lay(fields, colours, SIZE, 4.0)[0].permute(1, 2, 0).numpy() * 255
    assert np.abs(painted - laid).max() <= 0.51


@pytest.mark.parametrize(("width", "height"), [(64, 36), (40, 36), (120, 27)])
def test_fields_and_colours_may_come_on_grids_that_do_not_divide_the_picture(width, height):
    fields, colours = papers(batch=1)
    finer = F.interpolate(fields, (18, 32), mode="bilinear")
    compositor = Compositor(2)
    painted = np.empty((height, width, 3), np.uint8)
    compositor.paint(finer[0].numpy(), colours[0].numpy(), painted, 4.0)
    compositor.close()
    grid = (27 if height == 27 else 18, 40 if width != 64 else 32)
    fields = F.interpolate(finer, grid, mode="bilinear")
    laid = lay(fields, colours, (width, height), 4.0)[0].permute(1, 2, 0).numpy() * 255
    assert np.abs(painted - laid).max() <= 0.51


def test_an_edge_is_as_sharp_as_the_picture_is_large():
    fields = torch.linspace(-4, 4, 16).expand(1, 1, 9, 16).contiguous()
    colours = torch.stack([torch.ones(1, 3, 9, 16), torch.zeros(1, 3, 9, 16)], dim=1)
    for scale in (4, 8, 30):
        row = lay(fields, colours, (16 * scale, 9 * scale), 12.0)[0, 0, 0]
        between = ((row > 0.02) & (row < 0.98)).sum().item()
        assert between <= scale  # less than one cell, whatever the size
