"""Sliders, swatches and the field for words: they follow the finger, ask at a pace, and draw what the server confirms.

The questions are put by the test, in the server's place; what the page sends goes to the real server, which refuses it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, WebSocket, expect

from tests.browser.conftest import NewViewer
from tests.browser.viewer import Viewer
from tests.helpers.serving import Serving, serving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SHOP = Path(__file__).parent / "stories" / "shop.yaml"
HOUR = {"id": "hour", "kind": "slider", "label": "Hour", "low": 0, "high": 24, "step": None, "value": 6}
LAMP = {
    "id": "lamp",
    "kind": "swatches",
    "label": "Lamp",
    "options": [
        {"value": "amber", "label": "Amber", "colour": "#f4a742"},
        {"value": "moon", "label": "Moon", "colour": "#7da7e8"},
    ],
    "value": "amber",
}
WORDS = {
    "id": "words",
    "kind": "text",
    "label": "Ask the fox",
    "max_length": 40,
    "placeholder": "Anything",
    "value": "",
    "understood": None,
}


class Wire:
    """What the page sends over its websocket."""

    def __init__(self, page: Page) -> None:
        self.sent: list[dict[str, Any]] = []
        page.on("websocket", self._opened)

    def _opened(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda payload: self.sent.append(json.loads(payload)))

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.sent if message["type"] == kind]


async def hear(viewer: Viewer, message: dict[str, Any]) -> None:
    """Let the page hear a message as if the server had sent it."""
    await viewer.page.evaluate("(message) => kept.sockets.at(-1).onmessage({data: JSON.stringify(message)})", message)


async def asked(viewer: Viewer, *controls: dict[str, Any], choices: int = 1, seq: int = 900, poll: str = "p") -> None:
    """Put a question with controls."""
    offered = [{"id": f"c{number}", "label": f"Choice {number}", "available": True} for number in range(choices)]
    ask = {"poll": poll, "prompt": "As you like it", "choices": offered, "controls": controls, "deadline_frame": None}
    await hear(viewer, {"type": "moment", "seq": seq, "frame": 0, "scene": "fork", "lines": [], "ask": ask})


async def test_a_slider_follows_the_finger_asks_at_most_30_times_a_second_and_then_shows_what_is_confirmed(
    viewer: Viewer,
) -> None:
    wire = Wire(viewer.page)
    await viewer.watch("crossroads")
    await asked(viewer, HOUR)
    slider = viewer.page.get_by_role("slider", name="Hour")
    await expect(slider).to_have_value("6")
    box = await viewer.box(slider)
    y = box["y"] + box["height"] / 2
    before_ms = await viewer.page.evaluate("performance.now()")
    await viewer.page.mouse.move(box["x"] + box["width"] * 0.25, y)
    await viewer.page.mouse.down()
    for step in range(60):
        await viewer.page.mouse.move(box["x"] + box["width"] * (0.25 + 0.5 * step / 60), y)
    held = await slider.evaluate("(slider) => slider.valueAsNumber")
    await asked(viewer, {**HOUR, "value": 1}, seq=901)
    assert await slider.evaluate("(slider) => slider.valueAsNumber") == held, "a thumb that is held follows the finger"
    await viewer.until(lambda: bool(wire.of("steer")) and wire.of("steer")[-1]["value"] == held)
    took_s = (await viewer.page.evaluate("performance.now()") - before_ms) / 1000
    assert len(wire.of("steer")) <= 30 * took_s + 2
    assert {message["control"] for message in wire.of("steer")} == {"hour"}
    assert 15 < held < 20
    await viewer.page.mouse.up()
    await expect(slider).to_have_value("1")  # the server has confirmed nothing else
    await viewer.shot("slider-1024")


async def test_sliders_and_swatches_move_by_key_and_the_digits_still_choose(viewer: Viewer) -> None:
    wire = Wire(viewer.page)
    await viewer.watch("crossroads")
    await asked(viewer, {**HOUR, "step": 1}, LAMP)
    await viewer.page.get_by_role("slider", name="Hour").focus()
    await viewer.page.keyboard.press("ArrowRight")
    await viewer.until(lambda: [message["value"] for message in wire.of("steer")] == [7])
    await viewer.page.get_by_role("radio", name="Amber").focus()
    await viewer.page.keyboard.press("ArrowRight")
    await viewer.until(lambda: [message["value"] for message in wire.of("steer")] == [7, "moon"])
    await expect(viewer.page.get_by_role("radio", name="Amber")).to_be_checked()  # it was refused
    await asked(viewer, {**HOUR, "step": 1}, {**LAMP, "value": "moon"}, seq=901)
    await expect(viewer.page.get_by_role("radio", name="Moon")).to_be_checked()
    await expect(viewer.page.get_by_role("radio", name="Moon")).to_be_focused()  # nobody's focus is taken
    await viewer.page.keyboard.press("1")
    await viewer.until(lambda: [message["choice"] for message in wire.of("choose")] == ["c0"])


async def test_a_field_sends_what_was_typed_keeps_what_was_refused_and_shows_what_was_understood(
    viewer: Viewer,
) -> None:
    wire = Wire(viewer.page)
    await viewer.watch("crossroads")
    await asked(viewer, WORDS, choices=0)
    field = viewer.page.get_by_label("Ask the fox")
    await expect(field).to_be_focused()
    await field.press_sequentially("1 where from? k b")  # none of it is a shortcut
    await viewer.page.keyboard.press("Enter")
    await viewer.until(lambda: [message["text"] for message in wire.of("say")] == ["1 where from? k b"])
    assert [message["type"] for message in wire.sent if message["type"] in ("pause", "back", "choose")] == []
    await expect(viewer.remark).to_be_visible()
    await expect(field).to_have_value("1 where from? k b")
    await asked(viewer, {**WORDS, "value": "where from", "understood": "Where do you come from?"}, choices=0, seq=901)
    said = viewer.page.locator("fork-field").get_by_role("status")
    await expect(said).to_have_text("“where from”, understood as “Where do you come from?”")
    await expect(field).to_have_attribute("maxlength", "40")
    await asked(viewer, {**WORDS, "value": "Where from?", "understood": "where from"}, seq=902, poll="q")
    await expect(said).to_have_text("“Where from?”")  # it was understood word by word
    await expect(field).to_be_focused()  # there may be more to ask, though there is a choice now
    await viewer.shot("field-1024")


@pytest.mark.parametrize(("width", "height"), [(360, 640), (1024, 768)])
async def test_everything_asked_is_within_the_window(
    seated: NewViewer, house: Serving, width: int, height: int
) -> None:
    viewer = await seated(house.url, width=width, height=height)
    await viewer.watch("crossroads")
    await asked(viewer, HOUR, LAMP, choices=2)
    for part in (viewer.page.get_by_role("heading", name="As you like it"), viewer.choice("Choice 1")):
        box = await viewer.box(part)
        assert 0 <= box["y"] <= box["y"] + box["height"] <= height
    await viewer.shot(f"controls-{width}")


async def test_what_was_understood_is_read_in_a_small_window_too(seated: NewViewer, house: Serving) -> None:
    viewer = await seated(house.url, width=360, height=640)
    await viewer.watch("crossroads")
    said = {**WORDS, "value": "I am bringing it home to whoever lost it", "understood": "I want to give it back"}
    await asked(viewer, WORDS)
    await asked(viewer, said, seq=901)
    heard = viewer.page.locator("fork-field p")
    await expect(heard).to_contain_text("understood as “I want to give it back”")
    box = await viewer.box(heard)
    assert 0 <= box["y"] <= box["y"] + box["height"] <= 640
    await asked(viewer, HOUR, LAMP, {**said, "value": "Home, I said"}, choices=4, seq=902)  # more than the window holds
    await hear(viewer, {"type": "caption", "text": "Then come along.", "start_frame": 0, "end_frame": 10**7})
    line, screen = [await viewer.box(one) for one in ("fork-caption p", ".screen")]
    assert line["y"] >= screen["y"] + screen["height"], "the answer stands below the picture, not out of sight"
    await viewer.shot("understood-360")


async def test_what_is_moved_picked_and_typed_changes_the_story(seated: NewViewer) -> None:
    async with serving(SHOP) as house:
        viewer = await seated(house.url)
        await viewer.watch("shop")
        await expect(viewer.choice("Take the red one for 30 crowns")).to_be_visible()
        await viewer.page.get_by_role("slider", name="Size").focus()
        await viewer.page.keyboard.press("End")
        await expect(viewer.choice("Take the red one for 45 crowns")).to_be_visible()
        await expect(viewer.page.get_by_role("slider", name="Size")).to_be_focused()
        await viewer.page.locator(".swatch").filter(has_text="Sea").click()
        await expect(viewer.page.get_by_role("radio", name="Sea")).to_be_checked()
        await expect(viewer.choice("Take the blue one for 45 crowns")).to_be_visible()
        await viewer.page.keyboard.press("1")
        await viewer.in_scene("till")
        await viewer.page.get_by_label("A name").fill("Ash {{ 1 }}")
        await viewer.page.keyboard.press("Enter")
        await viewer.in_scene("sold")
        await expect(viewer.page.locator("fork-caption")).to_contain_text("For Ash {{ 1 }}: blue.")
        await viewer.page.close()


async def test_choices_that_come_and_go_are_shown_and_can_be_asked_for_only_while_they_are_there(
    viewer: Viewer,
) -> None:
    wire = Wire(viewer.page)
    await viewer.watch("crossroads")
    times = {"gone": (0, 1), "there": (0, None), "to-come": (10**6, None)}
    offered = [
        {"id": name, "label": name, "available": True, "shown_frame": shown, "hidden_frame": hidden}
        for name, (shown, hidden) in times.items()
    ]
    ask = {"poll": "p", "prompt": "Now?", "choices": offered, "controls": [], "deadline_frame": None}
    await hear(viewer, {"type": "moment", "seq": 900, "frame": 1, "scene": "fork", "lines": [], "ask": ask})
    await expect(viewer.page.locator("fork-choices ol button")).to_have_count(3)
    await expect(viewer.page.locator("fork-choices ol button:visible")).to_have_count(1)
    for key in "132":
        await viewer.page.keyboard.press(key)
    await viewer.until(lambda: [message["choice"] for message in wire.of("choose")] == ["there"])
