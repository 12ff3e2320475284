"""A story's graph as the studio draws it: scenes as cards with a picture, laid out as `forkreel graph` does."""

from __future__ import annotations

from typing import Any

from forkreel.story.chart import nodes, one_line
from forkreel.story.layout import lay_out
from forkreel.story.story import Story

CARD = (168.0, 128.0)  # width and height: a picture of 16:9, and a line of text below it
_LETTER, _TAG = 7.2, 22.0  # about the width of a letter of a label, and its height
_MOST = 30  # letters of a label; a tooltip has the whole


def plan(story: Story) -> dict[str, Any]:
    """Cards, labels and ways with their places, as plain values; the unit is a CSS pixel.

    A way from a scene to itself has no points: its card says so. Raises `StoryError` for what no page can hold.
    """
    shown, edges = nodes(story), story.edges()
    index = {node.id: number for number, node in enumerate(shown)}
    labels = [_short(edge.label) for edge in edges]
    ways = [
        (index[edge.source], index[edge.target], (len(label) * _LETTER + 14, _TAG) if label else None)
        for edge, label in zip(edges, labels, strict=True)
    ]
    layout = lay_out([CARD] * len(shown), ways, index[story.start])
    return {
        "size": list(layout.size),
        "card": list(CARD),
        "nodes": [
            {"id": node.id, "kind": node.kind, "caption": node.caption, "x": x, "y": y}
            for node, (x, y) in zip(shown, layout.nodes, strict=True)
        ],
        "ways": [
            {
                "source": edge.source,
                "target": edge.target,
                "label": label,
                "whole": one_line(edge.label),
                "at": list(layout.labels[number]) if number in layout.labels else None,
                "points": [list(point) for point in points],
            }
            for number, (edge, label, points) in enumerate(zip(edges, labels, layout.ways, strict=True))
        ],
    }


def _short(label: str) -> str:
    label = one_line(label)
    return label if len(label) <= _MOST else label[: _MOST - 1].rstrip() + "…"
