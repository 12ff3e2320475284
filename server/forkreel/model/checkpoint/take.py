"""`CheckpointTake`: denoises every point where there is time for it, else paints between key latents.

Every `stride` frames a thread of the take's own begins to denoise the point of that frame; the key that it was at
before is by then the goal of the frames that come. So the picture follows the points by one stride, and no clock
decides what is seen: a key that is late is waited for.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from forkreel.errors import ModelError
from forkreel.latent.interpolate import norm_preserving
from forkreel.latent.space import LatentPoint
from forkreel.model.protocol import Quality

FloatArray = NDArray[np.float32]


class Painter(Protocol):
    """The model that a take paints with."""

    size: tuple[int, int]

    def denoise(self, point: LatentPoint, quality: Quality) -> FloatArray: ...  # noqa: D102
    def decode(self, latents: FloatArray) -> NDArray[np.uint8]: ...  # noqa: D102


class CheckpointTake:
    """One show's way of painting with a checkpoint; remembers two keys, and the point of a third on its way."""

    def __init__(self, model: Painter, stride: int = 1) -> None:
        self.size = model.size
        self.quality: Quality = "full"
        self._model, self._stride = model, stride
        self._hand = ThreadPoolExecutor(1, thread_name_prefix="denoiser")
        self._count = 0  # frames painted since the last key
        self._keys: tuple[FloatArray, FloatArray] | None = None
        self._asked: LatentPoint | None = None
        self._coming: Future[FloatArray] | None = None

    def paint(self, points: Sequence[LatentPoint]) -> NDArray[np.uint8]:
        """See `Take.paint`."""
        width, height = self.size
        frames = np.empty((len(points), height, width, 3), np.uint8)
        for point, frame in zip(points, frames, strict=True):
            latents = self._model.denoise(point, self.quality) if self._stride == 1 else self._between(point)
            frame[:] = self._model.decode(latents)
        return frames

    def _between(self, point: LatentPoint) -> FloatArray:
        if self._keys is None:
            key = self._model.denoise(point, self.quality)
            self._keys = (key, key)
            self._ask(point)
            self._count = 0
        elif self._count == self._stride:
            self._keys = (self._keys[1], self._key())
            self._ask(point)
            self._count = 0
        self._count += 1
        before, after = (key.reshape(len(key), -1) for key in self._keys)  # a channel keeps its strength on the way
        between = norm_preserving(before, after, self._count / self._stride)
        return between.astype(np.float32).reshape(self._keys[0].shape)

    def _key(self) -> FloatArray:
        """The key that is on its way; where it failed it is asked for anew the next time."""
        assert self._asked is not None, "the first key asks for the second"
        coming, self._coming = self._coming or self._hand.submit(self._model.denoise, self._asked, self.quality), None
        return coming.result()

    def _ask(self, point: LatentPoint) -> None:
        self._asked = point
        self._coming = self._hand.submit(self._model.denoise, point, self.quality)

    def snapshot(self) -> bytes:
        """The keys, how far they are, and the point of the one that is on its way; empty before the first frame, and
        where every frame is denoised."""
        if self._keys is None or self._asked is None:
            return b""
        arrays = {"count": np.array(self._count), "before": self._keys[0], "after": self._keys[1]}
        arrays |= {f"asked.{name}": array for name, array in self._asked.items()}
        written = io.BytesIO()
        np.savez(written, **arrays)  # type: ignore[arg-type]
        return written.getvalue()

    def restore(self, snapshot: bytes) -> None:
        """Goes on from a snapshot. Raises `ModelError` for bytes that are none."""
        if not snapshot:
            self._keys = self._asked = self._coming = None
            self._count = 0
            return
        try:
            with np.load(io.BytesIO(snapshot), allow_pickle=False) as read:
                arrays = dict(read)
            count, keys = int(arrays["count"]), (arrays["before"], arrays["after"])
            asked = LatentPoint.of({k.removeprefix("asked."): v for k, v in arrays.items() if k.startswith("asked.")})
        except (ValueError, KeyError, OSError, EOFError) as error:
            raise ModelError(f"these bytes are no snapshot of a take: {error}") from error
        self._count, self._keys = count, keys
        self._ask(asked)

    def fork(self) -> CheckpointTake:
        """A second take that goes on from here."""
        other = CheckpointTake(self._model, self._stride)
        other.quality = self.quality
        other.restore(self.snapshot())
        return other

    def close(self) -> None:
        """Ends the take's thread."""
        self._hand.shutdown(cancel_futures=True)
