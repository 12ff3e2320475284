"""Stills: the small pictures on choices, as bytes that a browser shows."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIZE = (192, 108)
_QUALITY = 78


def still_of(picture: NDArray[np.uint8]) -> bytes:
    """A picture `(height, width, 3)` uint8 RGB as a JPEG of 192x108, some five kilobytes."""
    written = io.BytesIO()
    Image.fromarray(picture).resize(SIZE, Image.Resampling.BOX).save(written, "JPEG", quality=_QUALITY)
    return written.getvalue()
