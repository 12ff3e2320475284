"""How near the model's pictures are to the painter's, given the same settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from forkreel.atelier.data import fox_box, other_box, product_box, sample
from forkreel.atelier.evaluation.likeness import Picture, edge_energy, haarpsi, psnr
from forkreel.atelier.painter import Painter
from forkreel.model.house.geometry import ASPECT, PLACES, moon_at, sun_at
from forkreel.model.house.house import HouseModel

HELD_OUT = 990_001  # a seed that training never draws from
SIZE, LARGE = (512, 288), (1024, 576)

Spread = tuple[float, float, float]
"""A median with the 10th and the 90th percentile; three NaN of nothing."""


@dataclass(frozen=True)
class Figures:
    """PSNR in dB of the whole picture and in the boxes of the fox, of who stands beside it and of the studio's lantern;
    `places_db` are medians of pictures of one place. HaarPSI and edge energy, generated : true, are by size.

    Sun and moon: how far they are from where they belong, in pixels of 512x288, over the settings in which the painter
    shows them against open sky.
    """

    settings: int
    psnr_db: Spread
    fox_psnr_db: Spread
    other_psnr_db: Spread
    product_psnr_db: Spread
    places_db: dict[str, float]
    sun_px: Spread
    moon_px: Spread
    suns: int
    moons: int
    haarpsi: dict[str, Spread]
    edges: dict[str, Spread]

    @property
    def character_psnr_db(self) -> float:
        """The median in the box of the character: of the fox, who is in most pictures."""
        return self.fox_psnr_db[0]


def spread(values: Sequence[float]) -> Spread:
    """Median, 10th and 90th percentile."""
    if not values:
        return (float("nan"),) * 3
    low, median, high = np.percentile(values, [10, 50, 90])
    return (float(median), float(low), float(high))


def disc_at(picture: Picture, x: float, y: float) -> tuple[float, float] | None:
    """The middle of the brightest disc near (x, y) (picture heights), in pixels; None where nothing stands out."""
    height, width, _ = picture.shape
    reach = round(0.11 * height)
    cx, cy = round(x * height), round(y * height)
    left, top = max(0, cx - reach), max(0, cy - reach)
    patch = picture[top : cy + reach, left : min(width, cx + reach)].astype(np.float64).mean(2)
    if patch.size == 0 or patch.max() - np.median(patch) < 12:
        return None
    bright = patch > (patch.max() + np.median(patch)) / 2
    ys, xs = np.nonzero(bright)
    return (left + float(xs.mean()), top + float(ys.mean()))


def fidelity(model: HouseModel, count: int, say: Callable[[str], None]) -> Figures:
    """Paints `count` held-out settings with both and compares, every fifth at 1024x576 too; stars, which the painter
    leaves to the model, are off."""
    painter, rng = Painter(), np.random.default_rng(HELD_OUT)
    boxes: dict[str, list[float]] = {"whole": [], "fox": [], "other": [], "product": []}
    places: dict[str, list[float]] = {place: [] for place in PLACES}
    off: dict[str, list[float]] = {"sun": [], "moon": []}
    haar: dict[tuple[int, int], list[float]] = {SIZE: [], LARGE: []}
    edges: dict[tuple[int, int], list[float]] = {SIZE: [], LARGE: []}
    for n in range(count):
        setting = sample(rng)
        truth, painted = painter.paint(setting, SIZE), model.paint_settings([setting], SIZE)[0]
        boxes["whole"].append(psnr(truth, painted))
        if setting.presence == 1:
            places[setting.place].append(boxes["whole"][-1])
        for name, box in (
            ("fox", fox_box(setting, SIZE) if setting.fox > 0.5 else None),
            ("other", other_box(setting, SIZE) if setting.company > 0.5 else None),
            ("product", product_box(setting, SIZE) if setting.presence == 1 else None),
        ):
            if box is not None:
                cut = (slice(box[1], box[3]), slice(box[0], box[2]))
                boxes[name].append(psnr(truth[cut], painted[cut]))
        sky = painter.sky_mask(setting, (128, 72))
        for name, (x, y) in (("sun", sun_at(setting.hour)), ("moon", moon_at(setting.hour))):
            row, column = int(y * 72), int(x / ASPECT * 128)
            if not (4 <= row < 68 and 4 <= column < 124) or sky[row - 3 : row + 4, column - 3 : column + 4].min() < 255:
                continue
            where, found = disc_at(truth, x, y), disc_at(painted, x, y)
            if where is not None:
                off[name].append(99.0 if found is None else float(np.hypot(where[0] - found[0], where[1] - found[1])))
        for size in (SIZE, LARGE) if n % 5 == 0 else (SIZE,):
            if size == LARGE:
                truth, painted = painter.paint(setting, size), model.paint_settings([setting], size)[0]
            haar[size].append(haarpsi(truth, painted))
            edges[size].append(edge_energy(painted) / max(edge_energy(truth), 1e-6))
        if (n + 1) % 50 == 0:
            say(f"against the painter: {n + 1} of {count}")
    by_place = {place: spread(values)[0] for place, values in places.items() if values}
    return Figures(
        count, spread(boxes["whole"]), spread(boxes["fox"]), spread(boxes["other"]), spread(boxes["product"]), by_place,
        spread(off["sun"]), spread(off["moon"]), len(off["sun"]), len(off["moon"]), _by_size(haar), _by_size(edges),
    )  # fmt: skip


def _by_size(values: dict[tuple[int, int], list[float]]) -> dict[str, Spread]:
    return {f"{width}x{height}": spread(found) for (width, height), found in values.items()}
