"""`Setting`: one picture's axes as plain numbers, the common tongue of the painter and the network. No torch."""

from __future__ import annotations

from dataclasses import dataclass

from forkreel.model.house.geometry import layer_of


@dataclass(frozen=True)
class Setting:
    """Everything that there is to know of a picture.

    `presence` tells of a change of place: at 1 `place` stands alone, 0.5 is the bare stage half way to `other`.
    `layout` is how far each layer but the ground is turned against the others, and with that whose it is
    (`geometry.layer_of`): no two seeds have the same hills behind the same trees. `company` is how much somebody beside
    the fox, `who`, is there. `pan`, `layout`, `season` (from spring over summer, autumn and winter to spring),
    `clouds`, `walk`, `turn` and `air` (the weather's clock) are phases 0..1, `scarf`, `coat`, `body` and `glass` hues
    0..1, `hour` runs 0..24, faces -1..1 (left, right), all others 0..1. `turn` to `backdrop`, the shares of
    `BACKDROPS`, are the studio's.
    """

    place: str = "forest"
    other: str = "lake"
    presence: float = 1.0
    pan: float = 0.0
    layout: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0, 0.0)
    season: float = 0.25
    hour: float = 12.0
    haze: float = 0.25
    clouds: float = 0.0
    fox: float = 1.0
    fox_x: float = 0.5
    face: float = 1.0
    walk: float = 0.0
    gait: float = 0.0
    sit: float = 0.0
    run: float = 0.0
    sleep: float = 0.0
    mouth: float = 0.0
    lantern: float = 0.0
    who: str = "heron"
    company: float = 0.0
    other_x: float = 0.7
    other_face: float = -1.0
    other_gait: float = 0.0
    scarf: float = 0.0
    coat: float = 0.6
    turn: float = 0.0
    body: float = 0.03
    glass: float = 0.12
    finish: float = 0.5
    backdrop: tuple[float, float, float] = (1.0, 0.0, 0.0)
    rain: float = 0.0
    snow: float = 0.0
    storm: float = 0.0
    aurora: float = 0.0
    fireflies: float = 0.0
    air: float = 0.0

    def layer_of(self, depth: int) -> str:
        """The place whose layer stands at a depth, far (0) to near (5, the ground)."""
        return layer_of(self.place, depth, self.layout[depth]) if depth < len(self.layout) else self.place

    def pan_of(self, depth: int) -> float:
        """Where the camera looks along a layer, far (0) to near (5, the ground): a phase 0..1."""
        return (self.pan + (self.layout[depth] if depth < len(self.layout) else 0.0)) % 1
