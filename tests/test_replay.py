from __future__ import annotations

import hashlib
import re
from pathlib import Path

import av
import pytest
from click.testing import CliRunner

from forkreel.app import load_stories
from forkreel.cli import main
from forkreel.model.testcard import TestCard, decode
from forkreel.replay import shown
from forkreel.sound import Studio, open_sound
from forkreel.stage.archive import Archive
from forkreel.stage.ballot import Close, Vote
from forkreel.stage.comfort import Comfort
from forkreel.stage.journal import Entry, Past
from forkreel.stage.record import Kept, Record
from forkreel.stage.stage import Stage
from forkreel.story import Playthrough, Story
from tests.helpers.clock import SteppedClock
from tests.helpers.fakes import Recorder
from tests.helpers.serving import CROSSROADS


def crossroads() -> Story:
    def broken(error: Exception) -> None:
        raise error

    return load_stories([CROSSROADS], broken)["crossroads"]


async def played(archive: Archive, session: str) -> tuple[Recorder, Kept]:
    """A show with two choices and a way back, as it was sent out, and what the archive has of it."""
    story, model, clock, output = crossroads(), TestCard(), SteppedClock(), Recorder()
    take = model.take((128, 64))
    record = Record(session, story.name, story.version, 11, Comfort(), "testcard", take.size, 24)
    await archive.begin(record, ())
    stage = Stage(
        Playthrough.start(story, 11),
        session=session,
        story=story.name,
        seed=11,
        model=model,
        take=take,
        sound=open_sound("testcard", story, 11, Studio(lambda: None)),
        output=output,
        clock=clock,
        journal=archive.journal(session),
    )
    stage.viewers(1)
    stage.start()
    clock.settle()
    clock.advance(1.0)
    stage.choose("a", "fork.0", "left", lambda answer: None)
    clock.advance(2.0)
    stage.back("b", lambda answer: None)
    clock.advance(0.5)
    stage.choose("c", "fork.2", "right", lambda answer: None)
    clock.advance(4.0)
    await stage.close()
    kept = await archive.find(session)
    assert kept is not None
    return output, kept


async def test_a_replay_gives_the_same_frames_and_the_same_sound_again(tmp_path: Path) -> None:
    archive = Archive(f"sqlite:///{tmp_path / 'forkreel.db'}")
    try:
        output, kept = await played(archive, "s1")
    finally:
        await archive.close()
    again = {frame.number: frame for frame in shown(kept, crossroads(), TestCard())}
    assert len(kept.past.entries) == 4, "three were asked for, and one scene went on by itself"
    assert len(output.ticks) > 150
    for tick, picture, pcm in zip(output.ticks, output.pictures, output.pcm, strict=True):
        assert picture is not None
        frame = decode(picture).frame
        assert frame == tick, "nothing paused and nothing was skipped"
        assert hashlib.sha256(picture).digest() == hashlib.sha256(again[frame].picture).digest()
        assert (pcm == again[frame].pcm).all()


@pytest.fixture
async def kept_show(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'forkreel.db'}"
    archive = Archive(url)
    await played(archive, "s1")
    await archive.close()
    return url


def replay(url: str, output: Path, *more: str) -> str:
    result = CliRunner().invoke(main, ["replay", "s1", str(CROSSROADS), "--database", url, "-o", str(output), *more])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_replay_writes_every_frame_to_a_film_and_twice_the_same(kept_show: str, tmp_path: Path) -> None:
    said = [replay(kept_show, tmp_path / name) for name in ("one.mp4", "two.mp4")]
    found = [re.search(r"(\d+) frames, SHA-256 .* (\w{64})", line) for line in said]
    assert found[0] is not None
    assert found[1] is not None
    assert found[0].groups() == found[1].groups()
    with av.open(str(tmp_path / "one.mp4")) as film:
        pictures = [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]
    assert [decode(picture).frame for picture in pictures] == list(range(int(found[0][1])))
    assert decode(pictures[30]).scene == 1
    assert decode(pictures[80]).scene == 0, "back is back in the picture too"


def test_sessions_are_listed_and_forgotten(kept_show: str) -> None:
    runner = CliRunner()
    listed = runner.invoke(main, ["sessions", "--database", kept_show])
    assert "s1" in listed.stdout
    assert "crossroads" in listed.stdout
    assert '"session": "s1"' in runner.invoke(main, ["sessions", "--json", "--database", kept_show]).stdout
    assert "forgotten" in runner.invoke(main, ["forget", "s1", "--database", kept_show]).stdout
    again = runner.invoke(main, ["forget", "s1", "--database", kept_show])
    assert again.exit_code == 2
    assert "no session 's1'" in again.stderr


def test_a_session_that_cannot_be_told_again_says_why(kept_show: str, tmp_path: Path) -> None:
    runner, out = CliRunner(), str(tmp_path / "out.mp4")
    unknown = runner.invoke(main, ["replay", "s2", "--database", kept_show, "-o", out])
    assert unknown.exit_code == 2
    assert "no session 's2'" in unknown.stderr
    elsewhere = runner.invoke(main, ["replay", "s1", "--database", kept_show, "-o", out])
    assert "name its file" in elsewhere.stderr
    later = tmp_path / "crossroads.yaml"
    later.write_text(CROSSROADS.read_text().replace("version: 1", "version: 2"))
    changed = runner.invoke(main, ["replay", "s1", str(later), "--database", kept_show, "-o", out])
    assert "version 1" in changed.stderr
    nowhere = runner.invoke(main, ["replay", "s1", str(CROSSROADS), "--database", kept_show, "-o", "/proc/no/film.mp4"])
    assert nowhere.exit_code == 2
    assert "cannot be written" in nowhere.stderr


def test_a_room_is_told_again_with_its_votes() -> None:
    votes = (
        Entry(1, 10, Vote("fork.0", "left"), 1, "a"),
        Entry(2, 12, Vote("fork.0", "right"), 3, "b"),
        Entry(3, 13, Vote("fork.0", "right"), 1, "c"),
        Entry(4, 40, Close("fork.0"), 2, "d"),
    )
    record = Record("r", "crossroads", 1, 11, Comfort(), "testcard", (128, 64), 24, room="BCDFGH")
    told = list(shown(Kept(record, (), Past(votes, 60)), crossroads(), TestCard()))
    assert [frame.number for frame in told] == list(range(60))
    assert {decode(frame.picture).scene for frame in told[:40]} == {0}
    assert {decode(frame.picture).scene for frame in told[40:]} == {2}, "the votes sent it up the hill"
