"""The shelf: stories' own sound files, decoded in one thread and kept for every show that plays them."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from forkreel.errors import AudioError
from forkreel.sound.voice import LOUDNESS, SAMPLE_RATE

logger = logging.getLogger(__name__)

KEPT_BYTES = 256 << 20
_WAITING = 32  # files
_LEVELS = SAMPLE_RATE // 10  # samples
_AUDIBLE = 0.02  # of the loudest part's power: what is quieter is a pause
_GAINS = (0.1, 4.0)

Decode = Callable[[str], NDArray[np.int16]]
"""From a file to `(samples, 2)` at 48 kHz; raises `AudioError`."""


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """`pcm` is `(samples, 2)` int16 at 48 kHz; times `gain` it is in about -1..1 and as loud as speech."""

    pcm: NDArray[np.int16]
    gain: float


class Shelf:
    """Recordings by their files. Of one that cannot be played the log says why, once."""

    def __init__(self, decode: Decode, kept_bytes: int = KEPT_BYTES) -> None:
        self._decode = decode
        self._kept_bytes = kept_bytes
        self._lock = Lock()
        self._closed = False
        self._made: OrderedDict[str, Future[Recording | None]] = OrderedDict()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="shelf")

    def close(self) -> None:
        """End the thread, after the file it is at."""
        with self._lock:
            self._closed = True
        self._thread.shutdown(cancel_futures=True)

    def ask(self, files: Iterable[str]) -> None:
        """Have files decoded, in this order; those that nobody has asked for in a long time are forgotten for it."""
        with self._lock:
            for file in files:
                if file in self._made:
                    self._made.move_to_end(file)
                elif not self._closed and sum(not one.done() for one in self._made.values()) < _WAITING:
                    self._made[file] = self._thread.submit(self._read, file)

    def take(self, file: str, patience_s: float = 0.0) -> tuple[bool, Recording | None]:
        """Whether `file` is decided, and what is in it: None of one that cannot be played."""
        self.ask([file])
        with self._lock:
            made = self._made.get(file)
        if made is None or made.cancelled():
            return False, None
        try:
            return True, made.result(patience_s)
        except TimeoutError:
            return False, None

    def _read(self, file: str) -> Recording | None:
        try:
            pcm = self._decode(file)
        except AudioError as error:
            logger.warning("a sound file stays silent: %s", error)
            return None
        except Exception:
            logger.exception("a sound file stays silent: %s", file)
            return None
        self._make_room(pcm.nbytes)
        return Recording(pcm, _gain(pcm))

    def _make_room(self, needed: int) -> None:
        """Forget what was asked for least lately; shows that play it keep it until they are through."""
        with self._lock:
            sizes = {file: made.result() for file, made in self._made.items() if made.done() and not made.cancelled()}
            kept = sum(one.pcm.nbytes for one in sizes.values() if one is not None) + needed
            for file, one in sizes.items():
                if kept <= self._kept_bytes:
                    return
                if one is not None:
                    kept -= one.pcm.nbytes
                    del self._made[file]


def _gain(pcm: NDArray[np.int16]) -> float:
    """What brings a recording to the loudness of speech, as far as that is sensible."""
    parts = [pcm[at : at + _LEVELS].astype(np.float32) / 32768.0 for at in range(0, len(pcm), _LEVELS)]
    powers = np.array([np.mean(np.square(part)) for part in parts])
    level = np.sqrt(powers[powers >= _AUDIBLE * powers.max()].mean())
    return float(np.clip(LOUDNESS / max(float(level), 1e-6), *_GAINS)) / 32768.0
