from __future__ import annotations

import asyncio

import pytest

from forkreel.errors import ModelError
from forkreel.studio.stills import Stills, apart
from tests.helpers.fakes import FakeModel


async def test_a_still_is_painted_once_for_what_decides_it() -> None:
    model = FakeModel()
    stills = Stills(model)
    keys = await asyncio.gather(
        stills.paint("a", {"grey": 0.5}, 1),
        stills.paint("a", {"grey": 0.5}, 1),
        stills.paint("a", {"grey": 0.5, "unknown": 3}, 1),
        stills.paint("a", {"grey": 0.6}, 1),
    )
    assert keys[0] == keys[1] == keys[2] != keys[3]
    [take] = model.takes
    assert len(take.points) == 2
    await stills.close()
    assert take.closed


async def test_the_oldest_stills_go() -> None:
    stills = Stills(FakeModel(), most=2)
    keys = [await stills.paint("a", {"grey": grey}, 1) for grey in (0.1, 0.2, 0.3)]
    assert [key in stills for key in keys] == [False, True, True]
    with pytest.raises(KeyError):
        stills.webp(keys[0])
    await stills.close()


async def test_a_still_that_nobody_waits_for_is_finished_before_the_take_is_closed() -> None:
    model = FakeModel()
    stills = Stills(model)
    asked = asyncio.create_task(stills.paint("a", {"grey": 0.5}, 1))
    await asyncio.sleep(0)
    asked.cancel()
    await stills.close()
    assert asked.cancelled()
    [take] = model.takes
    assert (len(take.points), take.closed) == (1, True)
    with pytest.raises(ModelError, match="closing"):
        await stills.paint("b", {}, 1)


async def test_what_looks_alike_is_near_and_what_does_not_is_far() -> None:
    stills = Stills(FakeModel())
    dark, darker, light = [stills.webp(await stills.paint("a", {"grey": grey}, 1)) for grey in (0.1, 0.12, 0.9)]
    assert apart(dark, dark) == 0
    assert apart(dark, darker) < 0.05 < apart(dark, light)
    await stills.close()
