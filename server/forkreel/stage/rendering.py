"""The render thread's loop: a frame for each tick of the clock, painted, sounded and put out.

A picture that is not done when the next tick is due may have that one's painted beside it: it is then put out a tick
late at most. Between two ticks the loop answers what has to be answered soon, and makes likely branches ready; with
nobody there it stands still.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextvars import copy_context
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forkreel.latent.space import LatentPoint, Space
from forkreel.stage.branches import Branches
from forkreel.stage.clock import Clock, Timeline
from forkreel.stage.desk import Desk
from forkreel.stage.easel import Easel, Painting
from forkreel.stage.hush import Hush
from forkreel.stage.journal import Journal
from forkreel.stage.mailbox import Mailbox
from forkreel.stage.meter import Meter
from forkreel.stage.protocol import Output, Sound
from forkreel.stage.show import Show

logger = logging.getLogger(__name__)

SAMPLE_RATE = 48_000
_TOGETHER = 2  # pictures painted at a time: each more would be seen a tick later


@dataclass(frozen=True)
class _Frame:
    """What a tick will put out once its picture is painted; `chosen` is when the choices came that it first shows."""

    tick: int
    painting: Painting
    pcm: NDArray[np.int16]
    chosen: tuple[float, ...]


class Rendering:
    """Runs one show until it is stopped. `frame` is the next frame to be painted, `viewers` how many watch.

    `failed` hears, in the render thread, of what ended the show.
    """

    def __init__(
        self,
        name: str,
        show: Show,
        desk: Desk,
        easel: Easel,
        meter: Meter,
        branches: Branches,
        space: Space,
        sound: Sound,
        output: Output,
        clock: Clock,
        fps: int,
        mailbox: Mailbox,
        journal: Journal,
        failed: Callable[[Exception], None],
    ) -> None:
        self.frame = 0
        self.viewers = 0
        self.axes: Mapping[str, float] = {}  # the numbers in the point that was painted last
        self._heard = 0  # the next frame to be heard
        self._show = show
        self._desk = desk
        self._easel = easel
        self._meter = meter
        self._branches = branches
        self._space = space
        self._sound = sound
        self._output = output
        self._clock = clock
        self._fps = fps
        self._mailbox = mailbox
        self._journal = journal
        self._failed = failed
        self._hush = Hush()
        self._samples = SAMPLE_RATE // fps
        self._coming: deque[_Frame] = deque()
        self._awaited = threading.Event()  # what the thread waits for while a picture is painted
        self._stopping = threading.Event()
        self.thread = threading.Thread(target=copy_context().run, args=(self._run,), name=name, daemon=True)

    def go_on(self, frame: int) -> None:
        """Begin at `frame` rather than with the first."""
        self.frame = self._heard = frame

    def stop(self) -> None:
        """End after the frame that is being painted; from any thread."""
        self._stopping.set()
        self._awaited.set()
        self._mailbox.wake()

    def _run(self) -> None:
        try:
            self._show.open()
            self._sound.moment(self._show.moment, self.frame, self._show.said)
            self._play()
            self._journal.reached(self.frame, self._desk.paused)
        except Exception as error:
            if self._stopping.is_set():
                return  # what is being closed may well refuse the last frame
            logger.exception("%s has failed", self.thread.name)
            self._failed(error)
        finally:
            for frame in self._coming:
                frame.painting.coming.cancel()
            self._branches.close()

    def _play(self) -> None:
        timeline = Timeline(self._clock, self._fps)
        while not self._stopping.is_set():
            self._mailbox.arrived.clear()
            if self.viewers > 0:
                passed = timeline.next(self._mailbox.pressing)
                if self._stopping.is_set():
                    break
                if passed:
                    self._tick(timeline.tick, passed, timeline.due_s)
                    if not self._desk.paused:
                        self._branches.use(timeline.due_s, passed, self._easel.quality)
                else:
                    self._desk.letters(self.frame)
            elif not self._stopping.is_set():
                self._put_out()
                self._desk.boundary(self.frame, watched=False)
                self._clock.wait(self._mailbox.arrived, None)
                timeline.restart()
                self._rest()

    def _tick(self, tick: int, passed: int, due_s: float) -> None:
        """Begin the frame of a tick, `passed` after the last; the next one is due at `due_s`."""
        if not self._desk.paused:
            self.frame += passed - 1
        self._meter.skipped(passed - 1)
        self._desk.boundary(self.frame, watched=True)
        if self._desk.paused:
            self._put_out()
            self._rest()
            self._meter.repeated()
            self._heard = self.frame  # frames skipped on the way into the pause are not caught up on after it
            self._output.put(tick, None, self._hush.silence(passed * self._samples))
            return
        point = self._show.at(self.frame, self._sound.lips(self.frame))
        painting = self._easel.begin(point, passed)
        self._coming.append(_Frame(tick, painting, self._hear(point, passed), self._meter.begun()))
        self.frame += 1
        if self.frame % self._fps == 0:
            self._journal.reached(self.frame, self._desk.paused)
        self._put_out(due_s)

    def _put_out(self, due_s: float | None = None) -> None:
        """Put out what is painted until `due_s`, and whatever it takes that no more than one picture is left to be
        painted; with None, everything."""
        while self._coming:
            frame = self._coming[0]
            if due_s is not None and len(self._coming) < _TOGETHER and not self._done_by(due_s, frame.painting):
                return
            self._output.put(frame.tick, self._easel.finish(frame.painting), frame.pcm)
            self._meter.shown(self._clock.now(), frame.chosen)
            self._coming.popleft()

    def _done_by(self, due_s: float, painting: Painting) -> bool:
        if not painting.coming.done():
            done = self._awaited = threading.Event()
            painting.coming.add_done_callback(lambda _: done.set())
            if not self._stopping.is_set():
                self._clock.wait(done, due_s)
        return painting.coming.done()

    def _rest(self) -> None:
        self._easel.rest()
        self._branches.rest()

    def _hear(self, point: LatentPoint, passed: int) -> NDArray[np.int16]:
        """The sound of the frames up to the present one, with silence before it for ticks that had no frame."""
        axes = self.axes = self._space.scalars(point)
        blocks = [self._sound.block(frame, axes) for frame in range(self._heard, self.frame + 1)]
        self._heard = self.frame + 1
        missing = passed - len(blocks)
        silence = self._hush.silence(missing * self._samples)
        heard = self._hush.sound(np.concatenate(blocks) if len(blocks) > 1 else blocks[0])
        return np.concatenate([silence, heard]) if missing else heard
