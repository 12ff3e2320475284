"""The painter: axes in, a layered cut-paper landscape out. Slow and exact; the house model learns to be it, fast.

It draws with Skia at any size. Between two places it changes the scene as a paper theatre does: the layers of the one
sink behind the ground, nearest first, and those of the other rise, so that nothing is ever seen through anything else.
"""

from __future__ import annotations

from math import exp

import numpy as np
import skia
from numpy.typing import NDArray

from forkreel.atelier import company, places, product, sky
from forkreel.atelier import fox as puppet
from forkreel.atelier.palette import Colour, Light, hue, light_at, mix, rgb
from forkreel.atelier.seasons import seasonal
from forkreel.atelier.sketch import Layer, Part
from forkreel.atelier.strokes import glow, ink, tiled
from forkreel.model.house.geometry import (
    ASPECT,
    CIRCUMFERENCE,
    PLACES,
    PRODUCT_AT,
    PRODUCT_GLASS,
    moon_at,
    on_table,
    sink_of,
    sun_at,
)
from forkreel.model.house.setting import Setting

DISTANCE = (1.0, 0.76, 0.54, 0.33, 0.13, 0.05)


def pose_of(setting: Setting) -> puppet.Pose:
    """What the fox does in a setting; in the studio the lantern is not its own."""
    return puppet.Pose(
        setting.walk, setting.gait, setting.sit, setting.lantern * (1 - on_table(setting.place, setting.presence)),
        setting.face, setting.run, setting.sleep, setting.mouth,
    )  # fmt: skip


