"""Draft or full: lowers the quality of a show that cannot keep up, and tries full quality again after a while."""

from __future__ import annotations

from collections import deque

from forkreel.model.protocol import Quality

_WINDOW_S = 2.0
_TOO_MANY = 0.15  # of the ticks in a window were missed: too much to watch
_SHORTEST_S, _LONGEST_S = 10.0, 160.0  # how long a draft lasts before full quality is tried again
_TRIAL_S = 30.0  # full quality that lasts no longer than this was tried too early


class Governor:
    """Decides from ticks and their times alone. Each trial that fails doubles the wait for the next, so that a machine
    that is just too slow does not go to and fro."""

    def __init__(self) -> None:
        self.quality: Quality = "full"
        self._ticks: deque[tuple[float, int]] = deque()  # (when in seconds, how many have passed)
        self._since_s: float | None = None  # when the present quality began
        self._patience_s = _SHORTEST_S
        self._tried = False  # the present full quality came after a draft

    def ticked(self, now_s: float, passed: int) -> None:
        """At `now_s` a picture is due, `passed` ticks after the last one: 1 when none was missed."""
        if self._since_s is None:
            self._since_s = now_s
        self._ticks.append((now_s, passed))
        while self._ticks[0][0] < now_s - _WINDOW_S:
            self._ticks.popleft()
        if now_s - self._since_s < _WINDOW_S:
            return
        lasted_s = now_s - self._since_s
        if self.quality == "full":
            if self._missed() > _TOO_MANY:
                self._lower(now_s, lasted_s)
            elif lasted_s > _TRIAL_S:
                self._patience_s, self._tried = _SHORTEST_S, False
        elif lasted_s >= self._patience_s:
            self._change("full", now_s)
            self._tried = True

    def exhausted(self, now_s: float) -> None:
        """There was no memory for a picture: a draft at once, and for as long as a draft may last."""
        self._patience_s = _LONGEST_S
        self._change("draft", now_s)

    def forget_pace(self) -> None:
        """The show stood still: what was missed before is no sign of what comes."""
        self._ticks.clear()
        self._since_s = None

    def _lower(self, now_s: float, lasted_s: float) -> None:
        if self._tried and lasted_s <= _TRIAL_S:
            self._patience_s = min(_LONGEST_S, 2 * self._patience_s)
        self._change("draft", now_s)

    def _missed(self) -> float:
        passed = sum(ticks for _, ticks in self._ticks)
        return (passed - len(self._ticks)) / passed

    def _change(self, quality: Quality, now_s: float) -> None:
        self.quality, self._since_s = quality, now_s
        self._ticks.clear()
