"""Who may stand beside the fox: a heron, a child with a scarf, a scarecrow. Paper puppets as `fox` is one.

Local units are picture heights: x forward, y up, (0, 0) on the ground below the figure.
"""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, sin

import numpy as np
import skia

from forkreel.atelier.fox import Point, _capsule
from forkreel.atelier.palette import Colour, Light, hue, mix, rgb
from forkreel.model.house.geometry import FOX_Y
from forkreel.model.house.setting import Setting

Paint = Callable[[Colour], skia.Paint]


def draw(canvas: skia.Canvas, setting: Setting, light: Light, warmth: float, x: float) -> None:
    """Draws `setting.who` on a canvas in picture heights, standing at x; `warmth` 0..1 is the lantern's light on it."""

    def paint(material: Colour) -> skia.Paint:
        lit = mix(material * light.light, light.shade, light.shadow * 0.5)
        lit = mix(lit, material * np.array([1.0, 0.86, 0.66]), warmth)
        return skia.Paint(Color4f=skia.Color4f(*map(float, lit), 1), AntiAlias=True)

    if setting.company < 1:
        canvas.saveLayerAlpha(None, round(255 * setting.company))
    shadow = skia.Paint(Color4f=skia.Color4f(*map(float, light.shade * 0.6), 0.42), AntiAlias=True)
    shadow.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, 0.010))
    canvas.save()
    canvas.translate(x, FOX_Y - 0.006)
    canvas.drawOval(skia.Rect.MakeLTRB(-0.07, -0.006, 0.07, 0.012), shadow)
    face = setting.other_face
    canvas.scale(face if abs(face) > 0.06 else 0.06, -1)
    _DRAWN[setting.who](canvas, paint, setting)
    canvas.restore()
    if setting.company < 1:
        canvas.restore()


def _curve(points: tuple[Point, ...], widths: tuple[float, ...], steps: int = 20) -> skia.Path:
    """A limb along a cubic spine, as wide as `widths` say from root to tip."""
    t = np.linspace(0, 1, steps)
    p = np.array(points)
    spine = ((1 - t) ** 3)[:, None] * p[0] + (3 * t * (1 - t) ** 2)[:, None] * p[1]
    spine += (3 * t**2 * (1 - t))[:, None] * p[2] + (t**3)[:, None] * p[3]
    slope = np.gradient(spine, axis=0)
    normal = np.stack([-slope[:, 1], slope[:, 0]], 1) / np.maximum(np.hypot(*slope.T), 1e-6)[:, None]
    width = np.interp(t, np.linspace(0, 1, len(widths)), widths)[:, None]
    path = skia.Path()
    path.addPoly(
        [skia.Point(*xy) for xy in np.concatenate([spine + normal * width, (spine - normal * width)[::-1]])], True
    )
    return path


def _shape(*points: Point) -> skia.Path:
    path = skia.Path()
    path.addPoly([skia.Point(*p) for p in points], True)
    return path


def _limb(canvas: skia.Canvas, paint: skia.Paint, a: Point, ra: float, b: Point, rb: float) -> None:
    path = skia.Path()
    _capsule(path, a, ra, b, rb)
    canvas.drawPath(path, paint)