class Painter:
    """Paints settings. The worlds are drawn once: `places` are their layers, far to near. A painter is not safe for use
    by two threads at a time."""

    def __init__(self) -> None:
        self.places = {name: places.build(name) for name in PLACES}
        self._windows = {name: [_windows(layer) for layer in layers] for name, layers in self.places.items()}
        self._clouds = sky.clouds()

    def paint(self, setting: Setting, size: tuple[int, int], *, stage: bool = False) -> NDArray[np.uint8]:
        """A setting as `(height, width, 3)` uint8 RGB; `size` is width and height in pixels. On a bare `stage`
        nobody is seen, only the light of what they carry."""
        width, height = size
        surface = skia.Surface(width, height)
        canvas = surface.getCanvas()
        canvas.scale(width / ASPECT, height)
        light = light_at(setting.hour)
        sky.sky(canvas, self._clouds, setting, light)
        for depth in range(5):
            self._layer(canvas, setting, light, depth)
            self._lamps(canvas, setting, light, depth)
            if depth in (1, 3):
                self._wrap_light(canvas, setting, light, 0.34 if depth == 1 else 0.16)
        self._layer(canvas, setting, light, 5)
        self._company(canvas, setting, light, stage)
        if setting.fox > 0.01:
            self._fox(canvas, setting, light, stage)
        return np.ascontiguousarray(surface.toarray(colorType=skia.kRGBA_8888_ColorType)[:, :, :3])

    def sky_mask(self, setting: Setting, size: tuple[int, int]) -> NDArray[np.uint8]:
        """Where the stage leaves the sky open: `(height, width)` uint8, 255 is open sky."""
        width, height = size
        surface = skia.Surface(width, height)
        canvas = surface.getCanvas()
        canvas.clear(skia.ColorWHITE)
        canvas.scale(width / ASPECT, height)
        black = skia.Paint(Color=skia.ColorBLACK, AntiAlias=True)
        for depth in range(6):
            canvas.save()
            canvas.translate(0, sink_of(depth, setting.presence, setting.place))
            for part in self.places[setting.layer_of(depth)][depth].parts:
                tiled(canvas, part.path, setting.pan_of(depth) * CIRCUMFERENCE[depth], CIRCUMFERENCE[depth], black)
            canvas.restore()
        return np.ascontiguousarray(surface.toarray(colorType=skia.kRGBA_8888_ColorType)[:, :, 0])

    # ---- land

    def _tone(self, material: Colour, light: Light, depth: int, haze: float, air: float = 1.0) -> tuple[Colour, Colour]:
        """A material's colour at the top and at the foot of a layer: lit, shaded, then lost in the air."""
        near = 1 - DISTANCE[depth]
        lit = mix(material * light.light, light.shade, light.shadow * (0.72 + 0.55 * near))
        veil = 1 - exp(-(0.36 + 2.5 * haze) * DISTANCE[depth] * air)
        foot = veil + (1 - veil) * (0.10 + 0.42 * haze) * min(1.0, DISTANCE[depth] * air * 2.2)
        if depth == 5:
            return mix(lit, light.air, veil), mix(lit, light.shade, 0.30)
        return mix(lit, light.air, veil), mix(lit, light.air, foot)

    def _layer(self, canvas: skia.Canvas, setting: Setting, light: Light, depth: int) -> None:
        place = self.places[setting.layer_of(depth)][depth]
        offset = setting.pan_of(depth) * CIRCUMFERENCE[depth]
        if depth == 5:
            if setting.presence < 1:
                self._paper(canvas, self.places[setting.other][depth], setting, light, depth, offset, 1.0)
            self._paper(canvas, place, setting, light, depth, offset, setting.presence)
            return
        canvas.save()
        canvas.translate(0, sink_of(depth, setting.presence, setting.place))
        self._paper(canvas, place, setting, light, depth, offset, 1.0)
        canvas.restore()

    def _paper(
        self, canvas: skia.Canvas, layer: Layer, setting: Setting, light: Light, depth: int, offset: float, alpha: float
    ) -> None:
        circumference = CIRCUMFERENCE[depth]
        for part in layer.parts:
            if part.kind == "water":
                self._water(canvas, part, layer, setting, light, depth)
                continue
            paint = skia.Paint(AntiAlias=True)
            if part.kind == "sweep":
                wall, table = backdrop(setting, light)
                paint.setShader(skia.GradientShader.MakeLinear(
                    [skia.Point(0, 0), skia.Point(0, 1)],
                    [ink(c, alpha) for c in (mix(wall, light.shade, 0.25), wall, mix(wall, table, 0.9), table)],
                    [0.0, 0.52, 0.785, 1.0],
                ))  # fmt: skip
            elif part.kind == "crystal":
                veil = (1 - exp(-(0.2 + 1.2 * setting.haze) * DISTANCE[depth])) * 0.6
                paint.setColor(ink(mix(part.material * (0.78 + 0.22 * light.dark), light.air, veil), alpha))
            elif part.kind == "window":
                lit = mix(mix(part.material * light.light, light.shade, 0.6), part.material, min(1.0, light.dark * 1.2))
                veil = (1 - exp(-(0.3 + 1.6 * setting.haze) * DISTANCE[depth])) * 0.7
                paint.setColor(ink(mix(lit, light.air, veil), alpha))
            else:
                top, foot = self._tone(_worn(part, setting), light, depth, setting.haze, layer.air)
                paint.setShader(skia.GradientShader.MakeLinear(
                    [skia.Point(0, layer.top), skia.Point(0, layer.base)], [ink(top, alpha), ink(foot, alpha)]
                ))  # fmt: skip
            tiled(canvas, part.path, offset, circumference, paint)

    def _water(self, canvas: skia.Canvas, part: Part, layer: Layer, setting: Setting, light: Light, depth: int) -> None:
        line = float(part.path.getBounds().top())
        canvas.save()
        canvas.clipRect(skia.Rect.MakeLTRB(-1, line, ASPECT + 1, 1.2))
        tints = [mix(c, part.material * light.light, 0.30) for c in (light.sky[3], light.sky[2], light.sky[1])]
        tints[2] = mix(tints[2], light.shade, 0.25)
        canvas.drawPaint(skia.Paint(Shader=skia.GradientShader.MakeLinear(
            [skia.Point(0, line), skia.Point(0, line + 0.30)], [ink(c) for c in tints], [0.0, 0.4, 1.0]
        )))  # fmt: skip
        canvas.save()
        canvas.translate(0, 2 * line)
        canvas.scale(1, -1)
        for x, y, sun in ((*sun_at(setting.hour), True), (*moon_at(setting.hour), False)):
            if y < line and (sun or light.dark > 0.1):
                strength = light.glow_strength if sun else 0.4 * light.dark
                glow(canvas, x, y, 0.55, light.glow if sun else rgb("#c6d4ff"), 0.5 * strength)
        for behind in range(depth):
            mirrored = self.places[setting.layer_of(behind)][behind]
            offset = setting.pan_of(behind) * CIRCUMFERENCE[behind]
            for other in mirrored.parts:
                if other.kind == "water":
                    continue
                top, _ = self._tone(_worn(other, setting), light, behind, setting.haze)
                colour = part_colour = mix(top, tints[1], 0.38)
                if other.kind == "window":
                    colour = mix(part_colour, other.material, 0.8 * light.dark)
                tiled(
                    canvas,
                    other.path,
                    offset,
                    CIRCUMFERENCE[behind],
                    skia.Paint(Color=ink(colour, 0.85), AntiAlias=True),
                )
        canvas.restore()
        for x, y, sun in ((*sun_at(setting.hour), True), (*moon_at(setting.hour), False)):
            if y < line + 0.02:
                power = (light.glow_strength if sun else 0.5 * light.dark) * min(1.0, (line + 0.02 - y) / 0.05)
                canvas.save()
                canvas.translate(x, line + 0.01)
                canvas.scale(0.16, 0.62)
                glow(canvas, 0, 0, 0.75, light.glow if sun else rgb("#c6d4ff"), 0.75 * power)
                canvas.restore()
        breaks = skia.Path()
        rng = np.random.default_rng(depth)
        circumference = CIRCUMFERENCE[depth]
        for i in range(30):
            y = line + 0.012 + 0.19 * (i / 30) ** 1.5
            x, w = rng.random() * circumference, rng.uniform(0.12, 0.5) * (0.4 + i / 30)
            breaks.addOval(
                skia.Rect.MakeLTRB(x - w / 2, y - 0.0025 - 0.003 * i / 30, x + w / 2, y + 0.0025 + 0.003 * i / 30)
            )
        offset = setting.pan_of(depth) * circumference
        tiled(
            canvas,
            breaks,
            offset,
            circumference,
            skia.Paint(Color=ink(mix(tints[0], light.glow, 0.3), 0.55), AntiAlias=True),
        )
        canvas.restore()

    # ---- light

    def _wrap_light(self, canvas: skia.Canvas, setting: Setting, light: Light, strength: float) -> None:
        """The glow of a low sun creeps over the edges of what stands before it."""
        x, y = sun_at(setting.hour)
        low = exp(-(((y - 0.52) / 0.22) ** 2))
        glow(canvas, x, y, 0.62, light.glow, strength * low * light.glow_strength)

    def _lamps(self, canvas: skia.Canvas, setting: Setting, light: Light, depth: int) -> None:
        """Light falls from the windows of a layer, in the dark, and from crystals on what stands near."""
        sink = sink_of(depth, setting.presence, setting.place)
        fade = (1 - 0.4 * setting.haze) * max(0.0, 1 - sink / 0.3)
        circumference = CIRCUMFERENCE[depth]
        for x, y, colour, always in self._windows[setting.layer_of(depth)][depth]:
            strength = fade * (0.24 + 0.18 * light.dark if always else 0.40 * light.dark)
            across = (x - setting.pan_of(depth) * circumference + 0.5) % circumference - 0.5
            if across < ASPECT + 0.4:
                glow(canvas, across, y + sink, (0.0, 0.0, 0.06, 0.10, 0.18)[depth], colour, strength)

    def _company(self, canvas: skia.Canvas, setting: Setting, light: Light, stage: bool) -> None:
        """The studio's lantern, then who stands beside the fox, warm from a lantern that is near."""
        there = on_table(setting.place, setting.presence)
        if there > 0.01:
            _, table = backdrop(setting, light)
            x, y = PRODUCT_AT
            lit = setting.lantern
            glow(canvas, x - 0.35, 0.36, 0.85, light.glow, 0.20 * there * (1 - 0.5 * light.dark))
            shine = hue(setting.glass, 0.80, 0.10)
            glow(canvas, x, y - PRODUCT_GLASS, 0.62, shine, there * lit * (0.14 + 0.36 * light.dark))
            if not stage:
                canvas.save()
                canvas.translate(x, y)
                canvas.scale(1, -1)
                product.draw(canvas, setting, light, there, lit, table)
                canvas.restore()
            glow(canvas, x, y - PRODUCT_GLASS, 0.20, shine, there * lit * (0.30 + 0.35 * light.dark))
        if setting.company > 0.01 and not stage:
            pose = pose_of(setting)
            x = setting.other_x * ASPECT
            lamp = puppet.lamp_at(pose, setting.fox_x * ASPECT)
            near = exp(-(((x - lamp[0]) / 0.30) ** 2)) * pose.lantern * setting.fox
            company.draw(canvas, setting, light, near * (0.10 + 0.45 * light.dark), x)

    def _fox(self, canvas: skia.Canvas, setting: Setting, light: Light, stage: bool) -> None:
        x = setting.fox_x * ASPECT
        pose = pose_of(setting)
        lamp = puppet.lamp_at(pose, x)
        flame = pose.lantern * setting.fox
        if flame > 0.01:
            glow(canvas, *lamp, 0.52, puppet.LAMP, flame * (0.10 + 0.44 * light.dark))
        if not stage:
            puppet.draw(canvas, pose, x, light, setting.fox)
        if flame > 0.01:
            glow(canvas, *lamp, 0.11, rgb("#ffdf9e"), flame * (0.35 + 0.55 * light.dark))


