"""Settings to what `HouseFigures` is told: tensors of poses and lights."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp
from typing import Literal

import torch
from torch import Tensor

from forkreel.model.house.figures import HOUR_HARMONICS, circle
from forkreel.model.house.geometry import ASPECT, FOX_BODY, OTHERS
from forkreel.model.house.setting import Setting

Name = Literal["fox", "other", "product"]
FIGURES: tuple[Name, ...] = ("product", "other", "fox")  # as they stand, far to near


def knobs(name: Name, settings: Sequence[Setting]) -> tuple[Tensor, Tensor]:
    """Pose `(B, knobs)` and light `(B, lights)` of a figure in settings."""

    def column(of: list[float]) -> Tensor:
        return torch.tensor(of)[:, None]

    def phase(field: str, harmonics: int) -> Tensor:
        return circle(torch.tensor([getattr(s, field) for s in settings]), harmonics)

    def plain(*fields: str) -> Tensor:
        return torch.tensor([[getattr(s, field) for field in fields] for s in settings])

    hour = circle(torch.tensor([s.hour / 24 for s in settings]), HOUR_HARMONICS)
    if name == "fox":
        held = column([min(1.0, 8 * s.lantern) for s in settings])  # a lantern that hardly glows is there all the same
        pose = torch.cat([phase("walk", 3), plain("gait", "sit", "run", "sleep", "mouth", "lantern"), held], dim=1)
        return pose, torch.cat([hour, plain("lantern")], dim=1)
    if name == "other":
        who = torch.tensor([[float(s.who == other) for other in OTHERS] for s in settings])
        pose = torch.cat([who, phase("walk", 3), phase("scarf", 2), phase("coat", 2), plain("other_gait")], dim=1)
        return pose, torch.cat([hour, column([nearness(s) for s in settings])], dim=1)
    backdrop = torch.tensor([s.backdrop for s in settings])
    pose = torch.cat([phase("turn", 8), phase("body", 2), phase("glass", 2), plain("finish")], dim=1)
    return pose, torch.cat([hour, plain("lantern"), backdrop], dim=1)


def nearness(setting: Setting) -> float:
    """How much of the fox's lantern falls on who stands beside it, 0..1."""
    reach = FOX_BODY * (0.95 - 0.37 * setting.sit * (1 - setting.sleep))
    lamp = setting.fox_x * ASPECT + reach * setting.face
    return exp(-(((setting.other_x * ASPECT - lamp) / 0.30) ** 2)) * setting.lantern * setting.fox
