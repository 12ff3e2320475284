"""The studio as an author uses it: a painted graph, an edit that breaks and mends, a scene played, a look found."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from forkreel.playhouse import OpenModel
from tests.browser.conftest import NewViewer
from tests.browser.viewer import Viewer
from tests.helpers.serving import Serving, serving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PATIENCE_MS = 60_000
TALE = """
story: The Ferry
vars: {coins: {type: int, range: [0, 9]}, met: false}
scenes:
  shore:
    prompt: a fox with a lantern by the lake at dusk
    ask:
      prompt: Cross?
      choices:
        - {id: go, label: Go across, goto: ferry, set: {coins: 1}}
        - {id: stay, label: Stay, goto: sleep}
  ferry:
    prompt: a fox walking into the village at night
    set: {met: true}
    ask:
      prompt: Pay {{ coins }}?
      choices:
        - {id: pay, label: Pay, when: coins > 0, goto: sleep}
        - {id: back, label: Go back, goto: shore}
  sleep: {prompt: "a fox sitting by the lake at {{ 'midnight' if met else 'noon' }}", ending: It was the moon}
"""

STOVE = """
story: A stove
vars: {heat: {type: int, range: [2, 3]}}
scenes:
  kitchen:
    ask:
      controls: [{id: fire, label: Fire, var: heat}]
      choices: [{id: cook, label: Cook, goto: table}]
  table: {say: ["{{ 6 // 0 }}"], ending: Done}
