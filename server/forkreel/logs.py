"""The log: lines for people or JSON for programs, each with the session that it is about, never with a secret."""

from __future__ import annotations

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal

SESSION: ContextVar[str | None] = ContextVar("session", default=None)
"""The session that the running task or thread works for."""

_SECRET = re.compile(r"((?:token|ticket|credential|secret)\"?[=:]\s*\"?|Bearer\s+|#host=)[^\s&\"',;}]+", re.IGNORECASE)


def configure(level: int, form: Literal["text", "json"]) -> None:
    """Log to stderr in one form, from a level on."""
    handler = logging.StreamHandler()
    handler.addFilter(name_session)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)


def name_session(record: logging.LogRecord) -> bool:
    """A filter that lets everything through: gives a record its `session`, unless it brought one."""
    if not hasattr(record, "session"):
        record.session = SESSION.get()
    return True


def without_secrets(text: str) -> str:
    """The text with an ellipsis for what may be a token, whoever wrote it there."""
    return _SECRET.sub(r"\1...", text)


class TextLines(logging.Formatter):
    """`WARNING forkreel.web.sessions [Xy1...]: what happened`."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and a traceback below it where there is one."""
        session = getattr(record, "session", None)
        about = f" [{session}]" if session else ""
        text = super().format(record)
        return without_secrets(f"{record.levelname} {record.name}{about}: {text}")


class JsonLines(logging.Formatter):
    """One JSON object a line: `time` (UTC), `level`, `logger`, `message`, `session` or null; `error` after a fault."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        line: dict[str, str | None] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
            "session": getattr(record, "session", None),
        }
        if record.exc_info:
            line["error"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(line)
