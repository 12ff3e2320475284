"""`HouseView`: one step from what the camera sees to cut paper: signed fields at half of 512x288, colours at a quarter.

It paints the stage, with all the light that falls on it; who stands there is laid over it (`figures`). Lights (sun,
moon, lantern) enter as maps of distance; hour, haze, lamps and backdrop modulate every block (FiLM: Perez et al.
2018). `compositor` turns fields and colours into a picture of any size.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn
from torch.nn import functional as F

from forkreel.model.house.figures import HOUR_HARMONICS, circle
from forkreel.model.house.geometry import ASPECT, FOX_BODY, FOX_Y, PRODUCT_AT, PRODUCT_GLASS
from forkreel.model.house.turning import Turning, turned

SEASON_HARMONICS = 2
COARSE, FINE = (36, 64), (72, 128)


@dataclass(frozen=True)
class Scene:
    """What is to be seen besides the places, as float tensors.

    `hour` and `season` 0..1, `haze`, `presence`, `fox`, `lantern` 0..1, each `(B,)`; `pose` `(B, 5)` of the fox, by
    which its lantern hangs: walk phase, gait, sit, run, sleep; `fox_x` 0..1 and `face` -1..1; `sun`, `moon` `(B, 2)` in
    picture heights. `company` 0..1: how much somebody is there beside the fox. `product` 0..1: how much the studio's
    lantern is there, `lit` how it glows; `backdrop` shares times `product`, `(B, 3)`.
    """

    hour: Tensor
    season: Tensor
    haze: Tensor
    presence: Tensor
    fox: Tensor
    lantern: Tensor
    pose: Tensor
    fox_x: Tensor
    face: Tensor
    sun: Tensor
    moon: Tensor
    company: Tensor
    product: Tensor
    lit: Tensor
    backdrop: Tensor


class Block(nn.Module):
    """A residual block: group norm scaled and shifted by the condition, two 3x3 convolutions; the second starts at
    zero."""

    def __init__(self, channels: int, condition: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(channels // 16, channels, affine=False)
        self.film = nn.Linear(condition, channels * 2)
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(self.second.bias)  # type: ignore[arg-type]

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        """Features `(B, C, h, w)` and a condition `(B, c)` to features of the same shape."""
        halves = zip(
            self.film.weight.chunk(2), self.film.bias.chunk(2), strict=True
        )  # OpenVINO crashes if it cuts them
        scale, shift = (F.linear(condition, *half)[:, :, None, None] for half in halves)
        h = torch.addcmul(shift, self.norm(x), 1 + scale)
        changed: Tensor = self.second(F.silu(self.first(F.silu(h))))
        return x + changed


class HouseView(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """Planes, lights and a pose in; `fields` `(B, K, 144, 256)`, `colours` `(B, K+1, 3, 72, 128)` and `sky` out.

    Fields make the edges, so they are told finer than the network works: each cell's as four quarters. With `growths`
    each depth's planes end with its cover and that many masks of what grows there: see `Turning`.
    """

    @register_to_config
    def __init__(
        self, plane_channels: int = 78, fine_channels: int = 42, condition: int = 96, papers: int = 8,
        widths: tuple[int, int, int] = (96, 64, 32), depths: tuple[int, int, int] = (4, 3, 2), growths: int = 0,
    ) -> None:  # fmt: skip
        super().__init__()
        self.papers = papers
        low, middle, high = widths
        lights, discs = 9, 3
        self.climate = nn.Sequential(
            nn.Linear(2 * (HOUR_HARMONICS + SEASON_HARMONICS) + 10, condition),
            nn.SiLU(),
            nn.Linear(condition, condition),
            nn.SiLU(),
        )
        self.lamp = nn.Sequential(nn.Linear(2 * 3 + 4, 32), nn.SiLU(), nn.Linear(32, 2))
        self.fold = nn.Conv2d(plane_channels * 4 + lights, low, 1)
        self.low = nn.ModuleList(Block(low, condition) for _ in range(depths[0]))
        self.rise = nn.Conv2d(low, middle * 4, 1)
        self.middle_in = nn.Conv2d(plane_channels, middle, 1)
        self.middle = nn.ModuleList(Block(middle, condition) for _ in range(depths[1]))
        self.rise_again = nn.Conv2d(middle, high * 4, 1)
        self.high_in = nn.Conv2d(fine_channels + discs, high, 1)
        self.high = nn.ModuleList(Block(high, condition) for _ in range(depths[2]))
        self.head = nn.Conv2d(high, papers + 3 * (papers + 1) + 1, 3, padding=1)
        self.quartering = nn.Conv2d(high, 4 * papers, 3, padding=1)
        nn.init.zeros_(self.quartering.weight)
        nn.init.zeros_(self.quartering.bias)  # type: ignore[arg-type]
        self.turning = Turning(growths, condition) if growths else None

    def forward(self, coarse: Tensor, fine: Tensor, scene: Scene) -> tuple[Tensor, Tensor, Tensor]:
        """Coarse `(B, C, 36, 64)` and fine `(B, c, 72, 128)` planes and a scene to fields, colours (0..1) and the
        sky's field."""
        fields, paints = self.sheets(coarse, fine, scene)
        return fields, torch.sigmoid(paints[:, :-1]).unflatten(1, (self.papers + 1, 3)), paints[:, -1:]

    def sheets(self, coarse: Tensor, fine: Tensor, scene: Scene) -> tuple[Tensor, Tensor]:
        """Fields `(B, K, 144, 256)`, and logits of colours, then the sky's field: `(B, 3 * (K + 1) + 1, 72, 128)`."""
        dtype = self.head.weight.dtype
        condition = self.climate(
            torch.cat([
                circle(scene.hour, HOUR_HARMONICS), scene.haze[:, None], scene.presence[:, None],
                (scene.lantern * scene.fox)[:, None], scene.fox[:, None], scene.company[:, None],
                scene.product[:, None], scene.lit[:, None], scene.backdrop, circle(scene.season, SEASON_HARMONICS),
            ], dim=-1).to(dtype)
        )  # fmt: skip
        change: Tensor | None = None
        if self.turning is not None:
            coarse, change = self.turning(coarse, scene.season, condition)
        lights, discs = self._lights(scene)
        folded = torch.cat([F.pixel_unshuffle(coarse, 2), lights.to(coarse.dtype)], dim=1)
        x = self.fold(folded.contiguous(memory_format=torch.channels_last))
        for block in self.low:
            x = block(x, condition)
        x = F.pixel_shuffle(self.rise(x), 2) + self.middle_in(coarse)
        x = x.contiguous(memory_format=torch.channels_last)
        for block in self.middle:
            x = block(x, condition)
        x = F.pixel_shuffle(self.rise_again(x), 2) + self.high_in(torch.cat([fine, discs.to(fine.dtype)], dim=1))
        x = x.contiguous(memory_format=torch.channels_last)
        for block in self.high:
            x = block(x, condition)
        x, k, bias = F.silu(x), self.papers, self.head.bias
        assert bias is not None
        fields = F.conv2d(x, self.head.weight[:k], bias[:k], padding=1)
        fields = F.interpolate(fields, scale_factor=2.0, mode="bilinear", align_corners=False)
        fields = fields + F.pixel_shuffle(self.quartering(x), 2)
        paints = F.conv2d(x, self.head.weight[k:], bias[k:], padding=1).float()
        return fields.float(), paints if change is None else turned(paints, change)

    def _lights(self, scene: Scene) -> tuple[Tensor, Tensor]:
        """Falloff maps `(B, 9, 18, 32)` of sun, moon and lantern, and `(B, 3, 72, 128)`: their rims to a sub-cell."""
        pose = torch.cat([circle(scene.pose[:, 0], 3), scene.pose[:, 1:5]], dim=-1).to(self.head.weight.dtype)
        swing = self.lamp(pose).float() * 0.1
        sit, sleep = scene.pose[:, 2], scene.pose[:, 4]
        reach = FOX_BODY * torch.lerp(0.95 - 0.37 * sit, torch.full_like(sit, 0.92), sleep)
        lift = FOX_BODY * torch.lerp(0.42 + 0.12 * sit, torch.full_like(sit, 0.125), sleep)
        lamp_x = scene.fox_x * ASPECT + (reach + swing[:, 0]) * scene.face
        lamp = torch.stack([lamp_x, FOX_Y - lift + swing[:, 1]], dim=-1)
        glass = torch.tensor([PRODUCT_AT[0], PRODUCT_AT[1] - PRODUCT_GLASS], device=lamp.device).expand_as(lamp)
        spots = torch.stack([scene.sun, scene.moon, lamp, glass], dim=1)  # (B, 4, 2)
        glow = scene.lantern * scene.fox
        power = torch.stack([torch.ones_like(glow), torch.ones_like(glow), glow, scene.lit], dim=1)[:, :, None, None]
        far, near = _distance(spots, 18, 32), _distance(spots[:, :3], *FINE)
        falloffs = [torch.exp(-((far / sigma) ** 2)) * power for sigma in (0.08, 0.22, 0.5)]
        lamps = [torch.cat([f[:, :2], f[:, 2:3] + f[:, 3:]], dim=1) for f in falloffs]
        return torch.cat(lamps, dim=1), torch.tanh((0.05 - near) / 0.03) * power[:, :3]


def _distance(spots: Tensor, rows: int, columns: int) -> Tensor:
    """From every cell's middle to every spot, in picture heights: `(B, n, rows, columns)`."""
    y = (torch.arange(rows, device=spots.device) + 0.5) / rows
    x = (torch.arange(columns, device=spots.device) + 0.5) / columns * ASPECT
    dx = x[None, None, None, :] - spots[:, :, 0, None, None]
    dy = y[None, None, :, None] - spots[:, :, 1, None, None]
    return torch.sqrt(dx * dx + dy * dy + 1e-6)
