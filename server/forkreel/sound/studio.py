"""The studio: speech is made ahead in one thread of its own, and kept for every show that says the same again."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from forkreel.errors import VoiceError
from forkreel.sound.timing import phrases, speaking_time_s
from forkreel.sound.voice import Speech, Voice
from forkreel.story.cast import Manner

logger = logging.getLogger(__name__)

_KEPT = 256  # speeches: about 100 MB when all are long
_WAITING = 64


@dataclass(frozen=True, slots=True)
class Part:
    """What is to be said, and how: equal parts sound the same."""

    text: str
    manner: Manner

    @classmethod
    def of(cls, text: str, manner: Manner) -> Part:
        """A phrase in a manner of speaking; which mouth moves makes no difference."""
        return cls(text, replace(manner, mouth=None))


class Studio:
    """Speaks for all shows of a server. Without a voice it says so once in the log, and everything is silent.

    `open_voice` is called in the studio's thread; None when there is no voice.
    """

    def __init__(self, open_voice: Callable[[], Voice | None]) -> None:
        self._open_voice = open_voice
        self._changed = threading.Condition()
        self._now: deque[Part] = deque(maxlen=_WAITING)
        self._ahead: deque[Part] = deque(maxlen=_WAITING)
        self._made: OrderedDict[Part, Speech | None] = OrderedDict()
        self._closed = False
        self._spoken: dict[str, bool] = {}  # which of the languages that were asked for somebody here speaks
        self._thread = threading.Thread(target=self._work, name="studio", daemon=True)

    def start(self) -> None:
        """Start the thread; it loads the voice first."""
        self._thread.start()

    def close(self) -> None:
        """End the thread, after the speech it is at."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join()

    def ask(self, parts: Iterable[Part], *, ahead: bool = False) -> None:
        """Have parts made, in this order; `ahead` after everything that is needed now. Too many push out the oldest."""
        with self._changed:
            queue = self._ahead if ahead else self._now
            queue.extend(part for part in parts if part not in self._made and part not in queue)
            self._changed.notify_all()

    def take(self, part: Part, patience_s: float = 0.0) -> tuple[bool, Speech | None]:
        """Whether `part` is decided, and its speech: None of a part that cannot be said."""
        with self._changed:
            self._changed.wait_for(lambda: part in self._made or self._closed, patience_s)
            if part not in self._made:
                return False, None
            self._made.move_to_end(part)
            return True, self._made[part]

    def _work(self) -> None:
        voice = self._open_voice()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._now or self._ahead)
                if self._closed:
                    return
                part = (self._now or self._ahead).popleft()
                if part in self._made:
                    continue
            speech = None if voice is None or not self._speaks(voice, part.manner.language) else _said(voice, part)
            with self._changed:
                self._made[part] = speech
                if len(self._made) > _KEPT:
                    self._made.popitem(last=False)
                self._changed.notify_all()

    def _speaks(self, voice: Voice, language: str) -> bool:
        if language not in self._spoken:
            self._spoken[language] = voice.speaks(language)
            if not self._spoken[language]:
                logger.warning(
                    "lines in %r stay silent, and their captions are shown: no voice here speaks it; "
                    "apt install espeak-ng has many",
                    language,
                )
        return self._spoken[language]


def parts_of(text: str, manner: Manner) -> list[Part]:
    """The parts in which a whole line is said."""
    return [Part.of(phrase, manner) for phrase in phrases(text)]


def _said(voice: Voice, part: Part) -> Speech | None:
    try:
        return voice.speak(part.text, part.manner, speaking_time_s(part.text, part.manner.pace))
    except VoiceError as error:
        logger.warning("a line stays silent: %s", error)
    except Exception:
        logger.exception("a line stays silent: the voice failed at %r", part.text[:80])
    return None
