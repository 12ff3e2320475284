"""Stills: pictures that the model paints beside the shows, one at a time in a thread, kept by their content."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
from collections import OrderedDict
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from forkreel.errors import ModelError
from forkreel.latent.space import Axis
from forkreel.model.protocol import AxisValue, Model, Take

SIZE = (512, 288)
_QUALITY = 80
_MOST = 768  # stills of some 15 KB


class Stills:
    """The stills of one model. A still's key is a hash of all that decides it, so one that was painted stays good."""

    def __init__(self, model: Model, most: int = _MOST) -> None:
        self._model = model
        self._axes = {axis.name: axis for axis in model.space.axes}
        self._most = most
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._painting = asyncio.Lock()
        self._asked: set[asyncio.Task[str]] = set()
        self._closed = False
        self._take: Take | None = None

    def __contains__(self, key: str) -> bool:
        return key in self._kept

    def webp(self, key: str) -> bytes:
        """A still that was painted; KeyError for another, or one that had to go."""
        self._kept.move_to_end(key)
        return self._kept[key]

    def key(self, prompt: str, axes: Mapping[str, AxisValue], seed: int) -> str:
        """What a still goes by; axes that the model does not have make no difference."""
        content = [self._model.name, prompt, sorted(self.fitting(axes).items()), seed, SIZE]
        return hashlib.blake2b(json.dumps(content).encode(), digest_size=12).hexdigest()

    def fitting(self, axes: Mapping[str, AxisValue]) -> dict[str, AxisValue]:
        """The axes that the model has, within their ranges: what a show paints of them."""
        known = ((name, value, self._axes[name]) for name, value in axes.items() if name in self._axes)
        return {name: _within(value, axis) for name, value, axis in known if _fits(value, axis)}

    def axes(self, prompt: str, axes: Mapping[str, AxisValue], seed: int) -> dict[str, AxisValue]:
        """Every axis of the model as a still has it: what the prompt says of it, or what wins over that."""
        scalars = self._model.space.scalars(self._model.point(prompt, self.fitting(axes), seed))
        found: dict[str, AxisValue] = {}
        for name, axis in self._axes.items():
            if axis.labels:
                found[name] = max(axis.labels, key=lambda label: scalars.get(f"{name}={label}", 0.0))
            elif name in scalars:
                found[name] = round(scalars[name], 3)
        return found

    @property
    def waiting(self) -> int:
        """How many wait to be painted."""
        return len(self._asked)

    async def paint(self, prompt: str, axes: Mapping[str, AxisValue], seed: int) -> str:
        """Paint a still unless it is there; its key. Raises `ModelError`. Cancelled, the picture is still finished."""
        if self._closed:
            raise ModelError("the server is closing")
        painting = asyncio.create_task(self._paint_once(prompt, axes, seed))
        self._asked.add(painting)
        painting.add_done_callback(self._done)
        return await asyncio.shield(painting)

    def _done(self, painting: asyncio.Task[str]) -> None:
        self._asked.discard(painting)
        if not painting.cancelled():
            painting.exception()  # whoever asked has heard of it, or is gone

    async def _paint_once(self, prompt: str, axes: Mapping[str, AxisValue], seed: int) -> str:
        key = self.key(prompt, axes, seed)
        async with self._painting:
            if key not in self._kept:
                self._kept[key] = await asyncio.to_thread(self._paint, prompt, self.fitting(axes), seed)
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return key

    async def close(self) -> None:
        """Wait for what is being painted, and free the take; nothing is painted any more."""
        self._closed = True
        if self._asked:
            await asyncio.wait(tuple(self._asked))
        if self._take is not None:
            self._take.close()
            self._take = None

    def _paint(self, prompt: str, axes: Mapping[str, AxisValue], seed: int) -> bytes:
        point = self._model.point(prompt, axes, seed)
        if self._take is None:
            self._take = self._model.take(SIZE)
        written = io.BytesIO()
        Image.fromarray(self._take.paint([point])[0]).save(written, "WEBP", quality=_QUALITY)
        return written.getvalue()


def apart(one: bytes, other: bytes) -> float:
    """How different two stills are: the mean absolute difference of their colours, 0 to 1, at a quarter of the size."""
    first, second = _coarse(one), _coarse(other)
    return float(np.abs(first - second).mean() / 255)


def _coarse(webp: bytes) -> NDArray[np.float64]:
    """`(72, 128, 3)`, 0 to 255: what is smaller is noise to who watches."""
    with Image.open(io.BytesIO(webp)) as picture:
        small = picture.convert("RGB").resize((SIZE[0] // 4, SIZE[1] // 4), Image.Resampling.BOX)
    return np.asarray(small, np.float64)


def _within(value: AxisValue, axis: Axis) -> AxisValue:
    return value if isinstance(value, str) else min(max(value, axis.low), axis.high)


def _fits(value: AxisValue, axis: Axis) -> bool:
    return value in axis.labels if axis.labels else not isinstance(value, str)
