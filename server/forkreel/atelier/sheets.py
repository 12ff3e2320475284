"""Contact sheets: in each pair what the painter shows (left) and what the model paints (right).

Weather is code over the frame, which the painter does not know: the sheet of weathers shows the model alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
from PIL import Image

from forkreel.atelier.data import sample
from forkreel.atelier.evaluation.fidelity import HELD_OUT
from forkreel.atelier.evaluation.likeness import Picture
from forkreel.atelier.painter import Painter
from forkreel.errors import ForkreelError
from forkreel.model.house.geometry import BACKDROPS, OTHERS, PLACES
from forkreel.model.house.house import HouseModel
from forkreel.model.house.setting import Setting
from forkreel.model.house.space import AxisValue, point_of, setting_of

PROMPTS = (
    "a fox walks between old firs on a misty morning", "a fox by a still mountain lake at sunset",
    "a village at dusk, warm windows", "a fox high among crags in clear air at noon",
    "a fox runs over a green meadow in the afternoon", "the harbour at dawn, a lighthouse and sailing boats",
    "a fox crosses the dunes in the golden hour", "a fox with a lantern in a crystal cave",
    "a fox on a snowy pass under a full moon", "a blue lantern on a turntable",
)  # fmt: skip
_HOURS = (
    (7.2, 22.5), (18.4, 10.0), (20.0, 16.8), (6.6, 13.0), (17.6, 0.5), (19.2, 9.0), (18.3, 8.5), (17.2, 21.5),
    (7.0, 22.0), (12.0, 20.0),
)  # fmt: skip
_WEATHERS: tuple[dict[str, AxisValue], ...] = (
    {"place": "meadow", "hour": 11.0, "haze": 0.0}, {"place": "forest", "hour": 8.0, "haze": 1.0},
    {"place": "village", "hour": 19.5, "rain": 1.0}, {"place": "pass", "hour": 15.0, "snow": 1.0},
    {"place": "harbour", "hour": 17.0, "storm": 1.0, "rain": 0.8}, {"place": "lake", "hour": 21.0, "storm": 0.6},
    {"place": "mountain", "hour": 23.5, "aurora": 1.0}, {"place": "meadow", "hour": 21.3, "fireflies": 1.0},
    {"place": "village", "hour": 18.3, "snow": 0.5, "haze": 0.6},
)  # fmt: skip
_BASE = Setting(place="lake", other="village", hour=18.9, haze=0.25, fox_x=0.4, lantern=0.9, pan=0.5)
_TABLE = replace(_BASE, place="studio", fox=0.0, hour=11.0, finish=0.9)


class _Easel:
    """Paints the cells of a sheet, with the painter and with the model."""

    def __init__(self, model: HouseModel, size: tuple[int, int]) -> None:
        self._model, self._size, self._painter = model, size, Painter()

    def pairs(self, *settings: Setting) -> Picture:
        """A row of pairs, truth and painted."""
        both = [(self._painter.paint(s, self._size), self._model.paint_settings([s], self._size)[0]) for s in settings]
        return np.hstack([picture for pair in both for picture in pair])

    def strip(self, *settings: Setting) -> Picture:
        """A row of pictures by the model, without stars."""
        return np.hstack(list(self._model.paint_settings(settings, self._size)))

    def scenes(self, *axes: Mapping[str, AxisValue]) -> Picture:
        """A row of pictures as a viewer sees them, with stars and weather."""
        return np.hstack(list(self._model.paint([point_of(one, 3) for one in axes], self._size)))

    def prompted(self, prompt: str, seeds: Sequence[int]) -> Picture:
        """A row of pairs of one prompt, a seed each."""
        return self.pairs(*(setting_of(self._model.point(prompt, {}, seed)) for seed in seeds))


def _overview(easel: _Easel) -> list[Picture]:
    """Two pairs of each place, of poses, of company and of the turntable; a change of place, a pan, a day."""
    rng = np.random.default_rng(HELD_OUT + 1)
    rows = [
        easel.pairs(*(
            replace(
                sample(rng), place=place, presence=1.0, hour=hour, fox=float(place != "studio"), company=0.0,
                haze=0.2 + 0.15 * k, fox_x=0.35 + 0.3 * k,
            )
            for k, hour in enumerate(hours)
        ))
        for place, hours in zip(PLACES, _HOURS, strict=True)
    ]  # fmt: skip
    meadow = replace(_BASE, place="meadow", hour=10.0, lantern=0.0)
    beside = replace(_BASE, company=1.0, other_x=0.64)
    child = replace(beside, who="child")
    return [
        *rows,
        easel.pairs(replace(meadow, run=1.0, walk=0.1), replace(_BASE, place="forest", hour=22.0, sleep=1.0)),
        easel.pairs(replace(meadow, mouth=1.0), replace(_BASE, place="village", hour=20.5, sit=1.0, mouth=0.7)),
        easel.pairs(replace(beside, hour=21.0, who="heron"), replace(child, place="harbour", hour=9.0, scarf=0.0)),
        easel.pairs(
            replace(child, place="pass", hour=16.0, scarf=0.32, coat=0.05, other_gait=1.0, walk=0.2),
            replace(beside, place="meadow", hour=19.0, who="scarecrow"),
        ),
        easel.pairs(
            replace(_TABLE, turn=0.1),
            replace(_TABLE, turn=0.55, body=0.66, glass=0.3, backdrop=(0.0, 1.0, 0.0), lantern=0.0),
        ),
        easel.strip(*(replace(_BASE, gait=1.0, presence=p) for p in (1.0, 0.85, 0.7, 0.55))),
        easel.strip(*(replace(_BASE, place="desert", hour=7.5, pan=0.1 + 0.04 * k, walk=k / 4) for k in range(4))),
        easel.strip(*(replace(_BASE, place="harbour", hour=h, lantern=0.0, sit=1.0) for h in (5.5, 12.0, 18.5, 23.0))),
    ]


def _places(easel: _Easel) -> list[Picture]:
    """Ten prompts, one a row, by three seeds."""
    return [easel.prompted(prompt, (1, 2, 3)) for prompt in PROMPTS]


def _hours(easel: _Easel) -> list[Picture]:
    """Every second hour of the day at the lake, and six of them in the village."""
    there = replace(_BASE, lantern=0.0, gait=1.0)
    day = [easel.pairs(*(replace(there, hour=h + k) for k in (0, 2, 4))) for h in (0.5, 6.5, 12.5, 18.5)]
    village = replace(there, place="village", pan=0.2)
    homes = [
        easel.pairs(*(replace(village, hour=h) for h in hours)) for hours in ((6.2, 9.0, 15.0), (18.0, 20.0, 23.0))
    ]
    return [*day, *homes]


def _weathers(easel: _Easel) -> list[Picture]:
    """Clear, fog, rain, snow, storm, northern lights, fireflies: the model alone."""
    return [easel.scenes(*_WEATHERS[n : n + 3]) for n in range(0, len(_WEATHERS), 3)]


def _characters(easel: _Easel) -> list[Picture]:
    """The fox's poses, turning, and the three others, the child in three scarves and coats."""
    fox = replace(_BASE, place="meadow", hour=10.0, lantern=0.0, walk=0.1)
    beside = replace(fox, company=1.0, other_x=0.64, fox_x=0.3, sit=1.0)
    colours = ((0.0, 0.6), (0.32, 0.05), (0.66, 0.79))
    return [
        easel.pairs(fox, replace(fox, gait=1.0), replace(fox, run=1.0)),
        easel.pairs(replace(fox, sit=1.0), replace(fox, sleep=1.0), replace(fox, mouth=1.0)),
        easel.pairs(*(replace(fox, face=face, hour=20.0, lantern=1.0) for face in (1.0, 0.4, -1.0))),
        easel.pairs(*(replace(beside, who=who) for who in OTHERS)),
        easel.pairs(*(replace(beside, who="child", scarf=s, coat=c, other_gait=1.0) for s, c in colours)),
    ]


