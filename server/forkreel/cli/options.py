"""What several commands take, and how it is read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from forkreel.errors import ServeError

if TYPE_CHECKING:
    from forkreel.settings import Settings

FILE = click.Path(path_type=Path)
DATABASE = click.option(
    "--database", metavar="URL", help="Where sessions are kept.  [default: SQLite in the user's state folder]"
)


def settings_of(**given: Any) -> Settings:
    """The settings of the environment, with those that were given; raises `ServeError` where one does not do."""
    from pydantic import ValidationError
    from pydantic_settings import SettingsError

    from forkreel.settings import Settings

    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        raise ServeError("; ".join(_fault(fault) for fault in error.errors(include_url=False))) from None
    except SettingsError as error:
        raise ServeError(f"{error}: {error.__cause__}") from None


def _fault(fault: Any) -> str:
    name = str(fault["loc"][0])
    return f"the setting {name} (FORKREEL_{name.upper()}) is {fault['input']!r}: {fault['msg']}"


def axis_of(text: str) -> tuple[str, float | str]:
    """`haze=0.4` as a name and a number, or a word where it is none."""
    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        raise click.BadParameter(f"{text!r} is not NAME=VALUE, as in haze=0.4", param_hint="--axis")
    try:
        return name, float(value)
    except ValueError:
        return name, value


def size_of(text: str | None) -> tuple[int, int] | None:
    """`512x288` as width and height in pixels; None of None."""
    if text is None:
        return None
    width, _, height = text.partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise click.BadParameter(f"{text!r} is not WxH, as in 512x288", param_hint="--size")
    return int(width), int(height)
