"""Silhouettes: ridges, trees, houses and small things, each added to a path.

Units are picture heights; y grows downwards and 0 is the top edge. Every function draws standing on `(x, y)`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import skia
from numpy.typing import NDArray

Rng = np.random.Generator
Heights = NDArray[np.float64]


def hills(rng: Rng, circumference: float, low: float, high: float, forms: int, rough: float = 0.12) -> Heights:
    """A periodic skyline of few large forms and a rhythm of small ones: y for equally spaced x, between `high` and
    `low`."""
    n = 720
    t = np.arange(n) / n
    warp = sum(rng.uniform(0.2, 0.6) / k * np.sin(2 * np.pi * (k * t + rng.random())) for k in (1, 2)) / (2 * np.pi)
    wave = np.sin(2 * np.pi * (forms * (t + warp * 0.5) + rng.random()))
    wave += 0.55 * np.sin(2 * np.pi * ((forms * 2 + 1) * t + rng.random()) + 1.3 * wave)
    wave += rough * sum(np.sin(2 * np.pi * (k * t + rng.random())) for k in rng.integers(forms * 5, forms * 9, 3))
    wave = (wave - wave.min()) / (wave.max() - wave.min())
    heights: Heights = low + (high - low) * wave
    return heights


def peaks(rng: Rng, circumference: float, low: float, high: float, forms: int) -> Heights:
    """A periodic range of cut-paper mountains: straight faces, broken shoulders, no two alike."""
    n = 720
    centres = (np.arange(forms) + rng.uniform(-0.28, 0.28, forms)) / forms
    tops = high + (low - high) * rng.uniform(0.0, 0.55, forms) * (np.arange(forms) % 2 * 0.7 + 0.3)
    xs: list[float] = []
    ys: list[float] = []
    for i, (centre, top) in enumerate(zip(centres, tops, strict=True)):
        following = centres[(i + 1) % forms] + (1 if i + 1 == forms else 0)
        valley = low - (low - high) * rng.uniform(0.0, 0.22)
        gap = following - centre
        for along, down in ((0, 0), (0.10, 0.22), (0.15, 0.24), (0.30, 0.66), (0.36, 0.67), (0.5, 1.0)):
            jitter = rng.uniform(-0.03, 0.03) if along not in (0, 0.5) else 0
            xs.append(centre + gap * (along + jitter))
            ys.append(top + (valley - top) * down)
        after = tops[(i + 1) % forms]
        for along, down in ((0.66, 0.62), (0.72, 0.60), (0.86, 0.26), (0.92, 0.2)):
            xs.append(centre + gap * (along + rng.uniform(-0.03, 0.03)))
            ys.append(after + (valley - after) * down)
    order = np.argsort(xs)
    heights: Heights = np.interp(np.arange(n) / n, np.array(xs)[order], np.array(ys)[order], period=1)
    return heights


def height_at(heights: Heights, circumference: float, x: float) -> float:
    """The skyline's y at x, wrapping round."""
    n = len(heights)
    return float(np.interp(x / circumference % 1 * n, np.arange(n + 1), np.append(heights, heights[0])))


def ground(path: skia.Path, heights: Heights, circumference: float, bottom: float = 1.1) -> None:
    """Everything below a skyline, over one turn of the world."""
    n = len(heights)
    over = 0.002  # a hair across the seam, so that no light comes through
    path.moveTo(-over, bottom)
    path.lineTo(-over, float(heights[0]))
    for i in range(0, n + 1, 2):
        path.lineTo(i / n * circumference, float(heights[i % n]))
    path.lineTo(circumference + over, float(heights[0]))
    path.lineTo(circumference + over, bottom)
    path.close()


def spruce(path: skia.Path, rng: Rng, x: float, y: float, h: float) -> None:
    """A tall spruce in three or four tiers, a little crooked."""
    tiers = 4 if h > 0.16 else 3
    width = h * rng.uniform(0.34, 0.42)
    lean = rng.uniform(-0.02, 0.02) * h
    left, right = [], []
    for i in range(tiers):
        bottom = (i + 1.28) / tiers * 0.92
        spread = width * (0.28 + 0.72 * (i + 1) / tiers) / 2
        inner = spread * 0.46
        left += [(x - spread + lean * (1 - bottom), y - h * (1 - min(bottom, 0.93)))]
        right += [(x + spread + lean * (1 - bottom), y - h * (1 - min(bottom, 0.93)))]
        if i < tiers - 1:
            left += [(x - inner, y - h * (1 - bottom + 0.05))]
            right += [(x + inner, y - h * (1 - bottom + 0.05))]
    path.moveTo(x + lean, y - h)
    for point in right:
        path.lineTo(*point)
    path.lineTo(x + h * 0.03, y - h * 0.07)
    path.lineTo(x + h * 0.03, y + 0.01)
    path.lineTo(x - h * 0.03, y + 0.01)
    path.lineTo(x - h * 0.03, y - h * 0.07)
    for point in reversed(left):
        path.lineTo(*point)
    path.close()


