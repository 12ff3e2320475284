"""How well the house model paints what the painter would: figures on held-out settings, and sheets to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from forkreel.atelier.data import fox_box, other_box, product_box, sample
from forkreel.atelier.painter import Painter
from forkreel.model.house.geometry import ASPECT, OTHERS, PLACES, moon_at, sun_at
from forkreel.model.house.house import HouseModel
from forkreel.model.house.setting import Setting

_HOURS = (
    (7.2, 22.5), (18.4, 10.0), (20.0, 16.8), (6.6, 13.0), (17.6, 0.5), (19.2, 9.0), (18.3, 8.5), (17.2, 21.5),
    (7.0, 22.0), (12.0, 20.0),
)  # fmt: skip
HELD_OUT = 990_001  # a seed that training never draws from
SIZE = (512, 288)

Picture = NDArray[np.uint8]
Spread = tuple[float, float, float]


@dataclass(frozen=True)
class Figures:
    """PSNR in dB, medians with the 10th and 90th percentile, of the whole picture and in the boxes of the fox, of who
    stands beside it and of the studio's lantern; `places_db` are medians of pictures of one place.

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

    def lines(self) -> list[str]:
        """The figures as text."""

        def spread(values: Spread, unit: str) -> str:
            return f"median {values[0]:.2f} {unit} (p10 {values[1]:.2f}, p90 {values[2]:.2f})"

        return [
            f"against the painter, {self.settings} held-out settings at {SIZE[0]}x{SIZE[1]}:",
            f"  whole picture  {spread(self.psnr_db, 'dB')}",
            f"  the fox's box  {spread(self.fox_psnr_db, 'dB')}",
            f"  others' boxes  {spread(self.other_psnr_db, 'dB')}",
            f"  the turntable  {spread(self.product_psnr_db, 'dB')}",
            "  by place       " + ", ".join(f"{place} {value:.1f}" for place, value in self.places_db.items()),
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


def _three(values: Sequence[float]) -> Spread:
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
    boxes: dict[str, list[float]] = {"fox": [], "other": [], "product": []}
    places: dict[str, list[float]] = {place: [] for place in PLACES}
    off: dict[str, list[float]] = {"sun": [], "moon": []}
    for n in range(count):
        setting = sample(rng)
        truth, painted = painter.paint(setting, SIZE), model.paint_settings([setting], SIZE)[0]
        whole.append(psnr(truth, painted))
        if setting.presence == 1:
            places[setting.place].append(whole[-1])
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
        if (n + 1) % 50 == 0:
            say(f"{n + 1} of {count}")
    return Figures(
        count, _three(whole), _three(boxes["fox"]), _three(boxes["other"]), _three(boxes["product"]),
        {place: _three(values)[0] for place, values in places.items() if values},
        _three(off["sun"]), _three(off["moon"]), len(off["sun"]), len(off["moon"]),
    )  # fmt: skip


def sheet(model: HouseModel, path: Path, size: tuple[int, int] = (512, 288)) -> None:
    """A contact sheet: for each place two pairs of truth (left) and painted (right), then pairs of poses, company and
    the turntable, then painted alone a change of place, a pan, a day."""
    painter, rng = Painter(), np.random.default_rng(HELD_OUT + 1)
    rows: list[Picture] = []

    def pairs(*settings: Setting) -> None:
        both = [(painter.paint(s, size), model.paint_settings([s], size)[0]) for s in settings]
        rows.append(np.hstack([picture for pair in both for picture in pair]))

    def strip(settings: Iterable[Setting]) -> None:
        rows.append(np.hstack([model.paint_settings([setting], size)[0] for setting in settings]))

    base = Setting(place="lake", other="village", hour=18.9, haze=0.25, fox_x=0.4, lantern=0.9, pan=0.5)
    for place, hours in zip(PLACES, _HOURS, strict=True):
        pairs(*(
            replace(
                sample(rng), place=place, presence=1.0, hour=hour, fox=float(place != "studio"), company=0.0,
                haze=0.2 + 0.15 * k, fox_x=0.35 + 0.3 * k,
            )
            for k, hour in enumerate(hours)
        ))  # fmt: skip
    meadow = replace(base, place="meadow", hour=10.0, lantern=0.0)
    pairs(replace(meadow, run=1.0, walk=0.1), replace(base, place="forest", hour=22.0, sleep=1.0))
    pairs(replace(meadow, mouth=1.0), replace(base, place="village", hour=20.5, sit=1.0, mouth=0.7))
    beside = replace(base, company=1.0, other_x=0.64)
    pairs(
        replace(beside, hour=21.0, who=OTHERS[0]), replace(beside, place="harbour", hour=9.0, who=OTHERS[1], scarf=0.0)
    )
    pairs(
        replace(beside, place="pass", hour=16.0, who=OTHERS[1], scarf=0.32, coat=0.05, other_gait=1.0, walk=0.2),
        replace(beside, place="meadow", hour=19.0, who=OTHERS[2]),
    )
    table = replace(base, place="studio", fox=0.0, hour=11.0, finish=0.9)
    pairs(
        replace(table, turn=0.1), replace(table, turn=0.55, body=0.66, glass=0.3, backdrop=(0.0, 1.0, 0.0), lantern=0.0)
    )
    strip(replace(table, turn=0.05 + 0.25 * k, hour=21.0, backdrop=(0.0, 0.0, 1.0), finish=k / 3) for k in range(4))
    strip(replace(base, gait=1.0, presence=p) for p in (1.0, 0.85, 0.7, 0.55))
    strip(replace(base, gait=1.0, place="desert", hour=7.5, pan=0.1 + 0.04 * k, walk=k / 4) for k in range(4))
    strip(replace(base, place="harbour", hour=h, lantern=0.0, sit=1.0) for h in (5.5, 12.0, 18.5, 23.0))
    Image.fromarray(np.vstack(rows)).save(path)
