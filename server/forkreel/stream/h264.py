"""H.264 by x264, packed by aiortc (RFC 6184, packetization mode 1)."""

from __future__ import annotations

from aiortc.codecs.h264 import H264Encoder
from av.video.codeccontext import VideoCodecContext


class H264:
    """Constrained baseline, for who prefers it or has nothing else. SPS and PPS come with each keyframe."""

    name = "H264"
    encoder = "libx264"

    def tune(self, context: VideoCodecContext, bitrate_bps: int) -> None:
        """See `VideoCodec`."""
        context.qmin, context.qmax = 10, 51
        context.profile = "Baseline"
        context.options = {
            "preset": "veryfast",
            "tune": "zerolatency",
            "forced-idr": "1",
            "sc_threshold": "0",  # keyframes are for who asks; a cut is a picture like others
            "maxrate": str(bitrate_bps),
            "bufsize": str(bitrate_bps // 4),  # caps a keyframe at a quarter of a second
        }

    def payloads(self, encoded: bytes) -> tuple[bytes, ...]:
        """See `VideoCodec`."""
        return tuple(H264Encoder._packetize(H264Encoder._split_bitstream(encoded)))
