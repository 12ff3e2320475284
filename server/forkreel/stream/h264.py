"""H.264 by x264, packed by aiortc (RFC 6184, packetization mode 1)."""

from __future__ import annotations

from fractions import Fraction

import av
from aiortc.codecs.h264 import H264Encoder
from av.video.codeccontext import VideoCodecContext


class H264:
    """Constrained baseline, for who prefers it or has nothing else. SPS and PPS come with each keyframe."""

    name = "H264"

    def open(self, width: int, height: int, fps: int, bitrate_bps: int) -> VideoCodecContext:
        """See `VideoCodec`."""
        codec = av.CodecContext.create("libx264", "w")
        assert isinstance(codec, VideoCodecContext)
        codec.width, codec.height = width, height
        codec.pix_fmt = "yuv420p"
        codec.time_base = Fraction(1, fps)
        codec.framerate = Fraction(fps)
        codec.bit_rate = bitrate_bps
        codec.gop_size = 2 * fps
        codec.qmin, codec.qmax = 10, 51
        codec.thread_count = 1
        codec.profile = "Baseline"
        codec.options = {
            "preset": "veryfast",
            "tune": "zerolatency",
            "forced-idr": "1",
            "sc_threshold": "0",  # keyframes are for who asks; a cut is a picture like others
            "maxrate": str(bitrate_bps),
            "bufsize": str(bitrate_bps // 4),  # caps a keyframe at a quarter of a second
        }
        return codec

    def payloads(self, encoded: bytes) -> tuple[bytes, ...]:
        """See `VideoCodec`."""
        return tuple(H264Encoder._packetize(H264Encoder._split_bitstream(encoded)))
