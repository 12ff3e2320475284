"""The desk: where what viewers want happens to the show, is journalled, and acknowledged once the journal has it.

A letter takes effect with the frame that is painted next, whenever it comes: so it need not wait for that frame to be
journalled and answered, and a replay, which knows frames alone, shows the same.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from forkreel.errors import JournalError, Refused
from forkreel.stage.audience import Audience
from forkreel.stage.clock import Clock
from forkreel.stage.edition import Edited, Edition
from forkreel.stage.events import ShowEvent
from forkreel.stage.journal import Entry, Journal, MessageId, Past
from forkreel.stage.mailbox import Letter, Mailbox, Pause, Reply, Volume
from forkreel.stage.messages import Ack, RefusedMessage
from forkreel.stage.meter import Meter
from forkreel.stage.outbox import Outbox
from forkreel.stage.protocol import Sound
from forkreel.stage.receipts import Receipts
from forkreel.stage.show import Show
from forkreel.stage.teller import Teller
from forkreel.stage.waiting import Waiting
from forkreel.story.moment import Choose, Say

logger = logging.getLogger(__name__)

_MOST_UNWRITTEN = 256  # events on their way to the journal: with more, viewers' letters stay in the mailbox


class Desk:
    """Used by the render thread, and before that starts by who resumes the show. `failed` hears that an event could not
    be journalled, from any thread. `name` is the show's, for the log.

    `edition` is the story as it is now, to be taken up with the next scene, None where nothing was edited.
    """

    def __init__(
        self,
        name: str,
        show: Show,
        sound: Sound,
        journal: Journal,
        mailbox: Mailbox,
        outbox: Outbox,
        audience: Audience,
        clock: Clock,
        meter: Meter,
        failed: Callable[[Exception], None],
    ) -> None:
        self.paused = False
        self.edition: Edition | None = None
        self._name = name
        self._show = show
        self._sound = sound
        self._journal = journal
        self._mailbox = mailbox
        self._outbox = outbox
        self._audience = audience
        self._clock = clock
        self._meter = meter
        self._failed = failed
        self._receipts = Receipts()
        self._waiting = Waiting()
        self._teller = Teller()

    def resume(self, past: Past, edition: Edition | None) -> None:
        """Let everything of `past` happen again, and know what was answered. Raises `JournalError`."""
        show = self._show
        show.open()
        show.edition = edition
        edits = [entry.seq for entry in past.entries if isinstance(entry.event, Edited)]
        show.seq = edits[-1] - 1 if edits else 0
        for entry in past.entries:
            try:
                if entry.seq > show.seq:
                    show.apply(entry.event, entry.frame, entry.viewer)
            except Refused as refusal:
                raise JournalError(f"event {entry.seq} of the journal does not fit the story: {refusal}") from refusal
            if entry.viewer is not None:
                self._receipts.keep(entry.viewer, entry.message, Ack(entry.message, entry.seq, entry.frame))
        self.paused = past.paused
        self._outbox.appended(show.seq)
        self._outbox.written(show.seq)
        self._audience.tell(show.message(past.reached))
        self._audience.seq = show.seq
        for caption in show.captions(past.reached):
            self._audience.tell(caption)
        tally = self._teller.news(show.tally(), self._clock.now())
        if tally is not None:
            self._audience.tell(tally)

    def letters(self, frame: int) -> None:
        """Answer what viewers have sent; what it changes is first seen in `frame`, the next one to be painted."""
        if self._outbox.waiting > _MOST_UNWRITTEN:
            self._mailbox.pressing.clear()
            return  # the journal is behind: what viewers want stays in the mailbox, which says when it is full
        for letter in self._mailbox.drain():
            waits = self._show.waits_until(letter.event, frame) if isinstance(letter.event, Choose | Say) else frame
            if waits > frame:
                self._hold(waits, letter)
            else:
                self._answer(letter, frame)

    def boundary(self, frame: int, *, watched: bool) -> None:
        """The same, and what happens by itself before `frame`: answers that waited, timers, captions, tallies."""
        if self._outbox.waiting > _MOST_UNWRITTEN:
            return
        for letter in self._waiting.due(frame):
            self._answer(letter, frame)
        self.letters(frame)
        event = self._show.due(frame)
        if event is not None:
            self._say_what_moved(self._apply(event, frame), frame)
        tally = self._teller.news(self._show.tally(), self._clock.now(), hurry=not watched)
        if tally is not None:
            self._outbox.say(self._audience.tell, tally)
        for caption in self._show.captions(frame):
            self._outbox.say(self._audience.tell, caption.timed(self._sound.words(caption.start_frame)))

    def _hold(self, frame: int, letter: Letter) -> None:
        """Keep an answer until the line has been heard; of several by one viewer the last counts."""
        try:
            lost = self._waiting.put(frame, replace(letter, posted_s=None))  # it waits for the line, not for us
        except Refused as refusal:
            self._outbox.say(letter.reply, RefusedMessage(letter.id, refusal.code, str(refusal)))
            return
        for other in lost:
            self._outbox.say(other.reply, RefusedMessage(other.id, "superseded", "a later answer took its place"))

    def _answer(self, letter: Letter, frame: int) -> None:
        answer = self._receipts.find(letter.viewer, letter.id)
        if answer is not None:
            self._outbox.say(letter.reply, answer)
            return
        answer, changed = self._act(letter, frame)
        if changed and letter.posted_s is not None:
            self._meter.chosen(letter.posted_s)
        self._receipts.keep(letter.viewer, letter.id, answer)
        self._say_what_moved(changed, frame, letter.reply, answer)

    def _act(self, letter: Letter, frame: int) -> tuple[Ack | RefusedMessage, bool]:
        """The answer, and whether viewers have to hear of the moment anew."""
        changed = False
        try:
            if isinstance(letter.event, Pause):
                self.paused = letter.event.on
                self._journal.reached(frame, self.paused)
            elif isinstance(letter.event, Volume):
                self._sound.volume(letter.event.kind, letter.event.value)
            else:
                changed = self._apply(letter.event, frame, letter.viewer, letter.id)
        except Refused as refusal:
            return RefusedMessage(letter.id, refusal.code, str(refusal)), False
        return Ack(letter.id, self._show.seq, frame), changed

    def _apply(self, event: ShowEvent, frame: int, viewer: int | None = None, message: MessageId | None = None) -> bool:
        """Apply and journal; whether the moment is another, or closes at another frame."""
        moment, deadline_frame = self._show.moment, self._show.deadline_frame
        self._keep(self._show.apply(event, frame, viewer, message))
        if self.edition is not None and self._show.moment.number != moment.number and not self._show.moment.stays:
            self._take_up(self.edition, frame)
        if self._show.moment is not moment:
            if self._show.moment.number != moment.number:  # else the picture alone follows a control
                self._sound.moment(self._show.moment, frame, self._show.said)
            if self._show.closed is not None:
                self._outbox.say(self._audience.tell, self._show.closed)
            return True
        return self._show.deadline_frame != deadline_frame

    def _keep(self, entry: Entry) -> None:
        self._outbox.appended(entry.seq)
        self._journal.append(entry, partial(self._written, entry))

    def _take_up(self, edition: Edition, frame: int) -> None:
        """Go on with the edited story; where it cannot, the old one is told on."""
        self.edition, self._show.edition = None, edition
        try:
            self._keep(self._show.apply(Edited(self._show.save()), frame))
        except Refused as refusal:
            logger.warning("%s goes on with the story as it was: %s", self._name, refusal)
            return
        logger.info("%s goes on with the edited story", self._name)
        for sentence in self._show.lost:
            logger.warning("%s, in the edited story: %s", self._name, sentence)

    def _say_what_moved(
        self, changed: bool, frame: int, reply: Reply | None = None, answer: Ack | RefusedMessage | None = None
    ) -> None:
        moved = self._show.message(frame) if changed else None
        self._outbox.say(self._audience.acknowledge, reply, answer, moved, self._show.seq)

    def _written(self, entry: Entry, error: Exception | None) -> None:
        """The journal has the entry, or never will; called from whatever thread writes."""
        if error is None:
            self._outbox.written(entry.seq)
        else:
            self._outbox.break_off()
            self._failed(error)
