"""An endless stream of settings and pictures of their stage, painted while training runs; batch n is always the
same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from forkreel.atelier.painter import Painter
from forkreel.model.house.geometry import (
    ASPECT,
    FOX_BODY,
    FOX_BOX,
    FOX_Y,
    OTHER_BOX,
    OTHERS,
    PLACES,
    PRODUCT_AT,
    PRODUCT_BOX,
    on_table,
)
from forkreel.model.house.setting import Setting

GRID = (128, 72)
SHARES = (0.09, 0.09, 0.09, 0.09, 0.09, 0.09, 0.105, 0.105, 0.10, 0.15)  # of `PLACES`: what is hard comes more often
_BACKDROPS = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


def _strength(rng: np.random.Generator, none: float, full: float) -> float:
    """0 and 1 with the given chances, else anything between."""
    r = rng.random()
    return 0.0 if r < none else 1.0 if r < none + full else float(rng.random())


def sample(rng: np.random.Generator, shares: Sequence[float] | None = None) -> Setting:
    """A setting as stories use them: most with one place, a fox and a walk, a third with company, and every sixth in a
    change of place. `shares` says how often each of `PLACES` comes; without, all come alike."""
    place, other = (PLACES[i] for i in rng.choice(len(PLACES), 2, replace=False, p=shares))
    studio = place == "studio"
    twilight = rng.random() < 0.35  # the hours in which the light changes fast
    posture = rng.choice(["up", "sit", "run", "sleep", "between"], p=[0.45, 0.18, 0.17, 0.12, 0.08])
    sit, run, sleep = (float(posture == name) for name in ("sit", "run", "sleep"))
    if posture == "between":
        sit, run, sleep = ((float(rng.random()) if rng.random() < 0.5 else 0.0) for _ in range(3))
    return Setting(
        place=place,
        other=other,
        presence=float(rng.uniform(0.5, 1)) if rng.random() < 0.17 else 1.0,
        pan=float(rng.random()),
        layout=tuple(float(turn) for turn in rng.random(5)) if rng.random() < 0.85 else (0.0,) * 5,
        season=float(rng.integers(4) / 4) if rng.random() < 0.5 else float(rng.random()),
        hour=float(rng.choice([6.2, 18.6]) + rng.normal(0, 0.9)) % 24 if twilight else float(rng.uniform(0, 24)),
        haze=float(rng.random()),
        clouds=float(rng.random()),
        fox=_strength(rng, 0.85, 0.13) if studio else 1 - _strength(rng, 0.86, 0.08),
        fox_x=float(rng.uniform(-0.05, 1.05)),
        face=float(rng.choice([-1, 1])) if rng.random() < 0.8 else float(rng.uniform(-1, 1)),
        walk=float(rng.random()),
        gait=float(rng.choice([0, 1])) if rng.random() < 0.6 else float(rng.random()),
        sit=sit,
        run=run,
        sleep=sleep,
        mouth=_strength(rng, 0.45, 0.25),
        lantern=_strength(rng, 0.3, 0.2),
        who=str(rng.choice(OTHERS)),
        company=_strength(rng, 0.92, 0.07) if studio else _strength(rng, 0.62, 0.34),
        other_x=float(rng.uniform(-0.03, 1.03)),
        other_face=float(rng.choice([-1, 1])) if rng.random() < 0.85 else float(rng.uniform(-1, 1)),
        other_gait=_strength(rng, 0.5, 0.35),
        scarf=0.0 if rng.random() < 0.4 else float(rng.random()),
        coat=0.6 if rng.random() < 0.4 else float(rng.random()),
        turn=float(rng.random()),
        body=float(rng.random()),
        glass=float(rng.random()),
        finish=float(rng.random()),
        backdrop=_BACKDROPS[rng.integers(3)],
    )


Box = tuple[int, int, int, int]


def _box(
    x: float, y: float, sides: tuple[float, ...], face: float, size: tuple[int, int], least: int = 8
) -> Box | None:
    width, height = size
    left, bottom, right, top = sides
    if face < 0:
        left, right = -right, -left
    box = (
        max(0, round((x + left) * height)), max(0, round((y - top) * height)),
        min(width, round((x + right) * height)), min(height, round((y - bottom) * height)),
    )  # fmt: skip
    return box if box[2] - box[0] > least else None


def fox_box(setting: Setting, size: tuple[int, int]) -> Box | None:
    """The fox's box in pixels (left, top, right, bottom), cut to the picture; None when it is not there."""
    if setting.fox <= 0.05:
        return None
    return _box(setting.fox_x * ASPECT, FOX_Y, tuple(v * FOX_BODY for v in FOX_BOX), setting.face, size)


def other_box(setting: Setting, size: tuple[int, int]) -> Box | None:
    """The same of who stands beside the fox."""
    if setting.company <= 0.05:
        return None
    return _box(setting.other_x * ASPECT, FOX_Y, OTHER_BOX, setting.other_face, size)


def product_box(setting: Setting, size: tuple[int, int]) -> Box | None:
    """The same of the lantern in the studio."""
    if on_table(setting.place, setting.presence) <= 0.05:
        return None
    return _box(*PRODUCT_AT, PRODUCT_BOX, 1.0, size)


@dataclass
class Batch:
    """Settings with pictures of their stage `(B, 3, H, W)` uint8 and open sky `(B, 1, 72, 128)` uint8."""

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
        settings = [sample(rng, SHARES) for _ in range(self.size)]
        pictures = np.stack([self._painter.paint(s, self.pixels, stage=True) for s in settings])
        sky = np.stack([self._painter.sky_mask(s, GRID) for s in settings])
        return Batch(settings, torch.from_numpy(pictures).permute(0, 3, 1, 2), torch.from_numpy(sky)[:, None])
