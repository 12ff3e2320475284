"""`Receipts` remember what was answered to which message, so that a message sent twice acts once."""

from __future__ import annotations

from collections import OrderedDict

from forkreel.stage.journal import MessageId
from forkreel.stage.messages import Ack, RefusedMessage


class Receipts:
    """The last `capacity` answers by viewer and message id; the oldest are forgotten first."""

    def __init__(self, capacity: int = 1024) -> None:
        self._capacity = capacity
        self._answers: OrderedDict[tuple[int, MessageId], Ack | RefusedMessage] = OrderedDict()

    def __len__(self) -> int:
        return len(self._answers)

    def find(self, viewer: int, message_id: MessageId | None) -> Ack | RefusedMessage | None:
        """The answer that this viewer's message got, if it came before."""
        return None if message_id is None else self._answers.get((viewer, message_id))

    def keep(self, viewer: int, message_id: MessageId | None, answer: Ack | RefusedMessage) -> None:
        """Remember an answer; a message without an id is not remembered."""
        if message_id is None:
            return
        self._answers[viewer, message_id] = answer
        while len(self._answers) > self._capacity:
            self._answers.popitem(last=False)
