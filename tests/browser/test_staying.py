"""What comes between a person and the picture: lost connections, reloads, a full house, a browser that says no."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Route, expect

from forkreel.model.protocol import Model
from forkreel.model.registry import open_model
from forkreel.web.session import Session
from tests.browser.conftest import NewViewer
from tests.browser.viewer import PATIENCE_S, Viewer
from tests.helpers.distance import distant
from tests.helpers.serving import Serving, serving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
REFUSED_PLAY = """
HTMLMediaElement.prototype.play = new Proxy(HTMLMediaElement.prototype.play, {
  apply: (play, video) => (%s) ? Promise.reject(new DOMException('no', 'NotAllowedError')) : play.call(video),
});
"""


async def session_of(house: Serving, viewer: Viewer) -> Session:
    kept = await viewer.session()
    return next(session for session in house.server.sessions.all() if session.id == kept)


async def cut_by_the_server(house: Serving, viewer: Viewer) -> None:
    session = await session_of(house, viewer)
    for listener in tuple(session.listeners):
        listener.end(1011, "cut by the test")
    for seat in session.seats.values():
        for peer in tuple(seat.tags):
            await session.leave(seat, peer)


async def cut_by_the_page(house: Serving, viewer: Viewer) -> None:
    await viewer.page.evaluate("kept.peers.at(-1).close(); kept.sockets.at(-1).close()")


Cut = Callable[[Serving, Viewer], Awaitable[None]]


@pytest.mark.parametrize("cut", [cut_by_the_server, cut_by_the_page])
async def test_a_killed_connection_resumes_where_it_was(house: Serving, viewer: Viewer, cut: Cut) -> None:
    viewer.expected.append("404")  # the goodbye to a connection that the server has freed already
    await viewer.watch("crossroads")
    await viewer.page.keyboard.press("1")
    before = await viewer.card(lambda card: card.scene == 1)
    session = await viewer.session()
    await cut(house, viewer)
    await expect(viewer.notice).to_contain_text("Reconnecting")
    await expect(viewer.notice).to_be_hidden()
    after = await viewer.card(lambda card: card.frame > before.frame + 12)
    assert after.scene == 1
    assert await viewer.session() == session
    assert await viewer.page.evaluate("[kept.peers.length, kept.sockets.length]") == [2, 2]
    await viewer.choice("Rest").click()
    await viewer.in_scene("asleep")


async def test_the_last_picture_stays_in_sight_while_the_connection_is_lost(house: Serving, viewer: Viewer) -> None:
    await viewer.watch("crossroads")
    await viewer.card()
    await viewer.page.route("**/whep/**", lambda route: route.abort())
    viewer.expected.append("ERR_FAILED")
    await cut_by_the_page(house, viewer)
    await expect(viewer.notice).to_contain_text("Reconnecting")
    await expect(viewer.page.locator("video")).to_be_hidden()
    assert (await viewer.look("canvas")).mean() > 40
    await asyncio.sleep(1.6)  # until the strip has come down and the poster has faded
    await viewer.shot("dropped-1024")
    await viewer.page.unroute_all()
    await viewer.plays()


async def test_a_reload_resumes_the_same_show(house: Serving, viewer: Viewer) -> None:
    await viewer.watch("crossroads")
    await viewer.page.keyboard.press("1")
    before = await viewer.card(lambda card: card.scene == 1)
    session = await viewer.session()
    await viewer.page.reload()
    await viewer.plays()
    await viewer.in_scene("lake")
    after = await viewer.card()
    assert (after.scene, after.frame >= before.frame) == (1, True)
    assert await viewer.session() == session
    await expect(viewer.choice("Rest")).to_be_visible()


async def test_a_page_that_is_left_frees_its_media_at_once(house: Serving, viewer: Viewer) -> None:
    await viewer.watch("crossroads")
    session = await session_of(house, viewer)
    assert len(session.seats[1].tags) == 1
    await viewer.page.goto(viewer.url)
    await viewer.until(lambda: not session.seats[1].taken)


async def test_a_show_that_ended_on_the_server_says_so_and_starts_again(house: Serving, viewer: Viewer) -> None:
    viewer.expected += ["404", "WebSocket connection"]
    await viewer.watch("crossroads")
    session = await session_of(house, viewer)
    await house.server.sessions.end_for_good(session, 1001, "the test closed it")
    await expect(viewer.notice).to_contain_text("This show is over")
    await viewer.shot("ended-1024")
    await viewer.choice("Start again").click()
    await viewer.plays()
    await viewer.card(lambda card: card.scene == 0)
    assert await viewer.session() != session.id


async def test_a_remembered_show_that_is_over_gives_way_to_a_new_one(house: Serving, viewer: Viewer) -> None:
    viewer.expected += ["404", "WebSocket connection"]
    await viewer.watch("crossroads")
    session = await session_of(house, viewer)
    await viewer.page.goto(viewer.url)
    await house.server.sessions.end_for_good(session, 1001, "the test closed it")
    await viewer.page.go_back()
    await viewer.plays()
    assert await viewer.session() != session.id


async def test_the_poster_stays_while_the_browser_shows_a_blank_of_its_own_before_the_first_picture(
    viewer: Viewer,
) -> None:
    await viewer.page.goto(viewer.url)
    widths = await viewer.page.evaluate("""async () => {
      const {Picture} = await import('/player/picture.js');
      const [video, drawn] = [document.createElement('video'), document.createElement('canvas')];
      const brush = drawn.getContext('2d');
      const told = (source, event) =>
        new Promise((done) => source.addEventListener(event, () => done(video.videoWidth)));
      const shown = told(new Picture(video, document.createElement('canvas')), 'shown');
      const loaded = told(video, 'loadeddata');
      Object.assign(drawn, {width: 2, height: 2});
      setInterval(() => brush.fillRect(0, 0, drawn.width, drawn.height), 20);
      Object.assign(video, {muted: true, srcObject: drawn.captureStream()});
      void video.play();
      const blank = await loaded;
      Object.assign(drawn, {width: 320, height: 180});
      return [blank, await shown];
    }""")
    assert widths == [2, 320]


async def test_a_warming_model_is_waited_for(seated: NewViewer) -> None:
    lit = threading.Event()

    def opener(name: str, *, size: tuple[int, int] | None, fps: int) -> Model:
        assert lit.wait(PATIENCE_S)
        return open_model(name, size=size, fps=fps)

    async with serving(opener=opener, warm=False) as house:
        viewer = await seated(house.url)
        viewer.expected.append("503")
        await viewer.watch("crossroads", playing=False)
        await expect(viewer.notice).to_contain_text("warming up")
        await viewer.shot("warming-1024")
        lit.set()
        await viewer.plays()
        await viewer.page.close()


async def test_a_full_house_says_so_and_lets_in_when_there_is_room(seated: NewViewer) -> None:
    async with serving(max_sessions=1, evict_after_s=600) as house:
        await house.seat()
        viewer = await seated(house.url)
        viewer.expected.append("503")
        await viewer.page.clock.install()
        await viewer.watch("crossroads", playing=False)
        await expect(viewer.notice).to_contain_text("Every seat is taken")
        await viewer.shot("full-1024")
        [first] = house.server.sessions.all()
        await house.server.sessions.end(first, 1001, "the test made room")
        await viewer.page.clock.fast_forward("00:30")
        await viewer.plays()
        await viewer.page.close()


async def test_a_browser_that_refuses_sound_plays_muted_and_offers_it(viewer: Viewer) -> None:
    await viewer.page.add_init_script(REFUSED_PLAY % "!video.muted && !window.pressed")
    await viewer.watch("crossroads")
    sound = viewer.page.get_by_role("button", name="Sound on")
    await expect(sound).to_be_visible()
    await expect(sound).to_contain_text("Sound on")
    await viewer.shot("muted-1024")
    await viewer.page.evaluate("window.pressed = true")
    await sound.click()
    await expect(viewer.page.get_by_role("button", name="Sound off")).to_be_visible()
    assert await viewer.page.evaluate("document.querySelector('video').muted") is False


async def test_a_browser_that_refuses_to_play_at_all_gets_a_big_button(viewer: Viewer) -> None:
    await viewer.page.add_init_script(REFUSED_PLAY % "!window.pressed")
    await viewer.watch("crossroads", playing=False)
    await expect(viewer.notice).to_contain_text("Ready when you are")
    await viewer.shot("blocked-1024")
    await viewer.page.evaluate("window.pressed = true")
    await viewer.choice("Play").click()
    await viewer.plays()
    first = await viewer.card()
    await viewer.card(lambda card: card.frame > first.frame)  # the show was paused, and goes on


async def test_a_browser_without_webrtc_is_told(viewer: Viewer) -> None:
    await viewer.page.add_init_script("delete window.RTCPeerConnection")
    await viewer.page.goto(f"{viewer.url}/watch/crossroads")
    await expect(viewer.notice).to_contain_text("cannot receive the picture")
    await viewer.shot("no-webrtc-1024")
    await viewer.choice("Try again").click()
    await expect(viewer.notice).to_contain_text("cannot receive the picture")
    await expect(viewer.page.get_by_role("link", name="All stories").first).to_be_visible()


async def test_a_show_that_will_not_start_or_breaks_says_why_below_the_poster_and_can_be_tried_again(
    seated: NewViewer, house: Serving
) -> None:
    viewer = await seated(house.url, width=360, height=640)
    viewer.expected.append("418")
    sorry = {"code": "odd", "message": "This story is not shown today."}
    await viewer.page.route("**/api/sessions", lambda route: route.fulfill(status=418, json=sorry))
    await viewer.watch("crossroads", playing=False)
    await expect(viewer.notice).to_contain_text("The server will not start this show")
    await expect(viewer.notice).to_contain_text("This story is not shown today.")
    title, poster = [await viewer.box(one) for one in (".curtain > .title", ".screen .poster")]
    assert title["y"] >= poster["y"] + poster["height"], "it would stand across the poster's edge"
    await viewer.shot("refused-360")
    await viewer.page.unroute_all()
    await viewer.choice("Try again").click()
    await viewer.plays()
    failed = {"type": "refused", "id": None, "code": "show_failed", "message": "This show has ended: the brush broke."}
    await viewer.page.evaluate("(data) => kept.sockets.at(-1).onmessage({data})", json.dumps(failed))
    await expect(viewer.notice).to_contain_text("the brush broke")
    await expect(viewer.choice("Start again")).to_be_visible()


async def test_a_server_that_is_away_is_waited_for(viewer: Viewer) -> None:
    viewer.expected.append("ERR_FAILED")
    await viewer.page.route("**/api/sessions", lambda route: route.abort())
    await viewer.watch("crossroads", playing=False)
    await expect(viewer.notice).to_contain_text("does not answer")
    await viewer.shot("away-1024")
    await viewer.page.unroute_all()
    await viewer.plays()


async def test_the_page_works_with_a_round_trip_of_300_ms(house: Serving, seated: NewViewer) -> None:
    """Pages, signalling and messages go a long way; it counts that they work, not how long they take."""
    async with distant(int(house.url.rsplit(":", 1)[1]), 0.3) as port:
        viewer = await seated(f"http://127.0.0.1:{port}")
        await viewer.watch("crossroads")
        await viewer.choice("Left").wait_for()  # the picture may well be there first
        await viewer.page.keyboard.press("i")
        await viewer.page.keyboard.press("1")
        await viewer.in_scene("lake")
        await viewer.card(lambda card: card.scene == 1)
        figures = viewer.page.get_by_role("group", name="Figures")
        await expect(figures).to_contain_text(re.compile(r"([3-9]\d\d|\d{4,}) ms for the last answer"))
        await viewer.page.keyboard.press("b")
        await viewer.in_scene("fork")
        await viewer.choice("Left").click()
        await viewer.choice("Rest").click()
        await expect(viewer.ending).to_be_visible()
        await viewer.page.close()


async def test_while_the_door_opens_the_page_says_so_calmly(viewer: Viewer) -> None:
    opened = asyncio.Event()

    async def late(route: Route) -> None:
        await opened.wait()
        await route.continue_()

    await viewer.page.route("**/api/sessions", late)
    await viewer.watch("crossroads", playing=False)
    await expect(viewer.notice).to_have_text("The lights go down …")
    await viewer.shot("loading-1024")
    opened.set()
    await viewer.plays()
