import logging
from collections.abc import Callable

import pytest
from tests.sound.conftest import Hum

from forkreel.errors import VoiceError
from forkreel.sound import registry
from forkreel.sound.studio import Part, Studio, parts_of
from forkreel.sound.voice import Voice
from forkreel.sound.voices import Voices
from forkreel.story.cast import Manner

LOW = Manner(pitch=-5.0)


def test_what_was_asked_for_is_made_once_and_kept_for_everybody(studio) -> None:
    voice = Hum()
    room = studio(voice)
    for _ in range(3):
        room.ask([Part.of("Hello.", LOW)])
        decided, speech = room.take(Part.of("Hello.", LOW), 10)
        assert decided
        assert speech is not None
    assert voice.said == ["Hello."]


def test_which_mouth_moves_makes_no_other_speech() -> None:
    assert Part.of("Hello.", Manner(mouth="mouth")) == Part.of("Hello.", Manner(mouth=None))
    assert Part.of("Hello.", LOW) != Part.of("Hello.", Manner())


def test_what_is_needed_now_is_made_before_what_may_come() -> None:
    voice = Hum()
    room = Studio(lambda: voice)
    room.ask([Part("Later.", LOW)], ahead=True)
    room.ask([Part("Now.", LOW)])
    room.start()
    room.take(Part("Later.", LOW), 10)
    room.close()
    assert voice.said == ["Now.", "Later."]


def test_too_many_wishes_push_out_the_oldest() -> None:
    voice = Hum()
    room = Studio(lambda: voice)
    room.ask(Part(f"Line {n}.", LOW) for n in range(100))
    room.start()
    room.take(Part("Line 99.", LOW), 10)
    room.close()
    assert voice.said == [f"Line {n}." for n in range(36, 100)]


@pytest.mark.parametrize("text", ["…", "It is broken."])
def test_what_cannot_be_said_stays_silent_once_and_the_log_says_why(studio, text: str, caplog) -> None:
    room = studio(Hum())
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            room.ask([Part(text, LOW)])
            assert room.take(Part(text, LOW), 10) == (True, None)
    assert len(caplog.records) == 1
    assert "a line stays silent" in caplog.text
    room.ask([Part("Still here.", LOW)])
    assert room.take(Part("Still here.", LOW), 10)[1] is not None


def test_without_a_voice_everything_is_silent(studio) -> None:
    room = studio(None)
    room.ask([Part("Hello.", LOW)])
    assert room.take(Part("Hello.", LOW), 10) == (True, None)


def test_who_takes_does_not_wait_for_what_nobody_makes() -> None:
    assert Studio(lambda: None).take(Part("Hello.", LOW)) == (False, None)


def test_a_studio_that_never_opened_closes() -> None:
    Studio(lambda: None).close()


def test_a_long_line_is_made_in_the_parts_that_are_shown() -> None:
    assert len(parts_of("A word and another. " * 20, LOW)) > 4


def test_the_log_says_once_why_nobody_speaks(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def missing(name: str) -> Callable[[], Voice]:
        def voice() -> Voice:
            raise VoiceError(f"there is no {name}")

        return voice

    monkeypatch.setattr(registry, "_VOICES", (missing("skylark"), missing("sparrow")))
    assert registry.open_voice() is None
    assert [record.getMessage() for record in caplog.records] == [
        "shows have captions, but nobody speaks: there is no skylark; there is no sparrow"
    ]


def test_each_line_is_said_by_the_first_voice_that_speaks_its_language(studio) -> None:
    english, both = Hum("en"), Hum("en", "de")
    room = studio(Voices([english, both]))
    for text, language in (("Good night.", "en"), ("Gute Nacht.", "de")):
        part = Part.of(text, Manner(language=language))
        room.ask([part])
        assert room.take(part, 10)[1] is not None
    assert (english.said, both.said) == (["Good night."], ["Gute Nacht."])


def test_lines_in_a_language_that_no_voice_speaks_stay_silent_and_the_log_says_so_once(studio, caplog) -> None:
    voice = Hum("en")
    room = studio(Voices([voice]))
    with caplog.at_level(logging.WARNING):
        for text in ("Gute Nacht.", "Guten Morgen."):
            part = Part.of(text, Manner(language="de"))
            room.ask([part])
            assert room.take(part, 10) == (True, None)
    assert voice.said == []
    assert len(caplog.records) == 1
    assert caplog.records[0].message.startswith("lines in 'de' stay silent, and their captions are shown")
