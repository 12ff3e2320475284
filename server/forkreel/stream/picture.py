"""Pictures in, packets of a codec out. Knows media time, and nothing of viewers."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

VIDEO_RATE = 90_000
_TIME_BASE = Fraction(1, VIDEO_RATE)


@dataclass(frozen=True, slots=True)
class Packed:
    """One picture, or 20 ms of sound, as the payloads of its RTP packets: made once, sent to everybody.

    `pts` counts the media clock's ticks: 90 kHz for pictures, 48 kHz for sound. Sound is all keyframes.
    """

    payloads: tuple[bytes, ...]
    pts: int
    keyframe: bool
    size: int


class VideoCodec(Protocol):
    """A codec: how its encoder is tuned, and how what it gives is cut into RTP payloads."""

    @property
    def name(self) -> str:
        """As in SDP."""

    @property
    def encoder(self) -> str:
        """As in FFmpeg."""

    def tune(self, context: VideoCodecContext, bitrate_bps: int) -> None:
        """Sets the encoder's own options, so that it gives one packet a picture, at once, and keeps to the bitrate."""

    def payloads(self, encoded: bytes) -> tuple[bytes, ...]:
        """The RTP payloads of one encoded picture; the same for every viewer."""


class PictureEncoder:
    """One encoder of one codec: CBR, no look-ahead, capped keyframes, for flat colours and hard edges seen at once."""

    def __init__(self, codec: VideoCodec, width: int, height: int, fps: int, bitrate_bps: int) -> None:
        self._codec = codec
        self._fps = fps
        self._size = (width, height)
        self._reformat = VideoReformatter()
        context = av.CodecContext.create(codec.encoder, "w")
        assert isinstance(context, VideoCodecContext)
        context.width, context.height, context.pix_fmt = width, height, "yuv420p"
        context.time_base, context.framerate = Fraction(1, fps), Fraction(fps)
        context.bit_rate = bitrate_bps
        context.gop_size = 2 * fps
        context.thread_count = 1  # the second core paints; at 512x288 a second thread gained nothing
        codec.tune(context, bitrate_bps)
        self._context = context

    def encode(self, tick: int, picture: NDArray[np.uint8], keyframe: bool) -> av.Packet[Any] | None:
        """The picture shown at `tick`, `(H, W, 3)` uint8 RGB, scaled, with a 90 kHz pts; BT.601, 4:2:0.

        None when the rate control dropped the picture.
        """
        width, height = self._size
        frame = self._reformat.reformat(
            av.VideoFrame.from_ndarray(picture, format="rgb24"), width, height, format="yuv420p"
        )
        frame.pts = tick
        frame.time_base = Fraction(1, self._fps)
        frame.pict_type = PictureType.I if keyframe else PictureType.NONE
        packets = self._context.encode(frame)
        if not packets:
            return None
        assert len(packets) == 1, "without look-ahead there is one packet a picture"
        packets[0].pts = packets[0].dts = tick * VIDEO_RATE // self._fps
        packets[0].time_base = _TIME_BASE
        return packets[0]

    def pack(self, packet: av.Packet[Any]) -> Packed:
        """What `encode` gave, ready to be sent."""
        assert packet.pts is not None, "encode() sets the pts"
        return Packed(self._codec.payloads(bytes(packet)), packet.pts, packet.is_keyframe, packet.size)
