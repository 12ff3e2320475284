"""`Stage` runs one show: a render thread that paints a frame each tick, and the door for its viewers.

Whatever a viewer wants is put in a mailbox, applied by the render thread at a frame boundary, journalled, and only when
the journal has it acknowledged: painting never waits for a disk, what is said does. Viewers hear of everything on the
event loop.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from contextvars import copy_context
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from forkreel.errors import ForkreelError, JournalError, OutOfMemory, Refused
from forkreel.latent.space import LatentPoint
from forkreel.model.protocol import Model, Take
from forkreel.stage.audience import Audience, Send
from forkreel.stage.ballot import RoomEvent
from forkreel.stage.clock import Clock, MonotonicClock, Timeline
from forkreel.stage.comfort import Comfort
from forkreel.stage.edition import Edited, Edition
from forkreel.stage.events import ShowEvent
from forkreel.stage.governor import Governor
from forkreel.stage.histogram import Histogram
from forkreel.stage.hush import Hush
from forkreel.stage.journal import Entry, Journal, MemoryJournal, MessageId, Past
from forkreel.stage.mailbox import Letter, Mailbox, Pause, Reply, Volume
from forkreel.stage.messages import Ack, Hello, MomentMessage, RefusedMessage, Tally
from forkreel.stage.meter import Meter, Stats
from forkreel.stage.outbox import Outbox
from forkreel.stage.protocol import Output, Playthrough, Sound
from forkreel.stage.receipts import Receipts
from forkreel.stage.show import Show
from forkreel.stage.understanding import Alike, understood, words_alike
from forkreel.story.cast import Manner
from forkreel.story.moment import Ask, Back, Choose, Say, Steer, typed

logger = logging.getLogger(__name__)

SAMPLE_RATE = 48_000
_TALLY_S = 0.15
_MOST_HELD = 256  # answers that wait for a line to end
_MOST_THOUGHTS = 8  # texts whose meaning is being found out
_MOST_WAITING = 256  # events on their way to the journal: with more, viewers' letters stay in the mailbox


class Stage:
    """One running show. Build, start and close it on the event loop; the rest of its life is its render thread's.

    The show stands still, and nothing is painted, until `viewers` says that somebody watches. `cast` has the names that
    captions show for who speaks, `manners` how they speak.
    """

    def __init__(
        self,
        playthrough: Playthrough,
        *,
        session: str,
        story: str,
        seed: int,
        model: Model,
        take: Take,
        sound: Sound,
        output: Output,
        clock: Clock | None = None,
        fps: int = 24,
        cast: Mapping[str, str] | None = None,
        manners: Mapping[str, Manner] | None = None,
        comfort: Comfort | None = None,
        journal: Journal | None = None,
        room: bool = False,
        mailbox: Mailbox | None = None,
        alike: Alike = words_alike,
        on_failure: Callable[[str], None] | None = None,
    ) -> None:
        self._clock = clock or MonotonicClock()
        self._fps = fps
        self._space = model.space
        self._take = take
        self._sound = sound
        self._output = output
        self._on_failure = on_failure
        self._mailbox = mailbox or Mailbox()
        self._receipts = Receipts()
        self._meter = Meter()
        self._governor = Governor()
        self._hush = Hush()
        self._journal = journal or MemoryJournal()
        self._show = Show(playthrough, model, seed, fps, cast or {}, comfort or Comfort(), manners or {}, room=room)
        width, height = take.size
        hello = Hello(session, story, seed, fps, width, height, 0)
        self._audience = Audience(hello, self._show.message(0))
        self._alike = alike
        self._edition: Edition | None = None
        self._thoughts: set[asyncio.Task[None]] = set()
        self._held: list[tuple[int, Letter]] = []  # answers that wait for a line to end, with the frame of that
        self._samples = SAMPLE_RATE // fps
        self._frame = 0  # the next frame to be painted
        self._heard = 0  # the next frame to be heard
        self._viewers = 0
        self._paused = False
        self._tally: Tally | None = None
        self._tallied = -_TALLY_S  # when viewers heard of the votes last, in the clock's seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(
            target=copy_context().run, args=(self._run,), name=f"stage {session}", daemon=True
        )
        self._loop = asyncio.get_running_loop()
        self._outbox = Outbox(self._loop)

    @property
    def frame(self) -> int:
        """The show's frame: the next one to be painted."""
        return self._frame

    def resume(self, past: Past, edition: Edition | None = None) -> None:
        """Be where another stage left off: story, picture, captions, and what was answered to whom.

        A show whose story was edited goes on with the last `edition`, from where it took that up. Takes the model a
        while, so call it in a thread, and before `start`. Raises `JournalError` when the story as it is now does not
        take what once happened in it.
        """
        self._show.open()
        self._show.edition = edition
        edits = [entry.seq for entry in past.entries if isinstance(entry.event, Edited)]
        self._show.seq = edits[-1] - 1 if edits else 0
        for entry in past.entries:
            try:
                if entry.seq > self._show.seq:
                    self._show.apply(entry.event, entry.frame, entry.viewer)
            except Refused as refusal:
                raise JournalError(f"event {entry.seq} of the journal does not fit the story: {refusal}") from refusal
            if entry.viewer is not None:
                self._receipts.keep(entry.viewer, entry.message, Ack(entry.message, entry.seq, entry.frame))
        self._frame = self._heard = past.reached
        self._paused = past.paused
        self._outbox = Outbox(self._loop, self._show.seq)
        self._audience.tell(self._show.message(self._frame))
        self._audience.seq = self._show.seq
        for caption in self._show.captions(self._frame):
            self._audience.tell(caption)
        self._tally = self._show.tally()
        if self._tally is not None:
            self._audience.tell(self._tally)

    def start(self) -> None:
        """Start the render thread."""
        self._thread.start()

    def edit(self, edition: Edition) -> None:
        """Take up the story as it is now, with the next scene."""
        self._edition = edition

    def stop(self) -> None:
        """Ask the render thread to end after the frame it is at; `close` waits for it."""
        self._stopping.set()
        self._mailbox.arrived.set()

    async def close(self) -> None:
        """Stop, and wait until the render thread has ended. Cancelled, the thread still ends, and nobody waits."""
        self.stop()
        for thought in tuple(self._thoughts):
            thought.cancel()
        if self._thread.ident is not None:
            await asyncio.to_thread(self._thread.join)

    def viewers(self, count: int) -> None:
        """Say how many watch: with nobody there the show holds, frame and all."""
        self._viewers = count
        self._mailbox.arrived.set()

    def subscribe(self, send: Send) -> Callable[[], None]:
        """Tell `send`, on the event loop, `hello`, the moment, the running caption, and all that follows.

        Returns how to unsubscribe. `send` must neither block nor raise.
        """
        return self._audience.join(send, self._frame)

    def choose(self, message_id: MessageId | None, poll: str, choice: str, reply: Reply, viewer: int = 1) -> None:
        """Answer the open poll; `reply` hears on the event loop whether it counted."""
        self._post(Letter(Choose(poll, choice), message_id, reply, viewer, self._clock.now()))

    def vote(self, message_id: MessageId | None, event: RoomEvent, reply: Reply, viewer: int) -> None:
        """In a room: a viewer's vote, or what the host does to the open poll."""
        self._post(Letter(event, message_id, reply, viewer))

    def back(self, message_id: MessageId | None, reply: Reply, viewer: int = 1) -> None:
        """Go back to the previous question."""
        self._post(Letter(Back(), message_id, reply, viewer))

    def steer(
        self, message_id: MessageId | None, control: str, value: float | str, reply: Reply, viewer: int = 1
    ) -> None:
        """Move a control of the open question; of several in one frame the last counts."""
        self._replace(f"steer {control}", Letter(Steer(control, value), message_id, reply, viewer))

    def say(self, message_id: MessageId | None, poll: str, text: str, reply: Reply, viewer: int = 1) -> None:
        """Type something in answer to the open poll; what it means is found out in a thread."""
        ask, text = self._show.moment.ask, typed(text)
        letter = Letter(Say(poll, text), message_id, reply, viewer)
        if ask is None or ask.poll != poll or not ask.topics:
            self._post(letter)
        elif len(self._thoughts) >= _MOST_THOUGHTS:
            reply(RefusedMessage(message_id, "busy", "much is being asked just now; ask again soon"))
        else:
            thought = asyncio.create_task(self._understand(letter, ask, text))
            self._thoughts.add(thought)
            thought.add_done_callback(self._thoughts.discard)

    async def _understand(self, letter: Letter, ask: Ask, text: str) -> None:
        try:
            topic = await asyncio.to_thread(understood, text, ask, self._alike)
        except Exception as error:
            logger.exception("what was typed could not be read")
            letter.reply(
                RefusedMessage(letter.id, "not_understood", f"this could not be read ({type(error).__name__})")
            )
            return
        self._post(replace(letter, event=Say(ask.poll, text, topic)))

    def pause(self, message_id: MessageId | None, reply: Reply, viewer: int = 1, *, on: bool = True) -> None:
        """Stop the show, or let it go on (`on` false); of several in one frame the last counts."""
        self._replace("pause", Letter(Pause(on), message_id, reply, viewer))

    def volume(self, message_id: MessageId, kind: str, value: float, reply: Reply, viewer: int = 1) -> None:
        """Make voice, effects or music as loud as `value`, 0..1; of several in one frame the last counts."""
        self._replace(f"volume {kind}", Letter(Volume(kind, value), message_id, reply, viewer))

    @property
    def thinking(self) -> bool:
        """Whether the meaning of something that was typed is still being found out."""
        return bool(self._thoughts)

    def stats(self) -> Stats:
        """How well the show keeps up."""
        return self._meter.stats()

    @property
    def waiting(self) -> int:
        """Letters that wait for the next frame boundary."""
        return self._mailbox.waiting

    @property
    def choices(self) -> Histogram:
        """The times from a choice's arrival until the first picture that follows it was handed out."""
        return self._meter.choices

    def _replace(self, key: str, letter: Letter) -> None:
        try:
            lost = self._mailbox.replace(key, letter)
        except Refused as refusal:
            letter.reply(RefusedMessage(letter.id, refusal.code, str(refusal)))
            return
        if lost is not None:
            lost.reply(RefusedMessage(lost.id, "superseded", "a later message took its place"))

    def _post(self, letter: Letter) -> None:
        try:
            self._mailbox.post(letter)
        except Refused as refusal:
            letter.reply(RefusedMessage(letter.id, refusal.code, str(refusal)))

    # From here on everything runs in the render thread.

    def _run(self) -> None:
        try:
            self._show.open()
            self._sound.moment(self._show.moment, self._frame, self._show.said)
            self._play()
            self._journal.reached(self._frame, self._paused)
        except Exception as error:
            if self._stopping.is_set():
                return  # what is being closed may well refuse the last frame
            logger.exception("%s has failed", self._thread.name)
            self._outbox.say_at_once(self._fail, _sentence(error))

    def _play(self) -> None:
        timeline = Timeline(self._clock, self._fps)
        while not self._stopping.is_set():
            self._mailbox.arrived.clear()
            if self._viewers > 0:
                passed = timeline.next(self._stopping)
                if not self._stopping.is_set():
                    self._tick(timeline.tick, passed)
            elif not self._stopping.is_set():
                self._boundary()
                self._clock.wait(self._mailbox.arrived, None)
                timeline.restart()
                self._meter.forget_pace()
                self._governor.forget_pace()

    def _tick(self, tick: int, passed: int) -> None:
        if not self._paused:
            self._frame += passed - 1
        self._meter.skipped(passed - 1)
        self._boundary()
        if self._paused:
            self._meter.repeated()
            self._heard = self._frame  # frames skipped on the way into the pause are not caught up on after it
            self._output.put(tick, None, self._hush.silence(passed * self._samples))
            return
        point = self._show.at(self._frame, self._sound.lips(self._frame))
        picture = self._paint(point, passed)
        self._output.put(tick, picture, self._hear(point, passed))
        self._meter.shown(self._clock.now())
        self._frame += 1
        if self._frame % self._fps == 0:
            self._journal.reached(self._frame, self._paused)

    def _paint(self, point: LatentPoint, passed: int) -> NDArray[np.uint8] | None:
        """The picture `(height, width, 3)` of a point; None where there is no memory for it, not even for a draft."""
        begun = self._clock.now()
        self._governor.ticked(begun, passed)
        picture = None
        try:
            picture = self._painted(point)
        except OutOfMemory as error:
            logger.warning("%s goes on as a draft: %s", self._thread.name, error)
            self._governor.exhausted(begun)
            with suppress(OutOfMemory):
                picture = self._painted(point)
        if picture is None:
            self._meter.repeated()
        else:
            self._meter.painted(begun, self._clock.now(), self._governor.quality)
        return picture

    def _painted(self, point: LatentPoint) -> NDArray[np.uint8]:
        if self._take.quality != self._governor.quality:
            logger.info("%s is painted in %s quality", self._thread.name, self._governor.quality)
            self._take.quality = self._governor.quality
        pictures = self._take.paint([point])
        picture: NDArray[np.uint8] = pictures[0]
        return picture

    def _boundary(self) -> None:
        if self._outbox.waiting > _MOST_WAITING:
            return  # the journal is behind: what viewers want stays in the mailbox, which says when it is full
        due = [letter for frame, letter in self._held if frame <= self._frame]
        self._held = [(frame, letter) for frame, letter in self._held if frame > self._frame]
        for letter in due:
            self._answer(letter)
        for letter in self._mailbox.drain():
            waits = self._show.waits_until(self._frame) if isinstance(letter.event, Choose | Say) else self._frame
            if waits > self._frame:
                self._hold(waits, letter)
            else:
                self._answer(letter)
        event = self._show.due(self._frame)
        if event is not None:
            self._say_what_moved(self._apply(event))
        self._tell_tally()
        for caption in self._show.captions(self._frame):
            self._outbox.say(self._audience.tell, caption)

    def _tell_tally(self) -> None:
        """The votes, when they have changed; not with every frame, for a full room has many ears."""
        tally, now = self._show.tally(), self._clock.now()
        if tally == self._tally or (tally is not None and self._viewers > 0 and now < self._tallied + _TALLY_S):
            return
        self._tally = tally
        if tally is not None:
            self._tallied = now
            self._outbox.say(self._audience.tell, tally)

    def _hold(self, frame: int, letter: Letter) -> None:
        """Keep an answer until the line has been heard; of several by one viewer the last counts.

        A message that is sent once more waits beside the first, and is answered as that is.
        """
        lost = [one for _, one in self._held if one.viewer == letter.viewer and (one.id is None or one.id != letter.id)]
        for other in lost:
            self._outbox.say(other.reply, RefusedMessage(other.id, "superseded", "a later answer took its place"))
        if len(self._held) - len(lost) >= _MOST_HELD:
            self._outbox.say(letter.reply, RefusedMessage(letter.id, "busy", "many answers wait; send this again soon"))
            return
        self._held = [(until, one) for until, one in self._held if one not in lost]
        self._held.append((frame, replace(letter, posted_s=None)))  # it waits for the line, not for us

    def _answer(self, letter: Letter) -> None:
        answer = self._receipts.find(letter.viewer, letter.id)
        if answer is not None:
            self._outbox.say(letter.reply, answer)
            return
        answer, changed = self._act(letter)
        if changed and letter.posted_s is not None:
            self._meter.chosen(letter.posted_s)
        self._receipts.keep(letter.viewer, letter.id, answer)
        self._say_what_moved(changed, letter.reply, answer)

    def _act(self, letter: Letter) -> tuple[Ack | RefusedMessage, bool]:
        """The answer, and whether viewers have to hear of the moment anew."""
        changed = False
        try:
            if isinstance(letter.event, Pause):
                self._paused = letter.event.on
                self._meter.forget_pace()
                self._governor.forget_pace()
                self._journal.reached(self._frame, self._paused)
            elif isinstance(letter.event, Volume):
                self._sound.volume(letter.event.kind, letter.event.value)
            else:
                changed = self._apply(letter.event, letter.viewer, letter.id)
        except Refused as refusal:
            return RefusedMessage(letter.id, refusal.code, str(refusal)), False
        return Ack(letter.id, self._show.seq, self._frame), changed

    def _apply(self, event: ShowEvent, viewer: int | None = None, message: MessageId | None = None) -> bool:
        """Apply and journal; whether the moment is another, or closes at another frame."""
        moment, deadline_frame = self._show.moment, self._show.deadline_frame
        self._keep(self._show.apply(event, self._frame, viewer, message))
        if self._edition is not None and self._show.moment.number != moment.number and not self._show.moment.stays:
            self._take_up(self._edition)
        if self._show.moment is not moment:
            if self._show.moment.number != moment.number:  # else the picture alone follows a control
                self._sound.moment(self._show.moment, self._frame, self._show.said)
            if self._show.closed is not None:
                self._outbox.say(self._audience.tell, self._show.closed)
            return True
        return self._show.deadline_frame != deadline_frame

    def _keep(self, entry: Entry) -> None:
        self._outbox.appended(entry.seq)
        self._journal.append(entry, partial(self._written, entry))

    def _take_up(self, edition: Edition) -> None:
        """Go on with the edited story; where it cannot, the old one is told on."""
        self._edition, self._show.edition = None, edition
        try:
            self._keep(self._show.apply(Edited(self._show.save()), self._frame))
        except Refused as refusal:
            logger.warning("%s goes on with the story as it was: %s", self._thread.name, refusal)
            return
        logger.info("%s goes on with the edited story", self._thread.name)
        for sentence in self._show.lost:
            logger.warning("%s, in the edited story: %s", self._thread.name, sentence)

    def _say_what_moved(
        self, changed: bool, reply: Reply | None = None, answer: Ack | RefusedMessage | None = None
    ) -> None:
        moved = self._show.message(self._frame) if changed else None
        self._outbox.say(self._acknowledge, reply, answer, moved, self._show.seq)

    def _written(self, entry: Entry, error: Exception | None) -> None:
        """The journal has the entry, or never will; called from whatever thread writes."""
        if error is None:
            self._outbox.written(entry.seq)
        else:
            self._outbox.break_off()
            self._outbox.say_at_once(self._fail, _sentence(error))
            self.stop()

    def _hear(self, point: LatentPoint, passed: int) -> NDArray[np.int16]:
        """The sound of the frames up to the present one, with silence before it for ticks that had no frame."""
        axes = self._space.scalars(point)
        blocks = [self._sound.block(frame, axes) for frame in range(self._heard, self._frame + 1)]
        self._heard = self._frame + 1
        missing = passed - len(blocks)
        silence = self._hush.silence(missing * self._samples)
        heard = self._hush.sound(np.concatenate(blocks) if len(blocks) > 1 else blocks[0])
        return np.concatenate([silence, heard]) if missing else heard

    # And these again on the event loop.

    def _acknowledge(
        self, reply: Reply | None, answer: Ack | RefusedMessage | None, moved: MomentMessage | None, seq: int
    ) -> None:
        """In one step: whoever hears the ack and connects anew finds the moment that it brought."""
        self._audience.seq = seq
        if reply is not None and answer is not None:
            reply(answer)
        if moved is not None:
            self._audience.tell(moved)

    def _fail(self, sentence: str) -> None:
        self._audience.tell(RefusedMessage(None, "show_failed", sentence))
        if self._on_failure is not None:
            self._on_failure(sentence)


def _sentence(error: Exception) -> str:
    if isinstance(error, ForkreelError):
        return f"this show has ended: {error}"
    return f"this show has ended on a fault of the server ({type(error).__name__}); its log says more"
