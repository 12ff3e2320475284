"""A story's graph as an SVG picture: labels on the ways; start, endings and dead ends marked."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from html import escape
from itertools import pairwise

from forkreel.story.chart import COLOURS, Node, nodes, one_line
from forkreel.story.layout import Point, lay_out
from forkreel.story.story import Edge, Story

INK, PAPER, WAY = "#1d1b16", "#ffffff", "#6d6658"
MARGIN, TITLE = 30.0, 46.0
BOX, TAG = 46.0, 20.0  # heights of a node and of a label
LOOP = 26.0  # how far a way from a scene to itself stands out
MAX_LABEL = 44  # letters; a tooltip has the whole


def svg(story: Story) -> str:
    """The picture as text; the same story gives the same picture. Raises `StoryError` for what no page can hold."""
    shown, edges = nodes(story), story.edges()
    index = {node.id: number for number, node in enumerate(shown)}
    loops = {edge.source: max(LOOP, *(LOOP + _width(_short(one.label), 12) + 8 for one in _loops(edges, edge.source)))
             for edge in edges if edge.source == edge.target}  # fmt: skip
    boxes = [max(90.0, _width(_short(node.id), 14) + 28, _width(_short(node.caption), 12) + 28) for node in shown]
    ways = [
        (index[edge.source], index[edge.target], (_width(_short(edge.label), 12) + 12, TAG) if edge.label else None)
        for edge in edges
    ]
    sizes = [(box + loops.get(node.id, 0.0), BOX) for node, box in zip(shown, boxes, strict=True)]
    layout = lay_out(sizes, ways, index[story.start])
    centres = [
        (x - loops.get(node.id, 0.0) / 2 + MARGIN, y + MARGIN + TITLE)
        for node, (x, y) in zip(shown, layout.nodes, strict=True)
    ]
    width = max(layout.size[0], _width(one_line(story.title), 18)) + 2 * MARGIN
    height = layout.size[1] + TITLE + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" font-family="system-ui, sans-serif" font-size="12">',
        f"<title>{escape(one_line(story.title))}</title>",
        f'<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        f'orient="auto"><path d="M0 0 8 4 0 8z" fill="{WAY}"/></marker></defs>',
        f'<rect width="100%" height="100%" fill="{PAPER}"/>',
        _text(MARGIN, MARGIN + 4, one_line(story.title), 18, "start", bold=True),
    ]
    for points, (source, target, _) in zip(layout.ways, ways, strict=True):
        if points:
            moved = [(x + MARGIN, y + MARGIN + TITLE) for x, y in points]
            parts.append(_way([centres[source], *moved[1:-1], centres[target]]))
    for number, (x, y) in layout.labels.items():
        parts.append(_tag(x + MARGIN, y + MARGIN + TITLE, edges[number].label))
    for node, box, (x, y) in zip(shown, boxes, centres, strict=True):
        parts += _loop(x + box / 2, y, _loops(edges, node.id))
        parts += _box(x, y, box, node)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _loops(edges: Sequence[Edge], scene: str) -> list[Edge]:
    return [edge for edge in edges if edge.source == edge.target == scene]


def _way(points: list[Point]) -> str:
    """A smooth line through the points of a way, from the edge of one box to that of the other."""
    down = points[-1][1] > points[0][1]
    half = BOX / 2 if down else -BOX / 2
    points[0] = (points[0][0], points[0][1] + half)
    points[-1] = (points[-1][0], points[-1][1] - half)
    path = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for (x, y), (next_x, next_y) in pairwise(points):
        middle = (y + next_y) / 2
        path.append(f"C{x:.1f} {middle:.1f} {next_x:.1f} {middle:.1f} {next_x:.1f} {next_y:.1f}")
    dashes = "" if down else ' stroke-dasharray="5 3"'
    return f'<path d="{" ".join(path)}" fill="none" stroke="{WAY}"{dashes} marker-end="url(#tip)"/>'


def _loop(x: float, y: float, loops: Sequence[Edge]) -> list[str]:
    """The ways from a scene to itself as one bow at its side, their labels one below the other."""
    if not loops:
        return []
    bow = f"M{x:.1f} {y - 12:.1f} C{x + LOOP:.1f} {y - 16:.1f} {x + LOOP:.1f} {y + 16:.1f} {x + 2:.1f} {y + 12:.1f}"
    parts = [f'<path d="{bow}" fill="none" stroke="{WAY}" marker-end="url(#tip)"/>']
    for number, edge in enumerate(loops):
        line = y + 4 + 14 * (number - (len(loops) - 1) / 2)
        parts.append(_text(x + LOOP, line, _short(edge.label), 12, "start"))
    return parts


def _tag(x: float, y: float, label: str) -> str:
    width = _width(_short(label), 12) + 12
    back = f'<rect x="{x - width / 2:.1f}" y="{y - TAG / 2:.1f}" width="{width:.1f}" height="{TAG}" fill="{PAPER}"/>'
    return f"<g><title>{escape(one_line(label))}</title>{back}{_text(x, y + 4, _short(label), 12)}</g>"


def _box(x: float, y: float, width: float, node: Node) -> list[str]:
    fill, stroke = COLOURS[node.kind]
    frame = (
        f'<rect x="{x - width / 2:.1f}" y="{y - BOX / 2:.1f}" width="{width:.1f}" height="{BOX}" rx="8" '
        f'fill="{fill}" stroke="{stroke}" stroke-width="{1 if node.kind == "scene" else 2}"/>'
    )
    parts = [frame, _text(x, y + (-3 if node.caption else 5), _short(node.id), 14, bold=True)]
    return [*parts, _text(x, y + 14, _short(node.caption), 12)] if node.caption else parts


def _text(x: float, y: float, text: str, size: int, anchor: str = "middle", bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}"'
    return f'<text {place}{weight} fill="{INK}">{escape(text)}</text>'


def _short(text: str) -> str:
    text = one_line(text)
    return text if len(text) <= MAX_LABEL else text[: MAX_LABEL - 1].rstrip() + "…"


def _width(text: str, size: int) -> float:
    """About how wide a text is; letters of East Asia are as wide as they are high."""
    return size * sum(1.0 if unicodedata.east_asian_width(letter) in "WF" else 0.6 for letter in text)
