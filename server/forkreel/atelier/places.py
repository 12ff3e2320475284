"""The places: for each, six layers of cut paper from far to near, as wide as its world, drawn once from a seed.

Panning once round a place moves every layer once round its own circumference.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import skia

from forkreel.atelier import shapes, wilds
from forkreel.atelier.palette import rgb
from forkreel.atelier.sketch import Layer, Part, Sketch, ground, snow
from forkreel.model.house.geometry import PLACES


def _forest(rng: np.random.Generator) -> tuple[Layer, ...]:
    layers = []
    s = Sketch(0, rng)
    s.land(shapes.peaks(rng, s.c, 0.56, 0.30, 4), "#54788c")
    layers.append(s.layer(0.3, 0.6))
    s = Sketch(1, rng)
    line = s.land(shapes.hills(rng, s.c, 0.60, 0.44, 3), "#3f6f6c")
    s.grow(shapes.spruce, line, 46, (0.04, 0.075), 5, "#3f6f6c")
    layers.append(s.layer(0.42, 0.66))
    s = Sketch(2, rng)
    line = s.land(shapes.hills(rng, s.c, 0.67, 0.53, 3), "#2f5f58")
    s.grow(shapes.spruce, line, 44, (0.07, 0.14), 5, "#2f5f58")
    layers.append(s.layer(0.45, 0.74))
    s = Sketch(3, rng)
    line = s.land(shapes.hills(rng, s.c, 0.74, 0.64, 3), "#265048")
    s.grow(shapes.oak, line, 5, (0.12, 0.17), 3, "#8a6a35")
    s.grow(shapes.spruce, line, 30, (0.13, 0.24), 5, "#23493f")
    layers.append(s.layer(0.45, 0.80))
    s = Sketch(4, rng)
    line = s.land(shapes.hills(rng, s.c, 0.80, 0.745, 4), "#1d4034")
    s.grow(shapes.spruce, line, 17, (0.34, 0.62), 6, "#17362f")
    s.grow(shapes.bush, line, 14, (0.025, 0.045), 7, "#285443")
    layers.append(s.layer(0.3, 0.82))
    return (*layers, ground(rng, "#2c5239", "#7d7a55", "#1d4231"))


def _lake(rng: np.random.Generator) -> tuple[Layer, ...]:
    layers = []
    s = Sketch(0, rng)
    heights = s.land(shapes.peaks(rng, s.c, 0.54, 0.20, 4), "#5f7f9e")
    snow(s, heights, 0.31)
    layers.append(s.layer(0.2, 0.58))
    s = Sketch(1, rng)
    s.land(shapes.hills(rng, s.c, 0.565, 0.40, 3), "#4c7688")
    layers.append(s.layer(0.40, 0.58))
    s = Sketch(2, rng)
    line = s.land(shapes.hills(rng, s.c, 0.580, 0.535, 3), "#356058")
    s.grow(shapes.spruce, line, 40, (0.04, 0.10), 6, "#315a52")
    s.grow(shapes.poplar, line, 5, (0.08, 0.11), 2, "#6e7a3c")
    s.houses(line, [(0.9, 0.055, False), (1.02, 0.045, False)], "#e8d6b8", "#a0503c")
    layers.append(s.layer(0.46, 0.60))
    s = Sketch(3, rng)
    water = skia.Path()
    water.addRect(skia.Rect.MakeLTRB(0, 0.583, s.c, 1.1))
    s.parts.append(Part(water, rgb("#4d8aa0"), "water"))
    sails = skia.Path()
    shapes.boat(sails, rng, 1.15, 0.648, 0.105)
    shapes.boat(sails, rng, 3.1, 0.620, 0.06)
    s.parts.append(Part(sails, rgb("#f2e4cc")))
    layers.append(s.layer(0.58, 0.80))
    s = Sketch(4, rng)
    line = s.land(shapes.hills(rng, s.c, 0.80, 0.752, 4), "#2b5745")
    s.grow(shapes.oak, line, 4, (0.30, 0.42), 3, "#27503c")
    s.grow(shapes.reeds, line, 30, (0.06, 0.12), 6, "#5f7a42")
    layers.append(s.layer(0.4, 0.82))
    return (*layers, ground(rng, "#3a6a4a", "#b9a878", "#2c563c"))


def _village(rng: np.random.Generator) -> tuple[Layer, ...]:
    layers = []
    s = Sketch(0, rng)
    s.land(shapes.hills(rng, s.c, 0.53, 0.36, 2), "#6a86a0")
    layers.append(s.layer(0.36, 0.58))
    s = Sketch(1, rng)
    line = s.land(shapes.hills(rng, s.c, 0.60, 0.46, 3), "#5c8478")
    s.grow(shapes.poplar, line, 22, (0.05, 0.10), 4, "#4c7468")
    layers.append(s.layer(0.44, 0.64))
    s = Sketch(2, rng)
    line = s.land(shapes.hills(rng, s.c, 0.66, 0.56, 2), "#6f8a58")
    s.grow(shapes.oak, line, 12, (0.06, 0.10), 4, "#4f7248")
    spots = [
        (x, float(h), False)
        for x, h in zip((0.35, 0.5, 0.62, 0.95, 1.07, 1.9, 2.02, 2.2, 2.75), rng.uniform(0.07, 0.10, 9), strict=True)
    ]
    s.houses(line, [*spots, (0.78, 0.20, True)], "#d9bf9a", "#9c4f3e")
    layers.append(s.layer(0.44, 0.72))
    s = Sketch(3, rng)
    line = s.land(shapes.hills(rng, s.c, 0.735, 0.68, 3), "#587a48")
    spots = [
        (x, float(h), False)
        for x, h in zip((0.3, 0.62, 1.45, 1.72, 2.5, 3.3, 3.6), rng.uniform(0.13, 0.19, 7), strict=True)
    ]
    s.houses(line, spots, "#cfae88", "#8c4034")
    s.grow(shapes.poplar, line, 8, (0.20, 0.28), 4, "#3d6444")
    s.grow(shapes.bush, line, 14, (0.025, 0.04), 6, "#47703f")
    layers.append(s.layer(0.5, 0.80))
    s = Sketch(4, rng)
    line = s.land(shapes.hills(rng, s.c, 0.80, 0.755, 3), "#45663a")
    s.houses(line, [(0.55, 0.34, False), (2.75, 0.30, False), (4.35, 0.36, False)], "#b98d68", "#6e2f2c")
    s.grow(shapes.oak, line, 3, (0.36, 0.46), 3, "#2f5234", keep_off=((0.2, 0.95), (2.4, 3.1), (4.0, 4.75)))
    s.grow(shapes.bush, line, 12, (0.03, 0.05), 6, "#38603a")
    layers.append(s.layer(0.4, 0.82))
    return (*layers, ground(rng, "#55743f", "#cdb488", "#3c5c34"))


def _mountain(rng: np.random.Generator) -> tuple[Layer, ...]:
    layers = []
    s = Sketch(0, rng)
    heights = s.land(shapes.peaks(rng, s.c, 0.62, 0.12, 3), "#6b84a8")
    snow(s, heights, 0.33)
    layers.append(s.layer(0.12, 0.66))
    s = Sketch(1, rng)
    heights = s.land(shapes.peaks(rng, s.c, 0.68, 0.30, 4), "#56708f")
    snow(s, heights, 0.40)
    layers.append(s.layer(0.3, 0.70))
    s = Sketch(2, rng)
    s.land(shapes.peaks(rng, s.c, 0.74, 0.47, 5), "#4a6078")
    layers.append(s.layer(0.47, 0.76))
    s = Sketch(3, rng)
    line = s.land(shapes.peaks(rng, s.c, 0.78, 0.63, 6), "#43525f")
    s.grow(shapes.spruce, line, 18, (0.07, 0.14), 4, "#2f4a4c", sunk=0.02)
    layers.append(s.layer(0.55, 0.80))
    s = Sketch(4, rng)
    line = s.land(shapes.hills(rng, s.c, 0.80, 0.735, 4, 0.2), "#3a4550")
    s.grow(shapes.spruce, line, 5, (0.32, 0.50), 3, "#243c40")
    s.grow(shapes.bush, line, 14, (0.03, 0.06), 5, "#4d5660")
    layers.append(s.layer(0.35, 0.82))
    return (*layers, ground(rng, "#4c5762", "#8d8f90", "#3b4650"))


def _meadow(rng: np.random.Generator) -> tuple[Layer, ...]:
    layers = []
    s = Sketch(0, rng)
    s.land(shapes.hills(rng, s.c, 0.56, 0.42, 2), "#7593a0")
    layers.append(s.layer(0.42, 0.6))
    s = Sketch(1, rng)
    s.land(shapes.hills(rng, s.c, 0.62, 0.50, 2), "#7c9c82")
    layers.append(s.layer(0.5, 0.66))
    s = Sketch(2, rng)
    line = s.land(shapes.hills(rng, s.c, 0.68, 0.57, 2), "#8aa866")
    s.grow(shapes.oak, line, 14, (0.06, 0.11), 3, "#5c8250")
    s.grow(shapes.poplar, line, 9, (0.09, 0.14), 3, "#527a4e")
    layers.append(s.layer(0.5, 0.74))
    s = Sketch(3, rng)
    line = s.land(shapes.hills(rng, s.c, 0.75, 0.66, 2), "#a9b257")
    s.grow(shapes.bush, line, 16, (0.02, 0.04), 5, "#6f9148")
    s.grow(shapes.oak, line, 4, (0.17, 0.24), 3, "#557d42")
    layers.append(s.layer(0.55, 0.80))
    s = Sketch(4, rng)
    line = s.land(shapes.hills(rng, s.c, 0.80, 0.757, 3), "#8aa347")
    s.grow(shapes.oak, line, 2, (0.44, 0.54), 2, "#4a7038")
    s.grow(shapes.reeds, line, 60, (0.035, 0.075), 14, "#b9a94c")
    s.grow(shapes.bush, line, 8, (0.02, 0.032), 5, "#c96f62")
    layers.append(s.layer(0.4, 0.82))
    return (*layers, ground(rng, "#7f9a45", "#dcc68c", "#5f8038"))


def _harbour(rng: np.random.Generator) -> tuple[Layer, ...]:
    layers = []
    s = Sketch(0, rng)
    line = np.maximum(shapes.hills(rng, s.c, 0.60, 0.40, 2), 0.30)
    s.land(line, "#6f88a6")
    layers.append(s.layer(0.4, 0.56))
    s = Sketch(1, rng)
    sea = skia.Path()
    sea.addRect(skia.Rect.MakeLTRB(0, 0.535, s.c, 1.1))
    s.parts.append(Part(sea, rgb("#4d86a2"), "water"))
    sails = skia.Path()
    for x, y, h in ((0.5, 0.548, 0.04), (1.3, 0.556, 0.06), (2.1, 0.546, 0.035)):
        shapes.boat(sails, rng, x, y, h)
    s.parts.append(Part(sails, rgb("#f4e8d4")))
    layers.append(s.layer(0.535, 0.70))
    s = Sketch(2, rng)
    rock = shapes.hills(rng, s.c, 0.92, 0.575, 2, 0.2)
    s.land(rock, "#4b6272")
    x = float(np.argmin(rock)) / len(rock) * s.c
    s.houses(rock, [(x, 0.24, True), (x + 0.14, 0.07, False)], "#efe3d0", "#b4483c")
    layers.append(s.layer(0.36, 0.74))
    s = Sketch(3, rng)
    sails = skia.Path()
    for x, y, h in ((0.55, 0.715, 0.20), (1.55, 0.70, 0.15), (2.35, 0.725, 0.24), (3.5, 0.71, 0.18)):
        shapes.boat(sails, rng, x, y, h)
    s.parts.append(Part(sails, rgb("#e6cfae")))
    layers.append(s.layer(0.5, 0.76))
    s = Sketch(4, rng)
    quay = np.full(720, 0.765)
    s.land(quay, "#5d5257")
    s.houses(
        quay, [(0.5, 0.34, False), (0.98, 0.42, False), (3.05, 0.38, False), (3.5, 0.30, False)], "#c49a76", "#7a3430"
    )
    posts, lamps = skia.Path(), skia.Path()
    for x in (1.7, 2.35, 4.2, 4.85):
        posts.addRect(skia.Rect.MakeLTRB(x - 0.006, 0.56, x + 0.006, 0.77))
        posts.addRect(skia.Rect.MakeLTRB(x - 0.022, 0.552, x + 0.022, 0.56))
        lamps.addRoundRect(skia.Rect.MakeLTRB(x - 0.016, 0.56, x + 0.016, 0.60), 0.008, 0.008)
    s.parts += [Part(posts, rgb("#3a3238")), Part(lamps, rgb("#ffcf7a"), "window")]
    layers.append(s.layer(0.4, 0.80))
    return (*layers, ground(rng, "#6a5a58", "#9c8674", "#4a4044", flat=True))


_BUILDERS: dict[str, Callable[[np.random.Generator], tuple[Layer, ...]]] = {
    "forest": _forest, "lake": _lake, "village": _village, "mountain": _mountain, "meadow": _meadow, "harbour":
    _harbour, "desert": wilds.desert, "cave": wilds.cave, "pass": wilds.snowy_pass, "studio": wilds.studio,
}  # fmt: skip

_WITHOUT_SEASONS = {"desert": 6, "cave": 5, "pass": 6, "studio": 6}  # of so many layers, the nearest


def build(place: str) -> tuple[Layer, ...]:
    """The six layers of a place, always the same."""
    layers = _BUILDERS[place](np.random.default_rng([7, PLACES.index(place)]))
    evergreen = _WITHOUT_SEASONS.get(place, 0)
    return (*layers[: 6 - evergreen], *(_unchanging(layer) for layer in layers[6 - evergreen :]))


def _unchanging(layer: Layer) -> Layer:
    return replace(layer, parts=tuple(replace(part, growth="") for part in layer.parts))
