"""A story told without a viewer or a clock: somebody answers each question once it has been read, frame by frame."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from forkreel.errors import Refused, RenderError, WatchError
from forkreel.model.protocol import Model, Quality, Reads
from forkreel.stage.comfort import Comfort
from forkreel.stage.messages import Caption, MomentMessage, PassingChoice
from forkreel.stage.protocol import Sound
from forkreel.stage.show import Show
from forkreel.stage.understanding import understood
from forkreel.story import Playthrough, Story
from forkreel.story.likeness import words_alike
from forkreel.story.moment import Choose, Event, Say, Steer
from forkreel.watch.picks import message_of

THINKS_S = 1.2  # after the lines have been spoken and the question is seen
TURNS_S = 0.6  # between two turns of the same knob
STAYS_S = 3.0  # after the last line of an ending


@dataclass(frozen=True, slots=True)
class Told:
    """One frame: what is seen `(height, width, 3)` uint8 and heard `(48000 // fps, 2)` int16, the captions that begin
    with it, the moment where one begins with it, and the pick that began it, if any."""

    number: int
    picture: NDArray[np.uint8]
    pcm: NDArray[np.int16]
    captions: tuple[Caption, ...]
    moment: MomentMessage | None
    pick: str | None


class Telling:
    """One telling. `picks` answer the questions in order, as `forkreel watch` takes them; after them the default is
    taken, or of what is available that which was taken least often, so that no telling goes round for ever.

    `fps` frames a second; `size` width and height; no more than `limit_s` seconds.
    """

    def __init__(
        self, story: Story, model: Model, sound: Sound, seed: int, *,
        picks: Sequence[str] = (), fps: int = 24, size: tuple[int, int] | None = None, quality: Quality = "full",
        comfort: Comfort | None = None, limit_s: float = 1800.0,
    ) -> None:  # fmt: skip
        playthrough = Playthrough.start(story, seed)
        self._show = Show(playthrough, model, seed, fps, story.cast, comfort or Comfort(), story.manners)
        self._model, self._sound, self._fps = model, sound, fps
        self._picks, self._limit = list(picks), round(limit_s * fps)
        self._take = model.take(size)
        self._take.quality = quality
        self._taken: Counter[str] = Counter()
        self._turned = 0  # the frame of the last answer
        self._moved = True
        self.size = self._take.size
        self.ending: str | None = None

    def close(self) -> None:
        """Give the take back."""
        self._take.close()

    def frames(self) -> Iterator[Told]:
        """Every frame to the ending.

        Raises `RenderError` for a pick that does not fit, a question that only a pick can answer, and a story that
        goes on past the limit.
        """
        show = self._show
        show.open()
        self._sound.moment(show.moment, 0, show.said)
        number = 0
        while not self._over(number):
            if number >= self._limit:
                raise RenderError(f"after {number / self._fps:.0f} s the story has not ended: pick ways to an ending")
            pick = self._boundary(number)
            point = show.at(number, self._sound.lips(number))
            picture: NDArray[np.uint8] = self._take.paint([point])[0]
            pcm = self._sound.block(number, self._model.space.scalars(point))
            yield Told(number, picture, pcm, show.captions(number), show.message(number) if self._moved else None, pick)
            number += 1
        self.ending = None if show.moment.ending is None else show.moment.ending.id
        if self._picks:
            raise RenderError(f"the story ended before it was asked for {', '.join(self._picks)}")

    def _over(self, number: int) -> bool:
        return self._show.moment.ending is not None and number >= self._spoken + STAYS_S * self._fps

    @property
    def _spoken(self) -> int:
        return max((phrase.end_frame for phrase in self._show.said), default=self._turned)

    def _boundary(self, number: int) -> str | None:
        """What happens before `number` is painted; the pick that was made, if one was."""
        before, pick = self._show.moment, None
        event = self._show.due(number)
        if event is None:
            pick = self._next(number)
            event = None if pick is None else self._event(pick)
        if event is not None:
            try:
                self._show.apply(event, number)
            except Refused as refusal:
                raise RenderError(f"at {number / self._fps:.1f} s, {pick or 'the story'}: {refusal}") from refusal
            self._turned = number
        self._moved = self._show.moment is not before or number == 0
        if self._show.moment.number != before.number:
            self._sound.moment(self._show.moment, number, self._show.said)
        return pick

    def _next(self, number: int) -> str | None:
        """The answer that is due at `number`."""
        ask = self._show.moment.ask
        if ask is None:
            return None
        shown = self._show.message(number).ask
        offered = () if shown is None else shown.choices
        passing = {one.id: one for one in offered if isinstance(one, PassingChoice)}
        wanted = passing.get(self._picks[0]) if self._picks else None
        appears = wanted.shown_frame if wanted is not None else shown.shown_frame if shown is not None else 0
        seen = max(self._spoken, appears) + round(THINKS_S * self._fps)
        ends = [self._show.deadline_frame, wanted.hidden_frame if wanted is not None else None]
        deadline = min((end for end in ends if end is not None), default=None)
        if number < min(seen, seen if deadline is None else deadline - 1):
            return None
        if number < self._turned + TURNS_S * self._fps:
            return None
        if self._picks:
            return self._picks.pop(0)
        if deadline is not None and ask.default is not None:
            return None  # the timer runs out
        available = [one for one in offered if one.available]
        open_ones = [one.id for one in available if one.seen(number)]
        if available and not open_ones:
            return None  # it comes by itself
        if not open_ones:
            raise RenderError(f"{ask.prompt or ask.poll!r} takes only typed answers: --pick '\"some words\"'")
        return ask.default if ask.default in open_ones else min(open_ones, key=self._taken.__getitem__)

    def _event(self, pick: str) -> Event:
        ask = self._show.moment.ask
        message = self._show.message(0).ask
        assert ask is not None
        assert message is not None
        try:
            said = message_of(pick, asdict(message))
        except WatchError as error:
            raise RenderError(str(error)) from error
        if said["type"] == "choose":
            self._taken[pick] += 1
            return Choose(ask.poll, said["choice"])
        if said["type"] == "steer":
            return Steer(said["control"], said["value"])
        alike = self._model.alike if isinstance(self._model, Reads) else words_alike
        return Say(ask.poll, said["text"], understood(said["text"], ask, alike) if ask.topics else None)
