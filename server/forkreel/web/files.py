"""The player's modules and everything without code: files, revalidated by their ETag each time."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from forkreel.web.problem import Problem

_TEMPLATE = ".html"


def add_files(app: web.Application, prefix: str, folder: Path) -> None:
    """Serve the files below `folder` at `prefix`; not the templates, and nothing that a link leads out to."""
    root = folder.resolve()

    async def file(request: web.Request) -> web.FileResponse:
        try:
            path = (root / request.match_info["path"]).resolve()
            found = path.is_relative_to(root) and path.is_file() and path.suffix != _TEMPLATE
        except (OSError, ValueError):  # a name that no file can have
            found = False
        if not found:
            raise Problem(404, "not_found", f"there is nothing at {request.path}")
        return web.FileResponse(path)

    app.router.add_get(prefix + "/{path:.+}", file)
