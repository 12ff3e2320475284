"""What figures learn from: each alone, cut out of the painter's picture, lit as it stands there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import skia
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from forkreel.atelier import company, product
from forkreel.atelier import fox as puppet
from forkreel.atelier.data import sample
from forkreel.atelier.painter import backdrop, pose_of
from forkreel.atelier.palette import hue, light_at, rgb
from forkreel.atelier.strokes import glow
from forkreel.model.house.figure_knobs import Name, nearness
from forkreel.model.house.geometry import FOX_BODY, FOX_BOX, FOX_Y, OTHER_BOX, PRODUCT_AT, PRODUCT_BOX, PRODUCT_GLASS
from forkreel.model.house.setting import Setting

SIZES: dict[Name, tuple[int, int]] = {"fox": (320, 176), "other": (176, 192), "product": (224, 304)}
"""Width and height of a cutout in pixels: two a cell."""


def alone(rng: np.random.Generator, name: Name) -> Setting:
    """A random setting with a figure in it, wholly there and looking to the right. What is hard comes more often: the
    fox between two postures or without a lantern, the child, whose scarf and coat have any hue."""
    setting = sample(rng)
    if name == "fox":
        if rng.random() < 0.2:
            sit, run, sleep = float(rng.random()) * np.eye(3)[rng.integers(3)]
            setting = replace(setting, sit=float(sit), run=float(run), sleep=float(sleep))
        lantern = 0.0 if rng.random() < 0.25 else setting.lantern
        return replace(setting, place="meadow", fox=1.0, face=1.0, lantern=lantern)
    if name == "other":
        who = "child" if rng.random() < 0.4 else setting.who
        scarf, coat = (float(rng.random()) if rng.random() < 0.6 else known for known in (setting.scarf, setting.coat))
        return replace(setting, place="meadow", company=1.0, other_face=1.0, who=who, scarf=scarf, coat=coat)
    return replace(setting, place="studio", presence=1.0)


def cutout(name: Name, setting: Setting) -> NDArray[np.uint8]:
    """A figure alone, `(height, width, 4)` uint8 RGBA, its colours multiplied by its cover."""
    light, (width, height) = light_at(setting.hour), SIZES[name]
    surface, shine = skia.Surface(width, height), skia.Surface(width, height)
    canvas, lamp = surface.getCanvas(), shine.getCanvas()
    lamp.clear(skia.ColorBLACK)
    box = tuple(v * FOX_BODY for v in FOX_BOX) if name == "fox" else OTHER_BOX if name == "other" else PRODUCT_BOX
    (left, bottom, right, top), foot = box, PRODUCT_AT[1] if name == "product" else FOX_Y
    for one in (canvas, lamp):
        one.scale(width / (right - left), height / (top - bottom))
        one.translate(-left, top - foot)
    if name == "fox":
        pose = pose_of(setting)
        puppet.draw(canvas, pose, 0.0, light)
        flame = pose.lantern * (0.35 + 0.55 * light.dark)
        glow(lamp, *puppet.lamp_at(pose, 0.0), 0.11, rgb("#ffdf9e"), flame)
    elif name == "other":
        near = nearness(setting)
        company.draw(canvas, setting, light, near * (0.10 + 0.45 * light.dark), 0.0)
        away = (
            0.30 * np.sqrt(-np.log(max(near, 1e-9) / max(setting.lantern * setting.fox, 1e-9)).clip(0)) if near else 9
        )
        flame = setting.lantern * setting.fox * (0.10 + 0.44 * light.dark)
        glow(lamp, float(away), FOX_Y - 0.08, 0.52, puppet.LAMP, flame)
    else:
        _, table = backdrop(setting, light)
        canvas.save()
        canvas.translate(0.0, foot)
        canvas.scale(1, -1)
        product.draw(canvas, setting, light, 1.0, setting.lantern, table)
        canvas.restore()
        flame = setting.lantern * (0.30 + 0.35 * light.dark)
        glow(lamp, 0.0, foot - PRODUCT_GLASS, 0.20, hue(setting.glass, 0.80, 0.10), flame)
    figure = _pixels(surface).astype(np.float32) / 255
    lit = _pixels(shine)[:, :, :3].astype(np.float32) / 255
    figure[:, :, :3] += lit * (figure[:, :, 3:] - figure[:, :, :3])  # screened, where the figure is
    return (figure * 255).round().astype(np.uint8)


def regard(name: Name, setting: Setting) -> NDArray[np.float32]:
    """How much each pixel of a cutout counts for where it is, `(height, width)`: 1, and more about the fox's eye, which
    is forty pixels of fifty thousand and the first that one looks at."""
    width, height = SIZES[name]
    if name != "fox":
        return np.ones((height, width), np.float32)
    left, bottom, right, top = (v * FOX_BODY for v in FOX_BOX)
    x, y = puppet.eye_at(pose_of(setting), 0.0)
    column, row = (x - left) / (right - left) * width, (y - FOX_Y + top) / (top - bottom) * height
    away = (np.arange(width) + 0.5 - column) ** 2 + (np.arange(height)[:, None] + 0.5 - row) ** 2
    return (1 + 7 * (1 - 0.8 * setting.sleep) * np.exp(-away / 10**2)).astype(np.float32)


def _pixels(surface: skia.Surface) -> NDArray[np.uint8]:
    info = skia.ImageInfo.Make(surface.width(), surface.height(), skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)
    pixels = np.zeros((surface.height(), surface.width(), 4), np.uint8)
    assert surface.readPixels(info, pixels, surface.width() * 4, 0, 0)
    return pixels


@dataclass
class Cutouts:
    """Settings with a figure's pictures `(B, 4, H, W)` uint8, colours multiplied by cover, and how much more each of
    their pixels counts for where it is, `(B, 1, H, W)` float32."""

    settings: Sequence[Setting]
    pictures: Tensor
    regards: Tensor


class CutoutStream(Dataset[Cutouts]):
    """Batch n of a figure's cutouts, always the same."""

    def __init__(self, name: Name, seed: int, count: int, size: int) -> None:
        self.name, self.seed, self.count, self.size = name, seed, count, size

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, n: int) -> Cutouts:
        rng = np.random.default_rng([self.seed, n, SIZES[self.name][0]])
        settings = [alone(rng, self.name) for _ in range(self.size)]
        pictures = np.stack([cutout(self.name, setting) for setting in settings])
        regards = np.stack([regard(self.name, setting) for setting in settings])
        return Cutouts(settings, torch.from_numpy(pictures).permute(0, 3, 1, 2), torch.from_numpy(regards)[:, None])
