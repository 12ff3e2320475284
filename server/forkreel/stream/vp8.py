"""VP8 by libvpx, packed by aiortc (RFC 7741)."""

from __future__ import annotations

from aiortc.codecs.vpx import Vp8Encoder
from av.video.codeccontext import VideoCodecContext


class Vp8:
    """The codec that every browser has, and the one that is taken unless a viewer prefers H.264."""

    name = "VP8"
    encoder = "libvpx"

    def tune(self, context: VideoCodecContext, bitrate_bps: int) -> None:
        """See `VideoCodec`."""
        context.qmin, context.qmax = 2, 56
        context.options = {
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

    def payloads(self, encoded: bytes) -> tuple[bytes, ...]:
        """See `VideoCodec`. Without the optional picture id, which would have to be counted for each viewer alone."""
        return tuple(Vp8Encoder._packetize(encoded, None))
