"""The player's modules that decide without a page: the frame clock, the waits, and what a message changes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.viewer import Viewer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def run(viewer: Viewer, module: str, body: str) -> Any:
    await viewer.page.goto(viewer.url)
    return await viewer.page.evaluate(f"async () => {{ const m = await import('/player/{module}.js'); {body} }}")


async def test_the_clock_extrapolates_while_it_runs_and_stands_while_it_is_held(viewer: Viewer) -> None:
    assert await run(
        viewer,
        "clock",
        """const clock = new m.Clock(), seen = [];
        clock.sync(100, 0); seen.push(clock.at(1000));
        clock.run(1000); seen.push(clock.at(2000));
        clock.hold(2000); seen.push(clock.at(9000));
        clock.run(9000); seen.push(clock.at(9500)); clock.run(9500); seen.push(clock.at(9500));
        clock.sync(50, 9500); seen.push(clock.at(9000), clock.at(10500));
        return seen;""",
    ) == [100, 124, 124, 136, 136, 50, 74]


async def test_waits_double_up_to_a_bound_and_start_over_after_a_success(viewer: Viewer) -> None:
    assert await run(
        viewer,
        "backoff",
        """const backoff = new m.Backoff({first_ms: 100, most_ms: 300, random: () => 1}), seen = [];
        for (let n = 0; n < 4; n++) seen.push(backoff.next());
        backoff.reset(); seen.push(backoff.next());
        backoff.random = () => 0; seen.push(backoff.next());
        return seen;""",
    ) == [100, 200, 300, 300, 100, 100]


MOMENT = "const moment = (seq, more = {}) => ({type: 'moment', seq, frame: 100, scene: 's', lines: [], ...more});"
CAPTION = (
    "const caption = (text, start_frame, end_frame) => ({type: 'caption', who: null, text, start_frame, end_frame});"
)


async def test_a_caption_stands_for_its_frames_and_falls_with_its_moment(viewer: Viewer) -> None:
    assert await run(
        viewer,
        "show",
        f"""{MOMENT} {CAPTION}
        let show = m.received(m.dark, moment(1));
        show = m.received(show, caption('first', 100, 120));
        show = m.received(show, caption('second', 120, 140));
        const seen = [99, 100, 119, 120, 140].map((frame) => m.spoken(show, frame)?.text ?? null);
        show = m.received(show, moment(1)); seen.push(m.spoken(show, 130)?.text ?? null);
        show = m.received(show, moment(2)); seen.push(m.spoken(show, 130)?.text ?? null);
        return seen;""",
    ) == [None, "first", "first", "second", None, "second", None]


async def test_an_ending_waits_for_its_last_line(viewer: Viewer) -> None:
    assert await run(
        viewer,
        "show",
        f"""{MOMENT} {CAPTION}
        const lines = [{{id: 'a', text: 'one'}}, {{id: 'b', text: 'two'}}], ending = {{id: 'e', title: 'E'}};
        let show = m.received(m.dark, {{type: 'hello', fps: 24}});
        show = m.received(show, moment(3, {{lines, ending}}));
        const at = (frame) => m.reachedEnding(show, frame)?.id ?? null, seen = [at(100), at(150)];
        show = m.received(show, caption('one', 110, 150)); seen.push(at(200));
        show = m.received(show, caption('two', 150, 190)); seen.push(at(225), at(226));
        show = m.received(show, moment(4)); seen.push(at(9999));
        return seen;""",
    ) == [None, None, None, None, "e", None]
