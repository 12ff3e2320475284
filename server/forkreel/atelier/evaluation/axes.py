"""Whether each axis does what it says: its value, read off the model's pictures by a regressor that knows the
painter's."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from forkreel.atelier.evaluation.likeness import Picture
from forkreel.atelier.evaluation.views import VIEWS, View
from forkreel.atelier.painter import Painter
from forkreel.model.house import geometry
from forkreel.model.house.house import HouseModel
from forkreel.model.house.setting import Setting
from forkreel.model.house.space import NOISE, SPACE

FloatArray = NDArray[np.float64]

WEATHER = ("rain", "snow", "storm", "aurora", "fireflies")
_SIZE = (256, 144)
_FIELDS = {"fox_face": "face"}  # axes that a setting calls otherwise


@dataclass(frozen=True)
class Axis:
    """What there is to know of an axis for its measure."""

    name: str
    field: str
    low: float
    high: float
    turns: bool


def continuous() -> list[Axis]:
    """The axes of the house model that are numbers and not choices."""
    found = []
    for axis in SPACE.axes:
        turns = SPACE.component(axis.component).turns
        if not axis.labels:
            units = (0.0, 24.0) if axis.name == "hour" else (0.0, 1.0) if turns else (axis.low, axis.high)
            found.append(Axis(axis.name, _FIELDS.get(axis.name, axis.name), *units, turns))
    return found


def features(picture: Picture, view: View) -> FloatArray:
    """The window of a picture as numbers: its colours, and how much brightness changes across and down, as means of the
    cells of the view's grid."""
    height, width, _ = picture.shape
    left, top, right, bottom = view.window
    cut = picture[round(top * height) : round(bottom * height), round(left * width) : round(right * width)]
    columns, rows = view.grid
    bright = cut.astype(np.float64).mean(2)
    changes = np.stack([np.abs(np.diff(bright, axis=n, prepend=np.take(bright, [0], n))) for n in (0, 1)], 2)
    deep = np.concatenate([cut.astype(np.float64), 2 * changes], 2)
    ys = np.linspace(0, deep.shape[0], rows + 1).astype(int)[:-1]
    xs = np.linspace(0, deep.shape[1], columns + 1).astype(int)[:-1]
    sums = np.add.reduceat(np.add.reduceat(deep, ys, 0), xs, 1)
    cells = np.add.reduceat(np.add.reduceat(np.ones(deep.shape[:2]), ys, 0), xs, 1)
    return (sums / cells[..., None]).ravel()


