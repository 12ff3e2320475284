from __future__ import annotations

import logging
from functools import partial
from pathlib import Path

import pytest

from forkreel.errors import JournalError
from forkreel.stage.edition import Edited, Edition
from forkreel.stage.journal import Past
from forkreel.story import Playthrough, Story, load
from tests.stage.conftest import Opener, Theatre

TALE = """\
story: A Walk
vars: {coins: 2}
cast: {fox: Fox}
scenes:
  fork:
    ask: {prompt: Where to?, choices: [{id: left, label: Left, goto: lake}, {id: wait, label: Wait, stay: true}]}
  lake:
    say: [{fox: The water is still.}]
    ask: {prompt: And now?, choices: [{id: home, label: Home, goto: end}]}
  end: {ending: Home}
"""
EDITED = TALE.replace("coins: 2", "stones: 1").replace("The water is still", "The water sings").replace("Fox", "Vixen")


@pytest.fixture
def tale(tmp_path: Path) -> Path:
    return tmp_path / "tale.yaml"


def told(tale: Path, text: str) -> Story:
    tale.write_text(text, encoding="utf-8")
    return load(tale)


def edition(story: Story) -> Edition:
    return Edition(partial(Playthrough.load, story), story.cast, story.manners)


async def at_the_lake(opened: Opener, tale: Path, text: str) -> Theatre:
    """A show whose story became `text` at its first question, and that went on to the lake."""
    show = opened(playthrough=Playthrough.start(told(tale, TALE)))
    await show.run(5)
    show.stage.edit(edition(told(tale, text)))
    show.stage.choose("a", "fork.0", "wait", show.hear)
    await show.run(5)
    show.stage.choose("b", "fork.1", "left", show.hear)
    await show.run(30)
    return show


async def test_an_edited_story_is_told_from_the_next_scene_on_and_what_is_lost_is_logged(
    opened: Opener, tale: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        show = await at_the_lake(opened, tale, EDITED)
    assert [one["scene"] for one in show.said("moment")] == ["fork", "fork", "lake"]
    assert [(one["text"], one["who"]) for one in show.said("caption")] == [("The water sings.", "Vixen")]
    assert "the variable 'coins' is gone" in caplog.text
    assert [type(entry.event).__name__ for entry in show.journal.entries()] == ["Choose", "Choose", "Edited"]
    show.stage.choose("c", "lake.2", "home", show.hear)
    await show.run(2)
    assert show.said("moment")[-1]["ending"]["title"] == "Home"
    assert len(show.journal.entries()) == 4, "it is taken up once"


async def test_a_show_that_took_up_an_edit_is_resumed_from_there_in_the_story_as_it_is_now(
    opened: Opener, tale: Path
) -> None:
    first = await at_the_lake(opened, tale, EDITED)
    entries = first.journal.entries()
    again_edited = told(tale, EDITED.replace("fork:", "crossing:"))
    again = opened(playthrough=Playthrough.start(again_edited), past=Past(entries, 60), edition=edition(again_edited))
    moment = again.heard[1]
    assert (moment["scene"], moment["seq"]) == ("lake", 3)
    again.stage.choose("b", "fork.1", "left", again.hear)
    await again.run(2)
    assert again.said("ack")[-1]["seq"] == 2, "what was answered before the edit is known"
    again.stage.choose("c", "lake.2", "home", again.hear)
    await again.run(2)
    assert again.said("moment")[-1]["ending"]["title"] == "Home"


async def test_a_story_that_does_not_take_the_show_up_leaves_it_with_the_old_one(
    opened: Opener, tale: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        show = await at_the_lake(opened, tale, TALE.replace("The water is still.", '"{{ 1 // (coins - 2) }}"'))
    assert [one["text"] for one in show.said("caption")] == ["The water is still."]
    assert "goes on with the story as it was" in caplog.text
    assert [type(entry.event).__name__ for entry in show.journal.entries()] == ["Choose", "Choose"]


async def test_an_edit_without_the_story_that_it_leads_to_cannot_be_resumed(opened: Opener, tale: Path) -> None:
    first = await at_the_lake(opened, tale, EDITED)
    assert isinstance(first.journal.entries()[-1].event, Edited)
    with pytest.raises(JournalError, match="the story is the one that it was"):
        opened(playthrough=Playthrough.start(told(tale, EDITED)), past=Past(first.journal.entries(), 60))
