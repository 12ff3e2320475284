"""Nothing that axe-core knows is wrong with any page in any state, and the page is light."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.viewer import Viewer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
FIRST_PAINT_BYTES = 100_000


async def test_the_library_has_no_faults(viewer: Viewer) -> None:
    await viewer.page.goto(viewer.url)
    assert await viewer.faults() == []


async def test_the_player_has_no_faults_in_any_state(viewer: Viewer) -> None:
    await viewer.watch("crossroads")
    await viewer.page.keyboard.press("1")
    await expect(viewer.choice("Rest")).to_be_visible()
    found = {"question": await viewer.faults()}
    await viewer.page.get_by_role("button", name="More").click()
    found["menu"] = await viewer.faults()
    await viewer.page.keyboard.press("Escape")
    for key, state in (("t", "transcript"), (",", "settings")):
        await viewer.page.keyboard.press(key)
        await expect(viewer.panel).to_be_visible()
        found[state] = await viewer.faults()
        await viewer.page.keyboard.press("Escape")
    await viewer.menu("Story map")
    found["map"] = await viewer.faults()
    await viewer.page.keyboard.press("Escape")
    await viewer.page.keyboard.press("?")
    found["help"] = await viewer.faults()
    await viewer.page.keyboard.press("Escape")
    await viewer.menu("Share this story")
    found["share"] = await viewer.faults()
    await viewer.page.keyboard.press("Escape")
    await viewer.page.keyboard.press("i")
    await viewer.page.keyboard.press("2")
    await expect(viewer.ending).to_be_visible()
    found["ending"] = await viewer.faults()
    assert {state: faults for state, faults in found.items() if faults} == {}


async def test_a_story_is_played_by_the_keyboard_alone(viewer: Viewer) -> None:
    await viewer.watch("gate")
    page = viewer.page
    await expect(viewer.choice("Look under the stone")).to_be_focused()
    await page.wait_for_timeout(600)  # a press in the first half second is meant for what was there before
    await page.keyboard.press("Enter")
    await expect(viewer.choice("Take the key")).to_be_focused()
    await page.wait_for_timeout(600)
    await page.keyboard.press("Space")
    await expect(viewer.choice("Unlock it")).to_be_focused()
    await page.keyboard.press(",")
    await expect(page.get_by_role("heading", name="Settings")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.get_by_label("Show captions")).to_be_focused()
    await page.keyboard.press("Space")
    await expect(page.locator("html")).to_have_attribute("data-captions", "off")
    await page.keyboard.press("Escape")
    await expect(viewer.choice("Unlock it")).to_be_focused()
    await page.wait_for_timeout(600)
    await page.keyboard.press("Enter")
    await expect(viewer.choice("Again")).to_be_focused()


async def test_the_first_paint_of_the_watch_page_takes_less_than_100_kb(viewer: Viewer) -> None:
    """Headers included, and everything that is fetched until the picture comes."""
    sizes: dict[str, int] = {}
    session = await viewer.page.context.new_cdp_session(viewer.page)
    await session.send("Network.enable")
    await session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    urls: dict[str, str] = {}
    session.on("Network.responseReceived", lambda seen: urls.update({seen["requestId"]: seen["response"]["url"]}))
    session.on(
        "Network.loadingFinished",
        lambda seen: sizes.update({urls.get(seen["requestId"], "?"): round(seen["encodedDataLength"])}),
    )
    await viewer.page.add_init_script("delete window.RTCPeerConnection")  # so that the page stays at its first paint
    await viewer.page.goto(f"{viewer.url}/watch/crossroads", wait_until="networkidle")
    await expect(viewer.notice).to_contain_text("cannot receive the picture")
    assert len(sizes) > 20, "nothing was weighed"
    assert sum(sizes.values()) < FIRST_PAINT_BYTES, sorted(sizes.items(), key=lambda item: -item[1])
