"""Whether sound arrives in time: what a player with a short buffer would have had to do."""

from __future__ import annotations

BUFFER_S = 0.2  # about what browsers keep in hand


class Playout:
    """Counts how often the buffer ran dry. After that the sound is played later, with the buffer full again."""

    def __init__(self, buffer_s: float = BUFFER_S) -> None:
        self.underruns = 0
        self._buffer_s = buffer_s
        self._delay_s: float | None = None  # from media time to the time at which it is played

    def arrived(self, media_s: float, now_s: float) -> None:
        """Sound that begins at `media_s` of the stream is there at `now_s`."""
        if self._delay_s is not None and now_s <= media_s + self._delay_s:
            return
        self.underruns += self._delay_s is not None
        self._delay_s = now_s - media_s + self._buffer_s
