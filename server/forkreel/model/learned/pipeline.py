"""`LearnedPipeline`: how a learned model is written, a folder in diffusers layout as any other pipeline's."""

from __future__ import annotations

from diffusers import DiffusionPipeline

from forkreel.model.learned.network import AxesView


class LearnedPipeline(DiffusionPipeline):  # type: ignore[misc]
    """The view alone, as a folder in diffusers layout."""

    def __init__(self, view: AxesView) -> None:
        super().__init__()
        self.register_modules(view=view)
