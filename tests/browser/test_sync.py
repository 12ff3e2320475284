"""Flash and tone of the test card in a real browser, once: `forkreel bench --sound` prints how far apart they are."""

import shutil
from typing import Any

import pytest

from forkreel.bench.sync import browser_sync_ms


async def test_flash_and_tone_are_found_in_chromium_over_branch_changes(record_property: Any) -> None:
    if shutil.which("chromium") is None:
        pytest.skip("there is no chromium: tests/helpers/debian.sh installs it")
    played, heard, changes = await browser_sync_ms(5.0, settle_s=0.0)
    record_property("played_ms", played)
    record_property("heard_ms", heard)
    assert len(played) == len(heard) >= 2
    assert changes >= 3
    assert max(map(abs, played + heard)) < 500, "each tone belongs to its flash, however busy this machine is"
