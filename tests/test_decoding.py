"""Ogg, mp3 and wav as they are, and files that are no such thing."""

from pathlib import Path

import numpy as np
import pytest

from forkreel import decoding
from forkreel.decoding import decode
from forkreel.errors import AudioError
from tests.helpers.tune import tune


@pytest.mark.parametrize(
    ("name", "rate", "layout"), [("a.ogg", 48000, "stereo"), ("a.mp3", 44100, "mono"), ("a.WAV", 22050, "mono")]
)
def test_every_kind_of_file_is_heard_at_48_khz_on_both_sides(tmp_path: Path, name: str, rate: int, layout: str) -> None:
    file = tune(tmp_path / name.lower(), 1.0, rate, layout).rename(tmp_path / name)
    pcm = decode(str(file))
    assert pcm.dtype == np.int16
    assert pcm.shape == (pytest.approx(48000, abs=3000), 2)
    middle = pcm[12000:36000].astype(float)
    assert np.argmax(np.abs(np.fft.rfft(middle, axis=0)), axis=0) == pytest.approx([220, 220], abs=1)  # bins of 2 Hz
    assert np.abs(middle).max(axis=0) == pytest.approx([16384, 16384], rel=0.1 if layout == "stereo" else 0.35)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("gone.ogg", None, "there is no file"),
        ("text.ogg", b"this is no music" * 100, "cannot be decoded"),
        ("text.wav", b"this is no music" * 100, "cannot be decoded"),
        ("empty.mp3", b"", "cannot be decoded|has no sound"),
        ("list.mp3", b"#EXTM3U\n#EXTINF:1,\nsecret.mp3\n", "cannot be decoded|has no sound"),
        ("tune.flac", b"fLaC", "is none of"),
        ("folder.ogg", "folder", "there is no file"),
    ],
)
def test_what_cannot_be_decoded_is_said(tmp_path: Path, name: str, content: bytes | str | None, reason: str) -> None:
    if content == "folder":
        (tmp_path / name).mkdir()
    elif isinstance(content, bytes):
        (tmp_path / name).write_bytes(content)
    with pytest.raises(AudioError, match=reason) as raised:
        decode(str(tmp_path / name))
    assert name in str(raised.value)


def test_what_is_too_long_or_too_large_is_not_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = str(tune(tmp_path / "a.wav", 3.0))
    monkeypatch.setattr(decoding, "MAX_S", 1)
    with pytest.raises(AudioError, match="plays for more than"):
        decode(file)
    monkeypatch.setattr(decoding, "MAX_BYTES", 1000)
    with pytest.raises(AudioError, match="has more than"):
        decode(file)
