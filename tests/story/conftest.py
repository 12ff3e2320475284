from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from forkreel.errors import Refused
from forkreel.story import Playthrough, Story, load
from forkreel.story.axes import AxisLike
from forkreel.story.check import Report, check
from forkreel.story.moment import Choose, Event, Moment

Checked = Callable[..., Report]
Told = Callable[[str], Story]


@pytest.fixture
def checked(tmp_path: Path) -> Checked:
    """Checks a story given as text."""

    def run(text: str | bytes, axes: Mapping[str, AxisLike] | None = None) -> Report:
        file = tmp_path / "tale.yaml"
        file.write_bytes(text if isinstance(text, bytes) else dedent(text).lstrip("\n").encode())
        return check(file, axes=axes)

    return run


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """Loads a story given as text."""

    def run(text: str) -> Story:
        file = tmp_path / "tale.yaml"
        file.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
        return load(file)

    return run


def feature(name: str) -> Story:
    """The tiny story of one language feature."""
    return load(Path(__file__).parents[1] / "stories" / f"{name}.yaml")


def start(story: Story, seed: int | None = None) -> Playthrough:
    return Playthrough.start(story, seed)


def choose(play: Playthrough, *choices: str) -> Moment:
    for choice in choices:
        assert play.moment.ask is not None
        play.apply(Choose(play.moment.ask.poll, choice))
    return play.moment


def poll(play: Playthrough) -> str:
    assert play.moment.ask is not None
    return play.moment.ask.poll


def refused(play: Playthrough, event: Event) -> str:
    """The code of the refusal; everything else is as it was."""
    before, saved = play.moment, play.save()
    with pytest.raises(Refused) as caught:
        play.apply(event)
    assert play.moment == before
    assert play.save() == saved
    assert str(caught.value)
    return caught.value.code
