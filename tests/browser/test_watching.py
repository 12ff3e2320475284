"""A person watches, chooses, and comes to an end: the picture, the words and the keys."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Browser, expect

from forkreel.model.registry import open_model
from forkreel.model.testcard import Reading
from tests.browser.conftest import GATE, NewViewer
from tests.browser.moving import eye_of
from tests.browser.viewer import PATIENCE_S, Viewer
from tests.helpers.serving import CROSSROADS, Serving, serving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
ASLEEP = 3  # the scene's place in file order


async def test_the_video_plays_a_picture_that_is_not_black_and_changes(viewer: Viewer) -> None:
    await viewer.watch("crossroads")
    first = await viewer.card()
    later = await viewer.card(lambda card: card.frame >= first.frame + 24)
    assert later.scene == first.scene == 0
    assert (await viewer.look()).mean() > 40
    assert await viewer.page.evaluate("(({paused, muted}) => ({paused, muted}))(document.querySelector('video'))") == {
        "paused": False,
        "muted": False,
    }
    await viewer.shot("watch-1024")


@pytest.mark.parametrize("press", ["click", "key", "enter"])
async def test_a_choice_brings_the_new_scene_and_its_picture(viewer: Viewer, press: str) -> None:
    await viewer.watch("crossroads")
    eye = eye_of("testcard", viewer)
    await eye.learn()
    if press == "click":
        await viewer.choice("Left").click()
    elif press == "key":
        await viewer.page.keyboard.press("1")
    else:
        await expect(viewer.choice("Left")).to_be_focused()
        await asyncio.sleep(0.6)  # a press in the first half second is meant for what was there before
        await viewer.page.keyboard.press("Enter")
    await viewer.in_scene("lake")
    await eye.sees_another_scene(1)
    await expect(viewer.choice("Rest")).to_be_visible()


async def test_an_ending_is_reached_and_again_starts_over(viewer: Viewer) -> None:
    await viewer.watch("crossroads")
    first = await viewer.session()
    await viewer.page.keyboard.press("2")
    await viewer.card(lambda card: card.scene == ASLEEP)
    await expect(viewer.ending.get_by_role("heading")).to_have_text("Asleep")
    again = viewer.choice("Again")
    await expect(again).to_be_focused()
    await viewer.shot("ending-1024")
    await again.click()
    await viewer.in_scene("fork")
    await viewer.card(lambda card: card.scene == 0)
    await expect(viewer.ending).to_be_hidden()
    assert await viewer.session() != first


async def test_back_at_an_ending_returns_to_the_question_and_is_greyed_where_there_is_none(viewer: Viewer) -> None:
    await viewer.watch("crossroads")
    back = viewer.page.locator("fork-controls [data-ask=back]")
    await expect(back).to_be_disabled()
    await viewer.choice("Right").click()
    await expect(viewer.ending).to_be_visible()
    await expect(back).to_be_enabled()
    await viewer.page.keyboard.press("b")
    await viewer.in_scene("fork")
    await expect(back).to_be_disabled()
    await viewer.page.keyboard.press("b")
    await expect(viewer.remark).to_have_text("There is no choice to go back to.")
    await expect(viewer.ending).to_be_hidden()
    await expect(viewer.choice("Left")).to_be_visible()
    await viewer.card(lambda card: card.scene == 0)


async def test_words_brighten_as_they_are_said_and_a_live_region_has_the_whole_line_once(viewer: Viewer) -> None:
    await viewer.watch("crossroads")
    await expect(viewer.page.locator("fork-caption")).to_have_attribute("aria-live", "polite")
    told = await viewer.page.evaluate("""() => {
      const caption = document.body.appendChild(document.createElement('fork-caption'));
      const watch = new MutationObserver(() => {});
      watch.observe(caption, {subtree: true, childList: true, characterData: true});
      const line = {who: 'Fox', text: 'Where to?', start_frame: 10, end_frame: 48, word_frames: [10, 22]};
      const told = [9, 10, 21, 22, 47].map((frame) => {
        caption.show(line, frame);
        return [caption.textContent.trim(), caption.querySelectorAll('.said').length, watch.takeRecords().length > 0];
      });
      caption.show(null, 48);
      return [...told, [caption.querySelector('p').hidden]];
    }""")
    assert told == [
        ["Fox Where to?", 0, True],
        ["Fox Where to?", 1, False],
        ["Fox Where to?", 1, False],
        ["Fox Where to?", 2, False],
        ["Fox Where to?", 2, False],
        [True],
    ]


async def stands(viewer: Viewer) -> Reading:
    """What is on the picture once it has not changed for half a second: what was on its way is seen."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            held = await viewer.card()
            await asyncio.sleep(0.5)
            if (await viewer.card()).frame == held.frame:
                return held


async def test_a_pause_is_drawn_when_the_server_confirms_it_and_holds_the_ring(viewer: Viewer) -> None:
    await viewer.watch("crossroads")
    await viewer.page.keyboard.press("1")
    ring = viewer.page.get_by_role("timer")
    await expect(ring).to_be_visible()
    await viewer.page.keyboard.press("k")
    await expect(viewer.page.get_by_role("button", name="Go on")).to_be_visible()
    held = await stands(viewer)
    left = await ring.get_attribute("aria-label")
    await asyncio.sleep(1.0)
    assert (await viewer.card()).frame == held.frame
    assert await ring.get_attribute("aria-label") == left
    await viewer.page.get_by_role("button", name="Go on").click()
    await viewer.card(lambda card: card.frame > held.frame + 12)
    await expect(viewer.page.get_by_role("button", name="Pause")).to_be_visible()


