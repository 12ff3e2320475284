"""Silhouettes of stone, sand and ice, in the manner of `shapes`: picture heights, y downwards, standing on `(x, y)`."""

from __future__ import annotations

import numpy as np
import skia

from forkreel.atelier.shapes import Heights, Rng


def mesas(rng: Rng, circumference: float, low: float, high: float, forms: int) -> Heights:
    """A periodic skyline of table mountains: flat tops, steep walls, skirts of scree."""
    n = 720
    xs: list[float] = []
    ys: list[float] = []
    for i in range(forms):
        middle = (i + rng.uniform(0.3, 0.7)) / forms
        half = rng.uniform(0.12, 0.30) / forms
        top = high + (low - high) * rng.uniform(0.0, 0.5)
        ledge = top + (low - top) * rng.uniform(0.25, 0.5)
        foot = low - (low - high) * 0.16
        for dx, y in (
            (-2.3, low), (-1.55, foot), (-1.22, ledge + 0.012), (-1.16, ledge), (-1.02, ledge - 0.004), (-0.96, top),
            (0.52, top), (0.58, top + 0.016), (0.94, top + 0.018), (1.0, ledge + 0.02), (1.3, foot), (2.1, low),
        ):  # fmt: skip
            xs.append(middle + dx * half)
            ys.append(y)
    order = np.argsort(xs, kind="stable")
    heights: Heights = np.interp(np.arange(n) / n, np.array(xs)[order], np.array(ys)[order], period=1)
    return heights


def dunes(rng: Rng, circumference: float, low: float, high: float, forms: int) -> tuple[Heights, skia.Path]:
    """A periodic skyline of dunes, and the shaded side of each: a long back to windward, a sharp crest, a short lee."""
    n = 720
    at = np.arange(n) / n
    heights = np.full(n, low)
    lee = skia.Path()
    for i in range(forms):
        crest = (i + rng.uniform(0.35, 0.65)) / forms
        top = high + (low - high) * rng.uniform(0.0, 0.5)
        back, front = rng.uniform(0.55, 0.8) / forms, rng.uniform(0.34, 0.46) / forms
        away = (at - crest + 0.5) % 1 - 0.5
        t = np.clip(np.where(away < 0, 1 + away / back, 1 - away / front), 0, 1)
        heights = np.minimum(heights, low + (top - low) * np.where(away < 0, t**1.5, t**1.25))
    for i in range(n):
        if heights[i] < heights[i - 1] and heights[i] < heights[(i + 1) % n] and heights[i] < low - 0.02:
            x = i / n * circumference
            end = i
            while heights[(end + 1) % n] > heights[end % n]:
                end += 1
            path = [(x, float(heights[i]))]
            path += [(k / n * circumference, float(heights[k % n])) for k in range(i, end + 1)]
            lee.addPoly([skia.Point(*p) for p in path], False)
            foot = float(heights[end % n])
            drop = foot - float(heights[i])
            width = (end - i) / n * circumference
            lee.cubicTo(x + width * 0.72, foot + drop * 0.10, x + width * 0.42, foot - drop * 0.02, x + width * 0.20,
                        foot + drop * 0.22)  # fmt: skip
            lee.cubicTo(
                x + width * 0.26, foot - drop * 0.35, x - width * 0.02, foot - drop * 0.55, x, float(heights[i])
            )
            lee.close()
    result: Heights = heights
    return result, lee


def icicles(rng: Rng, circumference: float, low: float, high: float, count: int) -> Heights:
    """The lower edge of a ceiling: a wavy vault with stalactites in groups, hanging to between `low` and `high`."""
    n = 720
    at = np.arange(n) / n
    edge = low + 0.35 * (high - low) * (0.5 + 0.5 * np.sin(2 * np.pi * (2 * at + rng.random())))
    edge += 0.10 * (high - low) * np.sin(2 * np.pi * (7 * at + rng.random()))
    for middle in (np.arange(count) + rng.uniform(-0.35, 0.35, count)) / count:
        half = rng.uniform(0.010, 0.024) / circumference * 2.6
        length = (high - low) * rng.choice([0.35, 0.55, 1.0]) * rng.uniform(0.8, 1.1)
        t = np.clip(1 - np.abs((at - middle + 0.5) % 1 - 0.5) / half, 0, 1)
        edge = np.maximum(edge, edge + length * t**1.6)
    result: Heights = edge
    return result


def stalagmite(path: skia.Path, rng: Rng, x: float, y: float, h: float) -> None:
    """A cone of stone, a little hollow in its flanks."""
    w = h * rng.uniform(0.20, 0.30)
    tip = x + rng.uniform(-0.06, 0.06) * h
    path.moveTo(x - w, y + 0.01)
    path.quadTo(x - w * 0.25, y - h * 0.30, tip - h * 0.02, y - h)
    path.lineTo(tip + h * 0.02, y - h)
    path.quadTo(x + w * 0.25, y - h * 0.30, x + w, y + 0.01)
    path.close()


def column(path: skia.Path, rng: Rng, x: float, width: float) -> None:
    """A pillar that has grown together from above and below."""
    waist, at = width * rng.uniform(0.22, 0.32), rng.uniform(0.36, 0.48)
    path.moveTo(x - width, -0.1)
    path.cubicTo(x - width * 0.6, 0.16, x - waist, at - 0.12, x - waist, at)
    path.cubicTo(x - waist, at + 0.16, x - width * 0.7, 0.70, x - width * 1.1, 0.80)
    path.lineTo(x + width * 1.1, 0.80)
    path.cubicTo(x + width * 0.6, 0.70, x + waist, at + 0.16, x + waist * 1.1, at)
    path.cubicTo(x + waist, at - 0.12, x + width * 0.7, 0.16, x + width, -0.1)
    path.close()


def mouth(path: skia.Path, rng: Rng, x: float, y: float, width: float, height: float) -> None:
    """The opening of a cave: an arch with broken edges."""
    points = []
    for t in np.linspace(0, np.pi, 17):
        r = 1 + (rng.uniform(-0.07, 0.05) if 0.1 < t < 3 else 0)
        points.append((x - np.cos(t) * width / 2 * r, y - np.sin(t) ** 0.8 * height * r))
    path.addPoly([skia.Point(float(a), float(b)) for a, b in points], True)


def crystal(path: skia.Path, rng: Rng, x: float, y: float, h: float) -> None:
    """A group of three or four hexagonal prisms that lean apart."""
    for lean, size in ((-0.42, 0.62), (0.04, 1.0), (0.40, 0.70)):
        length = h * size * rng.uniform(0.9, 1.1)
        w = length * 0.13
        dx, dy = np.sin(lean), -np.cos(lean)
        foot, shoulder = (x + lean * h * 0.3, y), length * 0.80
        corners = [(-w, 0.0), (-w * 1.1, shoulder), (0.0, length), (w * 1.1, shoulder * 0.97), (w, 0.0)]
        path.addPoly(
            [skia.Point(float(foot[0] + a * -dy + b * dx), float(foot[1] + a * dx + b * dy)) for a, b in corners], True
        )
