"""`LearnedModel` and `LearnedTake`: a distilled renderer behind the doors of `model.protocol`."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError

from forkreel.errors import ModelError
from forkreel.latent.space import LatentPoint, Space
from forkreel.model.checkpoint.folder import check_parts, read_index
from forkreel.model.house.compositor import Compositor
from forkreel.model.house.encoder import TextEncoder
from forkreel.model.learned.axes import AxisValue, declared_from, point_of, space_of, told
from forkreel.model.learned.network import AxesView
from forkreel.model.protocol import Quality

_LIVE_WIDTH = 512  # about: what a frame is wide when nobody says


class LearnedModel:
    """Weights in memory, shared by all takes; a picture is painted on one core."""

    def __init__(self, name: str, view: AxesView) -> None:
        self.name = name
        self._view = view.float().eval().requires_grad_(False)
        config = view.config
        self._axes = declared_from(config.axes)
        self._rows, self._columns = int(config.rows), int(config.columns)
        self._steepness = float(config.steepness)
        self._prompts: Sequence[Mapping[str, object]] = config.prompts
        self._compositor = Compositor(1)
        self._known: torch.Tensor | None = None
        self._encoder: TextEncoder | None = None
        self._reading = threading.Lock()
        self._read: dict[str, Mapping[str, AxisValue]] = {}

    @classmethod
    def open(cls, name: str, folder: Path) -> LearnedModel:
        """The model in a folder. Raises `MissingWeights`, and `ModelError` for weights that do not fit."""
        check_parts(folder, read_index(folder), ())
        try:
            view = AxesView.from_pretrained(
                folder, subfolder="view", local_files_only=True, use_safetensors=True, low_cpu_mem_usage=False
            )
        except (OSError, ValueError, TypeError, RuntimeError, AttributeError, SafetensorError) as error:
            raise ModelError(f"{folder} cannot be loaded as a learned model: {error}") from error
        return cls(name, view)

    @property
    def space(self) -> Space:
        """The declared axes, each a component."""
        return space_of(self._axes)

    def point(self, prompt: str, axes: Mapping[str, AxisValue], seed: int) -> LatentPoint:
        """What the nearest known prompt speaks of, then the axes, which win; the seed changes nothing."""
        return point_of(self._axes, {**self._nearest(prompt.strip()), **axes})

    def _nearest(self, prompt: str) -> Mapping[str, AxisValue]:
        if not prompt or not self._prompts:
            return {}
        with self._reading:
            if prompt not in self._read:
                if self._encoder is None or self._known is None:
                    self._encoder = TextEncoder()
                    self._known = self._encoder([str(one["text"]) for one in self._prompts])
                if len(self._read) >= 512:
                    self._read.clear()
                best = int((self._known @ self._encoder([prompt])[0]).argmax())
                self._read[prompt] = dict(self._prompts[best]["axes"])  # type: ignore[call-overload]
            return self._read[prompt]

    def take(self, size: tuple[int, int] | None = None) -> LearnedTake:
        """A new take. Width and height must be whole multiples of the cells that the frames were cut into."""
        times = max(4, round(_LIVE_WIDTH / self._columns))
        width, height = size or (self._columns * times, self._rows * times)
        if width % self._columns or height % self._rows:
            raise ModelError(
                f"the model {self.name} paints whole multiples of {self._columns} across and {self._rows} down"
                f" ({self._columns * times}x{self._rows * times}, say), not {width}x{height}"
            )
        return LearnedTake(self, (width, height))

    def warm(self) -> None:
        """Reads a prompt and paints a frame."""
        self.take().paint([self.point("warm", {}, 0)])

    def close(self) -> None:
        """Ends the compositor's thread."""
        self._compositor.close()

    @torch.inference_mode()
    def paint(self, point: LatentPoint, frame: NDArray[np.uint8]) -> None:
        """A point into a frame `(height, width, 3)`."""
        fields, colours = self._view(torch.from_numpy(told(self._axes, point))[None])
        self._compositor.paint(fields[0].numpy(), colours[0].numpy(), frame, self._steepness)


class LearnedTake:
    """One show's way of painting; remembers nothing from frame to frame. A draft paints every second point only."""

    quality: Quality = "full"

    def __init__(self, model: LearnedModel, size: tuple[int, int]) -> None:
        self._model, self.size = model, size
        self._held: NDArray[np.uint8] | None = None

    def paint(self, points: Sequence[LatentPoint]) -> NDArray[np.uint8]:
        """See `Take.paint`."""
        frames = np.empty((len(points), self.size[1], self.size[0], 3), np.uint8)
        for point, frame in zip(points, frames, strict=True):
            if self.quality == "draft" and self._held is not None:
                frame[:], self._held = self._held, None
                continue
            self._model.paint(point, frame)
            self._held = frame.copy() if self.quality == "draft" else None
        return frames

    def snapshot(self) -> bytes:
        """Nothing to remember."""
        return b""

    def restore(self, snapshot: bytes) -> None:
        """Nothing to go back to."""

    def fork(self) -> LearnedTake:
        """Another take of the same size."""
        return LearnedTake(self._model, self.size)

    def close(self) -> None:
        """Holds nothing of its own."""
