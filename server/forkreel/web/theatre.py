"""What web needs of the app: the stories on the programme, whether the model is warm, and the sessions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiohttp import web

from forkreel.settings import Settings
from forkreel.web.guard import Strangers
from forkreel.web.sessions import Sessions


@dataclass(frozen=True, slots=True)
class Card:
    """A story on the programme: what the library page shows of it.

    `poster` and the small `thumbnail` are paths on this server, None while there is no picture. `accent` is their
    colour as `#rrggbb`, None for the house's own. `minutes` is how long a viewer sits before an ending.
    `titles` are its titles by the languages that it can be told in, first the one that it is written in.
    """

    name: str
    title: str
    poster: str | None
    thumbnail: str | None
    accent: str | None
    scenes: int
    endings: int
    minutes: int
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def languages(self) -> tuple[str, ...]:
        """What it can be told in, first the one that it is written in."""
        return tuple(self.titles) or ("en",)


class Theatre(Protocol):
    """The house that the pages and the API open the doors of."""

    @property
    def ready(self) -> bool:
        """Whether the model is warm, so that a show may begin."""
        ...

    @property
    def cards(self) -> Sequence[Card]:
        """The programme, in the order in which it was given."""
        ...

    def poster(self, name: str, size: str) -> bytes:
        """A story's poster as WebP, "large" or "small"; KeyError where there is none (yet)."""
        ...

    def graph(self, name: str) -> Mapping[str, Any]:
        """A story's scenes and the ways between them, as JSON; KeyError for a story that is not on the programme."""
        ...


class Workroom(Protocol):
    """What the studio knows of the stories; `studio.workroom` has it. KeyError is for a story that it does not have."""

    def page(self, name: str) -> dict[str, Any]: ...  # noqa: D102
    async def change(self, name: str, after: int) -> bool: ...  # noqa: D102
    def entrance(self, name: str, scene: str, variables: Mapping[str, object]) -> str: ...  # noqa: D102
    async def still(self, prompt: str, axes: Mapping[str, float | str], seed: int) -> dict[str, Any]: ...  # noqa: D102
    def webp(self, key: str) -> bytes: ...  # noqa: D102
    async def walks(self, name: str, runs: int, seed: int) -> dict[str, Any]: ...  # noqa: D102
    async def continuity(self, name: str, runs: int, seed: int) -> list[dict[str, Any]]: ...  # noqa: D102


THEATRE: web.AppKey[Theatre] = web.AppKey("theatre")
SESSIONS = web.AppKey("sessions", Sessions)
SETTINGS = web.AppKey("settings", Settings)
STRANGERS = web.AppKey("strangers", Strangers)
WORKROOM: web.AppKey[Workroom | None] = web.AppKey("workroom")
OFFERERS = web.AppKey("offerers", Strangers)
"""Those who send offers without a seat, by address."""
