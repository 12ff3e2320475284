"""One stage's pictures and sound on one media clock, encoded once for everybody who watches the same codec and tier."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from forkreel.stream.h264 import H264
from forkreel.stream.keyframes import Keyframes
from forkreel.stream.opus import AUDIO_RATE, SoundEncoder
from forkreel.stream.picture import VIDEO_RATE, Packed, PictureEncoder, VideoCodec
from forkreel.stream.tiers import Tier
from forkreel.stream.vp8 import Vp8

VIDEO_CODECS: dict[str, VideoCodec] = {codec.name: codec for codec in (Vp8(), H264())}


class Rung(NamedTuple):
    """What a viewer watches: a codec's name and the number of a tier."""

    codec: str
    tier: int


@dataclass(frozen=True, slots=True)
class Encoded:
    """What one tick gave: at most one picture for each rung, and the sound since the tick before."""

    pictures: dict[Rung, Packed]
    sounds: tuple[Packed, ...]


class _Running:
    """The encoder of one rung, which begins with a keyframe."""

    def __init__(self, rung: Rung, tier: Tier, fps: int, keyframe_gap_s: float) -> None:
        self.keyframes = Keyframes(round(keyframe_gap_s * VIDEO_RATE))
        self.encoder = PictureEncoder(VIDEO_CODECS[rung.codec], tier.width, tier.height, fps, tier.bitrate_bps)
        self.encoded_tick: int | None = None


class Encoder:
    """Puts picture and sound of a tick on the same clock, and encodes no picture twice that did not change.

    Used by one thread; only `request_keyframe` may be called from others, and `wanted` be set, the rungs that
    somebody watches, and `awaited`, whether further viewers are about to come. No encoder runs for any other rung.
    """

    def __init__(self, tiers: tuple[Tier, ...], fps: int, keyframe_gap_s: float = 0.25) -> None:
        self.wanted: frozenset[Rung] = frozenset()
        self.awaited = False
        self.pictures = 0
        self.keyframes_made = 0
        self.video_bytes = 0
        self.encode_s: deque[float] = deque(maxlen=240)
        self._tiers = tiers
        self._fps = fps
        self._keyframe_gap_s = keyframe_gap_s
        self._running: dict[Rung, _Running] = {}
        self._sound = SoundEncoder()
        self._picture: NDArray[np.uint8] | None = None

    @property
    def running(self) -> int:
        """How many picture encoders there are."""
        return len(self._running)

    def request_keyframe(self, rung: Rung, urgent: bool = True) -> None:
        """Ask that a picture of a rung soon be a keyframe; one that does not run yet begins with it.

        One that is not urgent may wait a little for viewers who are about to come.
        """
        if (running := self._running.get(rung)) is not None:
            running.keyframes.request(urgent=urgent)

    def rest(self, picture: NDArray[np.uint8] | None) -> None:
        """A tick that nobody watches: the picture is only remembered. Who watches next begins with a keyframe."""
        if picture is not None:
            self._picture = picture
        self._running.clear()

    def encode(self, tick: int, picture: NDArray[np.uint8] | None, pcm: NDArray[np.int16]) -> Encoded:
        """One tick: picture `(height, width, 3)` uint8 RGB or None to repeat, and the sound that ends with the tick.

        A repeated picture is encoded again once a second, which also sharpens it, or when a keyframe is due.
        """
        began = time.perf_counter()
        pictures = self._encode_pictures(tick, picture)
        end = (tick + 1) * AUDIO_RATE // self._fps
        sounds = tuple(self._sound.encode(end - len(pcm), pcm))
        self.encode_s.append(time.perf_counter() - began)
        return Encoded(pictures, sounds)

    def _encode_pictures(self, tick: int, picture: NDArray[np.uint8] | None) -> dict[Rung, Packed]:
        wanted = self.wanted
        for rung in [rung for rung in self._running if rung not in wanted]:
            del self._running[rung]
        if picture is not None:
            self._picture = picture
        if self._picture is None:
            return {}
        for rung in sorted(wanted - self._running.keys()):
            self._running[rung] = _Running(rung, self._tiers[rung.tier], self._fps, self._keyframe_gap_s)
        made = {
            rung: self._encode(tick, self._picture, running, changed=picture is not None)
            for rung, running in self._running.items()
        }
        return {rung: packed for rung, packed in made.items() if packed is not None}

    def _encode(self, tick: int, picture: NDArray[np.uint8], running: _Running, changed: bool) -> Packed | None:
        pts = tick * VIDEO_RATE // self._fps
        keyframe = running.keyframes.due(pts, awaited=self.awaited)
        stale = running.encoded_tick is None or tick - running.encoded_tick >= self._fps
        if not changed and not keyframe and not stale:
            return None
        packet = running.encoder.encode(tick, picture, keyframe)
        running.encoded_tick = tick
        if packet is None:
            return None
        self.pictures += 1
        self.video_bytes += packet.size
        if packet.is_keyframe:
            self.keyframes_made += 1
            running.keyframes.made(pts)
        return running.encoder.pack(packet)
