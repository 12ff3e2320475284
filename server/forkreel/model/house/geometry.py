"""Where things stand, for the painter and for the network that learns from it. No torch.

Lengths are in picture heights, y grows downwards, the picture is `ASPECT` wide.
"""

from __future__ import annotations

from math import cos, pi, sin

ASPECT = 16 / 9
TURN = 3 * ASPECT  # circumference of the nearest layer of a place: three screens
PARALLAX = (0.40, 0.50, 0.62, 0.78, 1.0, 1.0)  # how fast each depth passes, far to near; the last is the ground
CIRCUMFERENCE = tuple(f * TURN for f in PARALLAX)
CLOUDS_CIRCUMFERENCE = 0.40 * TURN
PLACES = ("forest", "lake", "village", "mountain", "meadow", "harbour", "desert", "cave", "pass", "studio")
OTHERS = ("heron", "child", "scarecrow")  # who may stand beside the fox
BACKDROPS = ("linen", "slate", "plum")  # of the studio
GROWTHS = ("leaf", "needle", "grass", "rock", "roof", "way")  # what the year changes, each in its own way

_RANGES = ("forest", "lake", "village", "mountain", "meadow", "pass", "harbour")
_HILLS = ("forest", "lake", "village", "meadow")
KIN: dict[str, tuple[tuple[str, ...], ...]] = {  # whose layers, far to near, a place may have beside its own
    "forest": (_RANGES, _HILLS, ("lake", "meadow"), ("meadow",)),
    "lake": (_RANGES, _HILLS, ("forest", "meadow")),
    "village": (_RANGES, _HILLS, ("meadow",)),
    "mountain": (("lake", "pass"),),
    "meadow": (_RANGES, _HILLS, ("forest", "village"), ("forest",)),
    "harbour": (_RANGES,),
    "cave": (_RANGES,),
    "pass": (("mountain", "lake"),),
}

SINK = 0.62  # how far a layer goes down in a change of place: the highest peak is then behind the ground
DEEP_SINK = 1.0  # the same where papers reach the upper edge of the picture
ROOFED = ("cave", "studio")
FOX_Y = 0.818  # where the fox's paws stand
FOX_BODY = 0.185  # one body length of the fox
FOX_BOX = (-1.50, -0.20, 1.45, 1.42)  # left, bottom, right, top around the paws, in body lengths, when it looks right
OTHER_BOX = (-0.17, -0.035, 0.17, 0.335)  # left, bottom, right, top of the others around FOX_Y, in picture heights
PRODUCT_AT = (ASPECT / 2, 0.835)  # where the studio's lantern stands
PRODUCT_BOX = (-0.28, -0.10, 0.28, 0.66)  # around that, in picture heights
PRODUCT_GLASS = 0.27  # how high above the table its flame is


def sun_at(hour: float) -> tuple[float, float]:
    """Where the sun stands at an hour of 0..24; below y = 0.85 it has set."""
    t = (hour % 24 - 6.1) / 12.6
    return (ASPECT * (0.5 - 0.36 * cos(pi * t)), 0.63 - 0.50 * sin(pi * t))


def moon_at(hour: float) -> tuple[float, float]:
    """Where the moon stands: it rises as the sun sets."""
    t = ((hour + 12) % 24 - 6.9) / 11.0
    return (ASPECT * (0.5 - 0.34 * cos(pi * t)), 0.60 - 0.44 * sin(pi * t))


def sink_of(depth: int, presence: float, place: str) -> float:
    """How far layer `depth` has gone down: nothing at presence 1, behind the ground at 0.5. The ground (5) stays."""
    if depth == 5:
        return 0.0
    start = 0.09 * depth  # the nearest layer is the last to rise
    t = min(1.0, max(0.0, ((presence - 0.5) * 2 - start) / 0.6))
    return (DEEP_SINK if place in ROOFED else SINK) * (1 - t * t * (3 - 2 * t))


def layer_of(place: str, depth: int, turn: float) -> str:
    """Whose layer stands at `depth` of a place: its own, or for other turns of the layer one that goes with it.

    `turn` 0..1 is the layer's in `Setting.layout`; 0 is always the place's own.
    """
    kin = KIN.get(place, ())
    if depth >= len(kin):
        return place
    choices = (place, *(name for name in kin[depth] if name != place))
    return choices[int(turn * 7919) % len(choices)]


def on_table(place: str, presence: float) -> float:
    """How much the studio's lantern is there, 0..1: it fades in once its backdrop stands."""
    if place != "studio":
        return 0.0
    t = min(1.0, max(0.0, (presence - 0.75) * 4))
    return t * t * (3 - 2 * t)
