"""Where the nodes of a story's graph stand: layers by the longest way from the start, ordered so that few ways cross.

The method of Sugiyama, Tagawa and Toda (1981): ways back are turned round, ways over several layers get a point in
each, layers are ordered by barycentres. A way's label is a node of a layer in between, so nothing overlaps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from forkreel.errors import StoryError

MAX_POINTS = 20_000
GAP = 28.0  # between neighbours in a layer
_BEND = 6.0  # the room of a way that passes a layer
_SWEEPS = 12


@dataclass(slots=True)
class Place:
    """A node, a label or a bend: its layer, its width, and the middle of it once it is laid out."""

    layer: int
    width: float
    x: float = 0.0
    above: list[int] = field(default_factory=list)
    below: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Layout:
    """`places` begins with the nodes, in their order; `ways` are indices into it, from source to target.

    Nodes stand on even layers. A way has its label's place in `labels`; a way from a node to itself has two points.
    """

    places: Sequence[Place]
    ways: Sequence[Sequence[int]]
    labels: Mapping[int, int]
    layers: int


def lay_out(widths: Sequence[float], ways: Sequence[tuple[int, int, float]], start: int = 0) -> Layout:
    """Nodes by their widths, and ways as (source, target, width of the label).

    Raises `StoryError` for a graph of more than `MAX_POINTS` places.
    """
    back = _ways_back(len(widths), ways, start)
    ranks = _ranks(len(widths), ways, back)
    places = [Place(2 * rank, width) for rank, width in zip(ranks, widths, strict=True)]
    chains: list[list[int]] = []
    labels: dict[int, int] = {}
    for number, (source, target, label) in enumerate(ways):
        first, last = (target, source) if number in back else (source, target)
        chain = [first]
        for layer in range(places[first].layer + 1, places[last].layer):
            chain.append(len(places))
            at_label = label > 0 and layer == (places[last].layer - 1 if number in back else places[first].layer + 1)
            if at_label:
                labels[number] = len(places)
            places.append(Place(layer, label if at_label else _BEND))
            if len(places) > MAX_POINTS:
                raise StoryError("the story has too many scenes and ways to be drawn; write .dot or .mmd instead")
        chain.append(last)
        for upper, lower in pairwise(chain):
            if upper != lower:
                places[upper].below.append(lower)
                places[lower].above.append(upper)
        chains.append(chain[::-1] if number in back else chain)
    layers = _layers(places)
    _order(layers, places)
    _spread(layers, places)
    return Layout(places, chains, labels, len(layers))


def _ways_back(count: int, ways: Sequence[tuple[int, int, float]], start: int) -> set[int]:
    """The ways that close a circle, as a walk in depth from the start meets them."""
    outgoing: dict[int, list[int]] = defaultdict(list)
    for number, (source, _, _) in enumerate(ways):
        outgoing[source].append(number)
    back, open_, done = set[int](), set[int](), set[int]()
    for root in (start, *range(count)):
        if root in done:
            continue
        open_.add(root)
        trail = [(root, iter(outgoing[root]))]
        while trail:
            node, onward = trail[-1]
            number = next(onward, -1)
            if number < 0:
                trail.pop()
                open_.discard(node)
                done.add(node)
                continue
            target = ways[number][1]
            if target in open_:
                back.add(number)
            elif target not in done:
                open_.add(target)
                trail.append((target, iter(outgoing[target])))
    return back


def _ranks(count: int, ways: Sequence[tuple[int, int, float]], back: set[int]) -> list[int]:
    """The longest way to each node; a way back counts from its target."""
    onward: dict[int, list[int]] = defaultdict(list)
    waiting = [0] * count
    for number, (source, target, _) in enumerate(ways):
        if source != target:
            first, last = (target, source) if number in back else (source, target)
            onward[first].append(last)
            waiting[last] += 1
    ranks = [0] * count
    ready = [node for node in range(count) if waiting[node] == 0]
    while ready:
        node = ready.pop()
        for target in onward[node]:
            ranks[target] = max(ranks[target], ranks[node] + 1)
            waiting[target] -= 1
            if waiting[target] == 0:
                ready.append(target)
    return ranks


def _layers(places: Sequence[Place]) -> list[list[int]]:
    layers: list[list[int]] = [[] for _ in range(max((place.layer for place in places), default=0) + 1)]
    for number, place in enumerate(places):
        layers[place.layer].append(number)
    return layers


def _order(layers: list[list[int]], places: Sequence[Place]) -> None:
    """Sorts each layer by the mean position of its neighbours, downwards and upwards in turn."""
    position = {node: float(at) for layer in layers for at, node in enumerate(layer)}

    def centre(node: int) -> float:
        near = places[node].above if down else places[node].below
        return sum(position[one] for one in near) / len(near) if near else position[node]

    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        for layer in layers if down else reversed(layers):
            layer.sort(key=centre)
            position.update((node, float(at)) for at, node in enumerate(layer))


def _spread(layers: list[list[int]], places: Sequence[Place]) -> None:
    """Brings each place near the middle of its neighbours, as far as its layer has room."""
    for layer in layers:
        _fit(layer, places, [0.0] * len(layer))
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        for layer in layers if down else reversed(layers):
            wanted = []
            for node in layer:
                place = places[node]
                near = place.above if down else place.below
                wanted.append(sum(places[one].x for one in near) / len(near) if near else place.x)
            _fit(layer, places, wanted)
    left = min((place.x - place.width / 2 for place in places), default=0.0)
    for place in places:
        place.x -= left


def _fit(layer: Sequence[int], places: Sequence[Place], wanted: Sequence[float]) -> None:
    """The places of a layer, in order and without overlap, nearest to what is wanted (least squares: pool adjacent
    violators, Barlow et al. 1972)."""
    offsets, groups = [0.0], list[tuple[float, int]]()
    for one, other in pairwise(layer):
        offsets.append(offsets[-1] + (places[one].width + places[other].width) / 2 + GAP)
    for want, offset in zip(wanted, offsets, strict=True):
        mean, size = want - offset, 1
        while groups and groups[-1][0] > mean:
            before, more = groups.pop()
            mean, size = (mean * size + before * more) / (size + more), size + more
        groups.append((mean, size))
    means = [mean for mean, size in groups for _ in range(size)]
    for node, mean, offset in zip(layer, means, offsets, strict=True):
        places[node].x = mean + offset
