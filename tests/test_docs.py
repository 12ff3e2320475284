"""What is not documented does not ship: flags, routes and settings each stand in docs/operating.md."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from forkreel.app import shipped
from forkreel.cli import main
from forkreel.settings import Settings
from forkreel.stage.clock import MonotonicClock

ROOT = Path(__file__).resolve().parents[1]
OPERATING = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")

FLAGS = [
    (name, option)
    for name, command in sorted(main.commands.items())
    for parameter in command.params
    for option in parameter.opts
    if option.startswith("-")
]


def routes() -> list[tuple[str, str]]:
    from forkreel.playhouse import Playhouse
    from forkreel.web.application import application
    from forkreel.web.sessions import Sessions

    settings, folders = Settings(), shipped()
    archive: Any = None  # no route is asked
    playhouse = Playhouse({}, settings, archive, MonotonicClock(), folders.static)
    app: web.Application = application(
        playhouse, Sessions(playhouse, settings, archive), settings, player=folders.player, static=folders.static
    )
    found = {
        (route.method, re.sub(r":[^}]*", "", route.resource.canonical))
        for route in app.router.routes()
        if route.resource
    }
    return sorted((method, path) for method, path in found if method != "HEAD")


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_is_described(command: str) -> None:
    assert f"forkreel {command}" in OPERATING


@pytest.mark.parametrize(("command", "flag"), FLAGS)
def test_every_flag_is_described(command: str, flag: str) -> None:
    lines = [line for line in OPERATING.splitlines() if line.strip().startswith(f"forkreel {command}")]
    assert any(re.search(rf"{re.escape(flag)}\b", line) for line in lines), f"forkreel {command} {flag}"


def test_every_route_is_described() -> None:
    missing = [f"{method} {path}" for method, path in routes() if f"{method} {path}" not in OPERATING]
    assert missing == []


def test_every_setting_is_described_with_its_default() -> None:
    for name, field in Settings.model_fields.items():
        assert f"`FORKREEL_{name.upper()}`" in OPERATING
        if isinstance(field.default, float | int) and not isinstance(field.default, bool):
            rows = (line for line in OPERATING.splitlines() if line.startswith("|"))
            row = next(line for line in rows if f"`FORKREEL_{name.upper()}`" in line)
            assert f"{field.default:g}" in row or str(field.default) in row, name


def test_the_readme_opens_with_the_commands_that_start_everything() -> None:
    assert README.index("make play") < README.index("make test")
    assert README.index("make play") < 2500
