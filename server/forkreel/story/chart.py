"""A story's scenes and the ways between them as text for other tools: Mermaid and Graphviz' DOT."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

from forkreel.story.graph import dead_ends
from forkreel.story.story import Story

Kind = Literal["scene", "start", "ending", "dead-end"]

# fill and stroke: light nodes that carry dark text
COLOURS: Mapping[Kind, tuple[str, str]] = {
    "scene": ("#f6f1e4", "#8a8170"),
    "start": ("#d9ecd0", "#4d7a3a"),
    "ending": ("#dbe6f6", "#3d5f91"),
    "dead-end": ("#f8d7d0", "#a63a25"),
}


_STRANGE = re.compile(r"[^\w\s.,:;!?'()/=-]|(?<!\w)-|-(?!\w)|(?<=\d)[.)](?=\s)")


class Node(NamedTuple):
    """A scene as it is drawn: `caption` says below its id what is special about it, or is empty."""

    id: str
    kind: Kind
    caption: str


def nodes(story: Story) -> tuple[Node, ...]:
    """Every scene, in the order of the file. A start that is a dead end too is drawn as a dead end."""
    lost = dead_ends(story)
    drawn = []
    for name, scene in story.scenes.items():
        kind: Kind = "start" if name == story.start else "scene"
        captions = ["start"] if name == story.start else []
        if scene.close is not None:
            kind = "ending" if kind == "scene" else kind
            captions.append(f"ending: {one_line(scene.close.title.source)}")
        if name in lost:
            kind = "dead-end"
            captions.append("dead end")
        drawn.append(Node(name, kind, ", ".join(captions)))
    return tuple(drawn)


def mermaid(story: Story) -> str:
    """The graph as a Mermaid flowchart. Scenes are numbered, as some words (`end`) cannot be ids there."""
    numbers = {name: f"s{number}" for number, name in enumerate(story.scenes)}
    rows = [f"%% {one_line(story.title)}", "flowchart TD"]
    for node in nodes(story):
        text = _mermaid_text(node.id) + (f"<br/><i>{_mermaid_text(node.caption)}</i>" if node.caption else "")
        opened, closed = {"start": ("([", "])"), "ending": ("[[", "]]"), "dead-end": ("{{", "}}")}.get(
            node.kind, ("[", "]")
        )
        rows.append(f'    {numbers[node.id]}{opened}"{text}"{closed}:::{node.kind.replace("-", "")}')
    for edge in story.edges():
        label = f'|"{_mermaid_text(edge.label)}"|' if edge.label else ""
        rows.append(f"    {numbers[edge.source]} -->{label} {numbers[edge.target]}")
    for kind, (fill, stroke) in COLOURS.items():
        rows.append(f"    classDef {kind.replace('-', '')} fill:{fill},stroke:{stroke},color:#1d1b16")
    return "\n".join(rows) + "\n"


def dot(story: Story) -> str:
    """The graph in the language of Graphviz."""
    rows = [
        f"digraph {_quoted(story.name)} {{",
        f"    label={_quoted(story.title)}",
        '    node [style="filled,rounded"]',
    ]
    for node in nodes(story):
        fill, stroke = COLOURS[node.kind]
        label = _quoted(f"{node.id}\n{node.caption}" if node.caption else node.id)
        edges = 2 if node.kind == "ending" else 1
        look = f'shape=box, peripheries={edges}, fillcolor="{fill}", color="{stroke}", fontcolor="#1d1b16"'
        rows.append(f"    {_quoted(node.id)} [label={label}, {look}]")
    for edge in story.edges():
        label = f" [label={_quoted(one_line(edge.label))}]" if edge.label else ""
        rows.append(f"    {_quoted(edge.source)} -> {_quoted(edge.target)}{label}")
    return "\n".join([*rows, "}"]) + "\n"


def one_line(text: str) -> str:
    """A text on one line, without the characters that no picture can show."""
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", text).strip()


def _mermaid_text(text: str) -> str:
    """Whatever Mermaid could take for its own, or for Markdown, as a code: `#91;` is a bracket."""
    return _STRANGE.sub(lambda found: f"#{ord(found[0])};", one_line(text))


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
