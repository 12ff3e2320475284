"""The painter: axes in, a layered cut-paper landscape out. Slow and exact; the house model learns to be it, fast.

It draws with Skia at any size. Between two places it changes the scene as a paper theatre does: the layers of the one
sink behind the ground, nearest first, and those of the other rise, so that nothing is ever seen through anything else.
"""

from __future__ import annotations

from math import exp

import numpy as np
import skia
from numpy.typing import NDArray

from forkreel.atelier import fox as puppet
from forkreel.atelier import places
from forkreel.atelier.palette import Colour, Light, light_at, mix, rgb
from forkreel.atelier.places import Layer, Part
from forkreel.model.house.geometry import (
    ASPECT,
    CIRCUMFERENCE,
    CLOUDS_CIRCUMFERENCE,
    PLACES,
    moon_at,
    sink_of,
    sun_at,
)
from forkreel.model.house.setting import Setting

NIGHT = light_at(0)
DISTANCE = (1.0, 0.76, 0.54, 0.33, 0.13, 0.05)


def _c4(colour: Colour, alpha: float = 1.0) -> int:
    r, g, b = (round(255 * min(1.0, max(0.0, float(v)))) for v in colour)
    return int(skia.ColorSetARGB(round(255 * min(1.0, max(0.0, alpha))), r, g, b))


def _pose(setting: Setting) -> puppet.Pose:
    return puppet.Pose(setting.walk, setting.gait, setting.sit, setting.lantern, setting.face)