def _heron(canvas: skia.Canvas, paint: Paint, setting: Setting) -> None:
    phase, gait = setting.walk, setting.other_gait
    breath, stride = sin(2 * pi * phase), sin(2 * pi * phase)
    grey, dark, pale, bill, leg = (paint(rgb(c)) for c in ("#8ba0b5", "#3c4a63", "#e9edf0", "#e2a13c", "#a5764a"))
    y = 0.004 * gait * cos(4 * pi * phase)
    hip = (-0.012, 0.118 + y)
    lifted = 1 - gait  # it rests on one leg
    near = (-0.012 + 0.035 * gait * stride, 0.0)
    far = (-0.008 - 0.035 * gait * stride, 0.018 * gait * max(0.0, cos(2 * pi * phase)))
    far = (far[0] + lifted * 0.020, far[1] + lifted * 0.062)
    knee = (0.030 * lifted + (hip[0] + far[0]) / 2 + 0.004, 0.060 + 0.028 * lifted)
    _limb(canvas, leg, (hip[0] + 0.006, hip[1]), 0.0055, knee, 0.0045)
    _limb(canvas, leg, knee, 0.0045, far, 0.0040)
    _limb(canvas, leg, hip, 0.0060, near, 0.0045)
    _limb(canvas, leg, near, 0.0045, (near[0] + 0.018, near[1]), 0.003)
    tail = _shape((-0.105, 0.098 + y), (-0.055, 0.150 + y), (-0.02, 0.118 + y))
    canvas.drawPath(tail, dark)
    body = _curve(((-0.088, 0.108 + y), (-0.045, 0.142 + y), (0.02, 0.172 + y), (0.052, 0.186 + y)),
                  (0.010, 0.030, 0.036, 0.030, 0.014))  # fmt: skip
    canvas.drawPath(body, grey)
    canvas.drawPath(
        _curve(((-0.098, 0.104 + y), (-0.05, 0.128 + y), (-0.01, 0.142 + y), (0.022, 0.166 + y)),
               (0.004, 0.013, 0.016, 0.006)), dark)  # fmt: skip
    dip = 0.006 * breath
    head = (0.052 + 0.012 * gait * stride, 0.283 + y + dip)
    canvas.drawPath(
        _curve(((0.038, 0.178 + y), (0.100, 0.212 + y), (0.005, 0.240 + y), head), (0.021, 0.0135, 0.0105, 0.011)), pale
    )
    canvas.drawPath(
        _shape(
            (head[0] - 0.062, head[1] - 0.006), (head[0] + 0.004, head[1] + 0.017), (head[0] + 0.004, head[1] + 0.004)
        ),
        dark,
    )
    canvas.drawOval(skia.Rect.MakeLTRB(head[0] - 0.018, head[1] - 0.012, head[0] + 0.020, head[1] + 0.014), pale)
    canvas.drawPath(
        _shape(
            (head[0] + 0.013, head[1] + 0.007), (head[0] + 0.078, head[1] - 0.010), (head[0] + 0.013, head[1] - 0.008)
        ),
        bill,
    )
    canvas.drawCircle(head[0] + 0.006, head[1] + 0.003, 0.0045, dark)


def _child(canvas: skia.Canvas, paint: Paint, setting: Setting) -> None:
    phase, gait = setting.walk, setting.other_gait
    swing, breath = sin(2 * pi * phase), sin(2 * pi * phase + 0.7)
    skin, hair, boots, trousers = (paint(rgb(c)) for c in ("#e8b48c", "#4d3028", "#3d2c34", "#54586e"))
    coat, shade = paint(hue(setting.coat, 0.52, 0.10)), paint(hue(setting.coat, 0.42, 0.09))
    scarf, fringe = paint(hue(setting.scarf, 0.58, 0.20)), paint(hue(setting.scarf, 0.48, 0.18))
    y = 0.003 * breath + 0.005 * gait * abs(cos(2 * pi * phase))
    for side, dark in ((-1, True), (1, False)):
        foot = (0.004 * side + side * 0.034 * gait * swing, 0.016 * gait * max(0.0, side * cos(2 * pi * phase)))
        _limb(canvas, trousers, (0.004 * side, 0.075 + y), 0.014, (foot[0], foot[1] + 0.030), 0.011)
        _limb(canvas, boots, (foot[0], foot[1] + 0.026), 0.0125, (foot[0] + 0.002, foot[1] + 0.010), 0.011)
        _limb(canvas, boots, (foot[0], foot[1] + 0.009), 0.009, (foot[0] + 0.018, foot[1] + 0.007), 0.0075)
        if dark:
            hand = (0.012 + 0.034 * gait * swing, 0.086 + y)
            _limb(canvas, shade, (0.006, 0.142 + y), 0.012, hand, 0.010)
    tail = sin(2 * pi * (phase - 0.2))
    flow = 0.035 * gait
    canvas.drawPath(
        _curve(((-0.012, 0.160 + y), (-0.040, 0.166 + y), (-0.062 - flow, 0.130 + 0.8 * flow + 0.010 * tail),
                (-0.086 - flow, 0.122 + 1.2 * flow + 0.018 * tail)), (0.010, 0.0115, 0.0125, 0.0115)),
        fringe)  # fmt: skip
    canvas.drawPath(
        _shape((-0.022, 0.156 + y), (0.022, 0.156 + y), (0.042, 0.060 + y), (0.0, 0.052 + y), (-0.042, 0.060 + y)), coat
    )
    canvas.drawPath(_shape((0.004, 0.150 + y), (0.022, 0.156 + y), (0.042, 0.060 + y), (0.010, 0.054 + y)), shade)
    hand = (0.006 - 0.034 * gait * swing, 0.082 + y)
    _limb(canvas, coat, (-0.002, 0.144 + y), 0.0135, hand, 0.0105)
    canvas.drawCircle(hand[0] + 0.001, hand[1] - 0.008, 0.0085, skin)
    head = (0.004, 0.196 + y)
    canvas.drawCircle(*head, 0.031, skin)
    canvas.drawPath(
        _curve(
            ((0.030, 0.214 + y), (0.018, 0.238 + y), (-0.030, 0.240 + y), (-0.030, 0.186 + y)),
            (0.006, 0.016, 0.016, 0.009),
        ),
        hair,
    )
    cap = skia.Path()
    cap.addArc(skia.Rect.MakeLTRB(head[0] - 0.034, head[1] - 0.026, head[0] + 0.034, head[1] + 0.042), 0, 180)
    cap.close()
    canvas.drawPath(cap, coat)
    canvas.drawCircle(head[0] - 0.002, head[1] + 0.046, 0.0105, scarf)
    canvas.drawCircle(head[0] + 0.017, head[1] - 0.001, 0.0042, hair)
    _limb(canvas, scarf, (-0.017, 0.164 + y), 0.0125, (0.021, 0.162 + y), 0.0125)


