"""Draft and full: a stage under load, and one without memory."""

from tests.stage.conftest import Opener


async def test_a_slow_stage_paints_drafts_says_so_and_returns_to_full(opened: Opener) -> None:
    theatre = opened(paint_s=0.07)  # a draft takes 0.035, and a tick 0.042
    theatre.model.draft_share = 0.5
    await theatre.run(24 * 4)
    assert theatre.model.takes[0].quality == "draft"
    assert theatre.stage.stats().quality == "draft"
    theatre.model.paint_s = 0.01
    await theatre.run(24 * 12)
    assert theatre.stage.stats().quality == "full"
    skipped = theatre.stage.stats().skipped
    await theatre.run(24 * 5)
    assert theatre.stage.stats().skipped == skipped


async def test_out_of_memory_lowers_the_quality_and_the_show_lives(opened: Opener) -> None:
    theatre = opened()
    await theatre.run(5)
    theatre.model.no_memory_for = {"full"}
    await theatre.run(5)
    assert theatre.stage.stats().quality == "draft"
    assert theatre.stage.stats().painted >= 10
    assert theatre.failures == []


async def test_without_memory_even_for_a_draft_the_last_picture_stays_until_there_is_some(opened: Opener) -> None:
    theatre = opened()
    await theatre.run(5)
    theatre.model.no_memory_for = {"full", "draft"}
    painted = theatre.stage.stats().painted
    await theatre.run(10)
    assert theatre.stage.stats().painted <= painted + 1
    assert theatre.stage.stats().repeated >= 9
    theatre.model.no_memory_for = set()
    await theatre.run(5)
    assert theatre.stage.stats().painted > painted + 1
    assert theatre.failures == []
