"""`HouseModel` and `HouseTake`: the house model behind the doors of `model.protocol`."""

from __future__ import annotations

import os
import statistics
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors import SafetensorError

from forkreel.errors import MissingWeights, ModelError, OutOfMemory
from forkreel.latent.space import LatentPoint, Space
from forkreel.model.house import standing, stars, weather
from forkreel.model.house.clock_words import told
from forkreel.model.house.compositor import Compositor
from forkreel.model.house.encoder import TextEncoder
from forkreel.model.house.engine import Cut, Engine
from forkreel.model.house.figures import HouseFigures
from forkreel.model.house.parts import INDEX, WEIGHTS, Parts
from forkreel.model.house.planes import HousePlanes
from forkreel.model.house.reader import PromptReader
from forkreel.model.house.setting import Setting
from forkreel.model.house.space import SPACE, AxisValue, checked, point_of, setting_of
from forkreel.model.house.view import FINE, HouseView
from forkreel.model.house.weather_words import heard, without_seasons
from forkreel.model.protocol import Quality

PARTS = ("planes", "view", "figures", "reader")
STREAMS = min(4, os.cpu_count() or 1)  # pictures painted at a time, each by one core where it can
LIVE_SIZES = ((1024, 576), (512, 288))
_LIVE_BUDGET_S = 0.022  # what a frame may take to paint, of the 0.042 that a frame lasts: the rest is for encoding


class HouseModel:
    """Weights in memory, shared by all takes; paints as many pictures at a time as there are streams."""

    name = "house"

    def __init__(
        self, planes: HousePlanes, view: HouseView, figures: HouseFigures, reader: PromptReader, steepness: float,
        streams: int = STREAMS,
    ) -> None:  # fmt: skip
        for part in (planes, view, figures):
            part.float().eval().requires_grad_(False)
        self._engine = Engine(planes, view, figures, streams)
        self._reader = reader.eval().requires_grad_(False)
        self._steepness = steepness
        self._compositor = Compositor(2)  # short work in two halves, which may well come one after the other
        self._painters = ThreadPoolExecutor(streams, thread_name_prefix="painter")
        self._reading = threading.Lock()
        self._encoder: TextEncoder | None = None
        self._live_size = LIVE_SIZES[-1]
        self._read = lru_cache(maxsize=512)(self._read_once)
        self._embedded = lru_cache(maxsize=4096)(self._embed)

    @classmethod
    def open(cls, folder: Path | None = None) -> HouseModel:
        """The model in `folder` (diffusers layout), or the one in the package. Raises `MissingWeights` naming what
        lacks."""
        folder = folder or WEIGHTS
        index = folder / INDEX
        if not index.is_file():
            raise MissingWeights(f"{folder} has no {INDEX}: the house model's weights are not there")
        for part in PARTS:
            if not (folder / part / "diffusion_pytorch_model.safetensors").is_file():
                raise MissingWeights(f"{folder} lacks {part}/diffusion_pytorch_model.safetensors")
        try:
            parts = Parts.load(folder)
        except (OSError, ValueError, RuntimeError, AttributeError, SafetensorError) as error:
            raise ModelError(f"{folder} cannot be loaded as a house model: {error}") from error
        return cls(parts.planes.unpack(), parts.view, parts.figures, parts.reader, parts.steepness)

    @property
    def space(self) -> Space:
        """The components and axes of `house.space`."""
        return SPACE

    def point(self, prompt: str, axes: Mapping[str, AxisValue], seed: int) -> LatentPoint:
        """What the prompt speaks of, then the axes, which win, as a point. Raises `AxisError` for an axis that does
        not fit."""
        given = checked(axes)
        said = self._read(prompt.strip()) if prompt.strip() else {}
        weather = {name: value for name, value in heard(prompt).items() if name != "hour" or "hour" not in said}
        hour = told(prompt)
        return point_of({**said, **weather, **({} if hour is None else {"hour": hour}), **given}, seed)

    def alike(self, text: str, phrases: Sequence[str]) -> list[float]:
        """The cosine between the text's embedding and each phrase's, 0 where it is less. Phrases are remembered."""
        known = torch.cat([self._embedded(phrase) for phrase in phrases])  # (n, 384)
        return [max(0.0, float(one)) for one in known @ self._embed(text)[0]]

    def _embed(self, text: str) -> torch.Tensor:
        with self._reading:  # for one sentence at a time: a show may wait for its prompt meanwhile
            return self._text_encoder()([text])

    def _text_encoder(self) -> TextEncoder:
        if self._encoder is None:
            self._encoder = TextEncoder()
        return self._encoder

    def _read_once(self, prompt: str) -> Mapping[str, AxisValue]:
        with self._reading:
            axes: Mapping[str, AxisValue] = self._reader.read(*self._text_encoder().tokens([without_seasons(prompt)]))
            return axes

    def take(self, size: tuple[int, int] | None = None) -> HouseTake:
        """A new take. Width and height must be whole multiples of 128 and 72; None is the live size that `warm`
        found."""
        width, height = size or self._live_size
        if not _fits(width, height):
            raise ModelError(
                "the house model paints multiples of 128x72 from 256x144 on (512x288, 1024x576, 1920x1080), "
                f"not {width}x{height}"
            )
        return HouseTake(self, (width, height))

    def warm(self) -> None:
        """Reads a prompt and paints at the live sizes; the largest that leaves time for encoding becomes the live
        size."""
        self.point("a fox", {}, 0)
        point = point_of({"hour": 22.0, "lantern": 1.0}, 0)
        for size in LIVE_SIZES:
            took = []
            for _ in range(12):
                began = time.perf_counter()
                self.paint([point], size)
                took.append(time.perf_counter() - began)
            self._live_size = size
            if statistics.median(took[4:]) < _LIVE_BUDGET_S:
                break

    def close(self) -> None:
        """Ends the painters and the compositor's threads."""
        self._painters.shutdown()
        self._compositor.close()

    def paint(self, points: Sequence[LatentPoint], size: tuple[int, int]) -> NDArray[np.uint8]:
        """Points to `(n, height, width, 3)` uint8 RGB: several at a time, each the same to the bit as when painted
        alone."""
        return self.paint_settings([setting_of(point) for point in points], size, [point["noise"] for point in points])

    def begin(self, point: LatentPoint, size: tuple[int, int]) -> Future[NDArray[np.uint8]]:
        """The picture `(height, width, 3)` of a point, painted meanwhile by the next painter that is free."""

        def one() -> NDArray[np.uint8]:
            picture: NDArray[np.uint8] = self.paint([point], size)[0]
            return picture

        return self._painters.submit(one)

    def paint_settings(
        self, settings: Sequence[Setting], size: tuple[int, int], noises: Sequence[NDArray[np.float32]] = ()
    ) -> NDArray[np.uint8]:
        """The same from settings; stars and weather only where there is a noise `(72, 128)` for each."""
        try:
            frames = np.empty((len(settings), size[1], size[0], 3), np.uint8)
        except MemoryError as error:
            raise OutOfMemory(f"there is no memory for {len(settings)} pictures of {size[0]}x{size[1]}") from error

        def one(n: int) -> None:
            noise = noises[n] if n < len(noises) else None
            self.lay(self.cut(settings[n]), settings[n], noise, frames[n])

        if len(settings) == 1:
            one(0)  # no way through another thread
        else:
            list(self._painters.map(one, range(len(settings))))
        return frames

    def cut(self, setting: Setting) -> Cut:
        """The papers of a setting: most of the work. Raises `OutOfMemory`."""
        try:
            return self._engine.cut(setting)
        except (MemoryError, RuntimeError) as error:  # OpenVINO says it of C++'s std::bad_alloc
            if isinstance(error, MemoryError) or "bad_alloc" in str(error) or "allocate" in str(error):
                raise OutOfMemory("there is no memory for the papers of a picture") from error
            raise

    def lay(self, cut: Cut, setting: Setting, noise: NDArray[np.float32] | None, frame: NDArray[np.uint8]) -> None:
        """Lays papers into a frame `(height, width, 3)`, with stars and weather where there is a noise."""
        self._compositor.paint(cut.fields, cut.colours, frame, self._steepness)
        open_sky = cut.sky.copy()
        if noise is not None:
            stars.scatter(frame, noise, open_sky, setting)
        for figure in cut.figures:
            standing.lay(figure, self._steepness, frame, self._compositor.bands)
            standing.hide(figure, self._steepness, open_sky)
        if noise is not None:
            weather.fall(frame, noise, open_sky, setting, self._compositor.bands)


