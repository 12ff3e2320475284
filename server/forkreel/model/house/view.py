"""`HouseView`: one step from what the camera sees to cut paper: signed fields and colours, at a quarter of 512x288.

Lights (sun, moon, lantern) enter as maps of distance, the fox, who stands beside it and the studio's lantern as sprites
made from their poses; hour, haze, lamps and backdrop modulate every block (FiLM: Perez et al. 2018). `compositor` turns
fields and colours into a picture of any size.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn
from torch.nn import functional as F

from forkreel.model.house.geometry import (
    ASPECT,
    FOX_BODY,
    FOX_BOX,
    FOX_Y,
    OTHER_BOX,
    PRODUCT_AT,
    PRODUCT_BOX,
    PRODUCT_GLASS,
)
from forkreel.model.house.turning import Turning, turned

HOUR_HARMONICS, SEASON_HARMONICS = 7, 2
COARSE, FINE = (36, 64), (72, 128)


@dataclass(frozen=True)
class Scene:
    """What is to be seen besides the places, as float tensors.

    `hour` and `season` 0..1, `haze`, `presence`, `fox`, `lantern` 0..1, each `(B,)`; `pose` `(B, 6)`: walk phase, gait,
    sit, run, sleep, mouth; `fox_x` 0..1 and `face` -1..1; `sun`, `moon` `(B, 2)` in picture heights. `company` 0..1:
    how much somebody is there beside the fox, `who` one-hot `(B, 3)`, `guise` `(B, 4)`: walk phase, scarf's and coat's
    hue, gait, `other_x` and `other_face` as the fox's. `product` 0..1: how much the studio's lantern is there, `lit`
    how it glows, `turntable` `(B, 4)`: angle 0..1, body's and glass's hue, finish; `backdrop` shares times `product`,
    `(B, 3)`.
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
    who: Tensor
    guise: Tensor
    other_x: Tensor
    other_face: Tensor
    product: Tensor
    lit: Tensor
    turntable: Tensor
    backdrop: Tensor


def _circle(phase: Tensor, harmonics: int) -> Tensor:
    angle = phase.unsqueeze(-1) * (2 * torch.pi) * torch.arange(1, harmonics + 1, device=phase.device)
    return torch.cat([angle.sin(), angle.cos()], dim=-1)


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


class Puppet(nn.Module):
    """What is known of a figure to its feature maps: coarse `(B, 24, 2 rows, 2 columns)` and fine `(B, 8, 4 rows,
    4 columns)`, as it looks to the right."""

    def __init__(self, knobs: int, rows: int, columns: int) -> None:
        super().__init__()
        self.shape = (96, rows, columns)
        self.pose = nn.Sequential(nn.Linear(knobs, 128), nn.SiLU(), nn.Linear(128, 128), nn.SiLU())
        self.spread = nn.Linear(128, 96 * rows * columns)
        self.widen = nn.Conv2d(96, 64 * 4, 3, padding=1)
        self.middle = nn.Conv2d(64, 64, 3, padding=1)
        self.coarse = nn.Conv2d(64, 24, 1)
        self.fine = nn.Conv2d(64, 8 * 4, 3, padding=1)

    def forward(self, known: Tensor) -> tuple[Tensor, Tensor]:
        """Knobs `(B, knobs)` to the two maps."""
        h = self.spread(self.pose(known.to(self.spread.weight.dtype))).unflatten(1, self.shape)
        h = F.silu(F.pixel_shuffle(self.widen(F.silu(h)), 2))
        h = h + F.silu(self.middle(h))
        return self.coarse(h), F.pixel_shuffle(self.fine(h), 2)


