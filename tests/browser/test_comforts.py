"""What a viewer sets and asks for beside the film: captions, transcript, map, settings, figures, a link, a picture."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import NewViewer
from tests.browser.viewer import Viewer
from tests.helpers.serving import Serving, serving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LONG = f"""
story: Long
scenes:
  road:
    say: ["{"A long way, and no house to be seen. " * 12}"]
    ending: Home
"""


async def setting(viewer: Viewer, name: str) -> Locator:
    """An input of the settings, with the panel open and drawn: `force`, which the label over the input wants, waits
    for nothing."""
    if not await viewer.page.locator("fork-settings").is_visible():
        await viewer.page.locator("button[popovertarget=menu]").click()
        await viewer.page.locator("#menu [data-ask=settings]").click()
    found = viewer.panel.get_by_label(name, exact=True)
    await expect(found).to_be_visible()
    return found


async def test_captions_change_their_size_and_ground_and_go_away(seated: NewViewer, tmp_path: Path) -> None:
    file = tmp_path / "long.yaml"
    file.write_text(LONG)
    async with serving(file) as there:
        viewer = await seated(there.url)
        await viewer.watch("long")
        await captions_change(viewer)
        await viewer.page.close()


async def captions_change(viewer: Viewer) -> None:
    plate = viewer.page.locator("fork-caption .plate")
    await expect(plate).to_have_text(re.compile("A long way"))
    size = "parseFloat(getComputedStyle(document.querySelector('fork-caption')).fontSize)"
    medium = await viewer.page.evaluate(size)
    await (await setting(viewer, "Huge")).check(force=True)
    assert await viewer.page.evaluate(size) > medium * 1.4
    await (await setting(viewer, "Solid")).check(force=True)
    await expect(plate).to_have_css("background-color", "rgb(5, 7, 13)")
    await viewer.page.keyboard.press("Escape")
    await viewer.page.keyboard.press("c")
    await expect(viewer.page.get_by_role("button", name="Captions")).to_have_attribute("aria-pressed", "false")
    await expect(viewer.page.locator("fork-caption p")).to_have_css("clip-path", "inset(50%)")  # still read out


async def test_settings_are_kept_by_the_browser(viewer: Viewer) -> None:
    await viewer.watch("crossroads")
    await (await setting(viewer, "High contrast")).check()
    await (await setting(viewer, "Single keys are shortcuts")).uncheck()
    await viewer.panel.get_by_label("Volume").fill("0.25")
    assert await viewer.page.evaluate("document.querySelector('video').volume") == 0.25
    await viewer.page.reload()
    await viewer.plays()
    await expect(viewer.page.locator("html")).to_have_attribute("data-contrast", "")
    await expect(viewer.page.get_by_role("slider", name="Volume")).to_have_value("0.25")
    await viewer.page.keyboard.press("1")
    await viewer.choice("Right").click()  # the key has chosen nothing
    await viewer.in_scene("asleep")


async def test_a_system_that_wants_little_motion_and_much_contrast_gets_both(viewer: Viewer) -> None:
    await viewer.page.emulate_media(reduced_motion="reduce", contrast="more")
    async with viewer.page.expect_request("**/api/sessions") as asking:
        await viewer.watch("crossroads")
    assert (await asking.value).post_data_json["cuts"] is True
    await expect(await setting(viewer, "Cut between scenes instead of moving")).to_be_checked()
    await expect(await setting(viewer, "High contrast")).to_be_checked()
    await viewer.shot("contrast-1024")


async def test_timers_that_are_switched_off_are_off_in_the_next_show(house: Serving, viewer: Viewer) -> None:
    await viewer.watch("crossroads")
    await (await setting(viewer, "No limit")).check(force=True)
    await (await setting(viewer, "Cut between scenes instead of moving")).check()
    async with viewer.page.expect_response("**/whep/**"):
        await viewer.panel.get_by_role("button", name="Start again now").click()
    await viewer.page.keyboard.press("Escape")
    await viewer.plays()
    await viewer.choice("Left").click()
    await expect(viewer.choice("Rest")).to_be_visible()
    await expect(viewer.page.get_by_role("timer")).to_be_hidden()


async def test_the_transcript_has_what_was_said_and_chosen_and_escape_goes_back(viewer: Viewer) -> None:
    await viewer.watch("crossroads")
    await expect(viewer.page.locator("fork-caption")).to_contain_text("Where to?")
    await viewer.choice("Left").click()
    await viewer.in_scene("lake")
    await viewer.page.keyboard.press("t")
    entries = viewer.panel.get_by_role("listitem")
    await expect(entries).to_have_text(["Fox Where to?", "You chose Left", "The water is still."])
    await viewer.page.keyboard.press("b")
    await expect(entries.nth(3)).to_have_text("Back to the last choice")
    await viewer.page.keyboard.press("Escape")
    await expect(viewer.panel).to_be_hidden()


async def test_the_map_and_the_library_know_what_was_found_and_nothing_else(viewer: Viewer) -> None:
    await viewer.watch("crossroads")
    await viewer.choice("Right").click()
    await viewer.in_scene("asleep")
    await viewer.menu("Story map")
    await expect(viewer.panel).to_contain_text("Fork")
    await expect(viewer.panel).to_contain_text("Hill")
    await expect(viewer.panel.locator("[aria-current]")).to_have_text("Asleep")
    await expect(viewer.panel).to_contain_text("Ending: Asleep")
    await expect(viewer.panel).not_to_contain_text("Lake")
    await viewer.page.goto(viewer.url)
    film = viewer.page.get_by_role("article").filter(has_text="Crossroads")
    await expect(film).to_contain_text("1 of 1 ending found")
    await expect(viewer.page.get_by_role("article").filter(has_text="The Gate")).not_to_contain_text("found")


async def test_a_shared_link_begins_the_same_story_with_the_same_seed(house: Serving, viewer: Viewer) -> None:
    await viewer.watch("crossroads")
    await viewer.menu("Share this story")
    link = await viewer.page.get_by_role("dialog").get_by_label("Link").input_value()
    assert link == f"{viewer.url}/watch/crossroads?seed=7"
    await viewer.page.get_by_role("button", name="Copy").click()
    await expect(viewer.page.get_by_role("button", name="Copied")).to_be_visible()
    await viewer.page.get_by_role("button", name="Close").click()
    heard: list[str | bytes] = []
    viewer.page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(frame)))
    await viewer.page.goto(link.replace("seed=7", "seed=12345"))
    await viewer.until(lambda: len(heard) > 0)
    assert json.loads(heard[0])["seed"] == 12345


async def test_the_picture_is_saved_as_it_is_seen(viewer: Viewer) -> None:
    await viewer.watch("crossroads")
    await viewer.card()
    async with viewer.page.expect_download() as saving:
        await viewer.menu("Save the picture")
    saved = await saving.value
    assert saved.suggested_filename == "crossroads-fork.png"
    assert (await saved.path()).read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


async def test_the_figures_tell_what_is_painted_shown_and_how_long_a_choice_takes(viewer: Viewer) -> None:
    await viewer.watch("crossroads")
    await viewer.page.keyboard.press("i")
    figures = viewer.page.get_by_role("group", name="Figures")
    await viewer.choice("Left").click()
    await expect(figures).to_contain_text(re.compile(r"Painted[1-9]\d* a second"))
    await expect(figures).to_contain_text(re.compile(r"Shown[1-9]\d* a second"))
    await expect(figures).to_contain_text(re.compile(r"Choice to picture\d+ ms"))
    await expect(figures).to_contain_text(re.compile(r"Round trip\d+ ms for media, \d+ ms for the last answer"))
    await expect(figures).to_contain_text(re.compile(r"Quality(full|draft)"))
    await expect(figures).to_contain_text(re.compile(r"Tier.*\d+ lines at [1-9]\d* kbit/s"))
    await viewer.shot("figures-1024")
    await viewer.page.keyboard.press("i")
    await expect(figures).to_be_hidden()


async def test_full_screen_and_the_small_window_are_entered_and_left(viewer: Viewer) -> None:
    await viewer.watch("crossroads")
    await viewer.page.get_by_role("button", name="Full screen").click()
    await expect(viewer.page.get_by_role("button", name="Leave full screen")).to_be_visible()
    assert await viewer.page.evaluate("document.fullscreenElement !== null")
    await viewer.page.keyboard.press("f")
    await expect(viewer.page.get_by_role("button", name="Full screen", exact=True)).to_be_visible()
    await viewer.menu("Picture in picture")
    await viewer.comes("document.pictureInPictureElement !== null")
    await viewer.page.keyboard.press("p")
    await viewer.comes("document.pictureInPictureElement === null")


async def test_every_key_on_the_page_of_keys_does_what_it_says(viewer: Viewer) -> None:
    await viewer.watch("crossroads")
    page, press = viewer.page, viewer.page.keyboard.press
    await expect(page.locator(".stage")).to_have_css("height", "768px")  # the picture has the window
    await page.mouse.move(300, 300)
    await expect(page.locator("fork-controls")).to_have_css("opacity", "1")
    await press("m")
    await expect(page.get_by_role("button", name="Sound on")).to_be_visible()
    await press("m")
    await expect(page.get_by_role("button", name="Sound off")).to_be_visible()
    await press("?")
    await expect(page.get_by_role("dialog", name="Keys")).to_be_visible()  # it is fetched when it is first asked for
    keys = await page.get_by_role("dialog", name="Keys").locator("kbd").all_inner_texts()
    await press("?")
    tried = {"1", "9", "Space", "k", "b", "m", "c", "t", "f", "p", "s", "i", "?", ","}
    assert set(keys) == tried, "the others are pressed in the tests of what they do"
    await press("1")
    await viewer.in_scene("lake")
    await press("9")  # there is no ninth choice
    await page.get_by_role("button", name="Back to the last choice").click()
    await viewer.in_scene("fork")
    await expect(viewer.choice("Left")).to_be_visible()
    await page.locator("#prompt").focus()  # Space presses a choice that has the focus
    await press("Space")
    await expect(page.get_by_role("button", name="Go on")).to_be_visible()
    await press("Space")
    await expect(page.get_by_role("button", name="Pause")).to_be_visible()
    async with page.expect_download():
        await press("s")
    await expect(page.locator("fork-controls")).to_have_css("opacity", "0")  # nobody moves


async def test_the_volume_beside_the_sound_button_moves_by_key(viewer: Viewer) -> None:
    await viewer.watch("crossroads")
    volume = viewer.page.locator("fork-controls").get_by_role("slider", name="Volume")
    await volume.focus()
    await viewer.page.keyboard.press("Home")
    assert await viewer.page.evaluate("document.querySelector('video').volume") == 0
    await viewer.page.keyboard.press("1")  # a slider takes no digits: it is a choice
    await viewer.in_scene("lake")


async def test_volumes_by_kind_are_asked_of_the_server_and_asked_again_of_the_next_show(viewer: Viewer) -> None:
    steered: list[tuple[str, float]] = []

    def sent(payload: str | bytes) -> None:
        message = json.loads(payload)
        if message["type"] == "steer":
            steered.append((message["control"], message["value"]))

    viewer.page.on("websocket", lambda socket: socket.on("framesent", sent))
    await viewer.watch("crossroads")
    await (await setting(viewer, "Music")).fill("0.4")
    await viewer.until(lambda: steered == [("volume.music", 0.4)])
    await viewer.page.reload()
    await viewer.plays()
    await viewer.until(lambda: steered == [("volume.music", 0.4)] * 2)
    await expect(viewer.remark).to_be_hidden()  # nothing of it was refused
