"""The story as a graph: which scenes can be reached, and from which an ending can."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from forkreel.story.diagnostic import Findings, Spot
from forkreel.story.scene import Scene
from forkreel.story.story import Story, calls, edges, returns


def inspect(
    scenes: Mapping[str, Scene], start: str, recover: str | None, spots: Mapping[str, Spot], findings: Findings
) -> None:
    """Warn of scenes that no way leads to, and of those at which the last chance of an ending is gone.

    An old save can begin at `recover`.
    """
    onward: dict[str, set[str]] = defaultdict(set)
    backward: dict[str, set[str]] = defaultdict(set)
    for edge in edges(scenes):
        if edge.target in scenes:
            onward[edge.source].add(edge.target)
            backward[edge.target].add(edge.source)
    returning = [name for name, scene in scenes.items() if returns(scene)]
    if returning and not calls(scenes):
        hint = "call it with `goto: {call: …, then: …}`, or go on to a scene"
        message = f"'{returning[0]}' returns, but nothing calls a scene"
        findings.error(spots[returning[0]], "return-without-call", message, hint)
        return
    reached = closure([start] if recover is None else [start, recover], onward)
    for name in scenes:
        if name not in reached:
            findings.warning(
                spots[name],
                "unreachable-scene",
                f"no way leads from '{start}' to the scene '{name}'",
                "lead to it with a `goto`, or delete it",
            )
    endings = [name for name, scene in scenes.items() if scene.close is not None]
    hopeful = closure(endings, backward)
    if start not in hopeful:
        message = "no ending can be reached: the story never ends" if endings else "the story has no ending"
        findings.warning(spots[start], "no-ending", message, "give a scene an `ending:`")
        return
    for name in scenes:
        if name not in reached or name in hopeful or not backward[name] & hopeful:
            continue
        ring = [
            other for other in scenes if other in closure(onward[name], onward) and name in closure([other], onward)
        ]
        if ring:
            message = (
                f"no way leads out of the ring {', '.join(ring)}" if ring != [name] else "it leads to itself alone"
            )
            hint = "give one of them a way to an ending"
            findings.warning(spots[name], "endless-loop", message, hint)
        else:
            leads = f"it only leads to {', '.join(sorted(onward[name]))}" if onward[name] else "no way leads on"
            message = f"once in '{name}' nobody comes to an ending: {leads}"
            findings.warning(spots[name], "dead-end", message, "give it, or what it leads to, a way to an ending")


def dead_ends(story: Story) -> frozenset[str]:
    """The scenes from which no way leads to an ending."""
    backward: dict[str, set[str]] = defaultdict(set)
    for edge in story.edges():
        backward[edge.target].add(edge.source)
    endings = [name for name, scene in story.scenes.items() if scene.close is not None]
    return frozenset(story.scenes) - closure(endings, backward)


def closure(first: Iterable[str], ways: Mapping[str, set[str]]) -> set[str]:
    """Everything that can be reached from some places, themselves included."""
    reached, waiting = set[str](), list(first)
    while waiting:
        place = waiting.pop()
        if place not in reached:
            reached.add(place)
            waiting.extend(ways.get(place, ()))
    return reached
