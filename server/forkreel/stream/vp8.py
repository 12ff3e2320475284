"""Pictures in, VP8 packets out. Knows media time, and nothing of viewers."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

VIDEO_RATE = 90_000
_TIME_BASE = Fraction(1, VIDEO_RATE)


class PictureEncoder:
    """One VP8 encoder, for flat colours and hard edges seen at once: CBR, no look-ahead, capped keyframes."""

    def __init__(self, width: int, height: int, fps: int, bitrate_bps: int) -> None:
        self._fps = fps
        self._reformat = VideoReformatter()
        codec = av.CodecContext.create("libvpx", "w")
        assert isinstance(codec, VideoCodecContext)
        codec.width, codec.height = width, height
        codec.pix_fmt = "yuv420p"
        codec.time_base = Fraction(1, fps)
        codec.framerate = Fraction(fps)
        codec.bit_rate = bitrate_bps
        codec.gop_size = 2 * fps
        codec.qmin, codec.qmax = 2, 56
        codec.thread_count = 1  # the second core paints; at 512x288 a second thread gained nothing
        codec.options = {
            "deadline": "realtime",
            "cpu-used": "-6",  # fixed speed: -4 gains 0.2 dB for 0.5 ms a picture
            "lag-in-frames": "0",
            "auto-alt-ref": "0",
            "error-resilient": "default",
            "minrate": str(bitrate_bps),
            "maxrate": str(bitrate_bps),
            "bufsize": str(bitrate_bps),  # one second
            "max-intra-rate": "450",  # per cent of a picture's share: aiortc sends a keyframe in one burst, unpaced
        }
        self._codec = codec

    def encode(self, tick: int, picture: NDArray[np.uint8], keyframe: bool) -> av.Packet[Any] | None:
        """The picture shown at `tick`, `(height, width, 3)` uint8 RGB, as a packet with a 90 kHz pts; BT.601, 4:2:0.

        None when the rate control dropped the picture.
        """
        frame = self._reformat.reformat(av.VideoFrame.from_ndarray(picture, format="rgb24"), format="yuv420p")
        frame.pts = tick
        frame.time_base = Fraction(1, self._fps)
        frame.pict_type = PictureType.I if keyframe else PictureType.NONE
        packets = self._codec.encode(frame)
        if not packets:
            return None
        assert len(packets) == 1, "without look-ahead VP8 gives one packet a picture"
        packets[0].pts = packets[0].dts = tick * VIDEO_RATE // self._fps
        packets[0].time_base = _TIME_BASE
        return packets[0]
