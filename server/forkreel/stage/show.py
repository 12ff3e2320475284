"""A show without time: the playthrough, the walk through latent space and the schedule, frame by frame.

Everything here is decided by events and the frames at which they were applied; no clock, no thread, no viewer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from forkreel.director import Move, direct
from forkreel.errors import Refused, StoryError
from forkreel.latent.lean import Lean
from forkreel.latent.space import LatentPoint
from forkreel.latent.walker import Walker
from forkreel.model.protocol import Model
from forkreel.sound.timing import Phrase
from forkreel.stage.ballot import FIRST_VOTE_S, Ballot, Close, Extend, Open, RoomEvent, Skip, Vote
from forkreel.stage.comfort import Comfort
from forkreel.stage.edition import Edited, Edition
from forkreel.stage.events import ShowEvent
from forkreel.stage.journal import Entry, MessageId
from forkreel.stage.messages import Caption, MomentMessage, Tally, Window, moment_message
from forkreel.stage.points import Points
from forkreel.stage.protocol import Playthrough
from forkreel.stage.schedule import Schedule, schedule
from forkreel.story.cast import Manner
from forkreel.story.moment import Advance, Ask, Back, Choose, Event, Expire, Moment, Say, Steer

BACK_S = 0.5  # who goes back is not led through the story's slow move again, with the old question over another place


class Show:
    """One playthrough on its way. `seq` is the number of events applied so far.

    `taken` is the poll that was answered last with a choice, and that choice, None before the first.
    """

    def __init__(
        self,
        playthrough: Playthrough,
        model: Model,
        seed: int,
        fps: int,
        cast: Mapping[str, str],
        comfort: Comfort,
        manners: Mapping[str, Manner] = MappingProxyType({}),
        room: bool = False,
    ) -> None:
        self.seq = 0
        self.closed: Tally | None = None
        self.taken: tuple[str, str] | None = None
        self.edition: Edition | None = None
        self.moment = playthrough.moment
        self._playthrough = playthrough
        self._space = model.space
        self._seed = seed
        self._fps = fps
        self._cast = cast
        self._manners = manners
        self._comfort = comfort
        self._points = Points(model, seed)
        self._room = room
        self._ballot: Ballot | None = None
        self._goals: dict[str, LatentPoint] | None = None
        self._lean = Lean(model.space, fps)
        self._since = 0
        self._walker: Walker | None = None
        self._schedule = Schedule(())
        self._told = 0
        self._plan(0, self._move(None, self.moment))

    def open(self) -> None:
        """Find the first point; may take the model a while. Again does nothing."""
        if self._walker is not None:
            return
        move = self._move(None, self.moment)
        assert move is not None, "the first moment is always cut to"
        start = self._points.goal(move, self.moment.scene_index)
        self._walker = Walker(self._space, self._fps, start, move.drift, move.hold, move.hold_s)

    def apply(self, event: ShowEvent, frame: int, viewer: int | None = None, message: MessageId | None = None) -> Entry:
        """Let something happen before `frame` is painted; returns what the journal has to keep of it.

        Raises `Refused` when it does not fit the moment; then nothing has changed.
        """
        if isinstance(event, Edited):
            return self._edit(event, frame)
        if isinstance(event, Choose | Say | Vote):
            self._check_seen(event, frame)
        if self._room:
            happens = self._decided(event, frame, viewer or 0)
        elif isinstance(event, RoomEvent):
            raise Refused("no_room", "nobody votes in a show for one viewer alone")
        else:
            happens = event
        number = self.moment.number
        if happens is not None:
            self._move_on(happens, frame)
        self.seq += 1
        if self.moment.number != number:
            self._since = self.seq
        return Entry(self.seq, frame, event, viewer, message)

    def save(self) -> str:
        """The playthrough as it stands."""
        return self._playthrough.save()

    @property
    def lost(self) -> tuple[str, ...]:
        """What an edited story could not keep of what was told before, as sentences."""
        return self._playthrough.lost

    def _edit(self, event: Edited, frame: int) -> Entry:
        """Go on with the edited story, at the scene that `save` is in; the picture moves where it is another there."""
        if self.edition is None:
            raise Refused("not_edited", "the story is the one that it was")
        try:
            playthrough = self.edition.load(event.save)
        except StoryError as error:
            raise Refused("story_fault", str(error)) from error
        before, self._playthrough, self.moment = self.moment, playthrough, playthrough.moment
        self._cast, self._manners = self.edition.cast, self.edition.manners
        self.seq += 1
        self._since = self.seq
        move = self._move(before, self.moment)
        self._plan(frame, move)
        if move is not None:
            self._set_off(move, frame)
        return Entry(self.seq, frame, event)

    def _check_seen(self, event: Choose | Say | Vote, frame: int) -> None:
        """Raises `Refused` for an answer that is not seen yet, or no more."""
        if self.moment.ask is None or event.poll != self.moment.ask.poll:
            return
        seen = self._window(event)
        if frame < seen.shown_frame:
            raise Refused("early", "that is not seen yet; answer when it is")
        if seen.hidden_frame is not None and frame >= seen.hidden_frame:
            raise Refused("vanished", "that choice was there for a while only, and is gone")

    def _window(self, event: Choose | Say | Vote) -> Window:
        always = Window(self._schedule.shown_frame)
        return always if isinstance(event, Say) else self._schedule.windows.get(event.choice, always)

    def _move_on(self, event: Event, frame: int) -> None:
        before = self.moment
        self.moment = self._playthrough.apply(event)
        if isinstance(event, Choose):
            self.taken = event.poll, event.choice
        elif isinstance(event, Expire) and before.ask is not None:
            choices = [choice.id for choice in before.ask.choices if choice.available]
            self.taken = event.poll, before.ask.default or next(iter(choices), "")
        move = self._move(before, self.moment)
        if move is not None and isinstance(event, Back):
            move = replace(move, frames=min(move.frames, round(BACK_S * self._fps)), via={})
        ask, ballot, closing_frame = self.moment.ask, self._ballot, self._schedule.closing_frame
        if self.moment.number != before.number or ask is None:
            self.closed = self._tally(event.choice) if isinstance(event, Choose) else None
            self._plan(frame, move)
            if isinstance(event, Say) and ballot is not None and ask is not None:  # who has voted still has
                self._ballot = ballot.carried(ask)
                if closing_frame is not None and self._schedule.closing_frame is None:
                    self._close_at(self._ballot, max(closing_frame, self._spoken_frame))
            else:
                self._lean.settle(frame)
        elif ballot is not None:  # the same question is open, with its lines, its timer and its votes
            self._ballot = ballot.carried(ask)
        if move is not None:
            self._set_off(move, frame)

    def _decided(self, event: Event | RoomEvent, frame: int, viewer: int) -> Event | None:
        """What happens to the story when this happens in a room: None while a poll stays open. Raises `Refused`."""
        if isinstance(event, Say):
            self._check_stays(event)
        if isinstance(event, Advance | Back | Steer | Say):  # of steering the latest counts, whoever it was
            return event
        ballot = self._ballot
        if ballot is None or ballot.ask.poll != event.poll:
            raise Refused("late", f"the poll {event.poll[:90]} is not open, or over")
        if isinstance(event, Vote | Choose):
            ballot.cast(viewer, event.choice)
            self._count(ballot, frame)
        elif isinstance(event, Open | Extend):
            since = self._schedule.closing_frame if isinstance(event, Extend) else None
            self._close_at(ballot, (frame if since is None else since) + max(1, round(event.seconds * self._fps)))
        elif not ballot.open:
            raise Refused("nothing_to_decide", "this question has no choice to be voted for; it is answered by typing")
        elif isinstance(event, Skip):
            return Choose(event.poll, ballot.fallback)
        else:
            choice = ballot.decide(self._seed) or (ballot.fallback if isinstance(event, Close) else ballot.ask.default)
            if choice is not None:
                return Choose(event.poll, choice)
            self._schedule = replace(self._schedule, closing=None, closing_frame=None)  # until the next vote
        return None

    def _check_stays(self, event: Say) -> None:
        """Raises `Refused` for what is typed in a room and would lead everybody elsewhere: that is for votes."""
        if self._playthrough.fork().apply(event).scene != self.moment.scene:
            raise Refused("vote_decides", "in a room nobody leads on alone: this is for the votes to decide")

    @property
    def _spoken_frame(self) -> int:
        return max((caption.end_frame for caption in self._schedule.captions), default=0)

    def _count(self, ballot: Ballot, frame: int) -> None:
        """After a vote: the first one starts the clock of a question without a timer, and the picture leans."""
        if self._schedule.closing_frame is None:
            self._close_at(ballot, frame + round(FIRST_VOTE_S * self._fps))
        if self._goals is None:
            self._goals = self._where_to(ballot.ask)
        shares = ballot.shares()
        poll = ballot.ask.poll
        self._lean.aim({f"{poll}/{name}": (goal, shares[name]) for name, goal in self._goals.items()}, frame)

    def _close_at(self, ballot: Ballot, frame: int) -> None:
        self._schedule = replace(self._schedule, closing=Expire(ballot.ask.poll), closing_frame=frame)

    def _where_to(self, ask: Ask) -> dict[str, LatentPoint]:
        """The points that the choices lead to, but for those that show the same as now."""
        goals = {choice.id: self.branch(ask.poll, choice.id) for choice in ask.choices if choice.available}
        return {choice: goal for choice, goal in goals.items() if goal is not None}

    def branch(self, poll: str, choice: str) -> LatentPoint | None:
        """The point that a choice would lead to, None where it shows the same as now; nothing happens by it."""
        try:
            moment = self._playthrough.fork().apply(Choose(poll, choice))
        except Refused:
            return None  # a fault of the story's, which will be told when that choice is taken
        move = self._move(self.moment, moment)
        return None if move is None else self._points.goal(move, moment.scene_index)

    def tally(self) -> Tally | None:
        """The votes on the open poll as they may be seen, None where there is no poll or no vote yet."""
        return self._tally(None) if self._ballot is not None and self._ballot.voters else None

    def _tally(self, decided: str | None) -> Tally | None:
        if self._ballot is None:
            return None
        hidden = decided is None and self._ballot.ask.voting.tally == "hidden"
        return Tally(self._ballot.ask.poll, {} if hidden else self._ballot.counts(), self._ballot.voters, decided)

    @property
    def deadline_frame(self) -> int | None:
        """The frame at which the open question closes, None when it waits or nothing is asked."""
        return self._schedule.deadline_frame

    def due(self, frame: int) -> Event | None:
        """What happens by itself at `frame`: a timer runs out, or the story goes on."""
        closing_frame = self._schedule.closing_frame
        return self._schedule.closing if closing_frame is not None and frame >= closing_frame else None

    def captions(self, frame: int) -> tuple[Caption, ...]:
        """The lines that begin at `frame`, or began since this was asked last."""
        begun = sum(caption.start_frame <= frame for caption in self._schedule.captions)
        new = self._schedule.captions[self._told : begun]
        self._told = max(self._told, begun)
        return new

    def waits_until(self, event: Choose | Say, frame: int) -> int:
        """The frame at which an answer that comes at `frame` takes effect: where the story wants a line to be heard out
        first, the end of that line, or before that the last frame in which the choice is seen."""
        if self.moment.ask is None or not self.moment.ask.finish_line_first:
            return frame
        ends = (one.end_frame for one in self._schedule.captions if one.start_frame <= frame < one.end_frame)
        hidden_frame = self._window(event).hidden_frame
        until = max(ends, default=frame)
        return until if hidden_frame is None else max(frame, min(until, hidden_frame - 1))

    def message(self, frame: int) -> MomentMessage:
        """The present moment as viewers hear of it at `frame`."""
        schedule, back = self._schedule, self._playthrough.goes_back
        times = schedule.deadline_frame, schedule.shown_frame, schedule.windows
        return moment_message(self.moment, self._since, frame, *times, back)

    @property
    def said(self) -> tuple[Phrase, ...]:
        """What is said in the present moment, and when."""
        return self._schedule.said

    def at(self, frame: int, led: Mapping[str, float] = MappingProxyType({})) -> LatentPoint:
        """The point that is painted at `frame`; axes that are `led` by something win over the picture's own."""
        assert self._walker is not None, "open() comes first"
        return self._points.led(self._lean.at(self._walker.at(frame), frame), led)

    def _plan(self, frame: int, move: Move | None) -> None:
        move_frames = 0 if move is None else move.frames
        self._schedule = schedule(self.moment, frame, move_frames, self._fps, self._cast, self._manners, self._comfort)
        self._told = 0
        self._ballot = Ballot(self.moment.ask) if self._room and self.moment.ask is not None else None
        self._goals = None

    def _move(self, before: Moment | None, now: Moment) -> Move | None:
        move = self._comfort.eased(direct(before, now, self._fps))
        if move is None and self._points.show_scene and before is not None and before.scene_index != now.scene_index:
            return direct(None, now, self._fps)
        return move

    def _set_off(self, move: Move, frame: int) -> None:
        assert self._walker is not None, "open() comes first"
        index = self.moment.scene_index
        via = self._points.goal(move, index, move.via) if move.via else None
        self._walker.begin(move, self._points.goal(move, index), via, frame)
