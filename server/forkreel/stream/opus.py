"""Sound in, Opus packets of 20 ms out. Knows media time, and nothing of viewers."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from numpy.typing import NDArray

AUDIO_RATE = 48_000
PACKET_SAMPLES = 960
_TIME_BASE = Fraction(1, AUDIO_RATE)
_SAME_PLACE = AUDIO_RATE // 1000
"""Blocks that begin within a millisecond of where the last one ended go on from it: not every rate divides evenly."""


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

    def encode(self, start: int, pcm: NDArray[np.int16]) -> list[av.Packet[Any]]:
        """A block that begins at sample `start` of the media clock, `(samples, 2)` int16, as packets of 20 ms.

        A packet's pts says when what it decodes to is heard, the codec's look-ahead counted; what does not fill a
        packet waits for the next block. After a gap the clock jumps, and what waited is dropped.
        """
        if abs(start - self._position - len(self._rest)) > _SAME_PLACE:
            self._rest, self._position = pcm[:0], start
        waiting = np.concatenate([self._rest, pcm])
        whole = len(waiting) // PACKET_SAMPLES * PACKET_SAMPLES
        packets: list[av.Packet[Any]] = []
        for at in range(0, whole, PACKET_SAMPLES):
            samples = np.ascontiguousarray(waiting[at : at + PACKET_SAMPLES]).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="stereo")
            frame.sample_rate = AUDIO_RATE
            frame.time_base = _TIME_BASE
            frame.pts = self._position + at
            packets += self._codec.encode(frame)
        self._rest = waiting[whole:]
        self._position += whole
        for packet in packets:
            packet.time_base = _TIME_BASE
        return packets
