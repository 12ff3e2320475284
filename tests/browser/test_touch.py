"""A finger instead of a mouse: a tap brings the controls, sliders are dragged, the menu and the ending are pressed."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, expect

from tests.browser.viewer import Viewer
from tests.helpers.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
SHOP = Path(__file__).parent / "stories" / "shop.yaml"


async def dragged(viewer: Viewer, slider: Locator, share: float) -> None:
    """Move a finger along a slider, from its left end to a share of its way."""
    box = await viewer.box(slider)
    session = await viewer.page.context.new_cdp_session(viewer.page)
    y, steps = box["y"] + box["height"] / 2, 12

    async def touch(kind: str, x: float | None) -> None:
        points = [] if x is None else [{"x": x, "y": y}]
        await session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    await touch("touchStart", box["x"] + 4)
    for step in range(1, steps + 1):
        await touch("touchMove", box["x"] + 4 + (box["width"] * share - 8) * step / steps)
    await touch("touchEnd", None)


async def test_a_tap_brings_the_controls_and_sliders_follow_the_finger(browser: Browser) -> None:
    async with serving(SHOP) as house:
        context = await browser.new_context(viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True)
        viewer = Viewer(await context.new_page(), house.url)
        page, controls = viewer.page, viewer.page.locator("fork-controls")
        await viewer.watch("shop")
        await expect(controls).to_have_css("opacity", "0")  # nobody has moved for a while
        paused = page.get_by_role("button", name="Pause")
        box = await paused.bounding_box()
        assert box is not None
        await page.touchscreen.tap(box["x"] + 10, box["y"] + 10)  # where a button is, but not in sight
        await expect(controls).to_have_css("opacity", "1")
        await expect(paused).to_be_visible()  # it was not pressed unseen
        await viewer.shot("touch-360")
        await paused.tap()
        await expect(page.get_by_role("button", name="Go on")).to_be_visible()
        await page.get_by_role("button", name="Go on").tap()
        await expect(viewer.choice("Take the red one for 30 crowns")).to_be_visible()
        await dragged(viewer, page.get_by_role("slider", name="Size"), 1.0)
        await expect(viewer.choice("Take the red one for 45 crowns")).to_be_visible()
        await page.locator(".swatch").filter(has_text="Sea").tap()
        await expect(viewer.choice("Take the blue one for 45 crowns")).to_be_visible()
        assert viewer.complaints == []
        await context.close()
