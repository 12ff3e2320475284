"""Whether the same stays the same: a frame after a walk and a restart, a character from scene to scene."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import skia
from numpy.typing import NDArray
from scipy import ndimage

from forkreel.atelier import fox as puppet
from forkreel.atelier.data import sample
from forkreel.atelier.evaluation.fidelity import HELD_OUT
from forkreel.atelier.evaluation.likeness import Picture
from forkreel.atelier.painter import Painter, pose_of
from forkreel.atelier.palette import light_at
from forkreel.model.house.geometry import ASPECT, PLACES
from forkreel.model.house.house import HouseModel
from forkreel.model.house.setting import Setting
from forkreel.model.house.space import AxisValue, point_of

Mask = NDArray[np.bool_]

_SIZE = (512, 288)
_AXES: dict[str, AxisValue] = {"place": "harbour", "hour": 22.0, "lantern": 1.0, "other": "child", "rain": 0.4}
_SEED = 17
_RESTARTED = """
import sys
from pathlib import Path
from typing import Any
from forkreel.atelier.evaluation.continuity import digest
from forkreel.model.house.house import HouseModel
model = HouseModel.open(Path(sys.argv[1]) if sys.argv[1] else None)
print(digest(model))
model.close()
"""


def digest(model: HouseModel) -> str:
    """The SHA-256 of one frame, painted alone: of axes and a seed that are always the same."""
    return hashlib.sha256(model.paint([point_of(_AXES, _SEED)], _SIZE)[0].tobytes()).hexdigest()


def after_a_walk(model: HouseModel, frames: int, say: Callable[[str], None]) -> bool:
    """Whether a frame is the same to the bit after `frames` of other places, hours, poses and seeds."""
    before = digest(model)
    rng = np.random.default_rng([HELD_OUT, 3])
    noises = [np.asarray(point_of({}, seed)["noise"]) for seed in range(3)]
    for first in range(0, frames, 20):
        settings = [sample(rng) for _ in range(min(20, frames - first))]
        model.paint_settings(settings, (256, 144), [noises[n % 3] for n in range(len(settings))])
        if first % 1000 == 980:
            say(f"a walk elsewhere: {first + 20} of {frames} frames")
    return digest(model) == before


def after_a_restart(model: HouseModel, folder: Path | None) -> bool:
    """Whether another process, which opens the model in `folder` (None: the one in the package), paints that frame the
    same to the bit."""
    command = [sys.executable, "-c", _RESTARTED, str(folder.resolve()) if folder else ""]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    return told.stdout.strip() == digest(model)


@dataclass(frozen=True)
class Sameness:
    """A character from scene to scene, for each scene: how far the hue of its coat is from the painter's, in degrees;
    the overlap of its silhouette with the painter's mask (intersection over union); and that overlap of the painter's
    own picture, when the silhouette is found in it the same way: what the finding itself allows."""

    hue_off: tuple[float, ...]
    overlap: tuple[float, ...]
    allowed: tuple[float, ...]


def _fox_mask(setting: Setting, size: tuple[int, int]) -> tuple[Mask, Mask, Mask]:
    """Where the painter's fox is, where only its shadow falls, and where its coat is: `(height, width)` each."""
    width, height = size
    surface = skia.Surface(width, height)
    canvas = surface.getCanvas()
    canvas.clear(skia.ColorTRANSPARENT)
    canvas.scale(width / ASPECT, height)
    puppet.draw(canvas, pose_of(setting), setting.fox_x * ASPECT, light_at(12.0), 1.0)
    drawn = surface.toarray(colorType=skia.kRGBA_8888_ColorType).astype(np.float64)
    fox = drawn[..., 3] > 200  # a shadow covers less than half
    degrees, depth = _hue(drawn[..., :3])
    coat = fox & (np.abs(_turned(degrees - _hue(puppet.COAT[None] * 255)[0][0])) < 12) & (depth > 0.45)
    shadow = (drawn[..., 3] > 4) & ~ndimage.binary_dilation(fox, iterations=3)
    return fox, shadow, ndimage.binary_erosion(coat, iterations=2)


