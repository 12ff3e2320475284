"""The audience of one show: who listens, and what they are told on arrival. Lives on the event loop alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from forkreel.stage.messages import Caption, Hello, Message, MomentMessage

Send = Callable[[Message], None]


class Audience:
    """Fans messages out, and keeps the moment and the caption for those who come later."""

    def __init__(self, hello: Hello, moment: MomentMessage) -> None:
        self._hello = hello
        self._moment = moment
        self._caption: Caption | None = None
        self._listeners: dict[int, Send] = {}
        self._arrivals = 0

    def __len__(self) -> int:
        return len(self._listeners)

    def join(self, send: Send, frame: int) -> Callable[[], None]:
        """Tell `send` where the show stands at `frame`, and everything from now on; returns how to leave again."""
        self._arrivals += 1
        seat = self._arrivals
        self._listeners[seat] = send
        send(replace(self._hello, seq=self._moment.seq))
        send(replace(self._moment, frame=max(frame, self._moment.frame)))
        if self._caption is not None and self._caption.end_frame > frame:
            send(self._caption)
        return lambda: self._leave(seat)

    def tell(self, message: Message) -> None:
        """Tell everybody. `send` must not block and must not raise."""
        if isinstance(message, MomentMessage):
            self._moment, self._caption = message, None
        elif isinstance(message, Caption):
            self._caption = message
        for send in tuple(self._listeners.values()):
            send(message)

    def _leave(self, seat: int) -> None:
        self._listeners.pop(seat, None)
