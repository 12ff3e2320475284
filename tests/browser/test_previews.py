"""Choices with pictures of what they lead to."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest
from playwright.async_api import expect

from forkreel.stage.stills import still_of
from tests.browser.conftest import NewViewer
from tests.helpers.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
PREVIEWS = Path(__file__).parents[1] / "stories" / "previews.yaml"
COLOURFUL = np.random.default_rng(7).integers(0, 256, (36, 64, 3), np.uint8)
DRAWN_ABOVE_THE_LABEL = """(button) => {
  const canvas = button.querySelector('canvas'), label = button.querySelector('span');
  if (!canvas || !label || canvas.getBoundingClientRect().bottom > label.getBoundingClientRect().top) return false;
  const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return new Set(data).size > 8;
}"""


async def test_each_choice_shows_what_it_leads_to_and_is_called_by_its_label_alone(seated: NewViewer) -> None:
    async with serving(PREVIEWS, ice_loopback=True) as house:
        viewer = await seated(house.url)
        await viewer.watch("previews")
        await viewer.in_scene("fork")
        [session] = house.server.sessions.all()
        for choice_id in ("lake", "hill"):  # by hand: a busy machine does not paint them
            session.stage._painted(session.stage._audience.poll, choice_id, still_of(COLOURFUL))
        for label in ("To the lake", "Up the hill"):
            choice = viewer.page.locator("fork-choices").get_by_role("button", name=label, exact=True)
            await expect(choice.locator("canvas")).to_be_visible()
            async with asyncio.timeout(20):  # where there is time, a painted picture takes the place of this one
                while not await choice.evaluate(DRAWN_ABOVE_THE_LABEL):  # noqa: ASYNC110 - the page tells nobody
                    await asyncio.sleep(0.05)
        await viewer.shot("previews-1024")
        await choice.click()
        await viewer.in_scene("hill")