def _scarecrow(canvas: skia.Canvas, paint: Paint, setting: Setting) -> None:
    sway = sin(2 * pi * setting.walk)
    wood, coat, patch, sack, straw, dark = (
        paint(rgb(c)) for c in ("#6b4a35", "#6a5c7c", "#a8553f", "#dcc39a", "#e3b552", "#3a2c33")
    )
    canvas.drawRect(skia.Rect.MakeLTRB(-0.007, 0.0, 0.007, 0.12), wood)
    canvas.save()
    canvas.rotate(0.9 * sway)
    for side in (-1, 1):
        lift = 0.188 + 0.003 * sway * side
        end = (side * 0.118, lift + 0.004)
        for k, dy in enumerate((-0.020, -0.006, 0.010)):
            canvas.drawPath(
                _shape(
                    (end[0], lift - 0.008), (end[0], lift + 0.010), (end[0] + side * (0.030 - 0.004 * k), lift + dy)
                ),
                straw,
            )
        canvas.drawPath(
            _shape((0.0, 0.212), (end[0], lift + 0.016), (end[0] - side * 0.004, lift - 0.026),
                   (end[0] - side * 0.022, lift - 0.014), (end[0] - side * 0.034, lift - 0.036), (0.0, 0.168)),
            coat)  # fmt: skip
    canvas.drawPath(
        _shape((-0.034, 0.212), (0.034, 0.212), (0.052, 0.070), (0.030, 0.086), (0.012, 0.064), (-0.010, 0.084),
               (-0.030, 0.062), (-0.050, 0.078)), coat)  # fmt: skip
    canvas.drawPath(_shape((0.006, 0.140), (0.032, 0.144), (0.030, 0.112), (0.008, 0.108)), patch)
    canvas.drawPath(_shape((-0.03, 0.212), (0.03, 0.212), (0.018, 0.190), (-0.004, 0.196), (-0.020, 0.188)), straw)
    canvas.drawOval(skia.Rect.MakeLTRB(-0.030, 0.208, 0.030, 0.268), sack)
    for x in (-0.004, 0.017):
        canvas.drawCircle(x, 0.242, 0.0045, dark)
    _limb(canvas, dark, (-0.002, 0.224), 0.0018, (0.018, 0.227), 0.0018)
    canvas.drawPath(_shape((-0.056, 0.262), (0.056, 0.258), (0.050, 0.268), (0.026, 0.272), (0.012, 0.318),
                           (-0.006, 0.326), (-0.026, 0.274), (-0.052, 0.272)), dark)  # fmt: skip
    canvas.drawPath(_shape((-0.027, 0.274), (0.027, 0.271), (0.024, 0.281), (-0.024, 0.284)), patch)
    canvas.restore()


_DRAWN: dict[str, Callable[[skia.Canvas, Paint, Setting], None]] = {
    "heron": _heron, "child": _child, "scarecrow": _scarecrow,
}  # fmt: skip
