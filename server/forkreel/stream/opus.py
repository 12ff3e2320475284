"""Sound in, Opus packets of 20 ms out. Knows media time, and nothing of viewers."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from numpy.typing import NDArray

from forkreel.stream.picture import Packed

AUDIO_RATE = 48_000
PACKET_SAMPLES = 960
_TIME_BASE = Fraction(1, AUDIO_RATE)
_ROUNDING = AUDIO_RATE // 1000
"""Blocks that begin up to a millisecond before the last one ended go on from it."""


class SoundEncoder:
    """One Opus encoder: stereo, 48 kHz, for music and speech."""

    def __init__(self, bitrate_bps: int = 96_000) -> None:
        codec = av.CodecContext.create("libopus", "w")
        assert isinstance(codec, AudioCodecContext)
        codec.format = "s16"
        codec.layout = "stereo"
        codec.sample_rate = AUDIO_RATE
        codec.time_base = _TIME_BASE
        codec.bit_rate = bitrate_bps
        codec.options = {"application": "audio", "frame_duration": "20"}
        self._codec = codec
        self._rest = np.zeros((0, 2), np.int16)
        self._position = 0
        self._lookahead: int | None = None

    def encode(self, start: int, pcm: NDArray[np.int16]) -> list[Packed]:
        """A block that begins at sample `start` of the media clock, `(samples, 2)` int16, as packets of 20 ms.

        A packet's pts says when what it decodes to is heard, the codec's look-ahead counted; what does not fill a
        packet waits for the next block. A few samples that are missing, as at rates that do not divide evenly, are
        bridged; after a longer gap the clock jumps, and what waited is dropped.
        """
        missing = start - self._position - len(self._rest)
        if not -_ROUNDING <= missing <= PACKET_SAMPLES:
            self._rest, self._position, missing = pcm[:0], start, 0
        bridge = np.repeat(pcm[:1], max(0, missing), axis=0)
        waiting = np.concatenate([self._rest, bridge, pcm])
        whole = len(waiting) // PACKET_SAMPLES * PACKET_SAMPLES
        packets = [
            self._packet(self._position + at, waiting[at : at + PACKET_SAMPLES])
            for at in range(0, whole, PACKET_SAMPLES)
        ]
        self._rest = waiting[whole:]
        self._position += whole
        return packets

    def _packet(self, position: int, samples: NDArray[np.int16]) -> Packed:
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples).reshape(1, -1), format="s16", layout="stereo")
        frame.sample_rate = AUDIO_RATE
        frame.time_base = _TIME_BASE
        frame.pts = position
        (packet,) = self._codec.encode(frame)
        if self._lookahead is None:
            assert packet.pts is not None, "libopus gives every packet a pts"
            self._lookahead = position - packet.pts
        pts = position - self._lookahead  # FFmpeg's own lags behind for a packet after a gap
        return Packed((bytes(packet),), pts, keyframe=True, size=packet.size)
