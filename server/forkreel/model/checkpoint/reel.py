"""`VideoTake`: plays one chunk while the next is filmed.

When the first frame of a chunk is asked for, a thread of the take's own begins to film the one after it, with the
point of that frame: the picture follows the story by one chunk, and no clock decides what is seen.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from forkreel.errors import ModelError
from forkreel.latent.space import LatentPoint
from forkreel.model.protocol import Quality

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Past:
    """How many chunks there were, and the latent frames that the next one sees: `(1, C, 1 + n, h, w)`, the very first,
    then the last n; None before the first chunk."""

    chunks: int = 0
    latents: FloatArray | None = None

    def then(self, latents: FloatArray, most: int) -> Past:
        """The past once a chunk of latents `(1, C, k, h, w)` has come to it; `most` of the last frames are kept."""
        first = latents[:, :, :1] if self.latents is None else self.latents[:, :, :1]
        last = latents if self.latents is None else np.concatenate([self.latents[:, :, 1:], latents], axis=2)
        return Past(self.chunks + 1, np.concatenate([first, last[:, :, -most:]], axis=2))


class Film(Protocol):
    """The model that a take films with."""

    size: tuple[int, int]

    def film(self, point: LatentPoint, past: Past, quality: Quality) -> Any: ...  # noqa: D102


class VideoTake:
    """One show's way of filming; remembers the chunk that is played, its past, and the point of the next one."""

    def __init__(self, model: Film) -> None:
        self.size = model.size
        self.quality: Quality = "full"
        self._model = model
        self._hand = ThreadPoolExecutor(1, thread_name_prefix="camera")
        self._past = Past()
        self._left: NDArray[np.uint8] | None = None  # frames of the chunk that are still to be shown
        self._asked: LatentPoint | None = None
        self._coming: Future[Any] | None = None

    def paint(self, points: Sequence[LatentPoint]) -> NDArray[np.uint8]:
        """See `Take.paint`. Waits for a chunk that is late."""
        width, height = self.size
        frames = np.empty((len(points), height, width, 3), np.uint8)
        for point, frame in zip(points, frames, strict=True):
            if self._left is None or not len(self._left):
                self._play(self._next(point))
                self._ask(point)
            assert self._left is not None, "a chunk has frames"
            frame[:] = self._left[0]
            self._left = self._left[1:]
        return frames

    def _next(self, point: LatentPoint) -> Any:
        """The chunk that was asked for, or the first of all; where it failed it is asked for anew the next time."""
        if self._asked is None:
            return self._model.film(point, self._past, self.quality)
        coming, self._coming = self._coming or self._submit(self._asked), None
        return coming.result()

    def _play(self, chunk: Any) -> None:
        self._left, self._past = chunk.frames, chunk.past

    def _ask(self, point: LatentPoint) -> None:
        self._asked = point
        self._coming = self._submit(point)

    def _submit(self, point: LatentPoint) -> Future[Any]:
        return self._hand.submit(self._model.film, point, self._past, self.quality)

    def snapshot(self) -> bytes:
        """The past, the frames that are still to be shown, and the point of the chunk on its way; empty before the
        first frame."""
        if self._asked is None or self._left is None or self._past.latents is None:
            return b""
        arrays: dict[str, Any] = {
            "chunks": np.array(self._past.chunks), "latents": self._past.latents, "left": self._left,
        }  # fmt: skip
        arrays |= {f"asked.{name}": array for name, array in self._asked.items()}
        written = io.BytesIO()
        np.savez(written, **arrays)
        return written.getvalue()

    def restore(self, snapshot: bytes) -> None:
        """Goes on from a snapshot. Raises `ModelError` for bytes that are none."""
        if not snapshot:
            self._past, self._left, self._asked, self._coming = Past(), None, None, None
            return
        try:
            with np.load(io.BytesIO(snapshot), allow_pickle=False) as read:
                arrays = dict(read)
            past, left = Past(int(arrays["chunks"]), arrays["latents"]), arrays["left"]
            asked = LatentPoint.of({k.removeprefix("asked."): v for k, v in arrays.items() if k.startswith("asked.")})
        except (ValueError, KeyError, OSError, EOFError) as error:
            raise ModelError(f"these bytes are no snapshot of a take: {error}") from error
        self._past, self._left = past, left
        self._ask(asked)

    def fork(self) -> VideoTake:
        """A second take that goes on from here."""
        other = VideoTake(self._model)
        other.quality = self.quality
        other.restore(self.snapshot())
        return other

    def close(self) -> None:
        """Ends the take's thread."""
        self._hand.shutdown(cancel_futures=True)
