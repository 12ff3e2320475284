"""`TrialScope`: for trying templates out before anybody plays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import StrictUndefined

from forkreel.story.codegen import Scope
from forkreel.story.template import weighed


class _Held(dict[str, Any]):
    """What variables hold; one that is not there stands for nothing, which is an error once it is used."""

    def __missing__(self, name: str) -> StrictUndefined:
        return StrictUndefined(name=name)


class TrialScope(Scope):
    """Variables at what they are given, nothing visited, dice at their lowest, the first of everything."""

    min = staticmethod(min)
    max = staticmethod(max)

    def __init__(self, variables: Mapping[str, object]) -> None:
        super().__init__(_Held(variables))

    def visits(self, scene: str) -> int:
        """Never."""
        return 0

    def turns_since(self, scene: str) -> int:
        """Never."""
        return -1

    def chosen(self, choice: str) -> bool:
        """Not yet."""
        return False

    def roll(self, low: Any, high: Any) -> Any:
        """The lowest."""
        return low

    def weighted(self, *options: Any) -> Any:
        """The first."""
        return weighed(options)[0][0]

    def pick(self, first: Any, *others: Any) -> Any:
        """The first."""
        return first

    cycle = sequence = once = shuffle = pick

    def look(self, name: str) -> str:
        """The name itself."""
        return name

    place = look
