"""A story's own sound files as samples: ogg, mp3 and wav through PyAV. What a file ends with is what it has to be."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import av
import numpy as np
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from forkreel.errors import AudioError
from forkreel.sound.voice import SAMPLE_RATE
from forkreel.story.clips import MAX_BYTES, SUFFIXES

MAX_S = 600


def decode(file: str) -> NDArray[np.int16]:
    """The first sound in a file, `(samples, 2)` at 48 kHz. Takes seconds where it is long: call it in a thread.

    Raises `AudioError` for a file that is not there, is broken, too long or no such file at all.
    """
    path, parts, samples = Path(file), list[NDArray[np.int16]](), 0
    try:
        if not path.is_file():  # of a pipe nobody knows when it ends
            raise AudioError(f"there is no file {file}")
        if path.stat().st_size > MAX_BYTES:
            raise AudioError(f"{file} has more than {MAX_BYTES >> 20} MiB: take a shorter piece")
        if path.suffix.lower() not in SUFFIXES:
            raise AudioError(f"{file} is none of {', '.join(SUFFIXES)}")
        # the format is named, as others of FFmpeg's would open what a file tells them to
        with av.open(file, format=path.suffix.lower()[1:]) as container:
            if not container.streams.audio:
                raise AudioError(f"{file} has no sound in it")
            resampler = AudioResampler(format="s16", layout="stereo", rate=SAMPLE_RATE)
            for frame in chain(container.decode(audio=0), (None,)):  # None has what the resampler holds back
                for even in resampler.resample(frame):
                    parts.append(even.to_ndarray().reshape(-1, 2).astype(np.int16))
                    samples += len(parts[-1])
                if samples > MAX_S * SAMPLE_RATE:
                    raise AudioError(f"{file} plays for more than {MAX_S // 60} minutes: take a shorter piece")
    except (av.FFmpegError, OSError, ValueError) as error:
        raise AudioError(f"{file} cannot be decoded ({error})") from error
    if not samples:
        raise AudioError(f"{file} has no sound in it")
    return np.concatenate(parts)
