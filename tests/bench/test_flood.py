from __future__ import annotations

from forkreel.bench.flood import measure


async def test_a_small_flood_is_refused_beyond_the_first_few_and_the_gaps_of_those_who_watch_are_told() -> None:
    results = await measure(viewers=2, offers=40, quiet_s=0.5)
    assert results.answers == {"403": 5, "429": 35}
    assert results.gap_p99_before_ms > 0
    assert results.gap_p99_ms > 0
    assert "40 offers without a seat" in results.render()
