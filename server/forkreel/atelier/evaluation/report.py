"""All figures of a house model, as a table of what was asked for and what was found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from math import isfinite
from pathlib import Path

import numpy as np

from forkreel.atelier.evaluation.axes import Obedience, obedience
from forkreel.atelier.evaluation.continuity import Sameness, after_a_restart, after_a_walk, character
from forkreel.atelier.evaluation.fidelity import LARGE, SIZE, Figures, Spread, fidelity
from forkreel.atelier.evaluation.prompts import KINDS, Understanding, understanding
from forkreel.atelier.evaluation.smoothness import smoothness
from forkreel.model.house.house import HouseModel

GENERATED = "not measured: a seed puts a world together of layers that were learned; none is made up"


@dataclass(frozen=True)
class Counts:
    """How much is painted for a report."""

    settings: int = 500
    learned: int = 320
    asked: int = 60
    axes: tuple[str, ...] = ()  # none: all
    walk: int = 10_000
    scenes: int = 20
    move_s: float = 4.0


QUICK = Counts(settings=40, learned=120, asked=20, walk=100, scenes=5, move_s=1.0)


@dataclass(frozen=True)
class Row:
    """One line of the table: a figure, and the `least` or `most` that it should be; a figure within both is met."""

    measure: str
    value: float
    least: float = -np.inf
    most: float = np.inf
    unit: str = ""

    @property
    def met(self) -> bool:
        """Whether the figure is as asked."""
        return bool(self.least <= self.value <= self.most)

    def line(self) -> str:
        """The row as text."""
        low, high = isfinite(self.least), isfinite(self.most)
        if low and high:
            bounds = f"{self.least:g} to {self.most:g}"
        else:
            bounds = f"at least {self.least:g}" if low else f"at most {self.most:g}"
        return f"  {'met ' if self.met else 'NOT '} {self.measure:<66} {self.value:8.3f} {self.unit:<3} {bounds}"

    def as_json(self) -> dict[str, object]:
        """The row as plain values; a bound that is not there is null."""
        values = {"value": self.value, "least": self.least, "most": self.most}
        known = {name: value if isfinite(value) else None for name, value in values.items()}
        return {"measure": self.measure, "unit": self.unit, **known, "met": self.met}


@dataclass(frozen=True)
class Report:
    """Everything that `forkreel train --evaluate` tells."""

    counts: Counts
    fidelity: Figures
    axes: Obedience
    prompts: Understanding
    same_after_a_walk: bool
    same_after_a_restart: bool
    character: Sameness
    smoothness: dict[str, float] = field(default_factory=dict)
    smoothness_of_truth: dict[str, float] = field(default_factory=dict)

    def rows(self) -> list[Row]:
        """The table."""
        f, same = self.fidelity, self.character
        rows = [
            Row("PSNR against the painter at 512x288, whole picture, median", f.psnr_db[0], 36, unit="dB"),
            Row("PSNR against the painter at 512x288, the character's box, median", f.fox_psnr_db[0], 31, unit="dB"),
        ]
        for width, height in (SIZE, LARGE):
            size = f"{width}x{height}"
            rows.append(Row(f"HaarPSI against the painter at {size}, median", f.haarpsi[size][0], 0.9))
            rows.append(Row(f"edge energy, generated : true, at {size}, median", f.edges[size][0], 0.9, 1.1))
        for axis, correlation in self.axes.model.items():
            rows.append(Row(f"axis {axis}: rank correlation of asked and read", correlation, 0.95))
        for kind in KINDS:
            rows.append(Row(f"paraphrases understood: {kind}", 100 * self.prompts.share[kind], 90, unit="%"))
        hue = f"a character across {len(same.hue_off)} scenes: coat's hue, largest difference"
        shape = f"a character across {len(same.overlap)} scenes: silhouette IoU, median"
        return [
            *rows,
            Row(f"bit-exact after a walk of {self.counts.walk} frames elsewhere", float(self.same_after_a_walk), 1),
            Row("bit-exact after a restart", float(self.same_after_a_restart), 1),
            Row(hue, max(same.hue_off), most=6, unit="°"),
            Row(shape, float(np.median(same.overlap)), 0.85),
            Row("smoothness: largest GMSD over median, worst of the moves", max(self.smoothness.values()), most=2.5),
        ]

    def lines(self) -> list[str]:
        """The report as text."""

        def spread(values: Spread, unit: str) -> str:
            return f"median {values[0]:.2f} {unit} (p10 {values[1]:.2f}, p90 {values[2]:.2f})"

        f, same, truth = self.fidelity, self.character, self.smoothness_of_truth
        return [
            "asked for and found:",
            *(row.line() for row in self.rows()),
            f"  generated places against true ones: {GENERATED}",
            f"against the painter, {f.settings} held-out settings at {SIZE[0]}x{SIZE[1]}:",
            f"  whole picture  {spread(f.psnr_db, 'dB')}",
            f"  the fox's box  {spread(f.fox_psnr_db, 'dB')}",
            f"  others' boxes  {spread(f.other_psnr_db, 'dB')}",
            f"  the turntable  {spread(f.product_psnr_db, 'dB')}",
            "  by place       " + ", ".join(f"{place} {value:.1f}" for place, value in f.places_db.items()),
            f"  sun off by     {spread(f.sun_px, 'px')} in {f.suns} pictures",
            f"  moon off by    {spread(f.moon_px, 'px')} in {f.moons} pictures",
            "axes read off the painter's own pictures, which is what the reading allows: "
            + ", ".join(f"{axis} {value:.3f}" for axis, value in self.axes.painter.items() if value is not None),
            "paraphrases understood: "
            + ", ".join(f"{kind} {self.prompts.share[kind]:.0%} of {self.prompts.wishes[kind]}" for kind in KINDS),
            *(f"  not understood ({kind}): {text}" for kind in KINDS for text in self.prompts.missed[kind]),
            "the character, scene by scene (coat's hue off, silhouette IoU, the same of the painter's own picture):",
            "  " + ", ".join(
                f"{h:.1f}° {o:.2f} {a:.2f}" for h, o, a in zip(same.hue_off, same.overlap, same.allowed, strict=True)
            ),
            f"smoothness of moves of {self.counts.move_s:g} s, and of the painter's own: "
            + ", ".join(f"{name} {value:.2f} ({truth[name]:.2f})" for name, value in self.smoothness.items()),
        ]  # fmt: skip

    def as_json(self) -> dict[str, object]:
        """The report as plain values."""
        return {**_finite(asdict(self)), "generated_places": GENERATED, "table": [row.as_json() for row in self.rows()]}


def _finite(values: dict[str, object]) -> dict[str, object]:
    """The same with null for what was not seen: JSON has no NaN."""

    def clean(value: object) -> object:
        if isinstance(value, dict):
            return {name: clean(one) for name, one in value.items()}
        if isinstance(value, (list, tuple)):
            return [clean(one) for one in value]
        return None if isinstance(value, float) and not isfinite(value) else value

    return {name: clean(value) for name, value in values.items()}


def evaluate(
    model: HouseModel, folder: Path | None, counts: Counts = Counts(), say: Callable[[str], None] = lambda _: None
) -> Report:
    """Measures a model that was opened from `folder` (None: the one in the package)."""
    same_after_a_restart = after_a_restart(model, folder)
    axes = obedience(model, say, counts.learned, counts.asked, counts.axes)
    prompts = understanding(model)
    found = fidelity(model, counts.settings, say)
    sameness = character(model, counts.scenes)
    moves, true_moves = smoothness(model, say, counts.move_s)
    same_after_a_walk = after_a_walk(model, counts.walk, say)
    return Report(counts, found, axes, prompts, same_after_a_walk, same_after_a_restart, sameness, moves, true_moves)
