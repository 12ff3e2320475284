"""A room: opened from the menu, joined by its code, decided by votes, conducted by its host."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.conftest import NewViewer
from tests.browser.viewer import Viewer
from tests.helpers.serving import CROSSROADS, Serving, serving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
VOTE = Path(__file__).parents[1] / "stories" / "vote.yaml"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def cinema() -> AsyncIterator[Serving]:
    async with serving(CROSSROADS, VOTE, max_sessions=16) as running:
        yield running


async def opened(viewer: Viewer) -> str:
    """Open a room from a solo show; returns its code."""
    await viewer.watch("crossroads")
    await viewer.menu("Watch together")
    await viewer.page.wait_for_url(re.compile(r"/room/[A-Z]{6}$"))
    await viewer.plays()
    return viewer.page.url.rsplit("/", 1)[1]


async def joined(viewer: Viewer, code: str) -> None:
    """Come in by typing the code on the library's page."""
    await viewer.page.goto(viewer.url)
    await viewer.page.get_by_label("Join a room").fill(f"{code[:3]} {code[3:]}".lower())
    await viewer.page.keyboard.press("Enter")
    await viewer.plays()


async def test_a_room_is_opened_joined_by_its_code_and_decided_by_votes(seated: NewViewer, cinema: Serving) -> None:
    host = await seated(cinema.url)
    code = await opened(host)
    assert "#" not in host.page.url, "the host's token is not in the address"
    guest = await seated(cinema.url, width=360, height=640)
    await joined(guest, code)
    await expect(host.page.locator("fork-room .badge")).to_contain_text("2 are watching")
    await host.choice("Left").click()
    await expect(guest.page.locator("fork-tally")).to_contain_text("1 vote")
    await guest.choice("Left").click()
    await expect(guest.choice("Left")).to_have_attribute("aria-pressed", "true")
    await expect(host.choice("Left")).to_contain_text("2 votes")
    await guest.choice("Right").click()  # a later vote takes the earlier one's place
    await expect(host.choice("Right")).to_contain_text("1 vote")
    stretches = "[...document.querySelectorAll('.tug i')].map(({style}) => Math.round(style.flexGrow))"
    await guest.comes(f"JSON.stringify({stretches}) === '[1,1]'")
    await guest.shot("votes-360")
    await host.shot("votes-1024")
    await guest.choice("Left").click()
    await expect(host.choice("Left")).to_contain_text("2 votes")
    bar = host.page.get_by_role("group", name="Host")
    await bar.get_by_role("button", name="Close in 15 s").click()
    await expect(guest.page.get_by_role("timer")).to_be_visible()
    await expect(guest.choice("Left")).to_have_attribute(
        "aria-pressed", "true"
    )  # the poll closes: the vote stays marked
    badge = await guest.box("fork-room")
    await guest.page.keyboard.press("k")
    await expect(guest.remark).to_contain_text("the host alone")
    remark = await guest.box(guest.remark)
    assert remark["y"] >= badge["y"] + badge["height"]
    await bar.get_by_role("button", name="Decide now").click()
    await guest.in_scene("lake")
    await guest.page.keyboard.press("t")
    await expect(guest.panel).to_contain_text("The room chose Left")


async def test_the_invitation_has_the_code_the_link_and_a_picture_of_it(seated: NewViewer, cinema: Serving) -> None:
    host = await seated(cinema.url)
    code = await opened(host)
    await host.page.get_by_role("button", name=f"Room {code}").click()
    invitation = host.page.get_by_role("dialog", name="Come and watch")
    await expect(invitation).to_contain_text(f"{code[:3]} {code[3:]}")
    await expect(invitation.get_by_label("Link of the room")).to_have_value(re.compile(rf"/room/{code}$"))
    await host.comes("document.querySelector('#room img').naturalWidth > 0")
    await host.shot("invitation-1024")


async def test_the_host_alone_pauses_gives_time_and_ends_the_show(seated: NewViewer, cinema: Serving) -> None:
    host, guest = await seated(cinema.url), await seated(cinema.url)
    code = await opened(host)
    await joined(guest, code)
    await expect(guest.page.get_by_role("button", name="Pause")).to_be_hidden()
    await expect(guest.page.get_by_role("group", name="Host")).to_be_hidden()
    await guest.page.keyboard.press("k")
    await expect(guest.remark).to_contain_text("the host alone")
    await host.page.get_by_role("button", name="Pause").click()
    await expect(host.page.get_by_role("button", name="Go on")).to_be_visible()
    await host.page.get_by_role("button", name="Go on").click()
    bar = host.page.get_by_role("group", name="Host")
    await bar.get_by_role("button", name="Close in 15 s").click()
    await expect(guest.page.get_by_role("timer")).to_be_visible()
    await bar.get_by_role("button", name="15 s more").click()
    await guest.comes("parseInt(document.querySelector('fork-countdown').textContent) > 15")
    await host.shot("host-1024")
    await bar.get_by_role("button", name="Skip").click()
    await guest.in_scene("lake")
    await host.page.get_by_role("button", name="Back to the last choice").click()
    await guest.in_scene("fork")
    for viewer in (host, guest):
        viewer.expected += ["404", "WebSocket connection"]
    await bar.get_by_role("button", name="End the show").click()
    sure = bar.get_by_role("button", name="End it for everybody?")
    await sure.hover()
    await expect(sure).to_have_css("color", "rgb(28, 26, 38)")
    assert await sure.evaluate("(button) => getComputedStyle(button).backgroundColor") == await host.page.evaluate(
        "(() => { const one = document.body.appendChild(document.createElement('i'));"
        " one.style.color = 'var(--accent)'; return getComputedStyle(one).color; })()"
    )  # dark on the accent, not on the dark of a hover
    await sure.click()
    await expect(guest.notice).to_contain_text("This show is over")


async def test_a_code_that_opens_no_room_leads_to_the_library_with_a_sentence(
    seated: NewViewer, cinema: Serving
) -> None:
    viewer = await seated(cinema.url)
    viewer.expected.append("404")
    await viewer.page.goto(viewer.url)
    await viewer.page.get_by_label("Join a room").fill("BCDFGH")
    await viewer.page.get_by_role("button", name="Join").click()
    await expect(viewer.page.get_by_role("status")).to_contain_text("there is no room")
