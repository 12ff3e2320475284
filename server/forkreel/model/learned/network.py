"""`AxesView`: axes to cut paper, for whatever was declared; the small network that a renderer is distilled into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn
from torch.nn import functional as F

from forkreel.model.learned.axes import declared_from


class Block(nn.Module):
    """A residual block: group norm scaled and shifted by the axes, a 1x1 and a 3x3 convolution; the second starts at
    zero."""

    def __init__(self, channels: int, condition: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(4, channels, affine=False)
        self.film = nn.Linear(condition, channels * 2)
        self.first = nn.Conv2d(channels, channels, 1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.zeros_(self.second.weight)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        """Features `(B, C, h, w)` and a condition `(B, c)` to features of the same shape."""
        scale, shift = self.film(condition)[:, :, None, None].chunk(2, dim=1)
        h = F.silu(torch.addcmul(shift, self.norm(x), 1 + scale))
        changed: Tensor = self.second(F.silu(self.first(h)))
        return x + changed


class AxesView(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """Axes in, `fields` `(B, K, rows, columns)` and `colours` `(B, K+1, 3, rows, columns)` out.

    A learned canvas and the coordinates of its cells go through blocks that the axes scale and shift. `prompts` are
    sentences with the axes that each speaks of, `steepness` is how sharp papers were cut in training.
    """

    @register_to_config
    def __init__(
        self,
        axes: Sequence[Mapping[str, object]],
        prompts: Sequence[Mapping[str, object]] = (),
        rows: int = 36,
        columns: int = 64,
        papers: int = 6,
        channels: int = 64,
        depth: int = 5,
        condition: int = 128,
        steepness: float = 8.0,
    ) -> None:
        super().__init__()
        self.papers = papers
        known = sum(axis.width for axis in declared_from(axes))
        self.mind = nn.Sequential(
            nn.Linear(max(1, known), condition), nn.SiLU(), nn.Linear(condition, condition), nn.SiLU()
        )
        self.canvas = nn.Parameter(torch.randn(1, 16, rows, columns) * 0.1)
        ys = torch.linspace(-1, 1, rows)[:, None].expand(rows, columns)
        xs = torch.linspace(-1, 1, columns)[None].expand(rows, columns)
        waves = [wave(k * torch.pi * at) for k in (1, 2, 4) for at in (xs, ys) for wave in (torch.sin, torch.cos)]
        self.register_buffer("at", torch.stack([xs, ys, *waves])[None], persistent=False)
        self.enter = nn.Conv2d(16 + 14, channels, 1)
        self.blocks = nn.ModuleList(Block(channels, condition) for _ in range(depth))
        self.head = nn.Conv2d(channels, papers + 3 * (papers + 1), 3, padding=1)

    def forward(self, told: Tensor) -> tuple[Tensor, Tensor]:
        """What is told of the axes, `(B, n)`, to fields and colours 0..1."""
        condition = self.mind(told)
        ground = self.enter(torch.cat([self.canvas, self.at], 1))
        x = ground.expand(len(told), -1, -1, -1)
        for block in self.blocks:
            x = block(x, condition)
        out = self.head(F.silu(x))
        fields, colours = out[:, : self.papers], out[:, self.papers :].sigmoid()
        return fields, colours.unflatten(1, (self.papers + 1, 3))
