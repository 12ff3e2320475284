"""A handoff of one item at a time from one thread to another, which either side may end."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Handoff(Generic[T]):
    """A queue of at most one item: the giver waits while it is full, so that nobody runs ahead."""

    def __init__(self) -> None:
        self._item: T | None = None
        self._closed = False
        self._changed = threading.Condition()

    def put(self, item: T) -> bool:
        """Give `item`; blocks while the previous one has not been taken. False once the handoff is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._item is None or self._closed)
            if self._closed:
                return False
            self._item = item
            self._changed.notify_all()
            return True

    def take(self) -> T | None:
        """The next item; blocks until there is one. None once the handoff is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._item is not None or self._closed)
            item, self._item = self._item, None
            self._changed.notify_all()
            return None if self._closed else item

    def close(self) -> None:
        """End both sides: whoever waits returns at once, and an item that was not taken is dropped."""
        with self._changed:
            self._closed = True
            self._item = None
            self._changed.notify_all()
