"""The plain voice, where Debian's espeak-ng is installed."""

import shutil

import numpy as np
import pytest

from forkreel.errors import VoiceError
from forkreel.sound.espeak import Espeak
from forkreel.story.cast import Manner

needs_espeak = pytest.mark.skipif(
    shutil.which("espeak-ng") is None, reason="there is no espeak-ng here: apt-get install espeak-ng"
)


@needs_espeak
def test_speech_fits_its_time_and_has_its_words_in_order() -> None:
    speech = Espeak().speak("The lake was black.", Manner(), 1.6)
    assert len(speech.pcm) / 48000 == pytest.approx(1.6, rel=0.25)
    assert [word.text for word in speech.words] == ["The", "lake", "was", "black."]
    assert np.sqrt(np.mean(np.square(speech.pcm))) > 0.03


@needs_espeak
def test_a_line_of_two_thousand_characters_is_spoken_to_its_end() -> None:
    speech = Espeak().speak("The fox went on and on. " * 83, Manner(pace=1.6), 60.0)
    assert len(speech.pcm) > 48000 * 40


@needs_espeak
@pytest.mark.parametrize("text", ["", "…", "--help"])
def test_text_without_anything_to_say_is_refused_and_no_text_is_an_option(text: str) -> None:
    if text == "--help":
        assert len(Espeak().speak(text, Manner(), 1.0).pcm)
        return
    with pytest.raises(VoiceError):
        Espeak().speak(text, Manner(), 1.0)


def test_without_the_program_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(VoiceError, match="apt install espeak-ng"):
        Espeak()


@needs_espeak
def test_it_speaks_german_where_german_is_told() -> None:
    espeak = Espeak()
    assert espeak.speaks("de")
    assert espeak.speaks("pt-BR")
    assert not espeak.speaks("tlh-Piqd")
    english, german = (espeak.speak("Gute Nacht.", Manner(language=language), 1.2).pcm for language in ("en", "de"))
    assert english.shape != german.shape or not np.array_equal(english, german)
