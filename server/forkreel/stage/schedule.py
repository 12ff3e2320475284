"""When the lines of a moment are spoken, when its question closes, and when the story goes on: a pure function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from forkreel.sound.timing import Phrase, phrases, standing_time_s, word_frames
from forkreel.stage.comfort import Comfort
from forkreel.stage.messages import Caption, Window
from forkreel.story.cast import NARRATOR, Manner
from forkreel.story.moment import Advance, Ask, Event, Expire, Moment

BEGIN_S = (
    0.125  # after a scene's first frame its first line begins, while the picture still moves: a choice is answered
)
MOSTLY_ARRIVED = 0.4  # of the move: a timer does not run before
BREATH_S = 0.8  # between the last line and the next scene


@dataclass(frozen=True, slots=True)
class Schedule:
    """The frames of one moment; `said` is what the captions show, for voices.

    `closing` is the event that happens by itself at `closing_frame`, if any does. The question is seen from
    `shown_frame` on, and those of its choices that come or go by themselves in `windows`.
    """

    captions: tuple[Caption, ...]
    said: tuple[Phrase, ...] = ()
    closing: Event | None = None
    closing_frame: int | None = None
    shown_frame: int = 0
    windows: Mapping[str, Window] = field(default_factory=dict)

    @property
    def deadline_frame(self) -> int | None:
        """The frame at which the open question closes, None when it waits for ever or nothing is asked."""
        return self.closing_frame if isinstance(self.closing, Expire) else None


def schedule(
    moment: Moment,
    frame: int,
    move_frames: int,
    fps: int,
    cast: Mapping[str, str],
    manners: Mapping[str, Manner],
    comfort: Comfort,
) -> Schedule:
    """The schedule of a moment that begins at `frame` with a move of `move_frames`.

    `cast` names who speaks, `manners` says how fast.
    """
    captions, said = [], []
    spoken = frame + min(round(BEGIN_S * fps), round(MOSTLY_ARRIVED * move_frames))
    for line in moment.lines:
        who = None if line.who is None else cast.get(line.who, line.who)
        pace = manners.get(line.who or "", NARRATOR).pace
        for text in phrases(line.text):
            end = spoken + round(standing_time_s(text, pace) * fps)
            said.append(Phrase(line.who, text, spoken, end))
            captions.append(Caption(who, text, spoken, end, word_frames(said[-1], fps, pace)))
            spoken = end
    if moment.ask is not None:
        shown = frame + round(moment.ask.show_after_s * fps)
        timer_s, windows = comfort.time_s(moment.ask.timer_s), _windows(moment.ask, shown, fps, comfort)
        if timer_s is None:
            return Schedule(tuple(captions), tuple(said), shown_frame=shown, windows=windows)
        seen = frame + round(MOSTLY_ARRIVED * move_frames)
        closing_frame = max(spoken, seen, shown) + max(1, round(timer_s * fps))
        return Schedule(tuple(captions), tuple(said), Expire(moment.ask.poll), closing_frame, shown, windows)
    if moment.advances:
        arrived = max(spoken, frame + move_frames)
        return Schedule(tuple(captions), tuple(said), Advance(moment.number), arrived + round(BREATH_S * fps))
    return Schedule(tuple(captions), tuple(said))


def _windows(ask: Ask, shown: int, fps: int, comfort: Comfort) -> dict[str, Window]:
    windows = {}
    for choice in ask.choices:
        hide_after_s = comfort.time_s(choice.hide_after_s)
        if choice.show_after_s or hide_after_s is not None:
            hidden = None if hide_after_s is None else shown + max(1, round(hide_after_s * fps))
            windows[choice.id] = Window(shown + round(choice.show_after_s * fps), hidden)
    return windows
