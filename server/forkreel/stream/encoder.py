"""One stage's pictures and sound on one media clock, encoded once for everybody."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from forkreel.stream.keyframes import Keyframes
from forkreel.stream.opus import AUDIO_RATE, SoundEncoder
from forkreel.stream.vp8 import VIDEO_RATE, PictureEncoder


@dataclass(frozen=True, slots=True)
class Encoded:
    """What one tick gave: at most one picture, and the sound since the tick before."""

    video: av.Packet[Any] | None
    audio: tuple[av.Packet[Any], ...]


class Encoder:
    """Puts picture and sound of a tick on the same clock, and encodes no picture twice that did not change.

    Used by one thread; only `keyframes.request` may be called from others.
    """

    def __init__(self, width: int, height: int, fps: int, bitrate_bps: int, keyframe_gap_s: float = 0.25) -> None:
        self.keyframes = Keyframes(round(keyframe_gap_s * VIDEO_RATE))
        self.pictures = 0
        self.keyframes_made = 0
        self.video_bytes = 0
        self.encode_s: deque[float] = deque(maxlen=240)
        self._fps = fps
        self._pictures = PictureEncoder(width, height, fps, bitrate_bps)
        self._sound = SoundEncoder()
        self._picture: NDArray[np.uint8] | None = None
        self._encoded_tick: int | None = None

    def rest(self, picture: NDArray[np.uint8] | None) -> None:
        """A tick that nobody watches: the picture is only remembered. Who watches next begins with a keyframe."""
        if picture is not None:
            self._picture = picture
        self.keyframes.restart()

    def encode(self, tick: int, picture: NDArray[np.uint8] | None, pcm: NDArray[np.int16]) -> Encoded:
        """One tick: picture `(height, width, 3)` uint8 RGB or None to repeat, and the sound that ends with the tick.

        A repeated picture is encoded again once a second, which also sharpens it, or when a keyframe is due.
        """
        began = time.perf_counter()
        video = self._encode_picture(tick, picture)
        end = (tick + 1) * AUDIO_RATE // self._fps
        audio = tuple(self._sound.encode(end - len(pcm), pcm))
        self.encode_s.append(time.perf_counter() - began)
        return Encoded(video, audio)

    def _encode_picture(self, tick: int, picture: NDArray[np.uint8] | None) -> av.Packet[Any] | None:
        if picture is not None:
            self._picture = picture
        if self._picture is None:
            return None
        pts = tick * VIDEO_RATE // self._fps
        keyframe = self.keyframes.due(pts)
        stale = self._encoded_tick is None or tick - self._encoded_tick >= self._fps
        if picture is None and not keyframe and not stale:
            return None
        packet = self._pictures.encode(tick, self._picture, keyframe)
        self._encoded_tick = tick
        if packet is not None:
            self.pictures += 1
            self.video_bytes += packet.size
            if packet.is_keyframe:
                self.keyframes_made += 1
                self.keyframes.made(pts)
        return packet
