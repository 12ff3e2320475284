"""`Thoughts`: what viewers type, on its way to being understood, each text in a thread and only so many at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace

from forkreel.stage.mailbox import Letter
from forkreel.stage.messages import RefusedMessage
from forkreel.stage.understanding import Alike, understood
from forkreel.story.moment import Ask, Say

logger = logging.getLogger(__name__)

_MOST = 8


class Thoughts:
    """Lives on the event loop. `post` takes a letter once its text has been read."""

    def __init__(self, alike: Alike, post: Callable[[Letter], None]) -> None:
        self._alike = alike
        self._post = post
        self._tasks: set[asyncio.Task[None]] = set()

    def __bool__(self) -> bool:
        return bool(self._tasks)

    def think(self, letter: Letter, ask: Ask, text: str) -> None:
        """Find out which topic of `ask` a text means, and post the letter with that."""
        if len(self._tasks) >= _MOST:
            letter.reply(RefusedMessage(letter.id, "busy", "much is being asked just now; ask again soon"))
            return
        task = asyncio.create_task(self._understand(letter, ask, text))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def give_up(self) -> None:
        """Nobody waits for what is being thought about any more."""
        for task in tuple(self._tasks):
            task.cancel()

    async def _understand(self, letter: Letter, ask: Ask, text: str) -> None:
        try:
            topic = await asyncio.to_thread(understood, text, ask, self._alike)
        except Exception as error:
            logger.exception("what was typed could not be read")
            sentence = f"this could not be read ({type(error).__name__})"
            letter.reply(RefusedMessage(letter.id, "not_understood", sentence))
            return
        self._post(replace(letter, event=Say(ask.poll, text, topic)))
