"""`HouseFigures`: who and what stands in a scene, each as a small stack of cut papers of its own.

The view paints the stage; a figure is laid over it where it stands. Its grid is cut to its own box, so that a face
which would be four cells of the view's is twenty of its own, at any size of the picture. What it does cuts the papers
and colours them; the light that falls on it also scales and shifts each paper's colours.
"""

from __future__ import annotations

import torch
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn
from torch.nn import functional as F

PAPERS = 8
HOUR_HARMONICS = 7


def circle(phase: Tensor, harmonics: int) -> Tensor:
    """Sines and cosines of a phase 0..1 `(B,)` and its multiples, `(B, 2 * harmonics)`."""
    angle = phase.unsqueeze(-1) * (2 * torch.pi) * torch.arange(1, harmonics + 1, device=phase.device)
    return torch.cat([angle.sin(), angle.cos()], dim=-1)


class Figure(nn.Module):
    """What is known of a figure to its papers, as it looks to the right.

    `knobs` and `lights` are how many numbers tell its pose and its light; its grid has 8 `rows` by 8 `columns` cells.
    """

    def __init__(self, knobs: int, lights: int, rows: int, columns: int, papers: int = PAPERS) -> None:
        super().__init__()
        self.papers = papers
        self.shape = (40, rows, columns)
        self.pose = nn.Sequential(nn.Linear(knobs + lights, 128), nn.SiLU(), nn.Linear(128, 128), nn.SiLU())
        self.light = nn.Sequential(nn.Linear(lights, 64), nn.SiLU(), nn.Linear(64, 6 * papers))
        self.spread = nn.Linear(128, 40 * rows * columns)
        self.widen = nn.Conv2d(40, 48 * 4, 3, padding=1)
        self.middle = nn.Conv2d(48, 48, 3, padding=1)
        self.paints = nn.Conv2d(48, 3 * papers, 3, padding=1)
        self.refine = nn.Conv2d(48, 28 * 4, 3, padding=1)
        self.last = nn.Conv2d(28, 28, 3, padding=1)
        self.fields = nn.Conv2d(28, 4 * papers, 3, padding=1)

    def forward(self, pose: Tensor, light: Tensor) -> tuple[Tensor, Tensor]:
        """Pose `(B, knobs)` and light `(B, lights)` to fields `(B, K, 8 rows, 8 columns)` and colours
        `(B, K, 3, 2 rows, 2 columns)` in 0..1, float32."""
        h = self.spread(self.pose(torch.cat([pose, light], dim=-1).to(self.spread.weight.dtype)))
        h = F.silu(F.pixel_shuffle(self.widen(F.silu(h.unflatten(1, self.shape))), 2))
        h = h + F.silu(self.middle(h))
        gain, shift = self.light(light.to(h.dtype)).unflatten(1, (2, self.papers, 3, 1, 1)).unbind(1)
        colours = torch.sigmoid(self.paints(h)).unflatten(1, (self.papers, 3)) * (1 + gain) + shift
        colours = colours.clamp(0, 1)  # those of papers that nobody sees would grow beyond all bounds
        x = F.silu(F.pixel_shuffle(self.refine(h), 2))
        x = x + F.silu(self.last(x))
        return F.pixel_shuffle(self.fields(x), 2).float(), colours.float()


class HouseFigures(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """The fox, whoever stands beside it, and the studio's lantern; what each is told is in `figure_knobs`."""

    @register_to_config
    def __init__(self) -> None:
        super().__init__()
        hour = 2 * HOUR_HARMONICS
        self.fox = Figure(knobs=13, lights=hour + 1, rows=11, columns=20)
        self.other = Figure(knobs=18, lights=hour + 1, rows=12, columns=11)
        self.product = Figure(knobs=25, lights=hour + 4, rows=19, columns=14)
