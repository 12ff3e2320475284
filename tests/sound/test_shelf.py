import logging
import threading
from collections.abc import Iterator

import numpy as np
import pytest

from forkreel.errors import AudioError
from forkreel.sound.shelf import Shelf

PATIENCE_S = 30.0


def tone(seconds: float, loud: float) -> np.ndarray:
    wave = 32767 * loud * np.sin(2 * np.pi * 300 / 48000 * np.arange(round(48000 * seconds)))
    return np.repeat(wave.astype(np.int16)[:, np.newaxis], 2, axis=1)


class Files:
    """Decodes what it was given, and counts how often."""

    def __init__(self, **files: np.ndarray) -> None:
        self.files = files
        self.read: list[str] = []

    def __call__(self, file: str) -> np.ndarray:
        self.read.append(file)
        if file not in self.files:
            raise AudioError(f"there is no file {file}")
        return self.files[file]


@pytest.fixture
def shelves() -> Iterator[list[Shelf]]:
    opened: list[Shelf] = []
    yield opened
    for one in opened:
        one.close()


def test_a_file_is_decoded_once_for_all_shows(shelves: list[Shelf]) -> None:
    files = Files(rain=tone(0.5, 0.3))
    shelves.append(shelf := Shelf(files))
    first, second = shelf.take("rain", PATIENCE_S), shelf.take("rain", PATIENCE_S)
    assert first == second
    assert files.read == ["rain"]


@pytest.mark.parametrize("loud", [0.05, 0.2, 0.9])
def test_files_come_out_as_loud_as_speech_however_loud_they_are(shelves: list[Shelf], loud: float) -> None:
    shelves.append(shelf := Shelf(Files(rain=np.concatenate([tone(1, loud), np.zeros((48000, 2), np.int16)]))))
    _, recording = shelf.take("rain", PATIENCE_S)
    assert recording is not None
    assert np.sqrt(np.mean(np.square(recording.pcm[:48000] * recording.gain))) == pytest.approx(0.128, rel=0.02)


def test_silence_is_not_made_loud(shelves: list[Shelf]) -> None:
    shelves.append(shelf := Shelf(Files(rain=np.zeros((4800, 2), np.int16))))
    _, recording = shelf.take("rain", PATIENCE_S)
    assert recording is not None
    assert recording.gain * 32768 <= 4.0


def test_a_file_that_cannot_be_played_is_told_once(shelves: list[Shelf], caplog: pytest.LogCaptureFixture) -> None:
    shelves.append(shelf := Shelf(Files()))
    with caplog.at_level(logging.WARNING):
        assert shelf.take("rain", PATIENCE_S) == (True, None)
        assert shelf.take("rain", PATIENCE_S) == (True, None)
    assert [record.message for record in caplog.records] == ["a sound file stays silent: there is no file rain"]


def test_a_fault_of_the_decoder_ends_no_show(shelves: list[Shelf], caplog: pytest.LogCaptureFixture) -> None:
    def broken(file: str) -> np.ndarray:
        raise RuntimeError("a bug")

    shelves.append(shelf := Shelf(broken))
    assert shelf.take("rain", PATIENCE_S) == (True, None)
    assert "a bug" in caplog.text


def test_what_was_asked_for_least_lately_makes_room(shelves: list[Shelf]) -> None:
    files = Files(**{name: tone(0.1, 0.3) for name in "abc"})
    shelves.append(shelf := Shelf(files, kept_bytes=2 * files.files["a"].nbytes))
    for name in "abac":  # b makes room for c
        shelf.take(name, PATIENCE_S)
    shelf.take("a", PATIENCE_S)
    assert files.read == ["a", "b", "c"]
    shelf.take("b", PATIENCE_S)
    assert files.read == ["a", "b", "c", "b"]


def test_nobody_waits_for_a_decoder_that_takes_long(shelves: list[Shelf]) -> None:
    go = threading.Event()

    def slow(file: str) -> np.ndarray:
        assert go.wait(PATIENCE_S)
        return tone(0.1, 0.3)

    shelves.append(shelf := Shelf(slow))
    assert shelf.take("rain") == (False, None)
    shelf.ask(f"file {number}" for number in range(1000))
    assert len(shelf._made) <= 33, "the queue is bounded"
    go.set()
    decided, recording = shelf.take("rain", PATIENCE_S)
    assert decided
    assert recording is not None


def test_a_closed_shelf_decides_nothing() -> None:
    shelf = Shelf(Files(rain=tone(0.1, 0.3)))
    shelf.close()
    assert shelf.take("rain", PATIENCE_S) == (False, None)