class HouseView(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """Planes, lights and a pose in; `fields` `(B, K, 72, 128)`, `colours` `(B, K+1, 3, 72, 128)` and `sky` out.

    With `growths` each depth's planes end with its cover and that many masks of what grows there: see `Turning`.
    """

    @register_to_config
    def __init__(
        self, plane_channels: int = 78, fine_channels: int = 42, condition: int = 96, papers: int = 8,
        widths: tuple[int, int, int] = (96, 64, 32), depths: tuple[int, int, int] = (4, 3, 2), growths: int = 0,
    ) -> None:  # fmt: skip
        super().__init__()
        self.papers = papers
        low, middle, high = widths
        lights, sprite_coarse, sprite_fine = 9, 2 * (24 + 1), 2 * (8 + 1)
        self.climate = nn.Sequential(
            nn.Linear(2 * (HOUR_HARMONICS + SEASON_HARMONICS) + 10, condition),
            nn.SiLU(),
            nn.Linear(condition, condition),
            nn.SiLU(),
        )
        self.puppet = Puppet(2 * 3 + 6, 5, 10)
        self.company = Puppet(3 + 2 * (3 + 2 + 2) + 1, 6, 6)
        self.product = Puppet(2 * (8 + 2 + 2) + 2, 14, 10)
        self.lamp = nn.Sequential(nn.Linear(2 * 3 + 4, 32), nn.SiLU(), nn.Linear(32, 2))
        self.fold = nn.Conv2d((plane_channels + sprite_coarse) * 4 + lights, low, 1)
        self.low = nn.ModuleList(Block(low, condition) for _ in range(depths[0]))
        self.rise = nn.Conv2d(low, middle * 4, 1)
        self.middle_in = nn.Conv2d(plane_channels + sprite_coarse, middle, 1)
        self.middle = nn.ModuleList(Block(middle, condition) for _ in range(depths[1]))
        self.rise_again = nn.Conv2d(middle, high * 4, 1)
        self.high_in = nn.Conv2d(fine_channels + sprite_fine + 3, high, 1)
        self.high = nn.ModuleList(Block(high, condition) for _ in range(depths[2]))
        self.head = nn.Conv2d(high, papers + 3 * (papers + 1) + 1, 3, padding=1)
        self.turning = Turning(growths, condition) if growths else None

    def forward(self, coarse: Tensor, fine: Tensor, scene: Scene) -> tuple[Tensor, Tensor, Tensor]:
        """Coarse `(B, C, 36, 64)` and fine `(B, c, 72, 128)` planes and a scene to fields, colours (0..1) and the
        sky's field."""
        fields, paints = self.sheets(coarse, fine, scene)
        return fields, torch.sigmoid(paints[:, :-1]).unflatten(1, (self.papers + 1, 3)), paints[:, -1:]

    def sheets(self, coarse: Tensor, fine: Tensor, scene: Scene) -> tuple[Tensor, Tensor]:
        """Fields `(B, K, 72, 128)`, and the logits of colours with the sky's field, `(B, 3 * (K + 1) + 1, 72, 128)`."""
        dtype = self.head.weight.dtype
        condition = self.climate(
            torch.cat([
                _circle(scene.hour, HOUR_HARMONICS), scene.haze[:, None], scene.presence[:, None],
                (scene.lantern * scene.fox)[:, None], scene.fox[:, None], scene.company[:, None],
                scene.product[:, None], scene.lit[:, None], scene.backdrop, _circle(scene.season, SEASON_HARMONICS),
            ], dim=-1).to(dtype)
        )  # fmt: skip
        sprite, sprite_fine = self._figures(scene)
        change: Tensor | None = None
        if self.turning is not None:
            coarse, change = self.turning(coarse, scene.season, condition)
        lights, discs = self._lights(scene)
        seen = torch.cat([coarse, sprite], dim=1)
        folded = torch.cat([F.pixel_unshuffle(seen, 2), lights.to(seen.dtype)], dim=1)
        x = self.fold(folded.contiguous(memory_format=torch.channels_last))
        for block in self.low:
            x = block(x, condition)
        x = F.pixel_shuffle(self.rise(x), 2) + self.middle_in(seen)
        x = x.contiguous(memory_format=torch.channels_last)
        for block in self.middle:
            x = block(x, condition)
        x = F.pixel_shuffle(self.rise_again(x), 2) + self.high_in(
            torch.cat([fine, sprite_fine, discs.to(fine.dtype)], dim=1)
        )
        x = x.contiguous(memory_format=torch.channels_last)
        for block in self.high:
            x = block(x, condition)
        x, k, bias = F.silu(x), self.papers, self.head.bias
        assert bias is not None
        fields = F.conv2d(x, self.head.weight[:k], bias[:k], padding=1)
        paints = F.conv2d(x, self.head.weight[k:], bias[k:], padding=1).float()
        return fields.float(), paints if change is None else turned(paints, change)

    def _figures(self, scene: Scene) -> tuple[Tensor, Tensor]:
        """The sprites in the picture, `(B, 50, 36, 64)` and `(B, 18, 72, 128)`: the fox, then everybody else."""
        pose, guise, table = scene.pose, scene.guise, scene.turntable
        fox = self.puppet(
            torch.cat([_circle(pose[:, 0], 3), pose[:, 1:3], scene.lantern[:, None], pose[:, 3:]], dim=-1)
        )
        other = self.company(
            torch.cat([
                scene.who, _circle(guise[:, 0], 3), _circle(guise[:, 1], 2), _circle(guise[:, 2], 2), guise[:, 3:],
            ], dim=-1)
        )  # fmt: skip
        product = self.product(
            torch.cat([
                _circle(table[:, 0], 8), _circle(table[:, 1], 2), _circle(table[:, 2], 2), table[:, 3:],
                scene.lit[:, None],
            ], dim=-1)
        )  # fmt: skip
        fox_box = tuple(v * FOX_BODY for v in FOX_BOX)
        middle, ahead = torch.full_like(scene.face, PRODUCT_AT[0] / ASPECT), torch.ones_like(scene.face)
        placed: list[Tensor] = []
        for n, cells in enumerate((COARSE, FINE)):
            first = _placed(fox[n], cells, fox_box, FOX_Y, scene.fox_x, scene.face, scene.fox)
            second = _placed(other[n], cells, OTHER_BOX, FOX_Y, scene.other_x, scene.other_face, scene.company)
            second = second + _placed(product[n], cells, PRODUCT_BOX, PRODUCT_AT[1], middle, ahead, scene.product)
            placed.append(torch.cat([first, second], dim=1))
        return placed[0], placed[1]

    def _lights(self, scene: Scene) -> tuple[Tensor, Tensor]:
        """Falloff maps `(B, 9, 18, 32)` of sun, moon and lantern, and `(B, 3, 72, 128)`: their rims to a sub-cell."""
        pose = torch.cat([_circle(scene.pose[:, 0], 3), scene.pose[:, 1:5]], dim=-1).to(self.head.weight.dtype)
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


def _placed(
    sprite: Tensor, cells: tuple[int, int], box: tuple[float, ...], foot: float, x: Tensor, face: Tensor, there: Tensor
) -> Tensor:
    """A sprite where it stands in the picture, `(B, C + 1, rows, columns)`: its channels and one of presence.

    `box` is its left, bottom, right and top around its foot in picture heights, `x` 0..1 across the picture.
    """
    (rows, columns), (left, bottom, right, top) = cells, box
    down = (torch.arange(rows, device=sprite.device) + 0.5) / rows
    across = (torch.arange(columns, device=sprite.device) + 0.5) / columns * ASPECT
    v = ((down - (foot - top)) / (top - bottom) * 2 - 1).expand(len(face), rows)
    turned = torch.where(face.abs() < 0.06, torch.full_like(face, 0.06), face)
    u = (across - x[:, None] * ASPECT) / turned[:, None]
    u = (u - left) / (right - left) * 2 - 1
    grid = torch.stack(torch.broadcast_tensors(u[:, None, :], v[:, :, None]), dim=-1)
    solid = torch.cat([sprite, torch.ones_like(sprite[:, :1])], dim=1)
    layer = F.grid_sample(solid.float(), grid.float(), align_corners=False)
    return (layer * there[:, None, None, None]).to(sprite.dtype)


def _distance(spots: Tensor, rows: int, columns: int) -> Tensor:
    """From every cell's middle to every spot, in picture heights: `(B, n, rows, columns)`."""
    y = (torch.arange(rows, device=spots.device) + 0.5) / rows
    x = (torch.arange(columns, device=spots.device) + 0.5) / columns * ASPECT
    dx = x[None, None, None, :] - spots[:, :, 0, None, None]
    dy = y[None, None, :, None] - spots[:, :, 1, None, None]
    return torch.sqrt(dx * dx + dy * dy + 1e-6)
