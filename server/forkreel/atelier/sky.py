"""The sky: its colours by the hour, sun and moon, and clouds that drift round it."""

from __future__ import annotations

import numpy as np
import skia

from forkreel.atelier.palette import Light, mix, rgb
from forkreel.atelier.strokes import glow, ink, tiled
from forkreel.model.house.geometry import CLOUDS_CIRCUMFERENCE, moon_at, sun_at
from forkreel.model.house.setting import Setting


def clouds() -> tuple[skia.Path, skia.Path]:
    """Two banks of clouds, high and low, round the whole sky; always the same."""
    rng = np.random.default_rng(79)
    high, low = skia.Path(), skia.Path()
    for path, count, y0, y1, size in ((high, 4, 0.07, 0.22, 0.62), (low, 3, 0.30, 0.43, 0.95)):
        for i in range(count):
            x = (i + rng.uniform(0.15, 0.75)) / count * CLOUDS_CIRCUMFERENCE
            y, w = rng.uniform(y0, y1), size * rng.uniform(0.6, 1.1)
            for dx, dy, dw in ((0, 0, 1.0), (0.14, -0.017, 0.52), (-0.20, 0.014, 0.60)):
                _streak(path, x + dx * w, y + dy, w * dw, 0.012 + 0.018 * dw * size)
    return high, low


def sky(canvas: skia.Canvas, banks: tuple[skia.Path, skia.Path], setting: Setting, light: Light) -> None:
    """Paints the whole canvas with the sky of an hour, its sun or moon, and the banks where they have drifted."""
    stops = [0.0, 0.30, 0.50, 0.64]
    shader = skia.GradientShader.MakeLinear([skia.Point(0, 0), skia.Point(0, 1)], [ink(c) for c in light.sky], stops)
    canvas.drawPaint(skia.Paint(Shader=shader, Dither=True))
    _body(canvas, *sun_at(setting.hour), light, sun=True)
    if setting.hour > 17.6 or setting.hour < 7.2:
        _body(canvas, *moon_at(setting.hour), light, sun=False)
    offset = (setting.pan + setting.clouds) % 1 * CLOUDS_CIRCUMFERENCE
    bright = mix(mix(light.sky[3], light.glow, 0.35), light.shade, 0.30 * light.dark)
    veil = 0.58 * (1 - 0.55 * setting.haze)
    for path, strength, tint in ((banks[0], 0.8, 0.10), (banks[1], 1.0, 0.28)):
        colour = mix(bright, light.sky[1], tint)
        tiled(
            canvas,
            path,
            offset,
            CLOUDS_CIRCUMFERENCE,
            skia.Paint(Color=ink(colour, veil * strength), AntiAlias=True),
        )


def _body(canvas: skia.Canvas, x: float, y: float, light: Light, sun: bool) -> None:
    if y > 0.85:
        return
    risen = min(1.0, max(0.0, (0.85 - y) / 0.2))
    strength = light.glow_strength * risen if sun else 0.30 * light.dark * risen
    colour = light.glow if sun else rgb("#c6d4ff")
    for radius, alpha in ((0.85, 0.42), (0.26, 0.55)):
        glow(canvas, x, y, radius, colour, alpha * strength)
    if sun:
        colour = mix(rgb("#fffdf2"), light.glow, 0.25 + 0.35 * min(1.0, light.shadow * 2))
        canvas.drawCircle(x, y, 0.052, skia.Paint(Color=ink(colour), AntiAlias=True))
    else:
        fade = min(1.0, light.dark * 1.1)
        disc, maria = rgb("#f4efdc"), rgb("#d5d3cd")
        canvas.drawCircle(x, y, 0.040, skia.Paint(Color=ink(disc, fade), AntiAlias=True))
        for dx, dy, r in ((-0.012, -0.008, 0.010), (0.010, 0.008, 0.008), (0.006, -0.014, 0.006)):
            canvas.drawCircle(x + dx, y + dy, r, skia.Paint(Color=ink(maria, fade * 0.8), AntiAlias=True))


def _streak(path: skia.Path, x: float, y: float, width: float, height: float) -> None:
    """A cloud as paper is cut: flat below, swelling above, drawn out to a point at either end."""
    half = width / 2
    path.moveTo(x - half, y)
    path.cubicTo(x - half * 0.55, y - height * 0.15, x - half * 0.45, y - height, x - half * 0.05, y - height)
    path.cubicTo(x + half * 0.30, y - height, x + half * 0.40, y - height * 0.2, x + half, y)
    path.cubicTo(x + half * 0.4, y + height * 0.32, x - half * 0.4, y + height * 0.32, x - half, y)
    path.close()
