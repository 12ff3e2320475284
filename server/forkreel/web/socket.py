"""The websocket: what the stage says goes out in order, what the viewer wants goes to the stage."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

from aiohttp import WSMsgType, web

from forkreel.errors import Refused
from forkreel.settings import Settings
from forkreel.stage.ballot import Close, Extend, Open, RoomEvent, Skip, Vote
from forkreel.stage.messages import Message, RefusedMessage, as_json
from forkreel.web.door import seated, ticketed
from forkreel.web.guard import REFUSALS, Rate, Refusals, check_origin
from forkreel.web.incoming import (
    BackMessage,
    ChooseMessage,
    CloseMessage,
    EndMessage,
    ExtendMessage,
    Incoming,
    KeyframeMessage,
    OpenMessage,
    PauseMessage,
    ResumeMessage,
    SayMessage,
    SkipMessage,
    SteerMessage,
    id_of,
    message_of,
    parse,
)
from forkreel.web.problem import Problem
from forkreel.web.session import Admission, Session
from forkreel.web.theatre import SESSIONS, SETTINGS

logger = logging.getLogger(__name__)

NORMAL = 1000
POLICY_VIOLATION = 1008
TRY_AGAIN_LATER = 1013
_VOLUMES = {f"volume.{kind}": kind for kind in ("voice", "effects", "music")}
_READABLE_BYTES = 1024 * 1024  # what is larger than a message may be is still read, so that it can be refused politely
_GOODBYE_S = 2.0  # for a viewer who may have stopped reading
_PATIENCE = 5  # seconds' worth of messages that are refused for being too fast before the connection is closed


def add_socket(app: web.Application) -> None:
    """Add the websocket's route."""
    app.router.add_get("/ws/{session}", socket)


async def socket(request: web.Request) -> web.WebSocketResponse:
    """One websocket, from its upgrade to its end."""
    settings = request.app[SETTINGS]
    check_origin(request, settings)
    ticket = request.query.get("ticket")
    admission = await seated(request, request.query.get("token")) if ticket is None else ticketed(request, ticket)
    if len(admission.seat.listeners) >= settings.max_sockets:
        raise Problem.busy("too_many_sockets", f"this viewer has {settings.max_sockets} websockets already", 5)
    ws = web.WebSocketResponse(heartbeat=settings.ping_s, max_msg_size=_READABLE_BYTES, compress=False)
    if not ws.can_prepare(request):
        raise Problem(426, "no_upgrade", "this is a websocket", {"Upgrade": "websocket"})
    await ws.prepare(request)
    await Conversation(ws, admission, settings, request.app[SESSIONS].end_soon, request.app[REFUSALS]).run()
    return ws