def _fits(width: int, height: int) -> bool:
    """Whether the compositor can lay papers of so many pixels."""
    return not (width % FINE[1] or height % FINE[0]) and width >= 2 * FINE[1] and height >= 2 * FINE[0]


class HouseTake:
    """One show's way of painting. The house model remembers nothing from frame to frame, so a snapshot is empty.

    A draft cuts new papers for every second picture only (weather goes on in each). Beyond the live sizes, where laying
    them takes its time too, it does so with half the pixels each way where the size allows it.
    """

    quality: Quality = "full"

    def __init__(self, model: HouseModel, size: tuple[int, int]) -> None:
        self._model, self.size = model, size
        self._held: Cut | None = None

    def paint(self, points: Sequence[LatentPoint]) -> NDArray[np.uint8]:
        """See `Take.paint`. The same point is the same picture to the bit, whatever is painted beside it."""
        if self.quality == "full":
            self._held = None
            return self._model.paint(points, self.size)
        width, height = self.size
        shares = (2, 3, 5) if width * height > LIVE_SIZES[0][0] * LIVE_SIZES[0][1] else ()
        parts = next((n for n in shares if not (width % n or height % n) and _fits(width // n, height // n)), 1)
        small = np.empty((len(points), height // parts, width // parts, 3), np.uint8)
        for point, frame in zip(points, small, strict=True):
            setting = setting_of(point)
            cut = self._held or self._model.cut(setting)
            self._held = cut if self._held is None else None
            self._model.lay(cut, setting, point["noise"], frame)
        if parts == 1:
            return small
        soft = Image.Resampling.BILINEAR  # a draft may be soft, but its pixels are not to be seen
        return np.stack([np.asarray(Image.fromarray(frame).resize(self.size, soft)) for frame in small])

    def begin(self, point: LatentPoint) -> Future[NDArray[np.uint8]]:
        """See `Ahead.begin`. A draft, which needs the papers of the one before, is done when this returns."""
        if self.quality == "full":
            self._held = None
            return self._model.begin(point, self.size)
        done: Future[NDArray[np.uint8]] = Future()
        try:
            done.set_result(self.paint([point])[0])
        except OutOfMemory as error:
            done.set_exception(error)
        return done

    def snapshot(self) -> bytes:
        """Nothing to remember."""
        return b""

    def restore(self, snapshot: bytes) -> None:
        """Nothing to go back to."""

    def fork(self) -> HouseTake:
        """Another take of the same size."""
        return HouseTake(self._model, self.size)

    def close(self) -> None:
        """Holds nothing of its own."""
