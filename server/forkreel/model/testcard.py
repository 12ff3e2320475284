"""The test card: paints the number of the frame and of the scene, so that latency and sync can be measured.

No torch, no weights. `decode` reads a picture back after encoding, scaling and decoding. The layout is a contract, so
that programs outside forkreel can read it too:

- Top edge: 32 blocks, each 1/32 of the width and 1/16 of the height, black for 0 and white for 1. Bits 0-19 are the
  frame number, the most significant first, 20-27 the scene's index in file order, 28-31 the number of ones in bits
  0-27, modulo 16.
- Below: a grey gradient. On the first two frames of every second the lower half is white, and `sound.Tone` sounds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forkreel.errors import AxisError, ModelError
from forkreel.latent.space import Component, LatentPoint, Space
from forkreel.model.protocol import AxisValue, Quality

BLOCKS = 32
ROWS = 16  # the blocks are one of so many rows high
FRAME_BITS, SCENE_BITS, CHECK_BITS = 20, 8, 4
SMALLEST = (64, 32)

_SPACE = Space(components=(Component("frame", (1,), "frame"), Component("scene", (1,), "step")))
_DARKEST, _LIGHTEST = 48, 208  # of the gradient: far from the blocks' black and white
_CLEAR = 32  # a block nearer than this to mid-grey is not to be trusted


@dataclass(frozen=True, slots=True)
class Reading:
    """What stands on a picture of the test card; only to be believed when it is `ok`."""

    frame: int
    scene: int
    ok: bool


class TestCard:
    """The model that paints the test card at `size` (width, height) and `fps`; implements `model.protocol.Model`.

    Authors can set none of its axes; `scene`, the scene's index in file order, is set by the stage.
    """

    __test__ = False  # a name that pytest would collect

    def __init__(self, size: tuple[int, int] = (512, 288), fps: int = 24) -> None:
        self._size = _checked(size)
        self._fps = fps

    @property
    def name(self) -> str:
        """How an operator asks for it."""
        return "testcard"

    @property
    def space(self) -> Space:
        """The frame's number and the scene's index; no axes."""
        return _SPACE

    def point(self, prompt: str, axes: Mapping[str, AxisValue], seed: int) -> LatentPoint:
        """The point of the scene given by `axes["scene"]`, 0 without; prompt and seed change nothing.

        Raises `AxisError` for any other axis, and for a scene that is no whole number in 0..255.
        """
        for axis in axes:
            if axis != "scene":
                raise AxisError(f"the test card has no axis {axis!r}: it knows `scene` alone")
        scene = axes.get("scene", 0)
        if isinstance(scene, str) or scene != scene or not 0 <= scene < 2**SCENE_BITS or scene != int(scene):
            raise AxisError(f"scene is {scene!r}: the test card counts scenes in whole numbers from 0 to 255")
        return LatentPoint.of({"frame": [0], "scene": [int(scene)]})

    def take(self, size: tuple[int, int] | None = None) -> CardTake:
        """A new take that paints at `size`, or at the card's own size."""
        return CardTake(self._size if size is None else _checked(size), self._fps)

    def warm(self) -> None:
        """Paint a card; there is nothing to wait for."""
        self.take().paint([self.point("", {}, 0)])

    def close(self) -> None:
        """Nothing to free."""


class CardTake:
    """Paints test cards; remembers nothing from frame to frame. Implements `model.protocol.Take`.

    There is nothing to save in a draft: it is the same card.
    """

    quality: Quality = "full"

    def __init__(self, size: tuple[int, int], fps: int) -> None:
        self._size = size
        self._fps = fps
        width, height = size
        gradient = np.linspace(_DARKEST, _LIGHTEST, width).round().astype(np.uint8)
        self._blank = np.broadcast_to(gradient[np.newaxis, :, np.newaxis], (height, width, 3)).copy()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self._size

    def paint(self, points: Sequence[LatentPoint]) -> NDArray[np.uint8]:
        """Points in, cards out: `(n, height, width, 3)` uint8."""
        width, height = self._size
        cards = np.repeat(self._blank[np.newaxis], len(points), axis=0)
        columns = np.arange(width) * BLOCKS // width  # the block that a column of pixels lies in
        for card, point in zip(cards, points, strict=True):
            frame, scene = int(point["frame"][0]), int(point["scene"][0])
            card[: round(height / ROWS)] = (_bits(frame, scene)[columns] * np.uint8(255))[np.newaxis, :, np.newaxis]
            if frame % self._fps < 2:
                card[height // 2 :] = 255
        return cards

    def snapshot(self) -> bytes:
        """Empty: there is nothing to remember."""
        return b""

    def restore(self, snapshot: bytes) -> None:
        """Nothing to go back to."""

    def fork(self) -> CardTake:
        """Another take of the same size."""
        return CardTake(self._size, self._fps)

    def close(self) -> None:
        """Nothing to free."""


def decode(picture: NDArray[np.uint8]) -> Reading:
    """A picture of the card, `(height, width, 3)` or `(height, width)` of any size and quality, as what stands on it.

    Looks at the inner half of every block. The reading is `ok` when every block is clearly black or white, the check
    bits agree, and there is a picture below: a black frame is no card.
    """
    height, width = picture.shape[:2]
    if width < BLOCKS or height < ROWS:
        return Reading(0, 0, False)
    across, down = width / BLOCKS, height / ROWS
    strip = picture[int(down * 0.25) : max(int(down * 0.25) + 1, int(down * 0.75))]
    columns = strip.reshape(strip.shape[0], width, -1).mean(axis=(0, 2))
    lefts = [int((block + 0.25) * across) for block in range(BLOCKS)]
    greys = np.array([columns[left : max(left + 1, int(left + across / 2))].mean() for left in lefts])
    bits = greys >= 128
    frame, scene, check = (_number(part) for part in np.split(bits, [FRAME_BITS, FRAME_BITS + SCENE_BITS]))
    below = float(picture[int(2 * down) :].mean())
    ones = int(bits[:-CHECK_BITS].sum()) % 2**CHECK_BITS
    clear = float(np.abs(greys - 128).min()) >= _CLEAR
    return Reading(frame, scene, clear and ones == check and below > _DARKEST)


def _checked(size: tuple[int, int]) -> tuple[int, int]:
    width, height = size
    if width < SMALLEST[0] or height < SMALLEST[1]:
        raise ModelError(f"the test card cannot be read at {width}x{height}: at least {SMALLEST[0]}x{SMALLEST[1]}")
    return size


def _bits(frame: int, scene: int) -> NDArray[np.uint8]:
    """The 32 bits of the card, the most significant first in each number."""
    fields = (frame % 2**FRAME_BITS) << SCENE_BITS | scene % 2**SCENE_BITS
    word = fields << CHECK_BITS | fields.bit_count() % 2**CHECK_BITS
    return np.array([word >> (BLOCKS - 1 - place) & 1 for place in range(BLOCKS)], dtype=np.uint8)


def _number(bits: NDArray[np.bool_]) -> int:
    return int("".join("1" if bit else "0" for bit in bits), 2)
