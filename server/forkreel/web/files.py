"""The player's modules and everything without code: files, revalidated by their ETag; texts are compressed."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

from aiohttp import web

from forkreel.web.problem import Problem

_TEMPLATE = ".html"
_TEXTS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


def add_files(app: web.Application, prefix: str, folder: Path) -> None:
    """Serve the files below `folder` at `prefix`; not the templates, and nothing that a link leads out to."""
    root = folder.resolve()

    async def file(request: web.Request) -> web.StreamResponse:
        try:
            path = (root / request.match_info["path"]).resolve()
            found = path.is_relative_to(root) and path.is_file() and path.suffix != _TEMPLATE
        except (OSError, ValueError):  # a name that no file can have
            found = False
        if not found:
            raise Problem(404, "not_found", f"there is nothing at {request.path}")
        kind = _TEXTS.get(path.suffix)
        return web.FileResponse(path) if kind is None else await _text(request, path, kind)

    app.router.add_get(prefix + "/{path:.+}", file)


async def _text(request: web.Request, path: Path, kind: str) -> web.Response:
    """A text, compressed for who takes that; 304 for who has it already."""
    text = await asyncio.to_thread(path.read_text, encoding="utf-8")
    tag = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
    known = any(etag.value == tag for etag in request.if_none_match or ())
    response = web.Response(status=304) if known else web.Response(text=text, content_type=kind)
    response.etag = tag
    response.headers["Vary"] = "Accept-Encoding"
    if not known:
        response.enable_compression()
    return response