def _worn(part: Part, setting: Setting) -> Colour:
    return seasonal(part.material, part.growth, setting.season)


def backdrop(setting: Setting, light: Light) -> tuple[Colour, Colour]:
    """The studio's wall and table."""
    shares = zip(setting.backdrop, (rgb("#e6d8c2"), rgb("#71828f"), rgb("#83597a")), strict=True)
    paper: Colour = np.sum([share * colour for share, colour in shares], axis=0)
    return mix(paper * light.light, light.shade, 0.10 + 0.35 * light.dark), mix(paper * light.light * 0.86, light.shade,
                                                                               0.16 + 0.30 * light.dark)  # fmt: skip


def _windows(layer: Layer) -> list[tuple[float, float, Colour, bool]]:
    """The middle of every window and crystal of a layer, its colour, and whether it always glows."""
    middles: list[tuple[float, float, Colour, bool]] = []
    for part in layer.parts:
        if part.kind not in ("window", "crystal"):
            continue
        colour = puppet.LAMP if part.kind == "window" else part.material
        outline: list[tuple[float, float]] = []
        for verb, points in part.path:
            if verb == skia.Path.kClose_Verb and outline:
                xs, ys = zip(*outline, strict=True)
                middle = ((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)
                middles.append((*middle, colour, part.kind == "crystal"))
                outline = []
            elif verb != skia.Path.kDone_Verb:
                outline += [(float(p.x()), float(p.y())) for p in points]
    return middles