class Painter:
    """Paints settings. The worlds are drawn once; a painter is not safe for use by two threads at a time."""

    def __init__(self) -> None:
        self._places = {name: places.build(name) for name in PLACES}
        self._windows = {name: [_windows(layer) for layer in layers] for name, layers in self._places.items()}
        self._clouds = self._build_clouds()

    def paint(self, setting: Setting, size: tuple[int, int]) -> NDArray[np.uint8]:
        """A setting as `(height, width, 3)` uint8 RGB; `size` is width and height in pixels."""
        width, height = size
        surface = skia.Surface(width, height)
        canvas = surface.getCanvas()
        canvas.scale(width / ASPECT, height)
        light = light_at(setting.hour)
        self._sky(canvas, setting, light)
        for depth in range(5):
            self._layer(canvas, setting, light, depth)
            self._lamps(canvas, setting, light, depth)
            if depth in (1, 3):
                self._wrap_light(canvas, setting, light, 0.34 if depth == 1 else 0.16)
        self._layer(canvas, setting, light, 5)
        if setting.fox > 0.01:
            self._fox(canvas, setting, light)
        return np.ascontiguousarray(surface.toarray(colorType=skia.kRGBA_8888_ColorType)[:, :, :3])

    def sky_mask(self, setting: Setting, size: tuple[int, int]) -> NDArray[np.uint8]:
        """Where nothing stands before the sky: `(height, width)` uint8, 255 is open sky."""
        width, height = size
        surface = skia.Surface(width, height)
        canvas = surface.getCanvas()
        canvas.clear(skia.ColorWHITE)
        canvas.scale(width / ASPECT, height)
        black = skia.Paint(Color=skia.ColorBLACK, AntiAlias=True)
        for depth in range(6):
            canvas.save()
            canvas.translate(0, sink_of(depth, setting.presence))
            for part in self._places[setting.place][depth].parts:
                self._tiled(canvas, part.path, setting.pan % 1 * CIRCUMFERENCE[depth], CIRCUMFERENCE[depth], black)
            canvas.restore()
        if setting.fox > 0.01:
            cut_out = skia.Paint(ColorFilter=skia.ColorFilters.Blend(skia.ColorBLACK, skia.BlendMode.kSrcIn))
            canvas.saveLayer(None, cut_out)
            puppet.draw(canvas, _pose(setting), setting.fox_x * ASPECT, NIGHT, setting.fox)
            canvas.restore()
        return np.ascontiguousarray(surface.toarray(colorType=skia.kRGBA_8888_ColorType)[:, :, 0])

    def panorama(self, place: str, depth: int, columns: int, rows: int) -> NDArray[np.float32]:
        """One layer round its whole world at noon, without air: `(rows, columns, 5)` premultiplied RGBA and
        windows, 0..1."""
        over = 4
        light = light_at(12)
        planes = []
        for kind in ("all", "window"):
            surface = skia.Surface(columns * over, rows * over)
            canvas = surface.getCanvas()
            canvas.scale(columns * over / CIRCUMFERENCE[depth], rows * over)
            for part in self._places[place][depth].parts:
                if kind == "all" or part.kind == "window":
                    paint = skia.Paint(Color=_c4(part.material * light.light), AntiAlias=True)
                    for turn in (-1, 0, 1):
                        canvas.save()
                        canvas.translate(turn * CIRCUMFERENCE[depth], 0)
                        canvas.drawPath(part.path, paint)
                        canvas.restore()
            pixels = surface.toarray(colorType=skia.kRGBA_8888_ColorType).astype(np.float32) / 255
            pixels[..., :3] *= pixels[..., 3:]
            planes.append(pixels.reshape(rows, over, columns, over, 4).mean((1, 3)))
        return np.concatenate([planes[0], planes[1][..., 3:]], axis=2)

    # ---- sky

    def _build_clouds(self) -> tuple[skia.Path, skia.Path]:
        rng = np.random.default_rng(79)
        high, low = skia.Path(), skia.Path()
        for path, count, y0, y1, size in ((high, 4, 0.07, 0.22, 0.62), (low, 3, 0.30, 0.43, 0.95)):
            for i in range(count):
                x = (i + rng.uniform(0.15, 0.75)) / count * CLOUDS_CIRCUMFERENCE
                y, w = rng.uniform(y0, y1), size * rng.uniform(0.6, 1.1)
                for dx, dy, dw in ((0, 0, 1.0), (0.14, -0.017, 0.52), (-0.20, 0.014, 0.60)):
                    _streak(path, x + dx * w, y + dy, w * dw, 0.012 + 0.018 * dw * size)
        return high, low

    def _sky(self, canvas: skia.Canvas, setting: Setting, light: Light) -> None:
        stops = [0.0, 0.30, 0.50, 0.64]
        shader = skia.GradientShader.MakeLinear(
            [skia.Point(0, 0), skia.Point(0, 1)], [_c4(c) for c in light.sky], stops
        )
        canvas.drawPaint(skia.Paint(Shader=shader, Dither=True))
        self._body(canvas, *sun_at(setting.hour), light, sun=True)
        if setting.hour > 17.6 or setting.hour < 7.2:
            self._body(canvas, *moon_at(setting.hour), light, sun=False)
        offset = (setting.pan + setting.clouds) % 1 * CLOUDS_CIRCUMFERENCE
        bright = mix(mix(light.sky[3], light.glow, 0.35), light.shade, 0.30 * light.dark)
        veil = 0.58 * (1 - 0.55 * setting.haze)
        for path, strength, tint in ((self._clouds[0], 0.8, 0.10), (self._clouds[1], 1.0, 0.28)):
            colour = mix(bright, light.sky[1], tint)
            self._tiled(
                canvas,
                path,
                offset,
                CLOUDS_CIRCUMFERENCE,
                skia.Paint(Color=_c4(colour, veil * strength), AntiAlias=True),
            )

    def _body(self, canvas: skia.Canvas, x: float, y: float, light: Light, sun: bool) -> None:
        if y > 0.85:
            return
        risen = min(1.0, max(0.0, (0.85 - y) / 0.2))
        strength = light.glow_strength * risen if sun else 0.30 * light.dark * risen
        glow = light.glow if sun else rgb("#c6d4ff")
        for radius, alpha in ((0.85, 0.42), (0.26, 0.55)):
            self._radial(canvas, x, y, radius, glow, alpha * strength)
        if sun:
            colour = mix(rgb("#fffdf2"), light.glow, 0.25 + 0.35 * min(1.0, light.shadow * 2))
            canvas.drawCircle(x, y, 0.052, skia.Paint(Color=_c4(colour), AntiAlias=True))
        else:
            fade = min(1.0, light.dark * 1.1)
            disc, maria = rgb("#f4efdc"), rgb("#d5d3cd")
            canvas.drawCircle(x, y, 0.040, skia.Paint(Color=_c4(disc, fade), AntiAlias=True))
            for dx, dy, r in ((-0.012, -0.008, 0.010), (0.010, 0.008, 0.008), (0.006, -0.014, 0.006)):
                canvas.drawCircle(x + dx, y + dy, r, skia.Paint(Color=_c4(maria, fade * 0.8), AntiAlias=True))

    # ---- land

    def _tone(self, material: Colour, light: Light, depth: int, haze: float) -> tuple[Colour, Colour]:
        """A material's colour at the top and at the foot of a layer: lit, shaded, then lost in the air."""
        near = 1 - DISTANCE[depth]
        lit = mix(material * light.light, light.shade, light.shadow * (0.72 + 0.55 * near))
        veil = 1 - exp(-(0.36 + 2.5 * haze) * DISTANCE[depth])
        foot = veil + (1 - veil) * (0.10 + 0.42 * haze) * min(1.0, DISTANCE[depth] * 2.2)
        if depth == 5:
            return mix(lit, light.air, veil), mix(lit, light.shade, 0.30)
        return mix(lit, light.air, veil), mix(lit, light.air, foot)

    def _layer(self, canvas: skia.Canvas, setting: Setting, light: Light, depth: int) -> None:
        place = self._places[setting.place][depth]
        offset = setting.pan % 1 * CIRCUMFERENCE[depth]
        if depth == 5:
            if setting.presence < 1:
                self._paper(canvas, self._places[setting.other][depth], setting, light, depth, offset, 1.0)
            self._paper(canvas, place, setting, light, depth, offset, setting.presence)
            return
        canvas.save()
        canvas.translate(0, sink_of(depth, setting.presence))
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
            if part.kind == "window":
                lit = mix(mix(part.material * light.light, light.shade, 0.6), part.material, min(1.0, light.dark * 1.2))
                veil = (1 - exp(-(0.3 + 1.6 * setting.haze) * DISTANCE[depth])) * 0.7
                paint.setColor(_c4(mix(lit, light.air, veil), alpha))
            else:
                top, foot = self._tone(part.material, light, depth, setting.haze)
                paint.setShader(skia.GradientShader.MakeLinear(
                    [skia.Point(0, layer.top), skia.Point(0, layer.base)], [_c4(top, alpha), _c4(foot, alpha)]
                ))  # fmt: skip
            self._tiled(canvas, part.path, offset, circumference, paint)

    def _water(self, canvas: skia.Canvas, part: Part, layer: Layer, setting: Setting, light: Light, depth: int) -> None:
        line = float(part.path.getBounds().top())
        canvas.save()
        canvas.clipRect(skia.Rect.MakeLTRB(-1, line, ASPECT + 1, 1.2))
        sky = [mix(c, part.material * light.light, 0.30) for c in (light.sky[3], light.sky[2], light.sky[1])]
        sky[2] = mix(sky[2], light.shade, 0.25)
        canvas.drawPaint(skia.Paint(Shader=skia.GradientShader.MakeLinear(
            [skia.Point(0, line), skia.Point(0, line + 0.30)], [_c4(c) for c in sky], [0.0, 0.4, 1.0]
        )))  # fmt: skip
        canvas.save()
        canvas.translate(0, 2 * line)
        canvas.scale(1, -1)
        for x, y, sun in ((*sun_at(setting.hour), True), (*moon_at(setting.hour), False)):
            if y < line and (sun or light.dark > 0.1):
                strength = light.glow_strength if sun else 0.4 * light.dark
                self._radial(canvas, x, y, 0.55, light.glow if sun else rgb("#c6d4ff"), 0.5 * strength)
        for behind in range(depth):
            mirrored = self._places[setting.place][behind]
            offset = setting.pan % 1 * CIRCUMFERENCE[behind]
            for other in mirrored.parts:
                if other.kind == "water":
                    continue
                top, _ = self._tone(other.material, light, behind, setting.haze)
                colour = part_colour = mix(top, sky[1], 0.38)
                if other.kind == "window":
                    colour = mix(part_colour, other.material, 0.8 * light.dark)
                self._tiled(
                    canvas,
                    other.path,
                    offset,
                    CIRCUMFERENCE[behind],
                    skia.Paint(Color=_c4(colour, 0.85), AntiAlias=True),
                )
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
        offset = setting.pan % 1 * circumference
        self._tiled(
            canvas,
            breaks,
            offset,
            circumference,
            skia.Paint(Color=_c4(mix(sky[0], light.glow, 0.3), 0.55), AntiAlias=True),
        )
        canvas.restore()

    # ---- light

    def _wrap_light(self, canvas: skia.Canvas, setting: Setting, light: Light, strength: float) -> None:
        """The glow of a low sun creeps over the edges of what stands before it."""
        x, y = sun_at(setting.hour)
        low = exp(-(((y - 0.52) / 0.22) ** 2))
        self._radial(canvas, x, y, 0.62, light.glow, strength * low * light.glow_strength)

    def _lamps(self, canvas: skia.Canvas, setting: Setting, light: Light, depth: int) -> None:
        """In the dark, light falls from the windows of a layer on what stands near."""
        sink = sink_of(depth, setting.presence)
        strength = 0.40 * light.dark * (1 - 0.4 * setting.haze) * max(0.0, 1 - sink / 0.3)
        circumference = CIRCUMFERENCE[depth]
        for x, y in self._windows[setting.place][depth]:
            across = (x - setting.pan % 1 * circumference + 0.5) % circumference - 0.5
            if across < ASPECT + 0.4:
                self._radial(canvas, across, y + sink, (0.0, 0.0, 0.06, 0.10, 0.18)[depth], puppet.LAMP, strength)

    def _fox(self, canvas: skia.Canvas, setting: Setting, light: Light) -> None:
        x = setting.fox_x * ASPECT
        pose = _pose(setting)
        lamp = puppet.lamp_at(pose, x)
        glow = pose.lantern * setting.fox
        if glow > 0.01:
            self._radial(canvas, *lamp, 0.52, puppet.LAMP, glow * (0.10 + 0.44 * light.dark))
        puppet.draw(canvas, pose, x, light, setting.fox)
        if glow > 0.01:
            self._radial(canvas, *lamp, 0.11, rgb("#ffdf9e"), glow * (0.35 + 0.55 * light.dark))

    # ---- strokes

    def _radial(self, canvas: skia.Canvas, x: float, y: float, radius: float, colour: Colour, alpha: float) -> None:
        """Additive light with a soft falloff."""
        if alpha <= 0.002:
            return
        steps = (0.0, 0.2, 0.45, 0.7, 1.0)
        fall = [alpha * (1 - s) ** 2 * (1 - 0.3 * s) for s in steps]
        paint = skia.Paint(
            Shader=skia.GradientShader.MakeRadial(skia.Point(x, y), radius, [_c4(colour, a) for a in fall],
            list(steps)),
            BlendMode=skia.BlendMode.kScreen, Dither=True,
        )  # fmt: skip
        canvas.drawRect(skia.Rect.MakeLTRB(x - radius, y - radius, x + radius, y + radius), paint)

    def _tiled(
        self, canvas: skia.Canvas, path: skia.Path, offset: float, circumference: float, paint: skia.Paint
    ) -> None:
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


def _streak(path: skia.Path, x: float, y: float, width: float, height: float) -> None:
    """A cloud as paper is cut: flat below, swelling above, drawn out to a point at either end."""
    half = width / 2
    path.moveTo(x - half, y)
    path.cubicTo(x - half * 0.55, y - height * 0.15, x - half * 0.45, y - height, x - half * 0.05, y - height)
    path.cubicTo(x + half * 0.30, y - height, x + half * 0.40, y - height * 0.2, x + half, y)
    path.cubicTo(x + half * 0.4, y + height * 0.32, x - half * 0.4, y + height * 0.32, x - half, y)
    path.close()


def _windows(layer: Layer) -> list[tuple[float, float]]:
    """The middle of every window of a layer."""
    middles: list[tuple[float, float]] = []
    for part in layer.parts:
        if part.kind != "window":
            continue
        outline: list[tuple[float, float]] = []
        for verb, points in part.path:
            if verb == skia.Path.kClose_Verb and outline:
                xs, ys = zip(*outline, strict=True)
                middles.append(((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2))
                outline = []
            elif verb != skia.Path.kDone_Verb:
                outline += [(float(p.x()), float(p.y())) for p in points]
    return middles
