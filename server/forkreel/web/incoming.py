"""What a viewer may send over the websocket, checked where it comes in."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import BaseModel, Field, FiniteFloat, StringConstraints, ValidationError

from forkreel.errors import Refused
from forkreel.web.api import first_fault

MessageId = (
    Annotated[str, StringConstraints(min_length=1, max_length=64)]
    | Annotated[int, Field(strict=True, ge=-(2**53), le=2**53)]
)
_Seconds = Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)]
_Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Incoming(BaseModel):
    """A message: `id` is what makes it idempotent and is named in the answer."""

    id: MessageId | None = None


class ChooseMessage(Incoming):
    """An answer to an open poll."""

    id: MessageId
    poll: _Name
    choice: _Name


class SteerMessage(Incoming):
    """A control that is moved."""

    id: MessageId
    control: _Name
    value: bool | FiniteFloat | Annotated[str, StringConstraints(max_length=200)]


class SayMessage(Incoming):
    """Something typed in answer to a poll."""

    id: MessageId
    poll: _Name
    text: Annotated[str, StringConstraints(max_length=2000)]


class BackMessage(Incoming):
    """Back to the previous question."""

    id: MessageId


class PauseMessage(Incoming):
    """The show stops."""


class ResumeMessage(Incoming):
    """The show goes on."""


class OpenMessage(Incoming):
    """The host starts a poll's time anew."""

    id: MessageId
    poll: _Name
    seconds: _Seconds


class ExtendMessage(OpenMessage):
    """The host gives a poll more time."""


class CloseMessage(Incoming):
    """The host closes a poll: the votes decide."""

    id: MessageId
    poll: _Name


class SkipMessage(CloseMessage):
    """The host passes over a poll: its default is taken."""


class EndMessage(Incoming):
    """The host ends the show."""


class KeyframeMessage(Incoming):
    """The viewer needs a whole picture."""


KINDS: dict[str, type[Incoming]] = {
    "choose": ChooseMessage,
    "steer": SteerMessage,
    "say": SayMessage,
    "back": BackMessage,
    "pause": PauseMessage,
    "resume": ResumeMessage,
    "keyframe": KeyframeMessage,
    "open": OpenMessage,
    "extend": ExtendMessage,
    "close": CloseMessage,
    "skip": SkipMessage,
    "end": EndMessage,
}


def parse(text: str) -> dict[str, Any]:
    """A JSON object; raises `Refused` ("not_json")."""
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused("not_json", f"a message has to be a JSON object; this is not JSON: {error}") from None
    if not isinstance(fields, dict):
        raise Refused("not_json", "a message has to be a JSON object with a type")
    return fields


def id_of(fields: dict[str, Any]) -> str | int | None:
    """The message's id, if it has one that may be repeated in an answer."""
    found = fields.get("id")
    if isinstance(found, bool) or not isinstance(found, str | int) or len(str(found)) > 64:
        return None
    return found


def message_of(fields: dict[str, Any]) -> Incoming:
    """The message in a JSON object; raises `Refused` ("unknown_type", "invalid")."""
    kind = fields.get("type")
    model = KINDS.get(kind) if isinstance(kind, str) else None
    if model is None:
        raise Refused("unknown_type", f"there is no message of type {str(kind)[:40]!r}; there is: {', '.join(KINDS)}")
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise Refused("invalid", f"{kind}: {first_fault(error)}") from None
