"""The studio's lantern on its turntable, as a catalogue shows it: seen from any side, of any colour, matt to polished.

Local units are picture heights: x to the right, y up, (0, 0) on the table below its axis. What is fixed to it at an
angle `a` stands at `radius * sin(a)` across, and in front while `cos(a)` is positive.
"""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, sin

import numpy as np
import skia

from forkreel.atelier.palette import Colour, Light, hue, mix, rgb
from forkreel.model.house.setting import Setting

LAMP = rgb("#ffd089")
Tone = Callable[[float], skia.Paint]
Facing = Callable[[float], float]


def draw(canvas: skia.Canvas, setting: Setting, light: Light, there: float, lit: float, table: Colour) -> None:
    """Draws the lantern, `there` 0..1, with its flame `lit` 0..1, on a canvas whose origin is its foot, y up."""
    turn = 2 * pi * setting.turn
    metal = hue(setting.body, 0.56, 0.13)
    if there < 1:
        canvas.saveLayerAlpha(None, round(255 * there))
    shade = mix(metal * 0.30, light.shade, 0.35)

    def tone(lightness: float) -> skia.Paint:
        """The metal where it turns to the key light (1) or away from it (0)."""
        base = mix(shade, metal * (0.55 + 0.45 * light.light), min(1.0, 0.15 + 0.95 * lightness))
        peak = max(0.0, lightness - 0.72) / 0.28
        return _fill(mix(base, rgb("#fff6e4"), (0.10 + 0.75 * setting.finish) * peak * (1 - 0.45 * light.dark)))

    def facing(angle: float) -> float:
        """How far a side at this angle turns to the key light, from the upper left; polish makes it narrow."""
        toward = 0.5 + 0.5 * cos(angle + 0.85)
        return float(toward ** (1.0 + 2.4 * setting.finish))

    _shadow(canvas, light, table, setting)
    # the foot: a stepped drum
    _drum(canvas, tone, facing, turn, 0.150, 0.0, 0.030)
    _drum(canvas, tone, facing, turn, 0.122, 0.030, 0.070)
    knob, depth = 0.128 * sin(turn), cos(turn)
    posts = [turn + pi / 4 + k * pi / 2 for k in range(4)]
    for angle in posts:
        if cos(angle) <= 0:
            _post(canvas, tone, facing, angle, 0.6)
    _glass(canvas, setting, light, lit)
    if depth < 0:
        _emblem(canvas, turn + pi, shade)
    for angle in posts:
        if cos(angle) > 0:
            _post(canvas, tone, facing, angle, 1.0)
    if depth >= -0.15:  # the wheel of the wick
        size = 0.020
        canvas.drawCircle(knob, 0.050, size, tone(0.5 * facing(turn)))
        canvas.drawCircle(knob * 1.02, 0.052, size * 0.55, tone(0.35 + 0.6 * facing(turn)))
    else:
        canvas.drawCircle(knob, 0.050, 0.012, tone(0.1))
    _drum(canvas, tone, facing, turn, 0.124, 0.390, 0.412)
    _roof(canvas, tone, facing, turn)
    _handle(canvas, tone, facing, turn)
    if there < 1:
        canvas.restore()


def _fill(colour: Colour, alpha: float = 1.0) -> skia.Paint:
    return skia.Paint(Color4f=skia.Color4f(*(float(v) for v in np.clip(colour, 0, 1)), alpha), AntiAlias=True)


def _poly(canvas: skia.Canvas, points: list[tuple[float, float]], paint: skia.Paint) -> None:
    path = skia.Path()
    path.addPoly([skia.Point(float(x), float(y)) for x, y in points], True)
    canvas.drawPath(path, paint)


def _shadow(canvas: skia.Canvas, light: Light, table: Colour, setting: Setting) -> None:
    soft = _fill(mix(table * 0.35, light.shade, 0.5), 0.55)
    soft.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, 0.020))
    canvas.drawOval(skia.Rect.MakeLTRB(-0.155, -0.024, 0.215, 0.022), soft)


def _drum(canvas: skia.Canvas, tone: Tone, facing: Facing, turn: float, radius: float, low: float, high: float) -> None:
    """An eight-sided drum: each side that is seen, as light as it turns to the key light."""
    sides = 8
    for k in range(sides):
        middle = turn + 2 * pi * k / sides
        a, b = middle - pi / sides, middle + pi / sides
        x0, x1 = radius * sin(a), radius * sin(b)
        if x1 <= x0:
            continue
        paint = tone(facing(middle))
        _poly(canvas, [(x0 - 4e-4, low), (x1 + 4e-4, low), (x1 + 4e-4, high), (x0 - 4e-4, high)], paint)


