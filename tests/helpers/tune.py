"""Sound files to be read."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

CODECS = {"ogg": "libopus", "mp3": "libmp3lame", "wav": "pcm_s16le"}


def tune(file: Path, seconds: float = 1.0, rate: int = 48000, layout: str = "stereo") -> Path:
    """A file with a tone of 440 Hz, at half of full scale."""
    channels = 2 if layout == "stereo" else 1
    wave = np.round(16384 * np.sin(2 * np.pi * 440 / rate * np.arange(round(seconds * rate)))).astype(np.int16)
    with av.open(str(file), "w") as container:
        stream = container.add_stream(CODECS[file.suffix[1:]], rate=rate)
        assert isinstance(stream, av.AudioStream), "a codec of sound"
        stream.layout = layout
        frame = av.AudioFrame.from_ndarray(np.repeat(wave, channels)[np.newaxis], format="s16", layout=layout)
        frame.sample_rate = rate
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    return file