def oak(path: skia.Path, rng: Rng, x: float, y: float, h: float) -> None:
    """A broad round crown of a few lobes on a short trunk."""
    path.addRect(skia.Rect.MakeLTRB(x - h * 0.045, y - h * 0.5, x + h * 0.045, y + 0.01))
    for dx, dy, r in (
        (0, 0.66, 0.30),
        (-0.23, 0.52, 0.22),
        (0.24, 0.54, 0.23),
        (-0.08, 0.80, 0.19),
        (0.14, 0.78, 0.17),
    ):
        wobble = rng.uniform(0.9, 1.1)
        path.addOval(skia.Rect.MakeLTRB(
            x + h * (dx - r * wobble), y - h * (dy + r * 0.82), x + h * (dx + r * wobble), y - h * (dy - r * 0.82)
        ))  # fmt: skip


def poplar(path: skia.Path, rng: Rng, x: float, y: float, h: float) -> None:
    """A slim flame of a tree."""
    w = h * rng.uniform(0.11, 0.14)
    path.moveTo(x, y - h)
    path.cubicTo(x + w * 1.3, y - h * 0.72, x + w * 1.2, y - h * 0.25, x + w * 0.25, y - h * 0.1)
    path.lineTo(x + w * 0.25, y + 0.01)
    path.lineTo(x - w * 0.25, y + 0.01)
    path.lineTo(x - w * 0.25, y - h * 0.1)
    path.cubicTo(x - w * 1.2, y - h * 0.25, x - w * 1.3, y - h * 0.72, x, y - h)
    path.close()


def bush(path: skia.Path, rng: Rng, x: float, y: float, h: float) -> None:
    """A low cushion of leaves."""
    for dx, r in ((-0.7, 0.55), (0, 0.8), (0.75, 0.5)):
        path.addOval(skia.Rect.MakeLTRB(x + h * (dx - r), y - h * r * 1.3, x + h * (dx + r), y + h * r * 0.5))


def reeds(path: skia.Path, rng: Rng, x: float, y: float, h: float) -> None:
    """A fan of blades."""
    for dx in (-0.5, -0.2, 0.05, 0.3, 0.55):
        top = h * rng.uniform(0.6, 1.0)
        path.moveTo(x + dx * h * 0.5 - h * 0.035, y + 0.01)
        path.quadTo(x + dx * h * 0.55, y - top * 0.6, x + dx * h + rng.uniform(-0.05, 0.05) * h, y - top)
        path.quadTo(x + dx * h * 0.6 + h * 0.04, y - top * 0.5, x + dx * h * 0.5 + h * 0.035, y + 0.01)
        path.close()


def boat(path: skia.Path, rng: Rng, x: float, y: float, h: float) -> None:
    """A small sailing boat under way."""
    path.moveTo(x - h * 0.42, y - h * 0.14)
    path.lineTo(x + h * 0.48, y - h * 0.17)
    path.lineTo(x + h * 0.32, y)
    path.lineTo(x - h * 0.28, y)
    path.close()
    path.moveTo(x + h * 0.02, y - h)
    path.quadTo(x + h * 0.44, y - h * 0.55, x + h * 0.42, y - h * 0.24)
    path.lineTo(x + h * 0.02, y - h * 0.22)
    path.close()
    path.moveTo(x - h * 0.03, y - h * 0.92)
    path.lineTo(x - h * 0.03, y - h * 0.24)
    path.lineTo(x - h * 0.34, y - h * 0.26)
    path.close()


def palm(path: skia.Path, rng: Rng, x: float, y: float, h: float) -> None:
    """A date palm: a bowed stem and a fan of drooping leaves."""
    bow = rng.uniform(-0.14, 0.14) * h
    tx, ty = x + bow, y - h
    path.moveTo(x - h * 0.035, y + 0.01)
    path.quadTo(x + bow * 0.2, y - h * 0.5, tx - h * 0.015, ty)
    path.lineTo(tx + h * 0.02, ty)
    path.quadTo(x + bow * 0.2 + h * 0.045, y - h * 0.5, x + h * 0.035, y + 0.01)
    path.close()
    for angle, length in ((-2.9, 0.44), (-2.35, 0.42), (-1.75, 0.34), (-1.25, 0.36), (-0.75, 0.44), (-0.2, 0.45)):
        dx, dy = np.cos(angle) * length * h, np.sin(angle) * length * h * 0.62
        path.moveTo(tx, ty + h * 0.01)
        path.quadTo(tx + dx * 0.5, ty + dy - h * 0.10, tx + dx, ty + dy + h * 0.14)
        path.quadTo(tx + dx * 0.45, ty + dy + h * 0.04, tx, ty + h * 0.05)
        path.close()