def _post(canvas: skia.Canvas, tone: Tone, facing: Facing, angle: float, share: float) -> None:
    x = 0.108 * sin(angle)
    half = 0.0085 if share == 1 else 0.0065
    paint = tone(share * (0.12 + 0.85 * facing(angle)))
    canvas.drawRect(skia.Rect.MakeLTRB(x - half, 0.068, x + half, 0.392), paint)


def _glass(canvas: skia.Canvas, setting: Setting, light: Light, lit: float) -> None:
    clear = hue(setting.glass, 0.78, 0.09)
    cold = mix(clear * (0.35 + 0.5 * light.light), light.shade, 0.18)
    warm = mix(hue(setting.glass, 0.86, 0.12), LAMP, 0.30)
    body = mix(cold, warm, lit)
    shape = skia.Path()
    shape.moveTo(-0.060, 0.070)
    shape.cubicTo(-0.105, 0.16, -0.105, 0.28, -0.058, 0.390)
    shape.lineTo(0.058, 0.390)
    shape.cubicTo(0.105, 0.28, 0.105, 0.16, 0.060, 0.070)
    shape.close()
    canvas.drawPath(shape, _fill(body, 0.82))
    canvas.save()
    canvas.clipPath(shape, skia.ClipOp.kIntersect, True)
    streak = skia.Path()
    streak.moveTo(-0.066, 0.10)
    streak.cubicTo(-0.086, 0.18, -0.086, 0.27, -0.062, 0.36)
    streak.lineTo(-0.044, 0.36)
    streak.cubicTo(-0.064, 0.27, -0.064, 0.18, -0.048, 0.10)
    streak.close()
    canvas.drawPath(streak, _fill(rgb("#ffffff"), 0.50 - 0.2 * lit))
    canvas.restore()
    flame = skia.Path()
    flame.moveTo(0.0, 0.30)
    flame.cubicTo(0.042, 0.235, 0.032, 0.175, 0.0, 0.170)
    flame.cubicTo(-0.032, 0.175, -0.042, 0.235, 0.0, 0.30)
    canvas.drawRect(skia.Rect.MakeLTRB(-0.012, 0.068, 0.012, 0.172), _fill(light.shade, 0.55))
    if lit > 0.01:
        canvas.drawPath(flame, _fill(rgb("#fff3cf"), min(1.0, lit * 1.5)))


def _emblem(canvas: skia.Canvas, angle: float, shade: Colour) -> None:
    """A crescent on the pane opposite the wheel, so that front and back differ."""
    x, width = 0.098 * sin(angle), abs(cos(angle))
    if width < 0.05:
        return
    moon, bite = skia.Path(), skia.Path()
    moon.addOval(skia.Rect.MakeLTRB(x - 0.046 * width, 0.18, x + 0.046 * width, 0.272))
    bite.addOval(skia.Rect.MakeLTRB(x - 0.022 * width, 0.198, x + 0.054 * width, 0.274))
    canvas.drawPath(skia.Op(moon, bite, skia.PathOp.kDifference_PathOp), _fill(shade, 0.9))


def _roof(canvas: skia.Canvas, tone: Tone, facing: Facing, turn: float) -> None:
    sides = 8
    for k in range(sides):
        middle = turn + 2 * pi * k / sides
        a, b = middle - pi / sides, middle + pi / sides
        if sin(b) <= sin(a):
            continue
        paint = tone(min(1.0, 0.08 + 1.0 * facing(middle)))
        low, high, waist = (0.148, 0.412), (0.034, 0.500), (0.086, 0.462)
        corners = [(low[0] * sin(a), low[1]), (low[0] * sin(b), low[1]), (waist[0] * sin(b), waist[1]),
                   (high[0] * sin(b), high[1]), (high[0] * sin(a), high[1]), (waist[0] * sin(a), waist[1])]  # fmt: skip
        _poly(canvas, corners, paint)
    canvas.drawRoundRect(skia.Rect.MakeLTRB(-0.040, 0.496, 0.040, 0.516), 0.008, 0.008, tone(0.42))


def _handle(canvas: skia.Canvas, tone: Tone, facing: Facing, turn: float) -> None:
    width = max(0.012, 0.085 * abs(cos(turn)))
    paint = tone(0.25 + 0.5 * facing(turn + pi / 2))
    paint.setStyle(skia.Paint.kStroke_Style)
    paint.setStrokeWidth(0.013)
    paint.setStrokeCap(skia.Paint.kRound_Cap)
    ring = skia.Path()
    ring.moveTo(-width, 0.506)
    ring.cubicTo(-width * 1.15, 0.575, -width * 0.6, 0.612, 0.0, 0.614)
    ring.cubicTo(width * 0.6, 0.612, width * 1.15, 0.575, width, 0.506)
    canvas.drawPath(ring, paint)
