"""A show runs by its clock: a picture and its sound for every tick, held, paused, failing and closed."""

from __future__ import annotations

import asyncio
import threading

import numpy as np
import pytest

from forkreel.stage.hush import FADE
from tests.helpers.fakes import Recorder, scene
from tests.stage.conftest import Opener


async def test_a_frame_is_painted_for_every_tick(opened: Opener) -> None:
    show = opened()
    await show.run(48)
    assert show.output.ticks == list(range(49))
    assert show.model.takes[0].frames == list(range(49))
    assert show.stage.stats().painted == 49
    assert show.stage.stats().fps == pytest.approx(24)


async def test_every_tick_has_the_sound_of_its_frame(opened: Opener) -> None:
    show = opened()
    await show.run(9)
    assert [len(pcm) for pcm in show.output.pcm] == [2000] * 10
    assert [pcm[0, 0] for pcm in show.output.pcm] == list(range(1, 11))


async def test_nothing_is_painted_ahead_of_the_clock(opened: Opener) -> None:
    show = opened()
    assert show.model.takes[0].frames == [0]
    await show.run(1)
    assert show.model.takes[0].frames == [0, 1]


async def test_a_slow_painter_skips_frames_and_never_falls_behind_the_clock(opened: Opener) -> None:
    show = opened(paint_s=2.5 / 24)
    await show.run(240)
    assert show.stage.stats().painted == pytest.approx(240 / 2.5, abs=2)
    assert show.stage.stats().skipped == pytest.approx(240 - 240 / 2.5, abs=2)
    assert show.stage.stats().paint_ms == pytest.approx(2500 / 24)
    assert show.output.ticks == show.model.takes[0].frames, "the frame keeps up with media time"
    assert 240 - show.output.ticks[-1] <= 3, "the last picture is at most one painting late"


async def test_a_slow_painter_loses_no_sound(opened: Opener) -> None:
    show = opened(paint_s=2.5 / 24)
    await show.run(240)
    pcm = np.concatenate(show.output.pcm)
    assert len(pcm) == 2000 * (show.output.ticks[-1] + 1)
    assert (pcm[::2000, 0] == np.arange(1, len(pcm) // 2000 + 1)).all()


async def test_axes_that_the_model_does_not_know_are_dropped(opened: Opener) -> None:
    show = opened([scene("a", axes={"grey": 0.5, "fox": 1.0, "place": "forest"}, ending="end")])
    await show.run(1)
    assert float(show.model.takes[0].points[0]["grey"]) == 0.5
    assert show.failures == []


async def test_in_a_pause_the_frame_stands_still_and_media_time_goes_on_in_silence(opened: Opener) -> None:
    show = opened()
    await show.run(4)
    show.stage.pause("p", show.hear)
    await show.run(5)
    assert show.output.ticks == list(range(10))
    assert [picture is None for picture in show.output.pictures] == [False] * 5 + [True] * 5
    assert all(not pcm[FADE:].any() and len(pcm) == 2000 for pcm in show.output.pcm[5:])
    assert not np.concatenate(show.output.pcm[6:]).any(), "what was heard last fades in the first block alone"
    show.stage.pause("r", show.hear, on=False)
    await show.run(3)
    assert show.output.pcm[10][0].tolist() == [0, 0], "sound comes back faded in"
    assert show.model.takes[0].frames == list(range(8)), "no frame is missing, none comes twice"
    assert show.stage.stats().repeated == 5
    assert [ack["id"] for ack in show.said("ack")] == ["p", "r"]


async def test_a_pause_in_a_tick_that_skipped_frames_can_be_resumed(opened: Opener) -> None:
    show = opened(paint_s=0.1)
    await show.run(12)
    show.stage.pause("p", show.hear)
    await show.run(12)
    show.stage.pause("r", show.hear, on=False)
    await show.run(12)
    assert show.failures == []
    assert sum(map(len, show.output.pcm)) == 2000 * (show.output.ticks[-1] + 1)


async def test_a_number_that_a_template_drove_out_of_its_range_stays_at_the_axis_end(opened: Opener) -> None:
    show = opened((scene("bright", axes={"grey": 7.0}, choices=("on",)),))
    await show.run(2)
    assert show.failures == []
    assert show.output.pictures[-1].max() == show.model.takes[0].paint([show.model.point("", {"grey": 1.0}, 0)]).max()


async def test_of_a_pause_and_a_resume_in_one_frame_the_last_counts(opened: Opener) -> None:
    show = opened()
    show.stage.pause("p", show.hear)
    show.stage.pause("r", show.hear, on=False)
    await show.run(2)
    assert [(no["id"], no["code"]) for no in show.said("refused")] == [("p", "superseded")]
    assert show.stage.stats().repeated == 0


async def test_without_a_viewer_the_show_holds_and_paints_nothing(opened: Opener) -> None:
    show = opened(viewers=0)
    await show.run(100)
    assert show.output.ticks == []
    show.stage.viewers(1)
    await show.settle()
    await show.run(4)
    show.stage.viewers(0)
    await show.run(1000)
    held = list(show.output.ticks)
    show.stage.viewers(1)
    await show.settle()
    await show.run(4)
    assert show.output.ticks == list(range(len(show.output.ticks)))
    assert show.model.takes[0].frames == show.output.ticks
    assert len(show.output.ticks) - len(held) == 5
    assert show.stage.stats().skipped == 0, "nothing is made up for"


async def test_a_failing_model_ends_its_own_show_with_a_clear_message_and_no_other(opened: Opener) -> None:
    failing, other = opened(fails_at=5), opened()
    failing.clock._limit = 1.0
    await asyncio.to_thread(failing.stage._rendering.thread.join)
    await asyncio.sleep(0)
    await other.run(24)
    assert failing.said("refused") == [
        {"type": "refused", "id": None, "code": "show_failed", "message": "this show has ended: the brush broke"}
    ]
    assert failing.failures == ["this show has ended: the brush broke"]
    assert failing.output.ticks == list(range(5))
    assert len(other.output.ticks) == 25
    assert other.failures == []


async def test_an_output_that_fails_while_the_show_is_closed_is_no_failure(opened: Opener) -> None:
    class ClosingOutput(Recorder):
        def put(self, *args: object) -> None:
            show.stage.stop()
            raise OSError("closed")

    output = ClosingOutput()
    show = opened(viewers=0, output=output)
    show.stage.viewers(1)
    await show.stage.close()
    await asyncio.sleep(0)
    assert show.failures == []


async def test_closing_ends_the_render_thread(opened: Opener) -> None:
    before = threading.active_count()
    running, held = opened(), opened(viewers=0)
    assert threading.active_count() == before + 2
    await running.stage.close()
    await held.stage.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("stage")]
    await running.stage.close()
