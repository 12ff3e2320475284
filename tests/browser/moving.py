"""How a test knows that the picture moved to another scene: read off the test card, or seen when a model paints."""

from __future__ import annotations

import asyncio
from typing import Protocol

from tests.browser.viewer import PATIENCE_S, Picture, Viewer, apart

LOOKS = 8
EVERY_S = 0.25
BEYOND_DRIFT = 2.0
LEAST = 6.0  # of 255: more than an encoder's noise


class Eye(Protocol):
    """Looks at a viewer's picture before and after a choice."""

    async def learn(self) -> None:
        """Look at the scene as it is."""
        ...

    async def sees_another_scene(self, scene: int) -> None:
        """Return once the picture is that of another scene; TimeoutError if it never is."""
        ...


class CardEye:
    """Reads the scene off the test card."""

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer

    async def learn(self) -> None:
        self._before = await self._viewer.card()

    async def sees_another_scene(self, scene: int) -> None:
        after = await self._viewer.card(lambda card: card.scene == scene)
        assert after.frame > self._before.frame


class PaintedEye:
    """Compares pictures: those of another scene lie further from the old one than it drifted by itself."""

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer
        self._seen: list[Picture] = []

    async def learn(self) -> None:
        for _ in range(LOOKS):
            self._seen.append(await self._viewer.look())
            await asyncio.sleep(EVERY_S)
        assert max(picture.std() for picture in self._seen) > 4, "there is nothing to be seen on this picture"

    async def sees_another_scene(self, scene: int) -> None:
        drift = max(apart(one, other) for one in self._seen for other in self._seen)
        enough = max(LEAST, BEYOND_DRIFT * drift)
        async with asyncio.timeout(PATIENCE_S):
            found = 0.0
            while found < enough:
                found = apart(self._seen[-1], await self._viewer.look())


def eye_of(model: str, viewer: Viewer) -> Eye:
    """The eye that fits a model."""
    return CardEye(viewer) if model == "testcard" else PaintedEye(viewer)
