from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from aiohttp import ClientSession

from forkreel.app import Shipped, load_stories, shipped
from forkreel.errors import MissingWeights, ServeError, StoryError, UnknownModel
from tests.helpers.fakes import FakeModel
from tests.helpers.serving import CROSSROADS, serving


async def test_nothing_is_left_when_a_server_has_closed() -> None:
    threads, tasks = set(threading.enumerate()), asyncio.all_tasks()
    model = FakeModel()
    async with serving(opener=lambda name, size, fps: model, size=(64, 36)) as house:
        seats = [await house.seat(), await house.seat()]
        async with ClientSession() as http:
            await (await http.ws_connect(seats[0].socket)).receive_json()
    left = {thread for thread in set(threading.enumerate()) - threads if not thread.name.startswith("asyncio")}
    assert left == set()
    assert asyncio.all_tasks() == tasks
    assert model.closed
    assert all(take.closed for take in model.takes)


async def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServeError, match=f"port {port} .* in use.*--port"):
            async with serving(port=port):
                pass


async def test_an_address_that_is_not_of_this_machine_is_named() -> None:
    with pytest.raises(ServeError, match=r"203\.0\.113\.1"):
        async with serving(host="203.0.113.1"):
            pass


@pytest.mark.parametrize("error", [UnknownModel("no such model"), MissingWeights("no weights")])
async def test_a_model_that_cannot_be_opened_ends_the_start(error: Exception) -> None:
    def opener(name: str, size: tuple[int, int] | None, fps: int) -> FakeModel:
        raise error

    with pytest.raises(type(error)):
        async with serving(opener=opener):
            pass


async def test_a_folder_that_was_not_installed_is_named(tmp_path: Path) -> None:
    with pytest.raises(ServeError, match="player"):
        async with serving(folders=Shipped(tmp_path / "player", tmp_path, tmp_path)):
            pass


def test_a_broken_story_is_reported_and_left_out(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("story: Bad\nstart: nowhere\nscenes: {}\n")
    reported: list[StoryError] = []
    stories = load_stories([bad, CROSSROADS], reported.append)
    assert list(stories) == ["crossroads"]
    assert len(reported) == 1
    assert "bad.yaml" in str(reported[0])
    with pytest.raises(ServeError, match="no story"):
        load_stories([bad], reported.append)


def test_two_stories_of_one_name_are_not_mixed_up(tmp_path: Path) -> None:
    twin = tmp_path / CROSSROADS.name
    twin.write_text(CROSSROADS.read_text())
    reported: list[StoryError] = []
    assert list(load_stories([CROSSROADS, twin], reported.append)) == ["crossroads"]
    assert "already" in str(reported[0])


def test_the_shipped_folders_are_those_of_the_checkout() -> None:
    folders = shipped()
    assert folders.static.is_dir()
    assert folders.player.is_dir()
    assert folders.stories.is_dir()


async def test_what_viewers_may_ask_has_been_read_before_the_first_one_asks(tmp_path: Path) -> None:
    class Reader(FakeModel):
        read: tuple[str, ...] = ()

        def alike(self, text: str, phrases: Sequence[str]) -> list[float]:
            self.read = tuple(phrases)
            return [0.0] * len(phrases)

    story = tmp_path / "asked.yaml"
    answers = "[{id: why, examples: [why, what for], goto: b}, {id: who, examples: [who], goto: b}]"
    asks = f"{{questions: {{answers: {answers}, fallback: [Hm.]}}}}"
    story.write_text(f"story: x\nscenes: {{a: {{ask: {asks}}}, b: {{ending: E}}}}\n", encoding="utf-8")
    model = Reader()
    async with serving(story, opener=lambda name, size, fps: model, size=(64, 36)):
        assert model.read == ("why", "what for", "who")
