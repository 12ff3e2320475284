"""What the year does to a material: leaves turn, grass fades, snow lies on land and roofs.

A season is a phase 0..1 round the year: 0 is spring, 0.25 summer, 0.5 autumn and 0.75 winter. Materials are drawn as
they are in summer.
"""

from __future__ import annotations

from typing import Literal

from forkreel.atelier.palette import Colour, mix, rgb

Growth = Literal["", "leaf", "needle", "grass", "rock", "roof", "way"]

SUMMER = 0.25
_TURNS: dict[str, tuple[tuple[Colour, float], ...]] = {  # spring, autumn, winter: where a material goes, and how far
    "leaf": ((rgb("#b9d268"), 0.45), (rgb("#cf6a2b"), 0.78), (rgb("#aebccb"), 0.72)),
    "needle": ((rgb("#5f9a78"), 0.18), (rgb("#6a6a48"), 0.22), (rgb("#9fb4c4"), 0.42)),
    "grass": ((rgb("#a6cc62"), 0.38), (rgb("#b98a45"), 0.55), (rgb("#eaf0f6"), 0.88)),
    "rock": ((rgb("#7fa08a"), 0.14), (rgb("#9a7c6c"), 0.24), (rgb("#dbe5ee"), 0.58)),
    "roof": ((rgb("#b9d268"), 0.0), (rgb("#8a4a34"), 0.10), (rgb("#e9eff5"), 0.86)),
    "way": ((rgb("#c8b487"), 0.10), (rgb("#b5743c"), 0.38), (rgb("#c6d3e0"), 0.80)),
}


def growth_of_land(material: Colour) -> Growth:
    """Land is grass where it is green, else rock."""
    return "grass" if material[1] >= max(material[0] * 0.98, material[2]) else "rock"


def seasonal(material: Colour, growth: Growth, season: float) -> Colour:
    """A material at a time of the year; between two seasons the way is eased and goes through OKLab."""
    if not growth:
        return material
    spring, autumn, winter = (mix(material, *turn) for turn in _TURNS[growth])
    year = (spring, material, autumn, winter)
    at = season % 1 * 4
    n, t = int(at) % 4, at - int(at)
    return mix(year[n], year[(n + 1) % 4], t * t * (3 - 2 * t))
