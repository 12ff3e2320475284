"""Where the nodes of a story's graph stand, by grandalf: in layers, ordered so that few ways cross."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from grandalf.graphs import Edge, Graph, Vertex
from grandalf.layouts import SugiyamaLayout

from forkreel.errors import StoryError

Point = tuple[float, float]
Size = tuple[float, float]

GAP = 28.0  # between neighbours in a layer
LAYER = 26.0  # between layers
MAX_PLACES = 2_000  # of nodes and labels: more takes grandalf too long, and no page holds it
_ROUNDS = 8
_TOO_MUCH = "the story has too many scenes for a picture: write it as .dot, and have Graphviz draw it"


@dataclass(frozen=True, slots=True)
class Layout:
    """The middle of each node, and of the label of each way that has one; the points of each way, from its source on.

    The picture is `size` wide and high, from 0.
    """

    nodes: Sequence[Point]
    labels: Mapping[int, Point]
    ways: Sequence[Sequence[Point]]
    size: Size


class _View:
    """What grandalf wants to know of a vertex or an edge, and where it puts it."""

    def __init__(self, size: Size = (0.0, 0.0)) -> None:
        self.w, self.h = size
        self.xy = (0.0, 0.0)
        self.path: Sequence[Point] = ()
        self.back = False

    def setpath(self, points: Sequence[Point]) -> None:
        self.path = points


def lay_out(nodes: Sequence[Size], ways: Sequence[tuple[int, int, Size | None]], start: int = 0) -> Layout:
    """Nodes by their sizes, and ways as (source, target, size of the label); ways to the same node are left out.

    Raises `StoryError` for a graph of more than `MAX_PLACES`, or one too deep.
    """
    if len(nodes) + sum(size is not None for _, _, size in ways) > MAX_PLACES:
        raise StoryError(_TOO_MUCH)
    vertices = [_vertex(size) for size in nodes]
    labels: dict[int, Any] = {}
    edges: dict[tuple[int, int], Any] = {}

    back = _ways_back(len(nodes), ways, start)
    chains: list[list[Any]] = []
    for number, (source, target, size) in enumerate(ways):
        chain = [vertices[source], vertices[target]] if source != target else []
        if chain and size is not None:
            labels[number] = _vertex(size)
            chain.insert(1, labels[number])
        for one, other in pairwise(chain):
            edge = edges.setdefault((id(one), id(other)), Edge(one, other))
            edge.view = _View()
            edge.view.back = number in back
        chains.append([edges[id(one), id(other)] for one, other in pairwise(chain)])
    right = bottom = 0.0
    try:
        for part in Graph([*vertices, *labels.values()], list(edges.values())).C:
            width, height = _place(part, right)
            right, bottom = right + width + GAP, max(bottom, height)
    except RecursionError as error:
        raise StoryError(_TOO_MUCH) from error
    points = [[edge.view.path for edge in chain] for chain in chains]
    return Layout(
        [vertex.view.xy for vertex in vertices],
        {number: vertex.view.xy for number, vertex in labels.items()},
        [[*paths[0], *(point for path in paths[1:] for point in path[1:])] if paths else [] for paths in points],
        (right - GAP, bottom),
    )


def _place(part: Any, left: float) -> Size:
    """Lay out what hangs together, from `left` on; its width and height."""
    views = [vertex.view for vertex in part.sV]
    if len(views) > 1:
        layout = SugiyamaLayout(part)
        layout.xspace, layout.yspace = GAP, LAYER
        layout.init_all(roots=[], inverted_edges=[edge for edge in part.sE if edge.view.back])
        layout.draw(_ROUNDS)
        views += [dummy.view for layer in layout.layers for dummy in layer if getattr(dummy, "ctrl", None) is not None]
    across = left - min(view.xy[0] - view.w / 2 for view in views)
    down = -min(view.xy[1] - view.h / 2 for view in views)
    for view in views:
        view.xy = view.xy[0] + across, view.xy[1] + down
    for edge in part.sE:
        edge.view.path = [(x + across, y + down) for x, y in edge.view.path]
    return max(view.xy[0] + view.w / 2 for view in views) - left, max(view.xy[1] + view.h / 2 for view in views)


def _vertex(size: Size) -> Any:
    vertex = Vertex()
    vertex.view = _View(size)
    return vertex


def _ways_back(count: int, ways: Sequence[tuple[int, int, Size | None]], start: int) -> set[int]:
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