def _turntable(easel: _Easel) -> list[Picture]:
    """Twelve angles in three colours and finishes, on three backdrops, lit and not."""
    rows = []
    for n, (body, finish) in enumerate(((0.03, 0.0), (0.66, 0.5), (0.32, 1.0))):
        shares = tuple(float(n == k) for k in range(len(BACKDROPS)))
        table = replace(_TABLE, body=body, finish=finish, backdrop=(shares[0], shares[1], shares[2]))
        rows.append(easel.pairs(*(replace(table, turn=(3 * n + k) / 12, lantern=k / 2) for k in range(3))))
    night = replace(_TABLE, hour=21.0, lantern=1.0, glass=0.3)
    return [*rows, easel.pairs(*(replace(night, turn=(9 + k) / 12) for k in range(3)))]


_DRAWN: Mapping[str, Callable[[_Easel], list[Picture]]] = MappingProxyType(
    {
        "overview": _overview, "places": _places, "hours": _hours, "weathers": _weathers, "characters": _characters,
        "turntable": _turntable,
    }
)  # fmt: skip


def sheet(model: HouseModel, kind: str, path: Path, size: tuple[int, int] = (384, 216)) -> None:
    """Draws a kind of sheet into a picture file; `size` is that of a cell. Raises `ForkreelError` for a kind that there
    is not, and where it cannot be written."""
    if kind not in _DRAWN:
        raise ForkreelError(f"there is no sheet of {kind!r}; there are {', '.join(_DRAWN)}")
    picture = Image.fromarray(np.vstack(_DRAWN[kind](_Easel(model, size))))
    try:
        picture.save(path)
    except (OSError, ValueError) as error:
        raise ForkreelError(f"{path} cannot be written: {error}") from error
