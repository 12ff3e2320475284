"""What every scene of a story looks like when it is entered with the variables as they are at the start."""

from __future__ import annotations

from collections import defaultdict, deque

from forkreel.errors import StoryError
from forkreel.story.entrance import enter
from forkreel.story.moment import Shot
from forkreel.story.story import Story


def shots(story: Story) -> dict[str, Shot]:
    """The shot of each scene, in the order in which ways lead to them. A scene without a picture of its own shows that
    of the first scene that leads to it; one whose template fails is left out."""
    onward: dict[str, list[str]] = defaultdict(list)
    for edge in story.edges():
        onward[edge.source].append(edge.target)
    found: dict[str, Shot] = {}
    seen: set[str] = set()
    for root in (story.start, *story.scenes):
        waiting: deque[tuple[str, Shot | None]] = deque([(root, None)])
        while waiting:
            scene, before = waiting.popleft()
            if scene in seen:
                continue
            seen.add(scene)
            try:
                shot = enter(story, scene, {}, shot=before).moment.shot
            except StoryError:
                shot = None
            if shot is not None:
                found[scene] = shot
            waiting.extend((target, shot) for target in onward[scene])
    return found
