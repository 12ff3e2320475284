"""What may well be heard next: the lines and the sound files of the scenes that a scene leads to."""

from __future__ import annotations

from collections.abc import Iterator

from forkreel.story.moment import Line
from forkreel.story.story import Story


def coming(story: Story, scene: str) -> Iterator[Line]:
    """First the first line of each scene that comes next, then the others. Lines with templates are left out."""
    speeches = [
        [speech for speech in story.scenes[target].speeches if "{{" not in speech.text.source]
        for target in _targets(story, scene)
    ]
    for lines in (lines for first in (True, False) for lines in (s[:1] if first else s[1:] for s in speeches)):
        for speech in lines:
            yield Line(speech.id, speech.text.source, speech.who)


def files(story: Story, scene: str) -> Iterator[str]:
    """The sound files of the scenes that come next."""
    for target in _targets(story, scene):
        yield from (clip.file for clip in story.scenes[target].clips)


def _targets(story: Story, scene: str) -> list[str]:
    return list(dict.fromkeys(edge.target for edge in story.edges() if edge.source == scene))
