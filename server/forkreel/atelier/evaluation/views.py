"""Where each axis is looked for: a scene in which it shows, what else may vary, and a window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from forkreel.model.house.setting import Setting

Chance = Callable[[np.random.Generator], dict[str, Any]]


@dataclass(frozen=True)
class View:
    """Where an axis is looked for: what is as always, what is drawn anew for each picture, and the window, in shares of
    the picture (left, top, right, bottom), that is shrunk to `grid` columns and rows."""

    base: Setting
    chance: Chance
    window: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    grid: tuple[int, int] = (32, 18)


_DAY = Setting(place="meadow", pan=0.35, hour=11.0, fox=0.0)
_FOX = replace(_DAY, fox=1.0, fox_x=0.5)
_BESIDE = replace(_DAY, company=1.0, other_x=0.5, who="child")
_TABLE = Setting(place="studio", fox=0.0, hour=11.0, pan=0.0)
_ROUND_FOX = (0.28, 0.5, 0.72, 0.92)
_ROUND_OTHER = (0.38, 0.42, 0.62, 0.86)
_ROUND_TABLE = (0.32, 0.12, 0.68, 0.95)


def _weather_of_the_day(rng: np.random.Generator) -> dict[str, Any]:
    return {"hour": float(rng.uniform(9, 15)), "haze": float(rng.uniform(0.1, 0.4))}


def _any_land(rng: np.random.Generator) -> dict[str, Any]:
    return {**_weather_of_the_day(rng), "place": str(rng.choice(["meadow", "village", "mountain", "harbour"]))}


def _night(rng: np.random.Generator) -> dict[str, Any]:
    return {"hour": float(rng.uniform(19.5, 22)), "haze": float(rng.uniform(0.1, 0.4))}


def _clouded(rng: np.random.Generator) -> dict[str, Any]:
    return {"clouds": float(rng.random()), "haze": float(rng.uniform(0.1, 0.4))}


def _any_hour(rng: np.random.Generator) -> dict[str, Any]:
    return {**_clouded(rng), "place": str(rng.choice(["meadow", "village", "mountain", "harbour"]))}


def _any_lantern(rng: np.random.Generator) -> dict[str, Any]:
    return {"body": float(rng.random()), "hour": float(rng.uniform(10, 14))}


def _one_lantern(rng: np.random.Generator) -> dict[str, Any]:
    return {"turn": float(rng.uniform(0, 0.08)), "hour": float(rng.uniform(10, 14))}


def _weather(base: Setting, first: float, last: float) -> View:
    def chance(rng: np.random.Generator) -> dict[str, Any]:
        return {
            "hour": float(rng.uniform(first, last)),
            "air": float(rng.random()),
            "pan": float(rng.uniform(0.3, 0.4)),
        }

    return View(base, chance)


VIEWS: Mapping[str, View] = MappingProxyType(
    {
        "pan": View(replace(_DAY, place="village"), _clouded),
        "hour": View(_DAY, _any_hour),
        "season": View(_DAY, _any_land),
        "haze": View(_DAY, _any_land),
        "clouds": View(replace(_DAY, place="mountain"), _weather_of_the_day, (0.0, 0.0, 1.0, 0.5), (48, 16)),
        "fox": View(_FOX, _weather_of_the_day, _ROUND_FOX),
        "fox_x": View(replace(_FOX, gait=1.0), _weather_of_the_day, (0.0, 0.5, 1.0, 0.9), (48, 16)),
        "fox_face": View(_FOX, _weather_of_the_day, _ROUND_FOX),
        "gait": View(_FOX, _weather_of_the_day, _ROUND_FOX),
        "run": View(replace(_FOX, walk=0.1), _weather_of_the_day, _ROUND_FOX),
        "walk": View(replace(_FOX, gait=1.0), _weather_of_the_day, _ROUND_FOX),
        "sit": View(_FOX, _weather_of_the_day, _ROUND_FOX),
        "sleep": View(_FOX, _weather_of_the_day, _ROUND_FOX),
        "mouth": View(_FOX, _weather_of_the_day, (0.56, 0.56, 0.68, 0.78)),
        "lantern": View(_FOX, _night, _ROUND_FOX),
        "other_x": View(replace(_BESIDE, other_gait=1.0), _weather_of_the_day, (0.0, 0.4, 1.0, 0.9), (48, 16)),
        "other_face": View(_BESIDE, _weather_of_the_day, _ROUND_OTHER),
        "other_gait": View(replace(_BESIDE, walk=0.25), _weather_of_the_day, _ROUND_OTHER),
        "scarf": View(_BESIDE, _weather_of_the_day, _ROUND_OTHER),
        "coat": View(_BESIDE, _weather_of_the_day, _ROUND_OTHER),
        "turn": View(_TABLE, _any_lantern, _ROUND_TABLE),
        "body": View(_TABLE, _one_lantern, _ROUND_TABLE),
        "glass": View(replace(_TABLE, lantern=1.0), _one_lantern, _ROUND_TABLE),
        "finish": View(_TABLE, _one_lantern, _ROUND_TABLE),
        "rain": _weather(_DAY, 9, 15),
        "snow": _weather(_DAY, 9, 15),
        "storm": _weather(_DAY, 9, 15),
        "aurora": _weather(replace(_DAY, place="mountain"), 22, 24),
        "fireflies": _weather(_DAY, 20, 22),
    }
)  # fmt: skip