def saguaro(path: skia.Path, rng: Rng, x: float, y: float, h: float) -> None:
    """A tall cactus with one arm or two."""
    r = h * 0.062

    def limb(x0: float, y0: float, y1: float, radius: float) -> None:
        path.addRoundRect(skia.Rect.MakeLTRB(x0 - radius, y0, x0 + radius, y1), radius, radius)

    limb(x, y - h, y + 0.03, r)
    arms = ((-1, rng.uniform(0.40, 0.52)), (1, rng.uniform(0.52, 0.64)))
    for side, up in arms if rng.random() < 0.75 else arms[:1]:
        reach, tip = side * h * 0.19, y - h * (up + rng.uniform(0.22, 0.32))
        path.addRoundRect(
            skia.Rect.MakeLTRB(min(x, x + reach) - r * 0.7, y - h * up - r * 0.75, max(x, x + reach) + r * 0.7,
                               y - h * up + r * 0.75), r * 0.7, r * 0.7)  # fmt: skip
        limb(x + reach, tip, y - h * up + r * 0.7, r * 0.78)


def tent(path: skia.Path, mouths: skia.Path, x: float, y: float, h: float) -> None:
    """A nomad's tent with a lit entrance."""
    path.moveTo(x, y - h)
    path.quadTo(x + h * 0.35, y - h * 0.45, x + h * 0.95, y)
    path.lineTo(x - h * 0.95, y)
    path.quadTo(x - h * 0.35, y - h * 0.45, x, y - h)
    path.close()
    mouths.moveTo(x, y - h * 0.66)
    mouths.quadTo(x + h * 0.06, y - h * 0.3, x + h * 0.24, y)
    mouths.lineTo(x - h * 0.16, y)
    mouths.quadTo(x - h * 0.03, y - h * 0.3, x, y - h * 0.66)
    mouths.close()


def laden_spruce(path: skia.Path, caps: skia.Path, rng: Rng, x: float, y: float, h: float) -> None:
    """A spruce, and the snow on its branches."""
    spruce(path, rng, x, y, h)
    w = h * 0.37
    for i in range(4 if h > 0.16 else 3):
        tiers = 4 if h > 0.16 else 3
        top = y - h * (1 - i / tiers * 0.86)
        spread = w * (0.28 + 0.72 * (i + 1) / tiers) / 2
        foot = y - h * (1 - min((i + 1.05) / tiers * 0.92, 0.93))
        caps.moveTo(x, top)
        caps.lineTo(x + spread * 0.42, foot - h * 0.045)
        caps.lineTo(x + spread * 0.10, foot - h * 0.075)
        caps.lineTo(x - spread * 0.22, foot - h * 0.035)
        caps.lineTo(x - spread * 0.80, foot)
        caps.close()


class House:
    """A gabled house in three paths: walls, roof and windows; `tower` makes it tall with a pointed roof."""

    def __init__(self, walls: skia.Path, roofs: skia.Path, windows: skia.Path) -> None:
        self.walls, self.roofs, self.windows = walls, roofs, windows

    def add(self, rng: Rng, x: float, y: float, h: float, tower: bool = False) -> None:
        """One more house, `h` high, its foot at (x, y)."""
        w = h * (0.40 if tower else rng.uniform(0.72, 0.98))
        eaves = h * (0.68 if tower else rng.uniform(0.52, 0.60))
        ridge = h * (1.12 if tower else rng.uniform(0.98, 1.16))
        over = h * 0.075
        tip = 0.0 if tower else rng.uniform(-0.10, 0.10) * w
        self.walls.addRect(skia.Rect.MakeLTRB(x - w / 2, y - eaves - h * 0.02, x + w / 2, y + 0.02))
        self.roofs.moveTo(x - w / 2 - over, y - eaves)
        self.roofs.lineTo(x + tip - (0 if tower else w * 0.03), y - ridge)
        self.roofs.lineTo(x + tip + (0 if tower else w * 0.03), y - ridge)
        self.roofs.lineTo(x + w / 2 + over, y - eaves)
        self.roofs.close()
        if not tower and rng.random() < 0.6:
            chimney = x + tip + w * 0.22
            self.roofs.addRect(skia.Rect.MakeLTRB(chimney, y - ridge * 0.99, chimney + h * 0.1, y - eaves))
        side = h * (0.15 if tower else 0.17)
        across = (0.0,) if tower else ((-0.24, 0.23) if w > h * 0.8 else (0.02,))
        for dx in across:
            cx, cy = x + dx * w, y - eaves * (0.78 if tower else 0.56)
            self.windows.addRoundRect(
                skia.Rect.MakeLTRB(cx - side / 2, cy - side * 0.62, cx + side / 2, cy + side * 0.62),
                side * 0.2,
                side * 0.2,
            )


Stamp = Callable[[skia.Path, Rng, float, float, float], None]


def scatter(
    path: skia.Path, rng: Rng, stamp: Stamp, heights: Heights, circumference: float, count: int, size: tuple[float,
    float],
    clumps: int, sunk: float = 0.01, keep_off: tuple[tuple[float, float], ...] = (),
) -> None:  # fmt: skip
    """Stamps in groups with gaps along a skyline, none inside the spans of `keep_off`; a form never crosses the
    seam alone."""
    centres = rng.random(clumps) * circumference
    for _ in range(count):
        x = float((rng.choice(centres) + rng.normal(0, circumference / clumps / 5)) % circumference)
        if any(a <= x <= b for a, b in keep_off):
            continue
        stamp(path, rng, x, height_at(heights, circumference, x) + sunk, float(rng.uniform(*size)))
