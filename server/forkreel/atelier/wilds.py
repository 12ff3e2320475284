"""The wilder places, desert, cave and pass, and the studio: six layers each, as `places` wants them."""

from __future__ import annotations

import numpy as np
import skia

from forkreel.atelier import rocks, shapes
from forkreel.atelier.palette import rgb
from forkreel.atelier.sketch import Layer, Part, Sketch, ground, snow

CRYSTALS = ("#7fe3e0", "#b79bff", "#ffa8d8")


def desert(rng: np.random.Generator) -> tuple[Layer, ...]:
    """Mesas far off, dunes with a lit and a shaded side, a camp under palms, saguaros near the way."""
    layers = []
    s = Sketch(0, rng)
    s.land(rocks.mesas(rng, s.c, 0.60, 0.34, 5), "#b98673")
    layers.append(s.layer(0.34, 0.62))
    s = Sketch(1, rng)
    s.land(rocks.mesas(rng, s.c, 0.64, 0.43, 4), "#bf7350")
    layers.append(s.layer(0.42, 0.66))
    s = Sketch(2, rng)
    _dunes(s, 0.69, 0.585, 4, "#dfa869", "#bd7f50")
    layers.append(s.layer(0.56, 0.72))
    s = Sketch(3, rng)
    line = _dunes(s, 0.76, 0.655, 4, "#d7955a", "#ac6a44")
    s.grow(shapes.palm, line, 11, (0.11, 0.19), 2, "#5c6a3e")
    tents, mouths = skia.Path(), skia.Path()
    for x, h in ((0.62, 0.085), (0.79, 0.065), (2.9, 0.09)):
        shapes.tent(tents, mouths, x, shapes.height_at(line, s.c, x) + 0.02, h)
    s.parts += [Part(tents, rgb("#e9d3ac")), Part(mouths, rgb("#ffcf7a"), "window")]
    layers.append(s.layer(0.55, 0.80))
    s = Sketch(4, rng)
    line = _dunes(s, 0.80, 0.750, 4, "#c88a52", "#9c6240")
    s.grow(shapes.saguaro, line, 7, (0.26, 0.44), 4, "#4c5f40")
    s.grow(shapes.bush, line, 10, (0.018, 0.035), 5, "#87793f")
    layers.append(s.layer(0.4, 0.82))
    return (*layers, ground(rng, "#c08650", "#e0b982", "#8a7440"))


def cave(rng: np.random.Generator) -> tuple[Layer, ...]:
    """Rock that opens here and there on hills and sky; stalactites before it, and crystals that glow by themselves."""
    layers = []
    s = Sketch(0, rng)
    line = s.land(shapes.hills(rng, s.c, 0.60, 0.47, 3), "#6f93a0")
    s.grow(shapes.spruce, line, 20, (0.03, 0.06), 4, "#58808a")
    layers.append(s.layer(0.44, 0.62))
    s = Sketch(1, rng)
    s.wall(((0.62, 0.66, 0.62, 0.50), (1.42, 0.68, 0.30, 0.30), (2.12, 0.67, 0.44, 0.40)), "#585070")
    layers.append(s.layer(0.0, 0.80, 0.34))
    s = Sketch(2, rng)
    s.ceiling(rocks.icicles(rng, s.c, 0.055, 0.20, 26), "#453d5e")
    line = s.land(shapes.hills(rng, s.c, 0.73, 0.66, 4), "#453d5e")
    s.columns(((0.05, 0.10), (1.10, 0.075), (1.72, 0.085), (2.55, 0.07)), "#453d5e")
    s.grow(rocks.stalagmite, line, 14, (0.05, 0.13), 5, "#453d5e")
    _crystals(s, line, ((0.30, 0.055, 0), (0.38, 0.04, 0), (1.30, 0.06, 1), (2.30, 0.055, 2), (2.38, 0.04, 2)))
    layers.append(s.layer(0.0, 0.78, 0.5))
    s = Sketch(3, rng)
    s.ceiling(rocks.icicles(rng, s.c, 0.02, 0.17, 20), "#352d4c")
    line = s.land(shapes.hills(rng, s.c, 0.765, 0.70, 4), "#352d4c")
    s.grow(rocks.stalagmite, line, 13, (0.07, 0.19), 4, "#352d4c")
    _crystals(s, line, ((0.75, 0.09, 1), (0.84, 0.06, 1), (1.95, 0.085, 0), (2.06, 0.055, 0), (3.1, 0.09, 2)))
    layers.append(s.layer(0.0, 0.80, 0.34))
    s = Sketch(4, rng)
    s.ceiling(rocks.icicles(rng, s.c, -0.02, 0.22, 17), "#251e38")
    line = s.land(shapes.hills(rng, s.c, 0.80, 0.745, 4, 0.2), "#251e38")
    s.columns(((1.52, 0.13), (3.95, 0.11)), "#251e38")
    s.grow(rocks.stalagmite, line, 8, (0.10, 0.24), 4, "#251e38")
    _crystals(s, line, ((0.55, 0.13, 0), (0.68, 0.085, 0), (2.6, 0.12, 2), (4.5, 0.13, 1), (4.62, 0.08, 1)))
    layers.append(s.layer(0.0, 0.82, 0.6))
    return (*layers, ground(rng, "#2e2742", "#575070", "#221b34", flat=True))


