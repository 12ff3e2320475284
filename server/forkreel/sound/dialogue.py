"""The dialogue of one show: what is said when, its samples frame by frame, and how far mouths are open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from forkreel.sound.studio import Part, Studio, parts_of
from forkreel.sound.timing import Phrase
from forkreel.sound.voice import SAMPLE_RATE, SHAPES_HZ, Signal, Speech
from forkreel.story.cast import NARRATOR, Manner
from forkreel.story.moment import Line

LIVE_PATIENCE_S = 0.25  # that a show waits on the first frame of a phrase whose speech is not ready yet
_WIDE = 0.16  # of full scale, root mean square at which a mouth is wide open
_CLOSED = 0.012
_ASIDE = 0.5  # how far from the middle a voice goes, of the way that who speaks is: words are to be understood
_LEAD_S = 0.25  # the other sounds make room so long before something is said


class Dialogue:
    """Says the phrases of one show, each from its very first frame."""

    def __init__(
        self,
        studio: Studio,
        manners: Mapping[str, Manner],
        fps: int,
        patience_s: float = LIVE_PATIENCE_S,
        language: str = "en",
    ) -> None:
        self._studio = studio
        self._narrator = replace(NARRATOR, language=language)
        self._manners = {who: replace(manner, language=language) for who, manner in manners.items()}
        self._fps = fps
        self._patience_s = patience_s
        self._block = SAMPLE_RATE // fps
        self._phrases: Sequence[Phrase] = ()
        self._said: dict[Phrase, Speech | None] = {}
        self._awaited: Phrase | None = None  # whose speech was waited for: that is done once
        self._heard: tuple[Phrase, int] | None = None  # what was said last, and the frame that would come next
        self._fading: Signal = np.zeros(0, np.float32)
        self._place = 0.5

    def moment(self, phrases: Sequence[Phrase]) -> None:
        """From now on these are said; what is being said fades at once."""
        if self._heard is not None and self._heard[0] not in phrases:
            self._fading = self._samples(*self._heard)[: self._block]
            self._heard = None
        self._phrases = phrases
        self._said = {phrase: speech for phrase, speech in self._said.items() if phrase in phrases}
        self._studio.ask(self._part(phrase) for phrase in phrases)

    def prepare(self, lines: Iterable[Line]) -> None:
        """Have lines made that may be said later."""
        for line in lines:
            self._studio.ask(parts_of(line.text, self.manner(line.who)), ahead=True)

    def manner(self, who: str | None) -> Manner:
        """How somebody speaks."""
        return self._narrator if who is None else self._manners.get(who, self._narrator)

    def speaks(self, frame: int) -> bool:
        """Whether something is said now or in a moment."""
        ahead = frame + round(_LEAD_S * self._fps)
        return any(
            phrase.start_frame <= ahead and frame < phrase.end_frame and self._said.get(phrase, True)
            for phrase in self._phrases
        )

    def lips(self, frame: int) -> Mapping[str, float]:
        """How far open the mouth of who speaks is, 0..1, by its axis; empty while nobody is seen to speak."""
        phrase = self._phrase(frame)
        mouth = None if phrase is None else self.manner(phrase.who).mouth
        if phrase is None or mouth is None:
            return {}
        speech = self._speech(phrase, frame)
        if speech is None:
            return {}
        heard = self._samples(phrase, frame)[: self._block]
        level = float(np.sqrt(np.mean(np.square(heard), dtype=np.float64))) if len(heard) else 0.0
        open_ = float(np.clip((level - _CLOSED) / (_WIDE - _CLOSED), 0.0, 1.0) ** 0.8)
        return {mouth: open_ * self._shape(speech, frame - phrase.start_frame)}

    def words(self, start_frame: int) -> tuple[int, ...]:
        """The frames at which the words of the phrase that begins then are said; none where that is not known."""
        phrase = next((one for one in self._phrases if one.start_frame == start_frame), None)
        speech = None if phrase is None else self._speech(phrase, start_frame)
        return () if speech is None else tuple(start_frame + int(one.start_s * self._fps) for one in speech.words)

    def block(self, frame: int) -> Signal:
        """What is said during a frame: mono, `(48000 // fps,)`."""
        out = np.zeros(self._block, np.float32)
        if len(self._fading):
            ramp = np.linspace(1.0, 0.0, len(self._fading), dtype=np.float32)
            out[: len(self._fading)] += self._fading * ramp**2
            self._fading = self._fading[:0]
        phrase = self._phrase(frame)
        if phrase is None or self._speech(phrase, frame) is None:
            return out
        samples = self._samples(phrase, frame)[: self._block]
        joined = self._heard == (phrase, frame) or frame == phrase.start_frame
        if len(samples) and not joined:  # it comes late, or after a pause
            samples = samples * np.linspace(0.0, 1.0, len(samples), dtype=np.float32)
        last = frame + 1 >= phrase.end_frame
        if last and len(self._samples(phrase, frame + 1)):  # it has not fitted into its time
            samples = samples * np.linspace(1.0, 0.0, len(samples), dtype=np.float32)
        out[: len(samples)] += samples
        self._heard = None if last else (phrase, frame + 1)
        return out

    def sides(self, frame: int, axes: Mapping[str, float]) -> Signal:
        """`block` from where who speaks is seen, as loud anywhere: `(2, 48000 // fps)`."""
        before, phrase = self._place, self._phrase(frame)
        if phrase is not None:
            self._place = 0.5 + _ASIDE * (self._seen(phrase.who, axes) - 0.5)
        way = np.linspace(before, self._place, self._block, dtype=np.float32) * np.float32(np.pi / 2)
        sides: Signal = np.float32(np.sqrt(2)) * np.stack([np.cos(way), np.sin(way)]) * self.block(frame)
        return sides

    def _seen(self, who: str | None, axes: Mapping[str, float]) -> float:
        """Where somebody is across the picture, 0..1: with a mouth the fox, without its company; else the middle."""
        if who is None:
            return 0.5
        if self.manner(who).mouth is not None:
            return axes.get("fox_x", 0.5) if axes.get("fox", 0.0) > 0.5 else 0.5
        return axes.get("other_x", 0.5) if axes.get("other=none", 1.0) < 0.5 else 0.5

    def _shape(self, speech: Speech, frame: int) -> float:
        """How wide a mouth is for what is said in a frame, from the phonemes where the voice tells them."""
        shape = speech.shape[frame * SHAPES_HZ // self._fps : -(-(frame + 1) * SHAPES_HZ // self._fps)]
        return float(shape.mean()) if len(shape) else 1.0

    def _phrase(self, frame: int) -> Phrase | None:
        return next((one for one in self._phrases if one.start_frame <= frame < one.end_frame), None)

    def _part(self, phrase: Phrase) -> Part:
        return Part.of(phrase.text, self.manner(phrase.who))

    def _speech(self, phrase: Phrase, frame: int) -> Speech | None:
        if phrase not in self._said:
            patience_s = self._patience_s if frame == phrase.start_frame and phrase != self._awaited else 0.0
            self._awaited = phrase
            decided, speech = self._studio.take(self._part(phrase), patience_s)
            if not decided:
                return None
            self._said[phrase] = speech
        return self._said[phrase]

    def _samples(self, phrase: Phrase, frame: int) -> NDArray[np.float32]:
        speech = self._said.get(phrase)
        return np.zeros(0, np.float32) if speech is None else speech.pcm[(frame - phrase.start_frame) * self._block :]
