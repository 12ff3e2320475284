"""How smooth a move is: whether any frame jumps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from forkreel.atelier.evaluation.likeness import gmsd
from forkreel.atelier.painter import Painter
from forkreel.director import Move
from forkreel.latent.walker import Walker
from forkreel.model.house.house import HouseModel
from forkreel.model.house.space import AxisValue, setting_of

FPS = 24
_HERE: Mapping[str, AxisValue] = MappingProxyType(
    {"place": "lake", "pan": 0.3, "hour": 17.0, "fox_x": 0.35, "lantern": 0.0}
)
MOVES: Mapping[str, Mapping[str, AxisValue]] = MappingProxyType(
    {
        "place": {"place": "village"},
        "far place": {"place": "desert", "hour": 9.0, "pan": 0.6},
        "hour": {"hour": 23.0},
        "pan": {"pan": 0.42},
        "character": {"fox_x": 0.7, "gait": 1.0},
        "posture": {"sit": 1.0, "lantern": 1.0, "mouth": 1.0},
        "weather": {"storm": 1.0, "rain": 1.0, "haze": 0.7},
        "everything": {"place": "harbour", "hour": 21.5, "pan": 0.5, "fox_x": 0.6, "gait": 1.0, "other": "heron"},
    }
)


def smoothness(
    model: HouseModel, say: Callable[[str], None], seconds: float = 4.0, size: tuple[int, int] = (512, 288)
) -> tuple[dict[str, float], dict[str, float]]:
    """For each of `MOVES`: the largest GMSD between neighbouring frames divided by the median, of a move that takes so
    many seconds, eased in and out as stories' moves are, with the body's, the sky's and the weather's clocks running.

    The ends, where the easing stands all but still, count as frames like any other. The second dictionary is the same
    of the painter's own pictures: a moon that rises over a still land is a jump in the truth too.
    """
    found, allowed = dict[str, float](), dict[str, float]()
    painter = Painter()
    for name, axes in MOVES.items():
        frames = round(seconds * FPS)
        walker = Walker(model.space, FPS, model.point("", _HERE, 5))
        walker.begin(Move("", axes, frames), model.point("", {**_HERE, **axes}, 5), None, 1)
        points = [walker.at(frame) for frame in range(frames + 1)]
        found[name] = _unevenness(model.paint(points, size))
        allowed[name] = _unevenness([painter.paint(setting_of(point), size) for point in points])
        say(f"smoothness of a move of {name}: {found[name]:.2f}, of the painter's own {allowed[name]:.2f}")
    return found, allowed


def _unevenness(pictures: Iterable[NDArray[np.uint8]]) -> float:
    steps = [gmsd(before, after) for before, after in pairwise(pictures)]
    return float(max(steps) / max(float(np.median(steps)), 1e-9))
