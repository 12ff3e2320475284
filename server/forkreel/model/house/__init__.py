"""The house model: learned planes of six places and a one-step view network that paints them in real time on a CPU.

`geometry` says where things stand, `planes` holds the places, `view` paints, `reader` reads prompts, `house` is the
`Model` and `Take` that the rest of forkreel sees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forkreel.model.house.house import HouseModel

__all__ = ["HouseModel"]


def __getattr__(name: str) -> object:
    if name == "HouseModel":  # torch is imported only by those who open the model
        from forkreel.model.house.house import HouseModel

        return HouseModel
    raise AttributeError(name)
