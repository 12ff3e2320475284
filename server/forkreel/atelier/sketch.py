"""Layers of cut paper, and the sketch in which one is drawn from a seed."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import skia

from forkreel.atelier import rocks, shapes
from forkreel.atelier.palette import Colour, rgb
from forkreel.atelier.seasons import Growth, growth_of_land
from forkreel.model.house.geometry import CIRCUMFERENCE

_GROWTHS: dict[shapes.Stamp, Growth] = {
    shapes.oak: "leaf", shapes.poplar: "leaf", shapes.bush: "leaf", shapes.spruce: "needle", shapes.reeds: "grass",
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """Paths of one material. `kind`: "paper" is shaded by distance, "window" glows in the dark, "crystal" always does,
    "water" mirrors, "sweep" has the colour of the studio's backdrop. `growth` says how the year changes it: see
    `seasons`; nothing changes where it is empty."""

    path: skia.Path
    material: Colour
    kind: str = "paper"
    growth: Growth = ""


@dataclass(frozen=True)
class Layer:
    """One depth: its parts back to front, the heights between which its haze gathers, and its share of the air that
    lies before a depth out of doors."""

    parts: tuple[Part, ...]
    top: float
    base: float
    air: float = 1.0


@dataclass
class Sketch:
    """A layer while it is being drawn."""

    depth: int
    rng: np.random.Generator
    parts: list[Part] = field(default_factory=list)

    @property
    def c(self) -> float:
        """How long its world is, in picture heights."""
        return CIRCUMFERENCE[self.depth]

    def land(self, heights: shapes.Heights, material: str) -> shapes.Heights:
        """Everything below a skyline."""
        path = skia.Path()
        shapes.ground(path, heights, self.c)
        self.parts.append(Part(path, rgb(material), growth=growth_of_land(rgb(material))))
        return heights

    def grow(
        self,
        stamp: shapes.Stamp,
        on: shapes.Heights,
        count: int,
        size: tuple[float, float],
        clumps: int,
        material: str,
        keep_off: tuple[tuple[float, float], ...] = (),
        sunk: float = 0.012,
    ) -> None:
        """Stamps in groups along a skyline: see `shapes.scatter`."""
        path = skia.Path()
        shapes.scatter(path, self.rng, stamp, on, self.c, count, size, clumps, sunk, keep_off)
        self.parts.append(Part(path, rgb(material), growth=_GROWTHS.get(stamp, "")))

    def houses(self, on: shapes.Heights, spots: list[tuple[float, float, bool]], wall: str, roof: str) -> None:
        """Houses, each (x, height, whether it is a tower), with their windows."""
        walls, roofs, windows = skia.Path(), skia.Path(), skia.Path()
        house = shapes.House(walls, roofs, windows)
        for x, h, tower in spots:
            house.add(self.rng, x, shapes.height_at(on, self.c, x) + 0.015, h, tower)
        self.parts += [
            Part(walls, rgb(wall)),
            Part(roofs, rgb(roof), growth="roof"),
            Part(windows, rgb("#ffcf7a"), "window"),
        ]

    def ceiling(self, heights: shapes.Heights, material: str) -> None:
        """Everything above a line."""
        path = skia.Path()
        shapes.ground(path, heights, self.c, bottom=-0.2)
        self.parts.append(Part(path, rgb(material)))

    def columns(self, spots: tuple[tuple[float, float], ...], material: str) -> None:
        """Pillars from floor to ceiling, each (x, width)."""
        path = skia.Path()
        for x, width in spots:
            rocks.column(path, self.rng, x, width)
        self.parts.append(Part(path, rgb(material)))

    def wall(self, mouths: tuple[tuple[float, float, float, float], ...], material: str) -> None:
        """Rock over everything but its mouths, each (middle, foot, width, height)."""
        body, holes = skia.Path(), skia.Path()
        body.addRect(skia.Rect.MakeLTRB(-0.002, -0.2, self.c + 0.002, 1.1))
        for x, foot, width, height in mouths:
            rocks.mouth(holes, self.rng, x, foot, width, height)
        self.parts.append(Part(skia.Op(body, holes, skia.PathOp.kDifference_PathOp), rgb(material)))

    def layer(self, top: float, base: float, air: float = 1.0) -> Layer:
        """What has been drawn, as a layer."""
        return Layer(tuple(self.parts), top, base, air)


def snow(sketch: Sketch, heights: shapes.Heights, line: float) -> None:
    """Snow on everything above a ragged line."""
    body, cap = skia.Path(), skia.Path()
    shapes.ground(body, heights, sketch.c)
    cap.moveTo(-0.1, -0.1)
    x = -0.1
    while x < sketch.c + 0.1:
        cap.lineTo(x, line + sketch.rng.uniform(-0.03, 0.035))
        x += sketch.rng.uniform(0.03, 0.07)
    cap.lineTo(sketch.c + 0.1, -0.1)
    cap.close()
    sketch.parts.append(Part(skia.Op(body, cap, skia.PathOp.kIntersect_PathOp), rgb("#eef2f4")))


def ground(rng: np.random.Generator, earth: str, path_colour: str, tuft: str, flat: bool = False) -> Layer:
    """The ground that the fox walks on, with a trail and tufts."""
    s = Sketch(5, rng)
    line = s.land(shapes.hills(rng, s.c, 0.785, 0.785 if flat else 0.768, 3, 0.05), earth)
    trail = skia.Path()
    xs = np.linspace(0, s.c, 97)
    upper = 0.806 + 0.006 * np.sin(2 * np.pi * 3 * xs / s.c)
    lower = 0.848 + 0.010 * np.sin(2 * np.pi * 2 * xs / s.c + 1)
    edge = [*zip(xs, upper, strict=True), *zip(xs[::-1], lower[::-1], strict=True)]
    trail.addPoly([skia.Point(float(x), float(y)) for x, y in edge], True)
    s.parts.append(Part(trail, rgb(path_colour), growth="" if flat else "way"))
    if not flat:
        s.grow(shapes.reeds, line, 26, (0.015, 0.035), 9, tuft)
    s.grow(
        shapes.reeds if not flat else shapes.bush,
        np.full(720, 1.03),
        40,
        (0.05, 0.13) if not flat else (0.02, 0.05),
        9,
        tuft,
    )
    return s.layer(0.77, 1.0)
