"""`Stage` runs one show: it puts the parts together, and is the door for the show's viewers.

Whatever a viewer wants is put in a mailbox, taken to the desk by the render thread, journalled, and only when the
journal has it acknowledged: painting never waits for a disk, what is said does. Viewers hear of everything on the event
loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from forkreel.errors import ForkreelError, Refused
from forkreel.model.protocol import Model, Take
from forkreel.stage.audience import Audience, Send
from forkreel.stage.ballot import RoomEvent
from forkreel.stage.branches import Branches
from forkreel.stage.clock import Clock, MonotonicClock
from forkreel.stage.comfort import Comfort
from forkreel.stage.desk import Desk
from forkreel.stage.easel import Easel
from forkreel.stage.edition import Edition
from forkreel.stage.histogram import Histogram
from forkreel.stage.journal import Journal, MemoryJournal, MessageId, Past
from forkreel.stage.mailbox import Letter, Mailbox, Pause, Reply, Volume
from forkreel.stage.messages import Hello, Preview, RefusedMessage
from forkreel.stage.meter import Meter, Stats
from forkreel.stage.outbox import Outbox
from forkreel.stage.protocol import Output, Playthrough, Sound
from forkreel.stage.rendering import Rendering
from forkreel.stage.show import Show
from forkreel.stage.thoughts import Thoughts
from forkreel.stage.understanding import Alike
from forkreel.story.cast import Manner
from forkreel.story.likeness import words_alike
from forkreel.story.moment import Back, Choose, Say, Steer, typed


@dataclass(frozen=True, slots=True)
class Inside:
    """A show from inside: its frame, its playthrough as a save, the numbers in its latent point by their axes."""

    frame: int
    save: str
    axes: Mapping[str, float]


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
        name, clock, journal = f"stage {session}", clock or MonotonicClock(), journal or MemoryJournal()
        self._on_failure = on_failure
        self._mailbox = mailbox or Mailbox()
        self._thoughts = Thoughts(alike, self._post)
        self._outbox = Outbox(asyncio.get_running_loop())
        comfort = comfort or Comfort()
        self._show = Show(playthrough, model, seed, fps, cast or {}, comfort, manners or {}, room=room)
        hello = Hello(session, story, seed, fps, *take.size, 0, comfort.language)
        self._audience = Audience(hello, self._show.message(0))
        self._clock = clock
        self._meter = Meter()
        self._desk = Desk(
            name, self._show, sound, journal, self._mailbox, self._outbox, self._audience, clock, self._meter,
            self._unwritten,
        )  # fmt: skip
        self._easel = Easel(take, clock, self._meter, name)
        self._stills: dict[tuple[str, str], bytes] = {}
        branches = Branches(self._show, take, clock, self._meter, self._painted, name)
        self._rendering = Rendering(
            name, self._show, self._desk, self._easel, self._meter, branches, model.space, sound, output, clock, fps,
            self._mailbox, journal, self._failed,
        )  # fmt: skip

    @property
    def frame(self) -> int:
        """The show's frame: the next one to be painted."""
        return self._rendering.frame

    def resume(self, past: Past, edition: Edition | None = None) -> None:
        """Be where another stage left off: story, picture, captions, and what was answered to whom.

        A show whose story was edited goes on with the last `edition`, from where it took that up. Takes the model a
        while, so call it in a thread, and before `start`. Raises `JournalError` when the story as it is now does not
        take what once happened in it.
        """
        self._desk.resume(past, edition)
        self._rendering.go_on(past.reached)

    def start(self) -> None:
        """Start the render thread."""
        self._rendering.thread.start()

    def inside(self) -> Inside:
        """What the show remembers, and where in latent space it is."""
        return Inside(self.frame, self._show.save(), self._rendering.axes)

    @property
    def watched(self) -> bool:
        """Whether pictures are painted just now, as far as anybody sees."""
        return self._rendering.viewers > 0 and not self._desk.paused

    def edit(self, edition: Edition) -> None:
        """Take up the story as it is now, with the next scene."""
        self._desk.edition = edition

    def stop(self) -> None:
        """Ask the render thread to end after the frame it is at; `close` waits for it."""
        self._rendering.stop()

    async def close(self) -> None:
        """Stop, and wait until the render thread has ended. Cancelled, the thread still ends, and nobody waits."""
        self.stop()
        self._thoughts.give_up()
        if self._rendering.thread.ident is not None:
            await asyncio.to_thread(self._rendering.thread.join)

    def viewers(self, count: int) -> None:
        """Say how many watch: with nobody there the show holds, frame and all."""
        self._rendering.viewers = count
        self._mailbox.arrived.set()

    def subscribe(self, send: Send) -> Callable[[], None]:
        """Tell `send`, on the event loop, `hello`, the moment, the running caption, and all that follows.

        Returns how to unsubscribe. `send` must neither block nor raise.
        """
        return self._audience.join(send, self.frame)

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
        else:
            self._thoughts.think(letter, ask, text)

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

    def still(self, poll: str, choice: str) -> bytes | None:
        """A JPEG of what a choice of the open poll leads to, None where there is none (yet)."""
        return self._stills.get((poll, choice))

    @property
    def waiting(self) -> int:
        """Letters that wait to be answered."""
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

    def _painted(self, poll: str, choice: str, still: bytes) -> None:
        self._outbox.say(self._preview, poll, choice, still)

    def _preview(self, poll: str, choice: str, still: bytes) -> None:
        self._stills = {of: kept for of, kept in self._stills.items() if of[0] == poll}
        self._stills[poll, choice] = still
        self._audience.tell(Preview(poll, choice))

    def _unwritten(self, error: Exception) -> None:
        self._failed(error)
        self.stop()

    def _failed(self, error: Exception) -> None:
        """The show has ended; from any thread."""
        self._outbox.say_at_once(self._tell_failure, _sentence(error))

    def _tell_failure(self, sentence: str) -> None:
        self._audience.tell(RefusedMessage(None, "show_failed", sentence))
        if self._on_failure is not None:
            self._on_failure(sentence)


def _sentence(error: Exception) -> str:
    if isinstance(error, ForkreelError):
        return f"this show has ended: {error}"
    return f"this show has ended on a fault of the server ({type(error).__name__}); its log says more"
