import numpy as np
import pytest

from forkreel.errors import VoiceError
from forkreel.sound.skylark import Skylark
from forkreel.sound.timing import speaking_time_s
from forkreel.story.cast import Manner

LINE = "You are late, or you are early. It is one of the two."


@pytest.fixture(scope="module")
def skylark() -> Skylark:
    return Skylark()


def pitch_hz(pcm: np.ndarray) -> float:
    """The median pitch of what is voiced, by autocorrelation."""
    found = []
    for at in range(0, len(pcm) - 2400, 1200):
        window = pcm[at : at + 2400]
        if np.sqrt(np.mean(window**2)) > 0.05:
            ring = np.fft.irfft(np.abs(np.fft.rfft(window * np.hanning(2400), 8192)) ** 2)
            lag = 96 + int(np.argmax(ring[96:686]))
            if ring[lag] > 0.4 * ring[0]:
                found.append(48000 / lag)
    return float(np.median(found))


def said(skylark: Skylark, manner: Manner, text: str = LINE) -> np.ndarray:
    return skylark.speak(text, manner, speaking_time_s(text, manner.pace)).pcm


def test_speech_fits_its_time_is_evenly_loud_and_the_same_again(skylark: Skylark) -> None:
    pcm = said(skylark, Manner())
    assert len(pcm) / 48000 == pytest.approx(speaking_time_s(LINE), rel=0.05)
    loud = pcm[np.abs(pcm) > 0.02 * np.abs(pcm).max()]
    assert np.sqrt(np.mean(loud**2)) == pytest.approx(0.128, rel=0.05)
    assert pcm[0] == pcm[-1] == 0.0
    assert np.array_equal(pcm, said(skylark, Manner()))


@pytest.mark.parametrize("semitones", [-7.0, -4.0, 4.0, 7.0])
def test_a_bent_voice_has_the_pitch_that_was_asked_for(skylark: Skylark, semitones: float) -> None:
    plain, bent = pitch_hz(said(skylark, Manner())), pitch_hz(said(skylark, Manner(pitch=semitones)))
    assert 12 * np.log2(bent / plain) == pytest.approx(semitones, abs=1.5)


def test_a_larger_throat_sounds_darker_at_the_same_pitch(skylark: Skylark) -> None:
    def centre(pcm: np.ndarray) -> float:
        power = np.abs(np.fft.rfft(pcm)) ** 2
        return float((power * np.fft.rfftfreq(len(pcm), 1 / 48000)).sum() / power.sum())

    small, large = said(skylark, Manner(formant=1.2)), said(skylark, Manner(formant=0.8))
    assert centre(large) < 0.85 * centre(small)
    assert pitch_hz(large) == pytest.approx(pitch_hz(small), rel=0.1)


def test_a_slow_speaker_takes_longer(skylark: Skylark) -> None:
    assert len(said(skylark, Manner(pace=0.8))) > 1.15 * len(said(skylark, Manner()))


def test_words_come_in_order_within_the_speech(skylark: Skylark) -> None:
    speech = skylark.speak(LINE, Manner(), speaking_time_s(LINE))
    assert " ".join(word.text for word in speech.words) == LINE
    times = [time for word in speech.words for time in (word.start_s, word.end_s)]
    assert times == sorted(times)
    assert times[-1] <= len(speech.pcm) / 48000


def test_words_are_timed_where_they_are_heard_and_the_rest_after_a_comma_is_not(skylark: Skylark) -> None:
    text = "Seven boats, mother, came home."
    speech = skylark.speak(text, Manner(pitch=-3.0, formant=0.9), speaking_time_s(text))

    def loud(start_s: float, end_s: float) -> float:
        return float(np.sqrt(np.mean(speech.pcm[round(48000 * start_s) : round(48000 * end_s)] ** 2)))

    assert min(loud(word.start_s, word.end_s) for word in speech.words) > 0.03
    seven, boats, mother, *_ = speech.words
    assert mother.start_s - boats.end_s > 0.05
    assert seven.start_s < 0.1, "a line is heard when it begins"
    assert len(speech.shape) == pytest.approx(100 * len(speech.pcm) / 48000, rel=0.15)
    lips = speech.shape[round(100 * mother.start_s) : round(100 * mother.end_s)]
    assert lips[:4].min() < 0.4 < 0.8 < lips.max(), "an m, and a vowel after it"


@pytest.mark.parametrize("text", ["…", " ", "—", "\u0000"])
def test_text_without_anything_to_say_is_refused_in_words(skylark: Skylark, text: str) -> None:
    with pytest.raises(VoiceError, match="nothing in it"):
        skylark.speak(text, Manner(), 2.0)