async def test_a_choice_that_is_not_open_is_greyed_and_says_so(viewer: Viewer) -> None:
    await viewer.watch("gate")
    locked = viewer.choice("Unlock it")
    await expect(locked).to_have_attribute("aria-disabled", "true")
    await expect(viewer.choice("Look under the stone")).to_be_focused()  # the first that can be taken
    await viewer.page.keyboard.press("1")
    await expect(viewer.remark).to_contain_text("not open to you")
    await viewer.page.keyboard.press("2")
    await viewer.choice("Take the key").click()
    await viewer.choice("Unlock it").click()
    await expect(viewer.ending.get_by_role("heading")).to_have_text("Beyond the gate")


async def test_a_refused_choice_is_told_in_a_sentence_and_the_show_goes_on(viewer: Viewer) -> None:
    await viewer.watch("crossroads")
    await viewer.page.evaluate(
        "document.querySelector('fork-choices').dispatchEvent(new CustomEvent('ask', {bubbles: true,"
        " detail: {type: 'choose', poll: 'long ago', choice: 'left'}}))"
    )
    await expect(viewer.remark).to_have_text("That question is over.")
    await viewer.choice("Left").click()
    await viewer.in_scene("lake")


async def test_help_keeps_the_keyboard_until_it_is_closed(viewer: Viewer) -> None:
    await viewer.watch("crossroads")
    await viewer.page.keyboard.press("?")
    dialog = viewer.page.get_by_role("dialog", name="Keys")
    await expect(dialog).to_be_visible()
    await viewer.shot("help-1024")
    await viewer.page.keyboard.press("1")
    await viewer.page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(viewer.choice("Left")).to_be_focused()
    await viewer.choice("Right").click()  # only now has anything been chosen
    await viewer.in_scene("asleep")


@pytest.mark.parametrize(("width", "height"), [(360, 640), (640, 360), (1024, 768), (1920, 1080)])
async def test_every_choice_is_inside_the_window_and_large_enough_to_press(
    seated: NewViewer, house: Serving, width: int, height: int
) -> None:
    viewer = await seated(house.url, width=width, height=height)
    await viewer.watch("gate")
    for label in ("Unlock it", "Look under the stone"):
        box = await viewer.box(viewer.choice(label))
        assert box["height"] >= 44
        assert box["width"] >= 44
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] >= height / 2
        assert box["y"] + box["height"] <= height
        if width > height >= 0.7 * width:  # what is dark below the picture is large enough for them
            assert box["y"] >= (height + width * 9 / 16) / 2
    await viewer.shot(f"choices-{width}x{height}")


async def test_the_library_shows_each_story_and_its_way_in(viewer: Viewer) -> None:
    await viewer.page.goto(viewer.url)
    await expect(viewer.page.get_by_role("article")).to_have_count(2)
    await expect(viewer.page.get_by_text("1 ending").first).to_be_visible()
    await viewer.shot("library-1024")
    await viewer.page.get_by_role("link", name="Play Crossroads").click()
    await viewer.plays()


@pytest.mark.parametrize("model", ["testcard", "house"])
async def test_a_model_moves_the_picture_towards_the_scene_that_was_chosen(
    seated: NewViewer, model: str, request: pytest.FixtureRequest
) -> None:
    opener = request.getfixturevalue("open_house") if model == "house" else open_model
    async with serving(CROSSROADS, GATE, model=model, opener=opener) as house:
        viewer = await seated(house.url)
        await viewer.watch("crossroads")
        eye = eye_of(model, viewer)
        await eye.learn()
        await viewer.choice("Left").click()
        await viewer.in_scene("lake")
        await eye.sees_another_scene(1)
        await viewer.shot(f"moved-{model}")
        await viewer.page.close()


async def test_a_story_is_played_by_touch(browser: Browser, house: Serving) -> None:
    context = await browser.new_context(viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True)
    viewer = Viewer(await context.new_page(), house.url)
    await viewer.page.goto(viewer.url)
    language, code = [await viewer.box(one) for one in ("#language", "#code")]
    assert language["y"] + language["height"] + 8 <= code["y"]  # room for a finger between them
    await viewer.shot("library-360")
    await viewer.page.get_by_role("link", name="Play Crossroads").tap()
    await viewer.plays()
    await expect(viewer.page.locator("#prompt")).to_be_focused()  # no choice looks taken already
    await viewer.page.get_by_role("button", name="More").tap()
    await expect(viewer.page.locator("#menu").get_by_role("button", name="Transcript")).to_be_visible()
    await expect(viewer.page.locator("#menu :is(kbd, [data-ask=help]):visible")).to_have_count(0)  # it has no keys
    await viewer.page.locator("#menu").get_by_role("button", name="Transcript").tap()
    await expect(viewer.panel).to_be_visible()
    await viewer.panel.get_by_role("button", name="Close").tap()
    await viewer.choice("Left").tap()
    await viewer.in_scene("lake")
    await viewer.choice("Rest").tap()
    await expect(viewer.choice("Again")).to_be_visible()
    assert viewer.complaints == []
    await context.close()
