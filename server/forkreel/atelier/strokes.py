"""Strokes on a canvas in picture heights: colours, soft light, and a world's paths where the view stands."""

from __future__ import annotations

import skia

from forkreel.atelier.palette import Colour
from forkreel.model.house.geometry import ASPECT


def ink(colour: Colour, alpha: float = 1.0) -> int:
    """A colour of floats as Skia wants it."""
    r, g, b = (round(255 * min(1.0, max(0.0, float(v)))) for v in colour)
    return int(skia.ColorSetARGB(round(255 * min(1.0, max(0.0, alpha))), r, g, b))


def glow(canvas: skia.Canvas, x: float, y: float, radius: float, colour: Colour, alpha: float) -> None:
    """Additive light with a soft falloff."""
    if alpha <= 0.002:
        return
    steps = (0.0, 0.2, 0.45, 0.7, 1.0)
    fall = [alpha * (1 - s) ** 2 * (1 - 0.3 * s) for s in steps]
    paint = skia.Paint(
        Shader=skia.GradientShader.MakeRadial(skia.Point(x, y), radius, [ink(colour, a) for a in fall],
        list(steps)),
        BlendMode=skia.BlendMode.kScreen, Dither=True,
    )  # fmt: skip
    canvas.drawRect(skia.Rect.MakeLTRB(x - radius, y - radius, x + radius, y + radius), paint)


def tiled(canvas: skia.Canvas, path: skia.Path, offset: float, circumference: float, paint: skia.Paint) -> None:
    """Draws a world's path where the view stands, and again before and after its seam."""
    bounds = path.getBounds()
    for turn in (-1, 0, 1):
        dx = turn * circumference - offset
        if bounds.right() + dx < 0 or bounds.left() + dx > ASPECT:
            continue
        canvas.save()
        canvas.translate(dx, 0)
        canvas.drawPath(path, paint)
        canvas.restore()
