"""A story and its page in another language: picked in the library or the settings, kept and marked as that language."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.test_comforts import setting
from tests.browser.viewer import Viewer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_language_picked_in_the_library_is_kept_and_told_and_marked_as_such(viewer: Viewer) -> None:
    page = viewer.page
    await page.goto(viewer.url)
    card, other = page.locator("#crossroads"), page.locator("#gate")
    await expect(card.get_by_role("heading")).to_have_text("Crossroads")
    await page.get_by_label("Language").select_option("Deutsch")
    await expect(card.get_by_role("heading")).to_have_text("Am Scheideweg")
    await expect(card.get_by_role("heading")).to_have_attribute("lang", "de")
    await expect(other.get_by_role("heading")).to_have_attribute("lang", "en")  # it has no German table
    await expect(page.locator("html")).to_have_attribute("lang", "de")
    await expect(card.get_by_text("Etwa 1 Minute")).to_be_visible()
    await viewer.shot("library-german")
    await card.get_by_role("link", name="Am Scheideweg abspielen").click()
    await viewer.plays()
    await expect(page).to_have_title("Am Scheideweg · forkreel")
    await expect(page.locator("fork-caption p")).to_have_text("Fuchs Wohin?")
    for told in ("fork-caption", "fork-choices", "h1", "fork-transcript"):
        await expect(page.locator(told)).to_have_attribute("lang", "de")
    await expect(page.get_by_role("button", name="Zurück zur letzten Wahl")).to_have_attribute(
        "title", "Zurück zur letzten Wahl (b)"
    )
    await expect(page.get_by_role("button", name="Pause")).to_be_visible()
    await page.keyboard.press(",")
    await viewer.shot("settings-german")
    await viewer.panel.get_by_label("Sprache").select_option(
        "English"
    )  # the page's words at once, the story's with the next
    await expect(viewer.panel.get_by_role("heading", name="Settings")).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await expect(page.locator("fork-choices")).to_have_attribute("lang", "de")
    await viewer.panel.get_by_label("Language").select_option("Deutsch")
    await page.keyboard.press("Escape")
    await viewer.choice("Rechts").click()
    await viewer.in_scene("asleep")
    await expect(page.locator("#ending-title")).to_have_text("Eingeschlafen")
    await expect(page.locator("#ending-title")).to_have_attribute("lang", "de")
    await viewer.shot("ending-german")
    await page.goto(f"{viewer.url}/watch/gate")
    await viewer.plays()
    await expect(page.locator("fork-choices")).to_have_attribute("lang", "en")
    await (await setting(viewer, "Hoher Kontrast")).check()
    await expect(viewer.panel.get_by_label("Sprache")).to_be_hidden()


async def test_a_language_picked_in_the_settings_holds_from_the_next_show_on(viewer: Viewer) -> None:
    await viewer.watch("crossroads")
    await viewer.choice("Left").wait_for()
    await (await setting(viewer, "Language")).select_option("Deutsch")
    await expect(viewer.panel.get_by_text("Sprache, Zeit und Schnitte ändern sich")).to_be_visible()
    await expect(viewer.page.locator("fork-choices")).to_have_attribute("lang", "en")
    await viewer.shot("language-1024x768")
    await viewer.page.reload()
    await viewer.plays()
    await expect(viewer.remark).to_contain_text("Diese Vorstellung geht auf Englisch weiter.")
    await viewer.menu("Neu beginnen")
    await viewer.choice("Links").click()
    await viewer.in_scene("lake")
    await viewer.menu("Mitschrift")
    await expect(viewer.panel.locator(".line").first).to_have_text("Fuchs Wohin?")
    await expect(viewer.panel.locator(".choice span")).to_have_attribute("lang", "de")
    await viewer.page.keyboard.press("Escape")
    await viewer.menu("Gemeinsam ansehen")  # a room is told as its host likes it
    await viewer.page.wait_for_url(re.compile("/room/"))
    await viewer.plays()
    await expect(viewer.choice("Links")).to_be_visible()
    await viewer.page.keyboard.press(",")
    await expect(viewer.panel.get_by_label("Sprache")).to_be_hidden()
