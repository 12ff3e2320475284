"""The audience of one show: who listens, and what they are told on arrival. Lives on the event loop alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from forkreel.stage.mailbox import Reply
from forkreel.stage.messages import Ack, Caption, Hello, Message, MomentMessage, Preview, RefusedMessage, Tally

Send = Callable[[Message], None]


class Audience:
    """Fans messages out, and keeps the moment, its caption and its votes for those who come later.

    `seq` is the number of events that the show has seen.
    """

    def __init__(self, hello: Hello, moment: MomentMessage) -> None:
        self._hello = hello
        self._moment = moment
        self._caption: Caption | None = None
        self._tally: Tally | None = None
        self._previews: dict[str, Preview] = {}
        self.seq = moment.seq
        self._listeners: dict[int, Send] = {}
        self._arrivals = 0

    def __len__(self) -> int:
        return len(self._listeners)

    @property
    def poll(self) -> str | None:
        """The poll that is open, as viewers have heard."""
        return None if self._moment.ask is None else self._moment.ask.poll

    def join(self, send: Send, frame: int) -> Callable[[], None]:
        """Tell `send` where the show stands at `frame`, and everything from now on; returns how to leave again."""
        self._arrivals += 1
        seat = self._arrivals
        self._listeners[seat] = send
        send(replace(self._hello, seq=self.seq))
        send(replace(self._moment, frame=max(frame, self._moment.frame)))
        if self._caption is not None and self._caption.end_frame > frame:
            send(self._caption)
        if self._tally is not None:
            send(self._tally)
        for preview in self._previews.values():
            send(preview)
        return lambda: self._leave(seat)

    def tell(self, message: Message) -> None:
        """Tell everybody. `send` must not block and must not raise."""
        if isinstance(message, MomentMessage):
            if message.seq != self._moment.seq:  # else only its deadline is another
                self._caption = self._tally = None
            if message.ask is None or message.ask.poll != self.poll:
                self._previews.clear()
            self._moment = message
            self.seq = max(self.seq, message.seq)
        elif isinstance(message, Caption):
            self._caption = message
        elif isinstance(message, Tally):
            self._tally = message
        elif isinstance(message, Preview):
            if message.poll != self.poll:
                return  # it came too late
            self._previews[message.choice] = message
        for send in tuple(self._listeners.values()):
            send(message)

    def acknowledge(
        self, reply: Reply | None, answer: Ack | RefusedMessage | None, moved: MomentMessage | None, seq: int
    ) -> None:
        """After event `seq`, in one step: whoever hears the ack and connects anew finds the moment that it brought."""
        self.seq = seq
        if reply is not None and answer is not None:
            reply(answer)
        if moved is not None:
            self.tell(moved)

    def _leave(self, seat: int) -> None:
        self._listeners.pop(seat, None)