class Conversation:
    """One viewer's websocket. `run` owns its two tasks and ends with both."""

    def __init__(
        self,
        ws: web.WebSocketResponse,
        admission: Admission,
        settings: Settings,
        end_soon: Callable[[Session, int, str], None],
        refusals: Refusals,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ws = ws
        self._session = admission.session
        self._seat = admission.seat
        self._settings = settings
        self._end_soon = end_soon
        self._refusals = refusals
        self._rate = Rate(settings.messages_a_second, settings.messages_a_second, now)
        self._steering = Rate(settings.steers_a_second, settings.steers_a_second, now)
        self._refusals_left = round(settings.messages_a_second * _PATIENCE)
        self._outbox: asyncio.Queue[str] = asyncio.Queue()  # bounded by `behind`, its bytes
        self.behind = 0
        self._over: asyncio.Future[tuple[int, str]] = asyncio.get_running_loop().create_future()

    async def run(self) -> None:
        """Talk until either side ends it. Cancelled, both tasks end and the stage forgets this viewer."""
        self._session.arrive(self._seat, self)
        unsubscribe = self._session.stage.subscribe(self._send)
        reading = asyncio.create_task(self._read())
        writing = asyncio.create_task(self._write())
        try:
            ends: set[asyncio.Future[Any]] = {reading, writing, self._over}
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if self._over.done():
                writing.cancel()
                with suppress(TimeoutError):
                    async with asyncio.timeout(_GOODBYE_S):
                        await self._say_goodbye(*self._over.result())
        finally:
            unsubscribe()
            self._session.depart(self._seat, self)
            for task in (reading, writing):
                task.cancel()
            for result in await asyncio.gather(reading, writing, return_exceptions=True):
                if isinstance(result, Exception) and not isinstance(result, ConnectionError):
                    logger.error("a websocket failed", exc_info=result)

    def end(self, code: int, reason: str) -> None:
        """Close the websocket, after what is still to be said."""
        if not self._over.done():
            self._over.set_result((code, reason))

    async def _say_goodbye(self, code: int, reason: str) -> None:
        while not self._outbox.empty() and not self._ws.closed:
            await self._ws.send_str(self._outbox.get_nowait())
        await self._ws.close(code=code, message=reason.encode()[:120])  # a close frame holds 123 bytes

    def _send(self, message: Message) -> None:
        if self._over.done():
            return
        if isinstance(message, RefusedMessage):
            self._refusals["websocket", message.code] += 1
        text = json.dumps(as_json(message))  # ASCII: a letter is a byte
        if self.behind + len(text) > self._settings.max_backlog_bytes:
            while not self._outbox.empty():
                self._outbox.get_nowait()
            self.end(TRY_AGAIN_LATER, "this viewer reads too slowly")
            return
        self.behind += len(text)
        self._outbox.put_nowait(text)

    async def _write(self) -> None:
        while True:
            text = await self._outbox.get()
            await self._ws.send_str(text)
            self.behind -= len(text)

    async def _read(self) -> None:
        async for received in self._ws:
            message_id: str | int | None = None
            try:
                if received.type is not WSMsgType.TEXT:
                    raise Refused("not_json", "a message has to be text: a JSON object with a type")
                text = received.data
                if len(text.encode(errors="surrogatepass")) > self._settings.max_message_bytes:
                    most = self._settings.max_message_bytes
                    raise Refused("too_large", f"a message may be {most} bytes long, this one has {len(text)} letters")
                fields = parse(text)
                message_id = id_of(fields)
                steers = fields.get("type") == "steer"  # a drag is many messages, of which the last counts
                self._slow_down(self._steering if steers else self._rate)
                self._handle(message_of(fields))
            except Refused as refusal:
                self._send(RefusedMessage(message_id, refusal.code, str(refusal)))

    def _slow_down(self, rate: Rate) -> None:
        if rate.spend():
            return
        self._refusals_left -= 1
        if self._refusals_left <= 0:
            self.end(POLICY_VIOLATION, "too many messages")
        most = self._settings.steers_a_second if rate is self._steering else self._settings.messages_a_second
        raise Refused("too_fast", f"at most {most:g} messages a second; send it again later")

    def _handle(self, message: Incoming) -> None:
        _HANDLERS[type(message)](self, message)

    def _choose(self, message: Incoming) -> None:
        message = cast(ChooseMessage, message)
        if self._session.room is not None:
            if self._seat.record.host:
                raise Refused("not_a_viewer", "the host does not vote: join the room as a viewer")
            self._session.stage.vote(message.id, Vote(message.poll, message.choice), self._send, self._seat.number)
            return
        self._session.stage.choose(message.id, message.poll, message.choice, self._send, self._seat.number)

    def _conduct(self) -> None:
        """Raises `Refused` for who may not decide for all others."""
        if self._session.room is not None and not self._seat.record.host:
            raise Refused("not_host", "in a room the host alone stops the show, goes back, and opens and closes polls")

    def _poll(self, message: Incoming) -> None:
        self._conduct()
        event: RoomEvent
        match message:
            case ExtendMessage():
                event = Extend(message.poll, message.seconds)
            case OpenMessage():
                event = Open(message.poll, message.seconds)
            case SkipMessage():
                event = Skip(message.poll)
            case _:
                event = Close(cast(CloseMessage, message).poll)
        self._session.stage.vote(cast(Any, message.id), event, self._send, self._seat.number)

    def _end(self, message: Incoming) -> None:
        if self._session.room is None:
            raise Refused("no_room", "there is no room to be closed; leaving is enough")
        self._conduct()
        self._end_soon(self._session, NORMAL, "the host has ended the show")

    def _back(self, message: Incoming) -> None:
        self._conduct()
        self._session.stage.back(message.id, self._send, self._seat.number)

    def _pause(self, message: Incoming) -> None:
        self._conduct()
        self._session.stage.pause(message.id, self._reply_to(message), self._seat.number)

    def _resume(self, message: Incoming) -> None:
        self._conduct()
        self._session.stage.pause(message.id, self._reply_to(message), self._seat.number, on=False)

    def _keyframe(self, message: Incoming) -> None:
        self._session.broadcast.request_keyframe()

    def _steer(self, message: Incoming) -> None:
        message = cast(SteerMessage, message)
        kind = _VOLUMES.get(message.control)
        if kind is None:
            stage, number = self._session.stage, self._seat.number
            stage.steer(message.id, message.control, message.value, self._send, number)
            return
        if self._session.room is not None and not self._seat.record.host:
            raise Refused("not_host", "in a room everybody hears the same: the host alone mixes it")
        if isinstance(message.value, str) or not 0 <= message.value <= 1:
            raise Refused("invalid", f"{message.control} is a number from 0 to 1, not {str(message.value)[:40]!r}")
        self._session.stage.volume(message.id, kind, message.value, self._send, self._seat.number)

    def _say(self, message: Incoming) -> None:
        message = cast(SayMessage, message)
        self._session.stage.say(message.id, message.poll, message.text, self._send, self._seat.number)

    def _reply_to(self, message: Incoming) -> Callable[[Message], None]:
        return self._send if message.id is not None else _nobody


def _nobody(message: Message) -> None:
    """Who sends no id expects no answer."""


_HANDLERS: dict[type[Incoming], Callable[[Conversation, Incoming], None]] = {
    ChooseMessage: Conversation._choose,
    BackMessage: Conversation._back,
    SteerMessage: Conversation._steer,
    SayMessage: Conversation._say,
    PauseMessage: Conversation._pause,
    ResumeMessage: Conversation._resume,
    KeyframeMessage: Conversation._keyframe,
    OpenMessage: Conversation._poll,
    ExtendMessage: Conversation._poll,
    CloseMessage: Conversation._poll,
    SkipMessage: Conversation._poll,
    EndMessage: Conversation._end,
}
