"""VP8 by libvpx, packed by aiortc (RFC 7741)."""

from __future__ import annotations

from fractions import Fraction

import av
from aiortc.codecs.vpx import Vp8Encoder
from av.video.codeccontext import VideoCodecContext


class Vp8:
    """The codec that every browser has, and the one that is taken unless a viewer prefers H.264."""

    name = "VP8"

    def open(self, width: int, height: int, fps: int, bitrate_bps: int) -> VideoCodecContext:
        """See `VideoCodec`."""
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
            "max-intra-rate": "450",  # per cent of a picture's share: the pace spreads it over part of its time
        }
        return codec

    def payloads(self, encoded: bytes) -> tuple[bytes, ...]:
        """See `VideoCodec`. Without the optional picture id, which would have to be counted for each viewer alone."""
        return tuple(Vp8Encoder._packetize(encoded, None))
