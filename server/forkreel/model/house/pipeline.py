"""`HousePipeline`: how the house model is written, its parts as one folder in diffusers layout as any other
pipeline's. It is read by `parts`."""

from __future__ import annotations

from diffusers import DiffusionPipeline

from forkreel.model.house.figures import HouseFigures
from forkreel.model.house.planes import HousePlanes
from forkreel.model.house.reader import PromptReader
from forkreel.model.house.view import HouseView


class HousePipeline(DiffusionPipeline):  # type: ignore[misc]
    """Planes, view, figures and reader; `steepness` is how sharp papers were cut in training."""

    def __init__(
        self, planes: HousePlanes, view: HouseView, figures: HouseFigures, reader: PromptReader, steepness: float = 8.0
    ) -> None:
        super().__init__()
        self.register_modules(planes=planes, view=view, figures=figures, reader=reader)
        self.register_to_config(steepness=steepness)
