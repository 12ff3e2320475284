"""The house model's parts out of their folder in diffusers layout.

`DiffusionPipeline.from_pretrained` would give the same, and first import every pipeline that diffusers has: that took
longer than loading the parts.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from forkreel.model.house.figures import HouseFigures
from forkreel.model.house.planes import HousePlanes
from forkreel.model.house.reader import PromptReader
from forkreel.model.house.view import HouseView

INDEX = "model_index.json"
WEIGHTS = Path(__file__).with_name("weights")


@dataclass(frozen=True)
class Parts:
    """Planes as packed as they are in the file, the networks in its precision, and how sharp the view was trained to
    cut its papers."""

    planes: HousePlanes
    view: HouseView
    figures: HouseFigures
    reader: PromptReader
    steepness: float

    @classmethod
    def load(cls, folder: Path = WEIGHTS) -> Parts:
        """What `HousePipeline.save_pretrained` wrote to a folder. Raises what diffusers and safetensors raise."""
        planes, view, figures, reader = (
            kind.from_pretrained(
                folder, subfolder=part, local_files_only=True, use_safetensors=True, low_cpu_mem_usage=False
            )
            for part, kind in (
                ("planes", HousePlanes),
                ("view", HouseView),
                ("figures", HouseFigures),
                ("reader", PromptReader),
            )
        )
        index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        return cls(planes, view, figures, reader, float(index.get("steepness", 8.0)))
