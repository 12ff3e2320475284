"""The door every model fits through: a `Model` turns words and axes into points, a `Take` paints points.

A model is shared by all shows; a take belongs to one show. Whoever paints calls from a render thread, one call at a
time for each take; a model serialises its own engine when several takes paint at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from forkreel.latent.space import LatentPoint, Space

AxisValue = float | str
Quality = Literal["full", "draft"]


class Take(Protocol):
    """One show's way of painting: holds whatever the model remembers from frame to frame."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the painted frames, in pixels."""
        ...

    quality: Quality
    """`draft` makes less work of every picture, at the same size; set between two calls of `paint`."""

    def paint(self, points: Sequence[LatentPoint]) -> NDArray[np.uint8]:
        """Points in, frames out: `(n, height, width, 3)` uint8 RGB, a fresh array that the caller owns.

        Raises `OutOfMemory` when there is none for a picture; then the take is as it was.
        """
        ...

    def snapshot(self) -> bytes:
        """All that `restore` needs to go on painting from here; empty when the take remembers nothing."""
        ...

    def restore(self, snapshot: bytes) -> None:
        """Go back to a snapshot of this take or of one forked from it."""
        ...

    def fork(self) -> Take:
        """A second take that goes on from the same state, independently."""
        ...

    def close(self) -> None:
        """Free what the take holds; it paints no more."""
        ...


@runtime_checkable
class Ahead(Protocol):
    """A take that can begin a picture before the one before it is done, as the house model's can: two cores, two
    pictures at a time."""

    def begin(self, point: LatentPoint) -> Future[NDArray[np.uint8]]:
        """The picture `(height, width, 3)` of a point, to come: what `paint` would give, to the bit, in the quality
        that is set now. One that is no longer wanted may be cancelled."""
        ...


@runtime_checkable
class Reads(Protocol):
    """A model that can tell how alike sentences are, as the house model can: what viewers type is understood by it."""

    def alike(self, text: str, phrases: Sequence[str]) -> list[float]:
        """The cosine between the text and each phrase, 0 where it is less. Takes some milliseconds; any thread."""
        ...


class Model(Protocol):
    """Weights and what they understand."""

    @property
    def name(self) -> str:
        """How an operator asks for it."""
        ...

    @property
    def space(self) -> Space:
        """The components of its points, how each is interpolated, and the named axes."""
        ...

    def point(self, prompt: str, axes: Mapping[str, AxisValue], seed: int) -> LatentPoint:
        """A prompt, axes that win over it, and a seed as one point. The same arguments give the same bits.

        Raises `AxisError` for an axis the space does not declare or a value outside its range.
        """
        ...

    def take(self, size: tuple[int, int] | None = None) -> Take:
        """A new take that paints frames of `size` (width, height); None is the size the model paints best live."""
        ...

    def warm(self) -> None:
        """Paint once through the exact run-time path, so that the first viewer does not wait for caches."""
        ...

    def close(self) -> None:
        """Free the weights."""
        ...