def _hue(colours: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Hue in degrees and saturation 0..1 of colours `(..., 3)`, as HSV has them."""
    high, low = colours.max(-1), colours.min(-1)
    red, green, blue = colours[..., 0], colours[..., 1], colours[..., 2]
    chroma = np.maximum(high - low, 1e-9)
    sector = np.select(
        [high == red, high == green], [(green - blue) / chroma % 6, (blue - red) / chroma + 2],
        (red - green) / chroma + 4,
    )  # fmt: skip
    return sector * 60, (high - low) / np.maximum(high, 1e-9)


def _turned(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    return (degrees + 180) % 360 - 180


def _silhouette(with_fox: Picture, without: Picture, shadow: Mask) -> Mask:
    """What the fox changed but for its shadow: the largest piece, with holes filled.

    Changed is what differs by a third of what the middle of the fox does: its edge lies where the paper ends, not where
    the last trace of it does.
    """
    differs = np.where(shadow, 0.0, np.abs(with_fox.astype(np.float64) - without).max(-1))
    traces = differs[differs > 10]
    if not len(traces):
        return np.zeros(shadow.shape, np.bool_)
    pieces, count = ndimage.label(ndimage.binary_opening(differs > max(10.0, 0.33 * float(np.median(traces)))))
    if count == 0:
        return np.zeros(shadow.shape, np.bool_)
    largest = 1 + int(np.argmax(ndimage.sum_labels(np.ones_like(pieces), pieces, range(1, count + 1))))
    whole = ndimage.binary_fill_holes(ndimage.binary_closing(pieces == largest, iterations=3))
    return np.asarray(whole & ~shadow, np.bool_)


def _overlap(a: Mask, b: Mask) -> float:
    return float((a & b).sum() / max(1, (a | b).sum()))


def scenes(count: int) -> list[Setting]:
    """Scenes in every place but the studio and at every hour of the day, the fox alone in many poses."""
    rng = np.random.default_rng([HELD_OUT, 4])
    poses: tuple[dict[str, Any], ...] = ({}, {"gait": 1.0}, {"sit": 1.0}, {"run": 1.0}, {"gait": 1.0, "face": -1.0})
    return [
        replace(
            Setting(),
            place=PLACES[n % (len(PLACES) - 1)],
            pan=float(rng.random()),
            hour=float((7.0 + 24 * n / count + rng.uniform(0, 1)) % 24),
            haze=float(rng.uniform(0, 0.5)),
            walk=float(rng.random()),
            fox_x=float(rng.uniform(0.3, 0.7)),
            **poses[n % len(poses)],
        )
        for n in range(count)
    ]


def character(model: HouseModel, count: int = 20, size: tuple[int, int] = (1024, 576)) -> Sameness:
    """The fox in `count` scenes against the painter: the hue of the coat is that of its mean colour in both pictures
    where the painter draws coat; the silhouette is found by the difference to the same picture without the fox."""
    painter = Painter()
    hues, overlaps, allowed = [], [], []
    for setting in scenes(count):
        fox, shadow, coat = _fox_mask(setting, size)
        empty = replace(setting, fox=0.0)
        truth, painted = painter.paint(setting, size), model.paint_settings([setting], size)[0]
        tints = [_hue(picture[coat].astype(np.float64).mean(0)[None])[0] for picture in (truth, painted)]
        hues.append(float(np.abs(_turned(tints[0] - tints[1]))[0]))
        overlaps.append(_overlap(fox, _silhouette(painted, model.paint_settings([empty], size)[0], shadow)))
        allowed.append(_overlap(fox, _silhouette(truth, painter.paint(empty, size), shadow)))
    return Sameness(tuple(hues), tuple(overlaps), tuple(allowed))
