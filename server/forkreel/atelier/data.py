"""An endless stream of settings and their pictures, painted while training runs; batch n is always the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from forkreel.atelier.painter import Painter
from forkreel.model.house.geometry import ASPECT, FOX_BODY, FOX_BOX, FOX_Y, PLACES
from forkreel.model.house.setting import Setting

GRID = (128, 72)


def sample(rng: np.random.Generator) -> Setting:
    """A setting as stories use them: most with one place, a fox and a walk; every fifth in a change of place."""
    place, other = (PLACES[i] for i in rng.choice(len(PLACES), 2, replace=False))
    twilight = rng.random() < 0.35  # the hours in which the light changes fast
    return Setting(
        place=place,
        other=other,
        presence=float(rng.uniform(0.5, 1)) if rng.random() < 0.2 else 1.0,
        pan=float(rng.random()),
        hour=float(rng.choice([6.2, 18.6]) + rng.normal(0, 0.9)) % 24 if twilight else float(rng.uniform(0, 24)),
        haze=float(rng.random()),
        clouds=float(rng.random()),
        fox=1.0 if (r := rng.random()) < 0.86 else 0.0 if r < 0.94 else float(rng.random()),
        fox_x=float(rng.uniform(-0.05, 1.05)),
        face=float(rng.choice([-1, 1])) if rng.random() < 0.8 else float(rng.uniform(-1, 1)),
        walk=float(rng.random()),
        gait=float(rng.choice([0, 1])) if rng.random() < 0.6 else float(rng.random()),
        sit=0.0 if (r := rng.random()) < 0.6 else 1.0 if r < 0.8 else float(rng.random()),
        lantern=0.0 if (r := rng.random()) < 0.3 else 1.0 if r < 0.5 else float(rng.random()),
    )


def fox_box(setting: Setting, size: tuple[int, int]) -> tuple[int, int, int, int] | None:
    """The fox's box in pixels (left, top, right, bottom), cut to the picture; None when it is not there."""
    width, height = size
    left, bottom, right, top = (v * FOX_BODY for v in FOX_BOX)
    if setting.face < 0:
        left, right = -right, -left
    x = setting.fox_x * ASPECT
    box = (
        max(0, round((x + left) * height)), max(0, round((FOX_Y - top) * height)),
        min(width, round((x + right) * height)), min(height, round((FOX_Y - bottom) * height)),
    )  # fmt: skip
    return box if setting.fox > 0.05 and box[2] - box[0] > 8 else None


@dataclass
class Batch:
    """Settings with their pictures `(B, 3, H, W)` uint8 and open sky `(B, 1, 72, 128)` uint8."""

    settings: list[Setting]
    pictures: Tensor
    sky: Tensor


class Paintings(Dataset[Batch]):
    """Batch n of the stream, for a `DataLoader` that runs it in processes of its own."""

    def __init__(self, seed: int, count: int, size: int, pixels: tuple[int, int]) -> None:
        self.seed, self.count, self.size, self.pixels = seed, count, size, pixels
        self._painter: Painter | None = None

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, n: int) -> Batch:
        if self._painter is None:
            self._painter = Painter()
        rng = np.random.default_rng([self.seed, n])
        settings = [sample(rng) for _ in range(self.size)]
        pictures = np.stack([self._painter.paint(s, self.pixels) for s in settings])
        sky = np.stack([self._painter.sky_mask(s, GRID) for s in settings])
        return Batch(settings, torch.from_numpy(pictures).permute(0, 3, 1, 2), torch.from_numpy(sky)[:, None])