"""


@pytest.fixture(scope="module")
def tale(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("tales") / "ferry.yaml"
    file.write_text(TALE)
    return file


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def workshop(tale: Path, open_house: OpenModel) -> AsyncIterator[Serving]:
    """A server with the house model and a studio, shared by the tests of this module."""
    stove = tale.with_name("stove.yaml")
    stove.write_text(STOVE)
    async with serving(tale, model="house", opener=open_house, studied=(tale, stove), max_sessions=8) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def author(seated: NewViewer, workshop: Serving) -> Viewer:
    viewer = await seated(workshop.url)
    await viewer.page.goto(f"{workshop.url}/studio/ferry")
    return viewer


def write(tale: Path, old: str, new: str) -> None:
    """Edit the file: put one text in the place of another."""
    tale.write_text(tale.read_text().replace(old, new))


def card(page: Page, scene: str) -> str:
    return f"#scene-{scene}"


async def test_every_scene_stands_in_the_graph_with_its_picture(author: Viewer, seated: NewViewer) -> None:
    for scene in ("shore", "ferry", "sleep"):
        picture = author.page.locator(f"{card(author.page, scene)} img")
        await expect(picture).to_be_visible(timeout=PATIENCE_MS)
        await author.comes(f"document.querySelector('{card(author.page, scene)} img').naturalWidth === 512")
    await expect(author.page.locator(".progress")).to_be_empty()
    await expect(author.page.locator("path.way")).to_have_count(4)
    await expect(author.page.get_by_role("status").first).to_have_text("No errors.")
    shore = card(author.page, "shore")
    at_first = await author.box(shore)
    await author.page.get_by_role("button", name="Larger").click()
    assert (await author.box(shore))["width"] > at_first["width"] * 1.1
    await author.page.get_by_role("button", name="Whole story").click()
    whole = await author.box(shore)
    await author.page.get_by_role("button", name="Smaller").click()
    small = await author.box(shore)
    assert small["width"] < whole["width"]
    await author.page.mouse.move(small["x"], small["y"])
    await author.page.keyboard.down("Control")
    await author.page.mouse.wheel(0, -400)
    await author.page.keyboard.up("Control")

    async def larger() -> bool:
        return (await author.box(shore))["width"] > small["width"]

    await author.until_it(larger)  # a wheel's event comes when the browser has time
    await author.shot("studio-1024x768")
    wide = await seated(author.url, width=2560, height=1440)
    await wide.page.goto(author.page.url)
    await expect(wide.page.locator(f"{card(wide.page, 'sleep')} img")).to_be_visible()
    await wide.shot("studio-2560x1440")


async def test_a_broken_goto_is_told_with_its_line_and_goes_when_it_is_mended(author: Viewer, tale: Path) -> None:
    await expect(author.page.locator(card(author.page, "ferry"))).to_be_visible(timeout=PATIENCE_MS)
    write(tale, "label: Go across, goto: ferry", "label: Go across, goto: fery")
    status = author.page.locator("studio-status")
    await expect(status).to_have_text("1 error. The story plays on as it was before.", timeout=PATIENCE_MS)
    await status.click()
    await expect(author.page.get_by_role("tab", name="Check")).to_have_attribute("aria-selected", "true")
    finding = author.page.locator("studio-check li")
    await expect(finding).to_contain_text("line 10")
    await expect(finding.locator("mark")).to_have_text("fery")
    await expect(finding.locator(".hint")).to_have_text("did you mean 'ferry'?")
    await expect(author.page.locator(card(author.page, "ferry"))).to_be_visible()
    await author.shot("studio-broken")
    write(tale, "goto: fery", "goto: ferry")
    await expect(status).to_have_text("No errors.", timeout=PATIENCE_MS)
    await expect(author.page.locator("studio-check")).to_contain_text("Nothing is wrong")


async def test_a_scene_is_played_with_the_authors_variables_seen_from_inside_and_follows_an_edit(
    author: Viewer, tale: Path
) -> None:
    page = author.page
    await page.locator(card(page, "ferry")).click(timeout=PATIENCE_MS)
    await expect(page.get_by_role("heading", name="ferry", exact=True)).to_be_visible()
    await page.get_by_text("Variables on arrival").click()
    await page.get_by_label("coins").fill("3")
    await page.get_by_role("button", name="Play from here").click()
    player = page.frame_locator("iframe")
    await expect(page.locator("iframe")).to_be_in_viewport(ratio=0.95)  # below the variables it would be out of sight
    await expect(player.get_by_role("button", name="Pay", exact=False)).to_be_visible(timeout=PATIENCE_MS)
    state = page.locator("dl.state")
    await expect(state).to_contain_text("coins3")
    await expect(state).to_contain_text("mettrue")
    await expect(page.locator(f"{card(page, 'ferry')}[data-playing]")).to_be_visible()
    await page.get_by_text("Axes of the picture now").click()
    await expect(page.locator("studio-preview dl.axes")).to_contain_text("hour")
    await author.shot("studio-playing")
    await expect(page.locator(".edited")).to_be_hidden()
    write(tale, "ending: It was the moon", "ending: It was a lamp")
    await expect(page.locator(".edited")).to_be_visible(timeout=PATIENCE_MS)
    await player.get_by_role("button", name="Pay", exact=False).click()
    await expect(state).to_contain_text("visitedferry, sleep", timeout=PATIENCE_MS)
    await expect(player.locator("fork-ending")).to_contain_text("It was a lamp", timeout=PATIENCE_MS)


async def test_a_value_that_does_not_fit_is_refused_with_a_sentence(author: Viewer) -> None:
    page = author.page
    author.expected.append("400 \\(Bad Request\\)")
    await page.locator(card(page, "ferry")).click(timeout=PATIENCE_MS)
    await page.evaluate("document.querySelector('studio-scene [name=coins]').removeAttribute('max')")
    await page.get_by_text("Variables on arrival").click()
    await page.get_by_label("coins").fill("30")
    await page.get_by_role("button", name="Play from here").click()
    await expect(page.locator("studio-scene .said")).to_contain_text("goes from 0 to 9")


async def test_sliders_change_the_still_and_write_the_lines_of_a_scene(author: Viewer) -> None:
    page = author.page
    await page.locator(card(page, "shore")).click(timeout=PATIENCE_MS)
    await page.get_by_role("button", name="Try its look").click()
    still = page.locator("studio-look .still")
    await expect(still).to_be_visible(timeout=PATIENCE_MS)
    await expect(page.get_by_label("place")).to_have_value("lake")
    before = await still.get_attribute("src")
    await expect(page.get_by_label("hour")).to_have_attribute("step", "0.1")  # 22 can be reached
    haze = page.get_by_label("haze")
    await haze.focus()
    for key in ("Home", "ArrowRight", "ArrowRight"):
        await page.keyboard.press(key)
    lines = page.get_by_label("For your story")
    await expect(lines).to_have_value("prompt: a fox with a lantern by the lake at dusk\naxes: {haze: 0.01}")
    await expect(still).not_to_have_attribute("src", str(before), timeout=PATIENCE_MS)
    await author.shot("studio-look")
    await page.get_by_role("button", name="Copy").click()
    await expect(page.locator("studio-look .said")).to_be_visible()


async def test_walks_tell_what_they_saw_and_how_scenes_differ(author: Viewer) -> None:
    page = author.page
    await page.get_by_role("tab", name="Check").focus()
    await page.keyboard.press("End")
    await page.keyboard.press("ArrowLeft")
    await expect(page.get_by_role("tab", name="Walks")).to_be_focused()
    await page.get_by_label("Walks", exact=True).last.fill("40")
    await page.get_by_role("button", name="Walk", exact=True).click()
    await expect(page.locator(".found")).to_contain_text("3 of 3 seen", timeout=PATIENCE_MS)
    await page.get_by_role("button", name="Compare looks").click()
    await expect(page.locator(".found .pair img")).to_have_count(2, timeout=PATIENCE_MS)
    await expect(page.locator(".found article")).to_contain_text("sleep")
    await author.shot("studio-walks")


async def test_a_walk_that_got_stuck_tells_how_it_came_there(author: Viewer, workshop: Serving) -> None:
    page = author.page
    await page.goto(f"{workshop.url}/studio/stove")
    await page.get_by_role("tab", name="Walks").click()
    await page.get_by_label("Walks", exact=True).last.fill("3")
    await page.get_by_role("button", name="Walk", exact=True).click()
    stuck = page.locator(".found li", has_text="division by zero")
    await expect(stuck).to_contain_text("3 walks: ", timeout=PATIENCE_MS)
    await expect(stuck.locator("small")).to_have_text(re.compile(r"^seed \d+; fire = [23](\.\d+)?; cook$"))
