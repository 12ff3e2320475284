"""The house model's latent space: its components, its axes, and a point read as a `Setting`. No torch."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from forkreel.errors import AxisError
from forkreel.latent.space import Axis, Component, LatentPoint, Space
from forkreel.model.house.geometry import BACKDROPS, OTHERS, PLACES
from forkreel.model.house.setting import Setting

AxisValue = float | str
NOISE = (72, 128)

_AXES = (
    Axis("place", "places", "where we are", "forest", labels=PLACES),
    Axis("pan", "pan", "where the camera looks along the place; 1 is once round", 0.0),
    Axis("hour", "hour", "time of day: 6.5 sunrise, 12 noon, 18.5 sunset, 0 midnight", 12.0, 0.0, 24.0),
    Axis("season", "season", "time of year: 0 spring, 1 summer, 2 autumn, 3 winter", 1.0, 0.0, 4.0),
    Axis("haze", "haze", "how soon distance is lost in the air", 0.25),
    Axis("fox", "fox", "whether the fox is there", 1.0),
    Axis("fox_x", "fox_x", "where the fox stands across the picture, left to right", 0.5),
    Axis("fox_face", "face", "which way it looks: -1 left, 1 right", 1.0, -1.0, 1.0),
    Axis("gait", "gait", "0 stands, 1 walks", 0.0),
    Axis("run", "run", "0 as `gait` says, 1 gallops", 0.0),
    Axis("walk", "walk", "phase of the body's clock", 0.0),
    Axis("sit", "sit", "0 upright, 1 sitting", 0.0),
    Axis("sleep", "sleep", "0 awake, 1 curled up asleep", 0.0),
    Axis("mouth", "mouth", "how wide its mouth is open", 0.0),
    Axis(
        "lantern",
        "lantern",
        "glow of the lantern in its mouth, or in the studio; 0 is no lantern, or an unlit one",
        0.0,
    ),
    Axis("other", "others", "who else is there", "none", labels=("none", *OTHERS)),
    Axis("other_x", "other_x", "where the other one stands, left to right", 0.7),
    Axis("other_face", "other_face", "which way the other one looks: -1 left, 1 right", -1.0, -1.0, 1.0),
    Axis("other_gait", "other_gait", "the other one: 0 stands, 1 walks", 0.0),
    Axis("scarf", "scarf", "hue of the child's scarf: 0 red, 0.23 yellow, 0.32 green, 0.66 blue, 0.79 violet", 0.0),
    Axis("coat", "coat", "hue of the child's coat", 0.6),
    Axis("turn", "turn", "angle of the studio's turntable in degrees", 0.0, 0.0, 360.0),
    Axis("body", "body", "hue of the studio's lantern", 0.03),
    Axis("glass", "glass", "hue of its glass", 0.12),
    Axis("finish", "finish", "its surface: 0 matt, 1 polished", 0.5),
    Axis("backdrop", "backdrops", "the studio's paper", "linen", labels=BACKDROPS),
    Axis("clouds", "clouds", "phase of the drifting clouds", 0.0),
    Axis("rain", "rain", "from none to a downpour", 0.0),
    Axis("snow", "snow", "falling snow, from none to a thick fall", 0.0),
    Axis("storm", "storm", "a dark sky with a pale horizon, wind, and far lightning", 0.0),
    Axis("aurora", "aurora", "northern lights, seen where the sky is open and dark", 0.0),
    Axis("fireflies", "fireflies", "how many small lights over the ground; the darker, the brighter", 0.0),
)

SPACE = Space(
    (
        Component("noise", NOISE, "slerp"),
        Component("places", (len(PLACES),), "linear"),
        Component("layout", (5,), "circular"),
        Component("pan", (), "circular"),
        Component("hour", (), "circular"),
        Component("season", (), "circular"),
        Component("haze", (), "linear"),
        Component("fox", (), "linear"),
        Component("fox_x", (), "linear"),
        Component("face", (), "linear"),
        Component("gait", (), "linear"),
        Component("run", (), "linear"),
        Component("walk", (), "phase", drift=0.85),
        Component("sit", (), "linear"),
        Component("sleep", (), "linear"),
        Component("mouth", (), "linear"),
        Component("lantern", (), "linear"),
        Component("others", (1 + len(OTHERS),), "linear"),
        Component("other_x", (), "linear"),
        Component("other_face", (), "linear"),
        Component("other_gait", (), "linear"),
        Component("scarf", (), "circular"),
        Component("coat", (), "circular"),
        Component("turn", (), "circular"),
        Component("body", (), "circular"),
        Component("glass", (), "circular"),
        Component("finish", (), "linear"),
        Component("backdrops", (len(BACKDROPS),), "linear"),
        Component("clouds", (), "phase", drift=0.0016),
        Component("rain", (), "linear"),
        Component("snow", (), "linear"),
        Component("storm", (), "linear"),
        Component("aurora", (), "linear"),
        Component("fireflies", (), "linear"),
        Component("air", (), "phase", drift=1 / 16),  # no axis: nobody may drive lightning faster than is safe to watch
    ),
    _AXES,
)


def checked(axes: Mapping[str, AxisValue]) -> dict[str, AxisValue]:
    """The axes, when each is one of the house's and in its range; else `AxisError` says which is not, and what
    there is."""
    known = {axis.name: axis for axis in _AXES}
    for name, value in axes.items():
        axis = known.get(name)
        if axis is None:
            raise AxisError(f"the house model has no axis {name!r}; it has {', '.join(known)}")
        if axis.labels:
            if value not in axis.labels:
                raise AxisError(f"the axis {name} is one of {', '.join(axis.labels)}, not {value!r}")
        elif isinstance(value, str) or not axis.low <= value <= axis.high:
            raise AxisError(f"the axis {name} goes from {axis.low:g} to {axis.high:g}, not to {value!r}")
    return dict(axes)


def point_of(axes: Mapping[str, AxisValue], seed: int) -> LatentPoint:
    """Axes (defaults for those left out) and a seed as a point. The seed draws the noise, which is the night's stars,
    and the layout: how the layers of a place are turned against each other, so that two seeds are two places of a
    kind."""
    noise = np.random.default_rng([seed, 11]).standard_normal(NOISE, dtype=np.float32)
    layout = np.random.default_rng([seed, 13]).random(5)
    arrays: dict[str, object] = {"noise": noise, "layout": layout, "air": 0.0}
    for axis in _AXES:
        value = axes.get(axis.name, axis.default)
        if axis.labels:
            arrays[axis.component] = np.eye(len(axis.labels))[axis.labels.index(str(value))]
        elif SPACE.component(axis.component).turns:
            arrays[axis.component] = float(value) / axis.high % 1
        else:
            arrays[axis.component] = float(value)
    return LatentPoint.of({part.name: np.asarray(arrays[part.name]) for part in SPACE.components})


def setting_of(point: LatentPoint) -> Setting:
    """A point as the picture that it asks for.

    Of a mix of places the two strongest count: see `Setting.presence`. Of a mix of others one is there, and less the
    nearer the next one comes: they pass each other unseen.
    """
    weights = point["places"].astype(np.float64)
    first, second = np.argsort(-weights, kind="stable")[:2]
    total = max(float(weights[first]) + max(float(weights[second]), 0.0), 1e-6)
    shares = point["others"].astype(np.float64)[1:]
    who, next_one = np.argsort(-shares, kind="stable")[:2]
    values = {part.name: float(point[part.name]) for part in SPACE.components if part.shape == ()}
    values["hour"] *= 24
    linen, slate, plum = (float(share) for share in point["backdrops"])
    return Setting(
        place=PLACES[first],
        other=PLACES[second],
        presence=min(1.0, max(0.5, float(weights[first]) / total)),
        who=OTHERS[who],
        company=min(1.0, max(0.0, float(shares[who] - shares[next_one]))),
        backdrop=(linen, slate, plum),
        layout=tuple(float(turn) for turn in point["layout"]),
        **values,
    )
