"""The view as engines want it: plain tensors in and out, and norms that leave the channels where they are."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import fields

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from forkreel.model.house.view import HouseView, Scene

FloatArray = NDArray[np.float32]


class Flat(nn.Module):
    """The view with its scene as plain tensors, as a tracer wants it; colours and sky are cut apart outside."""

    def __init__(self, view: HouseView) -> None:
        super().__init__()
        self.view = view

    def forward(self, coarse: Tensor, fine: Tensor, *scene: Tensor) -> tuple[Tensor, Tensor]:
        """Feature planes and a scene's tensors to fields, and to colours with the open sky last, both 0..1."""
        fields, paints = self.view.sheets(coarse, fine, Scene(*scene))
        return fields, torch.sigmoid(paints)


class _Norm(nn.Module):
    """`nn.GroupNorm` by sums over each channel, which leave the channels last, as convolutions want them.

    OpenVINO's own wants them first, and turning there and back took an eighth of a picture's time. This sums squares,
    for which bf16 is too coarse.
    """

    within: Tensor

    def __init__(self, norm: nn.GroupNorm) -> None:
        super().__init__()
        groups, each = norm.num_groups, norm.num_channels // norm.num_groups
        self.register_buffer("within", torch.kron(torch.eye(groups), torch.full((each, each), 1 / each)))
        self.eps = norm.eps

    def forward(self, x: Tensor) -> Tensor:
        mean, square = (F.linear(sums.mean((2, 3)), self.within)[:, :, None, None] for sums in (x, x * x))
        return (x - mean) * torch.rsqrt(square - mean * mean + self.eps)


def evenly(view: HouseView) -> HouseView:
    """The same network with `_Norm` for its norms."""
    view = deepcopy(view)
    for block in (*view.low, *view.middle, *view.high):
        block.norm = _Norm(block.norm)
    return view


def tensors_of(scene: Scene) -> tuple[Tensor, ...]:
    """A scene's tensors, as `Flat` takes them."""
    return tuple(getattr(scene, part.name) for part in fields(scene))
