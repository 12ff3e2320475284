"""A viewer: takes a seat, watches and listens, answers what is asked, and leaves at the end."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from forkreel.errors import WatchError
from forkreel.model.testcard import decode
from forkreel.watch.picks import message_of
from forkreel.watch.playout import Playout
from forkreel.watch.receiver import Receiver
from forkreel.watch.recording import Recording
from forkreel.watch.report import CardSeen, ChoiceMade, WatchReport
from forkreel.watch.seat import Address, BoxOffice, Seat

CONNECT_S = 15.0
_LINGER_S = 2.0
"""How long an ending stays on screen after its lines."""
_BETWEEN_CHOICES_S = 0.15
"""At least: the server takes ten messages a second. Up to a frame is added, so that choices do not fall in step."""
_GOLDEN = 0.618034
_NOT_A_CARD = 48
"""After so many pictures without a readable card the model is taken to be another."""

Say = Callable[[str], None]


async def watch(
    url: str,
    *,
    picks: Sequence[str] = (),
    record: Path | None = None,
    seconds: float | None = None,
    on_event: Say | None = None,
    choose_first: bool = True,
    hurry: bool = False,
    seed: int | None = None,
) -> WatchReport:
    """Watch a show from a URL, `http://host:port/watch/{story}` or only the host, to an ending or for `seconds`.

    `picks` are what it does at each question, in order, as `forkreel.watch.picks` has it; after them it takes the
    default or the first that is available, unless `choose_first` is false. A viewer waits for the lines to be spoken
    before it answers, unless in a `hurry`. `record` names an MP4 file. `on_event` is told in words what happens.
    Cancelling it leaves the show and closes the file.

    Raises `WatchError`: no server there, no such story, no seat, no media, a pick that is not on offer.
    """
    say = on_event or _nothing
    async with AsyncExitStack() as parts:
        http = await parts.enter_async_context(aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)))
        office = BoxOffice(http, Address.parse(url), say)
        seat = await office.take_seat(seed)
        viewer = Viewer(seat, picks, say, choose_first=choose_first, hurry=hurry)
        socket = await parts.enter_async_context(_socket(seat))
        await viewer.greet(socket)
        receiver = Receiver(viewer.picture, viewer.sound)
        if record is not None:
            viewer.recording = Recording(record, viewer.fps, receiver.media_time)
            parts.push_async_callback(viewer.recording.close)
        parts.push_async_callback(receiver.close)
        answer, connection = await office.signal(seat, await receiver.offer())
        parts.push_async_callback(office.leave, seat, connection)
        await receiver.accept(answer)
        await _until_connected(receiver)
        await _until_over(viewer, receiver, socket, seconds)
    return viewer.report(None if record is None else str(record))


def _nothing(text: str) -> None:
    """Who does not listen is told nothing."""


@asynccontextmanager
async def _socket(seat: Seat) -> AsyncIterator[ClientConnection]:
    try:
        socket = await connect(seat.socket)
    except (OSError, InvalidHandshake, TimeoutError) as error:
        raise WatchError(f"The server opens no websocket: {error}.") from error
    async with socket:
        yield socket


async def _until_connected(receiver: Receiver) -> None:
    connected = asyncio.create_task(receiver.connected.wait())
    try:
        ends: set[asyncio.Future[Any]] = {connected, receiver.over}
        await asyncio.wait(ends, timeout=CONNECT_S, return_when=asyncio.FIRST_COMPLETED)
        if receiver.over.done():
            receiver.over.result()
        if not connected.done():
            raise WatchError(f"No media came within {CONNECT_S:g} s: is UDP open between here and the server?")
    finally:
        connected.cancel()


async def _until_over(viewer: Viewer, receiver: Receiver, socket: ClientConnection, seconds: float | None) -> None:
    """Return when the show is over or time is up; raise what made it impossible to go on."""
    talking = asyncio.create_task(viewer.talk(socket))
    try:
        ends: set[asyncio.Future[Any]] = {talking, receiver.over}
        done, _ = await asyncio.wait(ends, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for end in done:
            end.result()
    finally:
        await _stop(talking)


async def _stop(task: asyncio.Task[Any] | None) -> None:
    if task is not None:
        task.cancel()
        await asyncio.wait({task})


class Viewer:
    """What one viewer sees and does. `picture` and `sound` are given what arrives, `talk` holds the conversation."""

    def __init__(self, seat: Seat, picks: Sequence[str], say: Say, *, choose_first: bool, hurry: bool) -> None:
        self.fps = 24
        self.recording: Recording | None = None
        self._seat = seat
        self._picks = list(picks)
        self._say = say
        self._choose_first = choose_first
        self._hurry = hurry
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._pictures = 0
        self._sound_s = 0.0
        self._playout = Playout()
        self._size: tuple[int, int] | None = None
        self._cards: list[CardSeen] = []
        self._unreadable = 0
        self._moments: list[str] = []
        self._numbered = 0
        self._sent: dict[str, tuple[str, float]] = {}
        self._acks: dict[int, tuple[str, float, int]] = {}
        self._choices: list[ChoiceMade] = []
        self._ending: str | None = None
        self._poll: str | None = None
        self._lines_left = 0
        self._spoken_at = 0.0
        self._lines_spoken = asyncio.Event()
        self._acting: asyncio.Task[None] | None = None

    def _now(self) -> float:
        return self._loop.time() - self._began

    async def picture(self, frame: Any) -> None:
        """A decoded picture. What is counted has been recorded; cancelled while it waits for the file it is neither."""
        seen_s = self._now()
        if self.recording is not None:
            await self.recording.picture(frame)
        self._pictures += 1
        self._size = max(self._size or (0, 0), (frame.width, frame.height))  # of the best tier
        if self._cards or self._unreadable < _NOT_A_CARD:
            reading = decode(frame.to_ndarray(format="gray8"))
            if reading.ok:
                self._cards.append(CardSeen(reading.frame, reading.scene, seen_s))
            else:
                self._unreadable += 1

    async def sound(self, frame: Any) -> None:
        """Decoded sound, likewise."""
        self._playout.arrived(frame.pts / frame.sample_rate, self._now())
        if self.recording is not None:
            await self.recording.sound(frame)
        self._sound_s += frame.samples / frame.sample_rate

    async def greet(self, socket: ClientConnection) -> None:
        """Read the first message, which says what is played."""
        hello = await self._receive(socket)
        self.fps = int(hello["fps"])
        self._say(f"{hello['story']}, {hello['width']}x{hello['height']}, {self.fps} frames a second")

    async def talk(self, socket: ClientConnection) -> None:
        """Follow the show and answer what it asks, until its ending has been seen."""
        handlers = {
            "moment": self._on_moment,
            "caption": self._on_caption,
            "ack": self._on_ack,
            "refused": self._on_refused,
        }
        reading = asyncio.create_task(self._receive(socket))
        try:
            while True:
                waited: set[asyncio.Task[Any]] = {reading}
                if self._acting is not None:
                    waited.add(self._acting)
                done, _ = await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
                if self._acting in done and self._acting is not None:
                    self._acting.result()
                    self._acting = None
                    if self._ending is not None:
                        return
                if reading in done:
                    message = reading.result()
                    reading = asyncio.create_task(self._receive(socket))
                    handler = handlers.get(message.get("type", ""))
                    if handler is not None:
                        await handler(message, socket)
        finally:
            await _stop(reading)
            await _stop(self._acting)

    async def _receive(self, socket: ClientConnection) -> dict[str, Any]:
        try:
            message = json.loads(await socket.recv())
        except ConnectionClosed as closed:
            reason = closed.rcvd.reason if closed.rcvd is not None else ""
            raise WatchError(f"The server ended the show: {reason or 'the connection was lost'}.") from closed
        assert isinstance(message, dict), "the server talks in JSON objects"
        return message

    async def _on_moment(self, message: dict[str, Any], socket: ClientConnection) -> None:
        scene = str(message["scene"])
        self._moments.append(scene)
        taken = self._acks.pop(message["seq"], None)
        if taken is not None:
            index = self._seat.scenes.index(scene) if scene in self._seat.scenes else None
            self._choices.append(ChoiceMade(*taken, scene, index))
        poll = None if message["ask"] is None else str(message["ask"]["poll"])
        if poll is None or poll != self._poll:  # else a control was moved, and the lines go on
            self._lines_left = len(message["lines"])
            self._lines_spoken.clear()
            self._spoken_at = self._loop.time()
            if self._lines_left == 0:
                self._lines_spoken.set()
        self._poll = poll
        await _stop(self._acting)
        self._acting = None
        if message["ending"] is not None:
            self._ending = str(message["ending"]["id"])
            self._say(f"-- {message['ending']['title']}")
            self._acting = asyncio.create_task(self._see_the_end())
        elif message["ask"] is not None:
            self._acting = asyncio.create_task(self._answer(message, socket))

    async def _see_the_end(self) -> None:
        await self._hear_the_lines()
        await asyncio.sleep(_LINGER_S)

    async def _hear_the_lines(self) -> None:
        await self._lines_spoken.wait()
        await asyncio.sleep(self._spoken_at - self._loop.time())

    async def _on_caption(self, message: dict[str, Any], socket: ClientConnection) -> None:
        self._say(f"{message['who']}: {message['text']}" if message["who"] else str(message["text"]))
        self._spoken_at = self._loop.time() + (message["end_frame"] - message["start_frame"]) / self.fps
        self._lines_left -= 1
        if self._lines_left <= 0:
            self._lines_spoken.set()

    async def _answer(self, message: dict[str, Any], socket: ClientConnection) -> None:
        ask = message["ask"]
        pick = self._pick(ask)
        if pick is None:
            return
        said = message_of(pick, ask)
        self._say(f"? {ask['prompt']} " + " / ".join(self._shown(offered) for offered in ask["choices"]))
        await self._think(message, said)
        self._say(f"> {pick}")
        self._numbered += 1
        name = f"pick-{self._numbered}"
        if said["type"] == "choose":
            self._sent[name] = (pick, self._now())
        with contextlib.suppress(ConnectionClosed):  # whoever reads hears why
            await socket.send(json.dumps({**said, "id": name}))

    @staticmethod
    def _shown(offered: dict[str, Any]) -> str:
        return f"{offered['label']} [{offered['id']}]" if offered["available"] else f"({offered['label']})"

    def _pick(self, ask: dict[str, Any]) -> str | None:
        if self._picks:
            return self._picks.pop(0)
        open_ones = [str(choice["id"]) for choice in ask["choices"] if choice["available"]]
        if not self._choose_first or not open_ones:
            return None
        return ask["default"] if ask["default"] in open_ones else open_ones[0]

    async def _think(self, message: dict[str, Any], said: dict[str, Any]) -> None:
        """Wait until the question and the choice are to be seen and for the lines, but not past the timer, nor until
        the choice vanishes."""
        ask = message["ask"]
        chosen = next((one for one in ask["choices"] if one["id"] == said.get("choice")), ask)
        unseen = max(ask["shown_frame"], chosen.get("shown_frame", 0)) - message["frame"]
        if unseen > 0:
            await asyncio.sleep((unseen + 1) / self.fps)
        await asyncio.sleep(_BETWEEN_CHOICES_S + len(self._sent) * _GOLDEN % 1 / self.fps)
        if self._hurry:
            return
        ends = [end for end in (ask["deadline_frame"], chosen.get("hidden_frame")) if end is not None]
        left_s = max(0.0, (min(ends) - message["frame"]) / self.fps - 1) if ends else None
        try:
            await asyncio.wait_for(self._hear_the_lines(), left_s)
        except TimeoutError:
            return

    async def _on_ack(self, message: dict[str, Any], socket: ClientConnection) -> None:
        if message["id"] in self._sent:
            choice, sent_s = self._sent[message["id"]]
            self._acks[message["seq"]] = (choice, sent_s, int(message["frame"]))

    async def _on_refused(self, message: dict[str, Any], socket: ClientConnection) -> None:
        self._say(f"! {message['message']}")
        if message["code"] != "late":
            raise WatchError(f"The server refused: {message['message']}")

    def report(self, recorded: str | None) -> WatchReport:
        """What this viewer saw."""
        return WatchReport(
            story=self._seat.story,
            session=self._seat.session,
            watched_s=round(self._now(), 3),
            pictures=self._pictures,
            sound_s=round(self._sound_s, 3),
            size=self._size,
            moments=tuple(self._moments),
            choices=tuple(self._choices),
            ending=self._ending,
            cards=tuple(self._cards),
            unreadable_cards=self._unreadable,
            recorded=recorded,
            underruns=self._playout.underruns,
        )
