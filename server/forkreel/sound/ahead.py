"""What may well be said next: the lines of the scenes that a scene leads to."""

from __future__ import annotations

from collections.abc import Iterator

from forkreel.story.moment import Line
from forkreel.story.story import Story


def coming(story: Story, scene: str) -> Iterator[Line]:
    """First the first line of each scene that comes next, then the others. Lines with templates are left out."""
    targets = list(dict.fromkeys(edge.target for edge in story.edges() if edge.source == scene))
    speeches = [
        [speech for speech in story.scenes[target].speeches if "{{" not in speech.text.source] for target in targets
    ]
    for lines in (lines for first in (True, False) for lines in (s[:1] if first else s[1:] for s in speeches)):
        for speech in lines:
            yield Line(speech.id, speech.text.source, speech.who)
