"""`Turning`: what the year does to colours, by what grows where: leaves turn, grass fades, snow lies on roofs.

Modulation of the whole network turns all that is green alike: it cannot tell leaves from grass.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

SEASONS = (0, 1, 2, 3)  # spring, summer, autumn, winter, in quarters of the year
DEPTHS, SKY_CHANNELS = 6, 6  # of the planes


def year(season: Tensor) -> Tensor:
    """How much a phase 0..1 round the year `(B,)` is spring, summer, autumn and winter, `(B, 4)`: eased as the
    painter's."""
    apart = ((season[:, None] * 4 - torch.tensor(SEASONS, device=season.device) + 2) % 4 - 2).abs().clamp(max=1)
    return 1 - apart * apart * (3 - 2 * apart)


class Turning(nn.Module):
    """Masks of what grows, a season and the network's condition to an affine change of colours' logits in every cell;
    it starts as none."""

    def __init__(self, growths: int, condition: int) -> None:
        super().__init__()
        self.growths = growths
        self.change = nn.Conv2d(len(SEASONS) * DEPTHS * growths, 12, 1, bias=False)
        self.power = nn.Linear(condition, len(SEASONS) * growths)
        for weights in (self.change.weight, self.power.weight, self.power.bias):
            nn.init.zeros_(weights)

    def forward(self, coarse: Tensor, season: Tensor, condition: Tensor) -> tuple[Tensor, Tensor]:
        """Planes `(B, C, 36, 64)`, of each depth features, cover and masks, to the features alone, and the change
        `(B, 12, 72, 128)`: three columns of a matrix, then an offset."""
        layers = coarse[:, :-SKY_CHANNELS].unflatten(1, (DEPTHS, -1))
        features, grown = layers[:, :, : -1 - self.growths], layers[:, :, -1 - self.growths :].clamp(0, 1).detach()
        ahead = torch.ones_like(grown[:, 0, :1])
        seen: list[Tensor] = []
        for depth in reversed(range(DEPTHS)):  # near to far: what stands nearer hides what is behind it
            seen.append(grown[:, depth, 1:] * ahead)
            ahead = ahead * (1 - grown[:, depth, :1])
        power = 1 + self.power(condition).unflatten(1, (len(SEASONS), -1))  # (B, 4, growths)
        power = (power * year(season).to(power.dtype).unsqueeze(2)).repeat(1, 1, DEPTHS)[..., None, None]
        turning = (torch.cat(seen, dim=1)[:, None] * power).flatten(1, 2)
        change = F.interpolate(self.change(turning), scale_factor=2.0, mode="bilinear", align_corners=False)
        return torch.cat([features.flatten(1, 2), coarse[:, -SKY_CHANNELS:]], dim=1), change


def turned(paints: Tensor, change: Tensor) -> Tensor:
    """Colours' logits with the sky's field behind them, `(B, 3 * (K + 1) + 1, 72, 128)`, after a change of colours."""
    colours, change = paints[:, :-1].unflatten(1, (-1, 3)), change.float().unflatten(1, (1, 4, 3))
    moved = colours + change[:, :, 3]
    for n in range(3):
        moved = moved + change[:, :, n] * colours[:, :, n : n + 1]
    return torch.cat([moved.flatten(1, 2), paints[:, -1:]], dim=1)
