from __future__ import annotations

from pathlib import Path

import pytest
from aiohttp import ClientSession
from yarl import URL

from forkreel.app import Shipped
from tests.helpers.serving import CROSSROADS, Serving, serving
from tests.web.conftest import said_no


async def test_the_library_and_the_player_name_the_story(house: Serving, http: ClientSession) -> None:
    for page in ("/", "/watch/crossroads"):
        answer = await http.get(house.url + page)
        assert answer.status == 200
        assert answer.content_type == "text/html"
        assert "Crossroads" in await answer.text()


async def test_the_page_of_an_unknown_story_or_a_room_says_so(house: Serving, http: ClientSession) -> None:
    await said_no(await http.get(f"{house.url}/watch/nowhere"), 404, "unknown_story")
    await said_no(await http.get(f"{house.url}/room/abcd"), 404, "unknown_room")


async def test_a_person_who_asks_for_an_unknown_page_gets_the_programme_and_a_sentence(
    house: Serving, http: ClientSession
) -> None:
    for path, status, words in (("/watch/<i>", 404, "there is no story"), ("/room/abcd", 404, "no room")):
        answer = await http.get(URL(house.url) / path.lstrip("/"), headers={"Accept": "text/html"})
        page = await answer.text()
        assert answer.status == status
        assert words in page
        assert "Crossroads" in page
        assert "<i>&#39;" not in page


async def test_a_title_is_text_and_never_markup(http: ClientSession, tmp_path: Path) -> None:
    story = tmp_path / "sly.yaml"
    story.write_text(CROSSROADS.read_text().replace("story: Crossroads", "story: '<script>alert(1)</script>'"))
    async with serving(story) as house:
        for page in ("/", "/watch/sly"):
            html = await (await http.get(house.url + page)).text()
            assert "<script>alert" not in html
            assert "&lt;script&gt;alert" in html


async def test_every_answer_carries_a_strict_content_security_policy(house: Serving, http: ClientSession) -> None:
    for path in ("/", "/watch/crossroads", "/static/base.css", "/nowhere", "/api/stories"):
        policy = (await http.get(house.url + path)).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
    module = await http.get(house.url + "/player/watch.js")
    assert module.headers["Content-Security-Policy"] == "default-src 'none'"  # no document: its page's policy holds
    assert module.headers["X-Content-Type-Options"] == "nosniff"


@pytest.fixture
def folders(tmp_path: Path) -> Shipped:
    for name in ("player", "static", "stories"):
        (tmp_path / name / "deep").mkdir(parents=True)
    (tmp_path / "player" / "watch.js").write_text("export {};")
    (tmp_path / "static" / "deep" / "look.css").write_text("p {}")
    (tmp_path / "static" / "index.html").write_text("{{ stories }}")
    (tmp_path / "static" / "link.css").symlink_to("/etc/passwd")
    (tmp_path / "secret").write_text("secret")
    return Shipped(tmp_path / "player", tmp_path / "static", tmp_path / "stories")


async def test_files_come_with_their_type_and_are_revalidated(http: ClientSession, folders: Shipped) -> None:
    async with serving(folders=folders) as house:
        for path, kind in (("/player/watch.js", "javascript"), ("/static/deep/look.css", "text/css")):
            answer = await http.get(house.url + path)
            assert kind in answer.content_type
            assert answer.headers["Cache-Control"] == "no-cache"
            again = await http.get(house.url + path, headers={"If-None-Match": answer.headers["ETag"]})
            assert again.status == 304


@pytest.mark.parametrize(
    "path",
    ["/player/none.js", "/static/../secret", "/static/%2e%2e/secret", "/static/..%2fsecret", "/static/link.css",
     "/static/deep", "/static/index.html", "/static/%00", "/static/" + "x" * 4000],
)  # fmt: skip
async def test_nothing_else_is_served(http: ClientSession, folders: Shipped, path: str) -> None:
    async with serving(folders=folders) as house:
        answer = await http.get(URL(house.url + path, encoded=True))
        await said_no(answer, 404, "not_found")