def snowy_pass(rng: np.random.Generator) -> tuple[Layer, ...]:
    """A pass in deep snow: white peaks, laden spruces, a hut with lit windows and a shrine by the way."""
    layers = []
    s = Sketch(0, rng)
    heights = s.land(shapes.peaks(rng, s.c, 0.58, 0.17, 3), "#7590b4")
    snow(s, heights, 0.40)
    layers.append(s.layer(0.16, 0.62))
    s = Sketch(1, rng)
    heights = s.land(shapes.peaks(rng, s.c, 0.66, 0.36, 4), "#8fa6c0")
    snow(s, heights, 0.52)
    layers.append(s.layer(0.36, 0.68))
    s = Sketch(2, rng)
    line = s.land(shapes.hills(rng, s.c, 0.69, 0.56, 3), "#d3deea")
    _laden(s, line, 26, (0.06, 0.12), 4)
    layers.append(s.layer(0.48, 0.74))
    s = Sketch(3, rng)
    line = s.land(shapes.hills(rng, s.c, 0.75, 0.66, 3), "#dfe7ef")
    s.houses(line, [(0.85, 0.15, False), (1.08, 0.10, False), (3.0, 0.16, False)], "#a5805f", "#7a4438")
    _laden(s, line, 15, (0.13, 0.24), 4, keep_off=((0.65, 1.25), (2.8, 3.2)))
    layers.append(s.layer(0.52, 0.80))
    s = Sketch(4, rng)
    line = s.land(shapes.hills(rng, s.c, 0.80, 0.742, 4), "#e8eef3")
    _laden(s, line, 8, (0.34, 0.58), 4)
    posts, lamps = skia.Path(), skia.Path()
    for x in (0.4, 1.9, 3.3, 4.9):
        y = shapes.height_at(line, s.c, x) + 0.01
        posts.addRect(skia.Rect.MakeLTRB(x - 0.008, y - 0.13, x + 0.008, y))
        posts.addPoly(
            [skia.Point(x - 0.045, y - 0.175), skia.Point(x, y - 0.215), skia.Point(x + 0.045, y - 0.175)], True
        )
        posts.addRect(skia.Rect.MakeLTRB(x - 0.03, y - 0.175, x + 0.03, y - 0.12))
        lamps.addRoundRect(skia.Rect.MakeLTRB(x - 0.018, y - 0.165, x + 0.018, y - 0.13), 0.006, 0.006)
    s.parts += [Part(posts, rgb("#5d4439")), Part(lamps, rgb("#ffcf7a"), "window")]
    layers.append(s.layer(0.35, 0.82))
    return (*layers, ground(rng, "#dbe4ec", "#b9c7d6", "#8795a2"))


def studio(rng: np.random.Generator) -> tuple[Layer, ...]:
    """A seamless sweep of paper from wall to table; its colour is the backdrop's."""
    layers = [Sketch(depth, rng).layer(0.0, 1.0) for depth in range(3)]
    s = Sketch(3, rng)
    sweep, table = skia.Path(), skia.Path()
    sweep.addRect(skia.Rect.MakeLTRB(-0.002, -0.1, s.c + 0.002, 1.1))
    s.parts.append(Part(sweep, rgb("#ffffff"), "sweep"))
    layers += [s.layer(0.0, 1.0), Sketch(4, rng).layer(0.0, 1.0)]
    s = Sketch(5, rng)
    table.addRect(skia.Rect.MakeLTRB(-0.002, 0.785, s.c + 0.002, 1.1))
    s.parts.append(Part(table, rgb("#ffffff"), "sweep"))
    return (*layers, s.layer(0.0, 1.0))


def _dunes(s: Sketch, low: float, high: float, forms: int, lit: str, shaded: str) -> shapes.Heights:
    heights, lee = rocks.dunes(s.rng, s.c, low, high, forms)
    s.land(heights, lit)
    s.parts.append(Part(lee, rgb(shaded)))
    return heights


def _laden(
    s: Sketch, on: shapes.Heights, count: int, size: tuple[float, float], clumps: int,
    keep_off: tuple[tuple[float, float], ...] = (),
) -> None:  # fmt: skip
    caps = skia.Path()

    def stamp(path: skia.Path, rng: np.random.Generator, x: float, y: float, h: float) -> None:
        shapes.laden_spruce(path, caps, rng, x, y, h)

    s.grow(stamp, on, count, size, clumps, "#4b6a78", keep_off)
    s.parts.append(Part(caps, rgb("#f4f7f9")))


def _crystals(s: Sketch, on: shapes.Heights, spots: tuple[tuple[float, float, int], ...]) -> None:
    for kind, code in enumerate(CRYSTALS):
        path = skia.Path()
        for x, h, k in spots:
            if k == kind:
                rocks.crystal(path, s.rng, x, shapes.height_at(on, s.c, x) + 0.012, h)
        if not path.isEmpty():
            s.parts.append(Part(path, rgb(code), "crystal"))
