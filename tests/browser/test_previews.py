"""Choices with pictures of what they lead to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playwright.async_api import expect

from forkreel.stage.stills import still_of
from tests.browser.conftest import NewViewer
from tests.helpers.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
PREVIEWS = Path(__file__).parents[1] / "stories" / "previews.yaml"
COLOURFUL = np.random.default_rng(7).integers(0, 256, (36, 64, 3), np.uint8)
INKED = """(canvas) => {
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
            picture = choice.locator("canvas")
            await expect(picture).to_be_visible(timeout=20_000)
            assert await picture.evaluate(INKED), "something is painted on it"
            box, text = await picture.bounding_box(), await choice.locator("span").bounding_box()
            assert box is not None
            assert text is not None
            assert box["y"] + box["height"] <= text["y"], "above the label"
        await viewer.shot("previews-1024")
        await choice.click()
        await viewer.in_scene("hill")
