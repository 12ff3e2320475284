"""How well the house model paints what the painter would: figures on held-out settings, and sheets to look at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from forkreel.atelier.data import fox_box, sample
from forkreel.atelier.painter import Painter
from forkreel.model.house.geometry import ASPECT, PLACES, moon_at, sun_at
from forkreel.model.house.house import HouseModel
from forkreel.model.house.setting import Setting

HELD_OUT = 990_001  # a seed that training never draws from
SIZE = (512, 288)

Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Figures:
    """PSNR in dB, medians with the 10th and 90th percentile; sun and moon: how far they are from where they belong, in
    pixels of 512x288, over the settings in which the painter shows them against open sky."""

    settings: int
    psnr_db: tuple[float, float, float]
    fox_psnr_db: tuple[float, float, float]
    sun_px: tuple[float, float, float]
    moon_px: tuple[float, float, float]
    suns: int
    moons: int

    def lines(self) -> list[str]:
        """The figures as text."""

        def spread(values: tuple[float, float, float], unit: str) -> str:
            return f"median {values[0]:.2f} {unit} (p10 {values[1]:.2f}, p90 {values[2]:.2f})"

        return [
            f"against the painter, {self.settings} held-out settings at {SIZE[0]}x{SIZE[1]}:",
            f"  whole picture  {spread(self.psnr_db, 'dB')}",
            f"  the fox's box  {spread(self.fox_psnr_db, 'dB')}",
            f"  sun off by     {spread(self.sun_px, 'px')} in {self.suns} pictures",
            f"  moon off by    {spread(self.moon_px, 'px')} in {self.moons} pictures",
        ]

    def as_json(self) -> dict[str, object]:
        """The figures as plain values."""
        return asdict(self)


def psnr(a: Picture, b: Picture) -> float:
    """Peak signal to noise ratio of two uint8 pictures, in dB; 99 when they are equal."""
    error = float(np.mean((a.astype(np.float64) - b.astype(np.float64)) ** 2))
    return 99.0 if error == 0 else 10 * np.log10(255**2 / error)


def _three(values: Sequence[float]) -> tuple[float, float, float]:
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


def evaluate(model: HouseModel, count: int = 200, say: Callable[[str], None] = lambda _: None) -> Figures:
    """Paints `count` held-out settings with both and compares; stars, which the painter leaves to the model, are
    off."""
    painter, rng = Painter(), np.random.default_rng(HELD_OUT)
    whole: list[float] = []
    boxes: list[float] = []
    off: dict[str, list[float]] = {"sun": [], "moon": []}
    for n in range(count):
        setting = sample(rng)
        truth, painted = painter.paint(setting, SIZE), model.paint_settings([setting], SIZE)[0]
        whole.append(psnr(truth, painted))
        if (box := fox_box(setting, SIZE)) is not None and setting.fox > 0.5:
            cut = (slice(box[1], box[3]), slice(box[0], box[2]))
            boxes.append(psnr(truth[cut], painted[cut]))
        sky = painter.sky_mask(setting, (128, 72))
        for name, (x, y) in (("sun", sun_at(setting.hour)), ("moon", moon_at(setting.hour))):
            row, column = int(y * 72), int(x / ASPECT * 128)
            if not (4 <= row < 68 and 4 <= column < 124) or sky[row - 3 : row + 4, column - 3 : column + 4].min() < 255:
                continue
            where, found = disc_at(truth, x, y), disc_at(painted, x, y)
            if where is not None:
                off[name].append(99.0 if found is None else float(np.hypot(where[0] - found[0], where[1] - found[1])))
        if (n + 1) % 50 == 0:
            say(f"{n + 1} of {count}")
    return Figures(
        count, _three(whole), _three(boxes), _three(off["sun"]), _three(off["moon"]), len(off["sun"]), len(off["moon"])
    )


def sheet(model: HouseModel, path: Path, size: tuple[int, int] = (512, 288)) -> None:
    """A contact sheet: for each place a pair of truth (left) and painted (right), then a change of place, a pan, a
    day, a walk."""
    painter, rng = Painter(), np.random.default_rng(HELD_OUT + 1)
    rows: list[Picture] = []

    def both(setting: Setting) -> Picture:
        return np.hstack([painter.paint(setting, size), model.paint_settings([setting], size)[0]])

    for place, hours in zip(
        PLACES, ((7.2, 22.5), (18.4, 10.0), (20.0, 16.8), (6.6, 13.0), (17.6, 0.5), (19.2, 9.0)), strict=True
    ):
        pair = [
            replace(
                sample(rng), place=place, presence=1.0, hour=hour, fox=1.0, haze=0.2 + 0.15 * k, fox_x=0.35 + 0.3 * k
            )
            for k, hour in enumerate(hours)
        ]
        rows.append(np.hstack([both(setting) for setting in pair]))
    walk = Setting(place="lake", other="village", hour=18.9, haze=0.25, fox_x=0.4, gait=1.0, lantern=0.9, pan=0.5)
    rows.append(_strip(model, [replace(walk, presence=p) for p in (1.0, 0.85, 0.7, 0.55)], size))
    rows.append(
        _strip(model, [replace(walk, place="forest", hour=7.5, pan=0.1 + 0.04 * k, walk=k / 4) for k in range(4)], size)
    )
    rows.append(
        _strip(
            model, [replace(walk, place="harbour", hour=h, lantern=0.0, sit=1.0) for h in (5.5, 12.0, 18.5, 23.0)], size
        )
    )
    Image.fromarray(np.vstack(rows)).save(path)


def _strip(model: HouseModel, settings: Sequence[Setting], size: tuple[int, int]) -> Picture:
    return np.hstack([model.paint_settings([setting], size)[0] for setting in settings])
