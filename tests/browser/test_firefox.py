"""The main path in Firefox: the picture comes, a key chooses, the panel opens, an ending is reached, a page leaves; and
the studio: an edit shows, a scene is played."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from tests.browser.firefox import PATIENCE_S, firefox
from tests.browser.viewer import ARTEFACTS
from tests.helpers.serving import CROSSROADS, serving

PROGRAM = "/usr/bin/firefox-esr"


@pytest.mark.browser
async def test_a_story_is_watched_answered_and_edited_in_firefox(tmp_path: Path) -> None:
    if shutil.which(PROGRAM) is None:
        pytest.skip(f"{PROGRAM} is missing: tests/helpers/debian.sh installs it")
    tale = tmp_path / "crossroads.yaml"
    tale.write_text(CROSSROADS.read_text())
    async with serving(tale, studied=(tale,)) as house, firefox(PROGRAM, tmp_path) as page:
        await page.goto(f"{house.url}/watch/crossroads")
        await page.comes("document.querySelector('.stage[data-seen]') !== null")
        await page.comes("document.querySelector('video').currentTime > 1")
        assert await page.value("document.querySelector('video').videoWidth") == 512
        await page.press(",")
        await page.comes("document.querySelector('fork-settings').checkVisibility()")
        await page.shot(ARTEFACTS / "firefox-settings.png")
        await page.press("\ue00c")  # Escape
        await page.press("1")
        await page.comes("document.querySelector('.stage').dataset.scene === 'lake'")
        await page.comes("document.querySelector('fork-countdown').checkVisibility()")
        await page.value("document.querySelector('[popovertarget=menu]').click()")
        await page.comes("document.querySelector('#menu').matches(':popover-open')")
        await page.shot(ARTEFACTS / "firefox-menu.png")
        await page.press("\ue00c")
        await page.press("i")
        await page.comes("/Shown[1-9]/.test(document.querySelector('fork-statistics').textContent)")
        await page.press("2")
        await page.comes("document.querySelector('fork-ending').checkVisibility()")
        assert await page.value("document.querySelector('fork-ending h2').textContent") == "Asleep"
        [session] = house.server.sessions.all()
        assert session.broadcast.viewers == 1
        await page.goto(f"{house.url}/studio/crossroads")
        async with asyncio.timeout(PATIENCE_S):
            while session.broadcast.connections or session.listeners:  # noqa: ASYNC110 - they have no event
                await asyncio.sleep(0.05)
        await page.comes("document.querySelector('studio-status').textContent === 'No errors.'")
        tale.write_text(tale.read_text().replace("goto: lake", "goto: lak"))
        await page.comes("document.querySelector('studio-status').textContent.startsWith('1 error.')")
        await page.value("document.querySelector('#scene-lake').click()")
        await page.comes("document.querySelector('studio-scene [type=submit]') !== null")
        await page.value("document.querySelector('studio-scene [type=submit]').click()")
        await page.comes(
            "document.querySelector('iframe').contentDocument?.querySelector('.stage[data-scene=lake]') != null"
        )
        await page.shot(ARTEFACTS / "firefox-studio.png")
