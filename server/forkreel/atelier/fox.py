"""The fox: a paper puppet with a skeleton, drawn from a handful of numbers.

Local units are body lengths: x forward, y up, (0, 0) on the ground below the middle of the body. The walk follows the
four classical drawings (contact, down, passing, up); the tail follows through a quarter of a cycle late.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, cos, hypot, pi, sin

import numpy as np
import skia

from forkreel.atelier.palette import Colour, Light, mix, rgb
from forkreel.model.house.geometry import FOX_BODY as BODY
from forkreel.model.house.geometry import FOX_Y as GROUND_Y

COAT, DEEP, CREAM, STOCKING, LAMP, TONGUE = (
    rgb(c) for c in ("#e0712c", "#b04f22", "#f7e6cf", "#3a2430", "#ffb45a", "#8e2f38")
)
EYE = (0.085, 0.045)  # from the middle of the head

Point = tuple[float, float]


@dataclass(frozen=True)
class Pose:
    """What the fox does: `walk` is the phase 0..1, `gait` the stride's amplitude, `run` makes the stride a gallop,
    `sit`, `sleep`, `mouth` and `lantern` 0..1, `face` -1..1."""

    walk: float = 0.0
    gait: float = 0.0
    sit: float = 0.0
    lantern: float = 0.0
    face: float = 1.0
    run: float = 0.0
    sleep: float = 0.0
    mouth: float = 0.0


def _lerp(a: Point, b: Point, t: float) -> Point:
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t)


def _capsule(path: skia.Path, a: Point, ra: float, b: Point, rb: float) -> None:
    """The hull of two circles."""
    length = max(hypot(b[0] - a[0], b[1] - a[1]), 1e-6)
    along = atan2(b[1] - a[1], b[0] - a[0])
    spread = np.arccos(np.clip((ra - rb) / length, -1, 1))
    first = [along + spread + (2 * pi - 2 * spread) * i / 10 for i in range(11)]
    second = [along - spread + 2 * spread * i / 10 for i in range(11)]
    points = [(a[0] + ra * cos(t), a[1] + ra * sin(t)) for t in first]
    points += [(b[0] + rb * cos(t), b[1] + rb * sin(t)) for t in second]
    path.addPoly([skia.Point(*p) for p in points], True)


def _paw(phase: float, gait: float, pose_x: float, reach: float) -> Point:
    """Where a paw is: on the ground for 0.6 of the cycle while the body passes over it, then lifted and carried
    forward."""
    phase %= 1
    if phase < 0.6:
        return (pose_x + gait * reach * (1 - 2 * phase / 0.6), 0.0)
    t = (phase - 0.6) / 0.4
    return (pose_x + gait * reach * (2 * t * t * (3 - 2 * t) - 1), gait * 0.17 * sin(pi * t) ** 1.2)


def _gallop(phase: float, pose_x: float, fore: bool) -> Point:
    """Where a paw is in a gallop: a short time on the ground, a long swing."""
    phase %= 1
    reach = 0.40 if fore else 0.36
    if phase < 0.36:
        return (pose_x + reach * (1 - 2 * phase / 0.36), 0.0)
    t = (phase - 0.36) / 0.64
    return (pose_x + reach * (2 * t * t * (3 - 2 * t) - 1), 0.24 * sin(pi * t) ** 1.1)


class Skeleton:
    """The joints of one pose."""

    def __init__(self, pose: Pose) -> None:
        run, sleep = pose.run * (1 - pose.sit) * (1 - pose.sleep), pose.sleep
        phase, gait, sit = pose.walk, pose.gait * (1 - pose.sit) * (1 - sleep) * (1 - run), pose.sit * (1 - sleep)
        breath = sin(2 * pi * phase)
        bob = 0.022 * gait * cos(4 * pi * phase) + 0.006 * breath + 0.07 * run * sin(2 * pi * phase - 0.6)
        nod = 0.02 * gait * cos(4 * pi * phase + 0.9) + 0.008 * sin(2 * pi * phase + 0.4)
        stretch = run * sin(2 * pi * phase + 0.5)  # the back gathers and stretches

        def posed(up: Point, running: Point, seated: Point, curled: Point) -> Point:
            return _lerp(_lerp(_lerp(up, running, run), seated, sit), curled, sleep)

        hip = (-0.37, 0.50 + bob)
        self.hip = posed(hip, (-0.40 - 0.04 * stretch, 0.47 + bob), (-0.24, 0.20), (-0.24, 0.19 + 0.008 * breath))
        self.shoulder = posed(
            (0.30, 0.52 - bob * 0.6), (0.34 + 0.05 * stretch, 0.47 - bob * 0.5),
            (0.10, 0.50 + 0.004 * breath), (0.16, 0.18 + 0.010 * breath),
        )  # fmt: skip
        self.head = posed(
            (0.66, 0.80 + nod), (0.78 + 0.05 * stretch, 0.64 + nod - 0.4 * bob), (0.30, 0.93 + nod * 0.5), (0.40, 0.19)
        )
        self.nose = posed(
            (0.99, 0.70 + nod), (1.12 + 0.05 * stretch, 0.56 + nod - 0.4 * bob), (0.62, 0.84 + nod * 0.5), (0.69, 0.075)
        )
        sway = sin(2 * pi * (phase - 0.25))
        late = sin(2 * pi * (phase - 0.38))
        self.tail = (
            posed((-0.50, 0.52 + bob), (-0.54, 0.50 + bob), (-0.38, 0.12), (-0.36, 0.14)),
            posed((-0.86, 0.66 + 0.05 * sway * (0.4 + gait)), (-0.86, 0.62 + 0.05 * sway), (-0.78, -0.02),
                  (-0.74, 0.02)),
            posed((-1.02, 0.34 + 0.10 * sway * (0.4 + gait)), (-1.08, 0.52 + 0.08 * sway), (-1.02, 0.10 + 0.02 * sway),
                  (-0.42, -0.02)),
            posed((-1.36, 0.44 + 0.15 * late * (0.4 + gait)), (-1.42, 0.60 + 0.12 * late),
                  (-1.24, 0.24 + 0.09 * sin(2 * pi * (phase - 0.3))), (0.34, 0.06)),
        )  # fmt: skip
        legs = {
            "near fore": (0.0, 0.34, 0.10),
            "far fore": (0.5, 0.25, 0.0),
            "near hind": (0.55, -0.36, 0.60),
            "far hind": (0.05, -0.46, 0.50),
        }
        seated = {"near fore": 0.20, "far fore": 0.30, "near hind": -0.04, "far hind": 0.04}
        lying = {"near fore": 0.46, "far fore": 0.52, "near hind": 0.02, "far hind": 0.08}
        self.paws = {
            name: posed(
                _paw(phase + offset, gait, x, 0.25), _gallop(phase + leap, x, "fore" in name), (seated[name], 0.0),
                (lying[name], 0.0),
            )
            for name, (offset, x, leap) in legs.items()
        }  # fmt: skip
        swing = 0.20 * gait * sin(2 * pi * phase + 0.6) + 0.07 * sin(2 * pi * phase) - run * (0.35 + 0.2 * breath)
        self.handle = _lerp((self.nose[0] - 0.05, self.nose[1] - 0.03), (0.92, 0.30), sleep)
        hanging = (self.handle[0] + 0.27 * sin(swing), self.handle[1] - 0.27 * cos(swing))
        self.lamp = _lerp(hanging, (0.92, 0.125), sleep)  # of a sleeper, it stands on the ground


def lamp_at(pose: Pose, x: float) -> Point:
    """Where the lantern hangs in the picture, in picture heights, for a fox standing at x (picture heights)."""
    lamp = Skeleton(pose).lamp
    return (x + lamp[0] * BODY * pose.face, GROUND_Y - lamp[1] * BODY)


def eye_at(pose: Pose, x: float) -> Point:
    """Where its eye is in the picture, as `lamp_at`."""
    head = Skeleton(pose).head
    return (x + (head[0] + EYE[0]) * BODY * pose.face, GROUND_Y - (head[1] + EYE[1]) * BODY)


def _leg(canvas: skia.Canvas, paint: skia.Paint, sock: skia.Paint, top: Point, paw: Point, hind: bool) -> None:
    knee_x = (top[0] + paw[0]) / 2 + (-0.07 if hind else 0.035)
    knee = (knee_x, paw[1] + (top[1] - paw[1]) * 0.48)
    upper, lower = skia.Path(), skia.Path()
    _capsule(upper, top, 0.115 if hind else 0.095, knee, 0.062)
    _capsule(lower, knee, 0.062, (paw[0], paw[1] + 0.04), 0.042)
    _capsule(lower, (paw[0], paw[1] + 0.04), 0.042, (paw[0] + 0.055, paw[1] + 0.035), 0.036)
    canvas.drawPath(upper, paint)
    canvas.drawPath(lower, sock)


def _tail(joints: tuple[Point, ...], start: float) -> skia.Path:
    """The brush from `start` (0 root, 1 tip) on: a cubic spine with a swelling width."""
    t = np.linspace(start, 1, 22)
    p = np.array(joints)
    spine = ((1 - t) ** 3)[:, None] * p[0] + (3 * t * (1 - t) ** 2)[:, None] * p[1]
    spine += (3 * t**2 * (1 - t))[:, None] * p[2] + (t**3)[:, None] * p[3]
    slope = np.gradient(spine, axis=0)
    normal = np.stack([-slope[:, 1], slope[:, 0]], 1) / np.maximum(np.hypot(*slope.T), 1e-6)[:, None]
    width = 0.045 + 0.135 * np.sin(pi * np.clip(t, 0, 1) ** 1.25) ** 0.9
    width = np.where(t > 0.93, width * np.sqrt(np.clip((1 - t) / 0.07, 0, 1)), width)[:, None]
    outline = np.concatenate([spine + normal * width, (spine - normal * width)[::-1]])
    path = skia.Path()
    path.addPoly([skia.Point(*xy) for xy in outline], True)
    return path


def draw(canvas: skia.Canvas, pose: Pose, x: float, light: Light, alpha: float = 1.0) -> None:
    """Draws the fox standing at x (picture heights) with its soft contact shadow and the lantern, on a canvas in
    picture heights."""
    bones = Skeleton(pose)
    warmth = pose.lantern * (0.15 + 0.45 * light.dark)

    def paint(material: Colour, warm: float = 1.0) -> skia.Paint:
        lit = mix(material * light.light, light.shade, light.shadow * 0.45)
        lit = mix(lit, material * np.array([1.0, 0.86, 0.66]), min(0.85, warmth * warm))
        return skia.Paint(Color4f=skia.Color4f(*map(float, lit), 1), AntiAlias=True)

    layer = alpha < 1
    if layer:
        canvas.saveLayerAlpha(None, round(255 * alpha))
    shadow = skia.Paint(Color4f=skia.Color4f(*map(float, light.shade * 0.6), 0.42), AntiAlias=True)
    shadow.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, 0.012))
    centre = -0.1 - 0.15 * pose.sit
    canvas.save()
    canvas.translate(x, GROUND_Y)
    canvas.scale(BODY, BODY)
    canvas.drawOval(skia.Rect.MakeLTRB(pose.face * centre - 0.72, -0.035, pose.face * centre + 0.72, 0.075), shadow)
    canvas.scale(pose.face if abs(pose.face) > 0.02 else 0.02, -1)
    coat, deep, cream, sock = paint(COAT), paint(DEEP, 0.7), paint(CREAM), paint(STOCKING, 0.5)
    fore, hind = (bones.shoulder[0] + 0.02, bones.shoulder[1] - 0.08), (bones.hip[0], bones.hip[1] - 0.02)
    _leg(canvas, deep, sock, fore, bones.paws["far fore"], False)
    _leg(canvas, deep, sock, hind, bones.paws["far hind"], True)
    if pose.sleep < 0.5:
        canvas.drawPath(_tail(bones.tail, 0.0), coat)
        canvas.drawPath(_tail(bones.tail, 0.70), cream)
    body = skia.Path()
    _capsule(body, bones.hip, 0.175 + 0.03 * pose.sleep, bones.shoulder, 0.185)
    _capsule(body, (bones.shoulder[0] + 0.03, bones.shoulder[1] + 0.03), 0.165, bones.head, 0.135)
    canvas.drawPath(body, coat)
    bib = skia.Path()
    _capsule(
        bib,
        (bones.shoulder[0] + 0.13, bones.shoulder[1] - 0.03),
        0.075,
        (bones.head[0] + 0.02, bones.head[1] - 0.10),
        0.085,
    )
    canvas.drawPath(bib, cream)
    _leg(canvas, coat, sock, hind, bones.paws["near hind"], True)
    _leg(canvas, coat, sock, fore, bones.paws["near fore"], False)
    _head(canvas, bones, coat, deep, cream, sock, paint(TONGUE), light, pose)
    if pose.sleep >= 0.5:  # curled up, the brush lies over the paws
        canvas.drawPath(_tail(bones.tail, 0.0), deep)
        canvas.drawPath(_tail(bones.tail, 0.80), cream)
    if pose.lantern > 0.01:
        _lamp(canvas, bones, pose.lantern)
    canvas.restore()
    if layer:
        canvas.restore()


def _head(
    canvas: skia.Canvas, bones: Skeleton, coat: skia.Paint, deep: skia.Paint, cream: skia.Paint, dark: skia.Paint,
    red: skia.Paint, light: Light, pose: Pose,
) -> None:  # fmt: skip
    hx, hy = bones.head
    for dx, paint in ((0.05, deep), (-0.05, coat)):
        ear = skia.Path()
        ear.addPoly(
            [
                skia.Point(*p)
                for p in ((hx + dx - 0.09, hy + 0.06), (hx + dx - 0.075, hy + 0.335), (hx + dx + 0.10, hy + 0.10))
            ],
            True,
        )
        canvas.drawPath(ear, paint)
    tip = skia.Path()
    tip.addPoly(
        [skia.Point(*p) for p in ((hx - 0.132, hy + 0.235), (hx - 0.125, hy + 0.335), (hx - 0.065, hy + 0.26))], True
    )
    canvas.drawPath(tip, dark)
    skull, muzzle, cheek, nose = skia.Path(), skia.Path(), skia.Path(), skia.Path()
    skull.addOval(skia.Rect.MakeLTRB(hx - 0.165, hy - 0.145, hx + 0.165, hy + 0.155))
    gape = pose.mouth * (1 - pose.sleep)
    tip_x, tip_y = bones.nose[0], bones.nose[1] + 0.035 * gape
    jaw_x, jaw_y = bones.nose[0] - 0.05 - 0.03 * gape, bones.nose[1] - 0.012 - 0.135 * gape
    _capsule(muzzle, (hx + 0.06, hy - 0.01), 0.115, (tip_x, tip_y), 0.028)
    _capsule(cheek, (hx + 0.02, hy - 0.075), 0.07, (jaw_x, jaw_y), 0.018 + 0.008 * gape)
    nose.addCircle(tip_x, tip_y + 0.004, 0.036)
    canvas.drawPath(skull, coat)
    canvas.drawPath(cheek, cream)
    if gape > 0.02:
        throat = skia.Path()
        throat.addPoly(
            [
                skia.Point(hx + 0.11, hy - 0.065),
                skia.Point(tip_x - 0.03, tip_y - 0.02),
                skia.Point(jaw_x, jaw_y + 0.03),
            ],
            True,
        )
        canvas.drawPath(throat, red)
    canvas.drawPath(muzzle, coat)
    if gape <= 0.02:
        canvas.drawPath(cheek, cream)
    canvas.drawPath(nose, dark)
    eye_x, eye_y = hx + EYE[0], hy + EYE[1]
    canvas.drawOval(
        skia.Rect.MakeLTRB(eye_x - 0.034, eye_y - 0.034 * (1 - 0.8 * pose.sleep), eye_x + 0.034,
                           eye_y + 0.034 * (1 - 0.8 * pose.sleep)), dark)  # fmt: skip
    if pose.sleep > 0.5:
        return
    shine = skia.Paint(
        Color4f=skia.Color4f(1, 0.93, 0.78, float(0.55 + 0.45 * max(light.dark, pose.lantern))), AntiAlias=True
    )
    canvas.drawCircle(hx + 0.097, hy + 0.057, 0.013, shine)


def _lamp(canvas: skia.Canvas, bones: Skeleton, glow: float) -> None:
    alpha = min(1.0, glow * 4)
    iron = skia.Paint(Color4f=skia.Color4f(0.17, 0.12, 0.14, alpha), AntiAlias=True, StrokeWidth=0.022)
    x, y = bones.lamp
    canvas.drawLine(*bones.handle, x, y + 0.10, iron)
    glass = mix(rgb("#c8813c"), rgb("#ffe9b0"), glow)
    core = skia.Paint(Color4f=skia.Color4f(*map(float, glass), alpha), AntiAlias=True)
    canvas.drawRoundRect(skia.Rect.MakeLTRB(x - 0.065, y - 0.09, x + 0.065, y + 0.09), 0.035, 0.035, core)
    canvas.drawRect(skia.Rect.MakeLTRB(x - 0.075, y + 0.075, x + 0.075, y + 0.105), iron)
    canvas.drawRect(skia.Rect.MakeLTRB(x - 0.08, y - 0.115, x + 0.08, y - 0.08), iron)