class Reader:
    """Kernel ridge regression of an axis on features: Gaussian kernel on the principal components, its width and the
    ridge chosen by the error of leaving one out, which has a closed form (T. Hastie, R. Tibshirani, J. Friedman: The
    Elements of Statistical Learning, 2009, chapter 7.10)."""

    def __init__(self, seen: FloatArray, targets: FloatArray) -> None:
        self._mean = seen.mean(0)
        _, spread, axes = np.linalg.svd(seen - self._mean, full_matrices=False)
        kept = min(48, len(seen) // 3)
        self._axes = (axes[:kept] / (spread[:kept, None] / len(seen) ** 0.5 + 0.35 * spread[0] / len(seen) ** 0.5)).T
        self._known = (seen - self._mean) @ self._axes
        self._offset = targets.mean(0)
        distances = self._distances(self._known)
        best = np.inf
        for width in (0.7, 1.5, 3.0, 8.0):
            scale = width * float(np.median(distances))
            kernel = np.exp(-distances / scale)
            values, vectors = np.linalg.eigh(kernel)
            for ridge in (1e-4, 1e-3, 1e-2, 1e-1):
                inverse = (vectors / (values + ridge)) @ vectors.T
                weights = inverse @ (targets - self._offset)
                error = float(np.square(weights / np.diag(inverse)[:, None]).mean())
                if error < best:
                    best, self._scale, self._weights = error, scale, weights

    def _distances(self, points: FloatArray) -> FloatArray:
        squares = np.square(points).sum(1)[:, None] + np.square(self._known).sum(1)
        return np.maximum(squares - 2 * points @ self._known.T, 0.0)

    def read(self, seen: FloatArray) -> FloatArray:
        """Features `(n, f)` to values `(n, targets)`."""
        kernel = np.exp(-self._distances((seen - self._mean) @ self._axes) / self._scale)
        return kernel @ self._weights + self._offset


def rank_correlation(a: FloatArray, b: FloatArray) -> float:
    """Spearman's: the correlation of the ranks; 0 where nothing varies."""
    ranks = rankdata(a), rankdata(b)
    return float(np.corrcoef(*ranks)[0, 1]) if min(np.ptp(r) for r in ranks) > 0 else 0.0


def _targets(axis: Axis, values: FloatArray) -> FloatArray:
    shares = (values - axis.low) / (axis.high - axis.low)
    if not axis.turns:
        return shares[:, None]
    return np.stack([np.sin(2 * np.pi * shares), np.cos(2 * np.pi * shares)], 1)


def _draw(axis: Axis, view: View, count: int, seed: list[int]) -> tuple[list[Setting], FloatArray]:
    rng = np.random.default_rng(seed)
    values = axis.low + (axis.high - axis.low) * (np.arange(count) + rng.random(count)) / count
    return [replace(view.base, **{**view.chance(rng), axis.field: float(value)}) for value in values], values


@dataclass(frozen=True)
class Obedience:
    """Rank correlations by axis: of values read off the model's pictures, and, as what the reading itself allows, off
    the painter's (weather is not the painter's: there it is None)."""

    model: dict[str, float]
    painter: dict[str, float | None]


def obedience(
    model: HouseModel, say: Callable[[str], None], learned: int = 320, asked: int = 60, only: Sequence[str] = ()
) -> Obedience:
    """For each continuous axis, or `only` some, Spearman's rank correlation between the asked value and the value that
    a `Reader` reads off the model's picture; of an axis that turns, the smaller of those of its sine and its cosine.

    The reader learns from `learned` pictures by the painter of other settings; what else varies is in `VIEWS`. Weather,
    which is not the painter's, it learns from the model's own pictures of other seeds.
    """
    easel = _Easel(model)
    found: dict[str, float] = {}
    allowed: dict[str, float | None] = {}
    for axis in continuous():
        if only and axis.name not in only:
            continue
        view, own = VIEWS[axis.name], axis.name in WEATHER
        number = list(VIEWS).index(axis.name)
        settings, values = _draw(axis, view, learned, [990_010, number])
        known = easel.modelled(settings, view, 0, own) if own else easel.painted(settings, view)
        reader = Reader(known, _targets(axis, values))
        settings, values = _draw(axis, view, asked, [990_011, number])
        targets = _targets(axis, values)

        def score(seen: FloatArray, targets: FloatArray = targets, reader: Reader = reader) -> float:
            return min(rank_correlation(t, r) for t, r in zip(targets.T, reader.read(seen).T, strict=True))

        found[axis.name] = score(easel.modelled(settings, view, 1_000_000, own))
        allowed[axis.name] = None if own else score(easel.painted(settings, view))
        say(f"axis {axis.name}: {found[axis.name]:.3f}")
    return Obedience(found, allowed)


class _Easel:
    """Settings to features, by the model or by the painter, whose are kept in the user's cache folder until he, or what
    is asked of him, changes."""

    def __init__(self, model: HouseModel) -> None:
        self._model, self._painter = model, Painter()
        sources = [*sorted(Path(__file__).parents[1].glob("*.py")), Path(geometry.__file__), Path(__file__)]
        self._code = b"".join(source.read_bytes() for source in sources)
        cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        self._folder = Path(cache) / "forkreel" / "axes"

    def modelled(self, settings: list[Setting], view: View, first_seed: int, weather: bool) -> FloatArray:
        """Of the model's pictures; with weather each has a seed of its own."""
        noises = [
            np.random.default_rng([first_seed + n, 11]).standard_normal(NOISE, dtype=np.float32)
            for n in range(len(settings) if weather else 0)
        ]
        return np.stack([features(one, view) for one in self._model.paint_settings(settings, _SIZE, noises)])

    def painted(self, settings: list[Setting], view: View) -> FloatArray:
        """Of the painter's pictures."""
        asked = repr((settings, view.window, view.grid)).encode()
        kept = self._folder / (hashlib.sha256(self._code + asked).hexdigest()[:24] + ".npy")
        if kept.is_file():
            return np.asarray(np.load(kept, allow_pickle=False), np.float64)
        seen = np.stack([features(self._painter.paint(setting, _SIZE), view) for setting in settings])
        self._folder.mkdir(parents=True, exist_ok=True)
        written = kept.with_suffix(f".{os.getpid()}.npy")
        np.save(written, seen.astype(np.float32))
        os.replace(written, kept)
        return seen.astype(np.float32).astype(np.float64)
