"""`Problem`: an answer that says no, with its HTTP status, and the JSON body that all of them have."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from forkreel.errors import ForkreelError


class Problem(ForkreelError):
    """A request that cannot be served. `code` is one stable word for programs, the text a sentence for people."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = dict(headers or {})

    @classmethod
    def busy(cls, code: str, message: str, retry_after_s: int) -> Problem:
        """503, to be tried again after so many seconds."""
        return cls(503, code, message, {"Retry-After": str(retry_after_s)})

    def response(self) -> web.Response:
        """`{"error": {"code", "message"}}` with the status."""
        body = {"error": {"code": self.code, "message": str(self)}}
        return web.json_response(body, status=self.status, headers=self.headers)
