"""Training of the house model's planes and view: paints as it learns, survives a kill, writes a diffusers folder."""

from __future__ import annotations

import copy
import os
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import cos, pi
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional as F
from torch.utils.data import DataLoader

from forkreel.atelier import panorama
from forkreel.atelier.data import Batch, Paintings
from forkreel.atelier.figures import OTHER_SHAPE, FigurePlan, begin_figures_with, train_figures
from forkreel.atelier.losses import edge_weights, likeness_loss, sample_sheet
from forkreel.atelier.painter import Painter
from forkreel.atelier.precision import half_precision
from forkreel.atelier.reading import train_reader
from forkreel.errors import ModelError
from forkreel.model.house.compositor import lay
from forkreel.model.house.figures import HouseFigures
from forkreel.model.house.geometry import GROWTHS, PLACES
from forkreel.model.house.pipeline import HousePipeline
from forkreel.model.house.planes import HousePlanes
from forkreel.model.house.reader import PromptReader
from forkreel.model.house.tensors import tensors
from forkreel.model.house.view import HouseView

CHECKPOINT = Path("training") / "state.pt"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """A training run. Steepness rises from `soft` to `sharp`; the last `fine_share` of the steps sees 512x288."""

    steps: int = 3200
    batch: int = 16
    peak_rate: float = 1.5e-3
    plane_rate: float = 5.0  # times the peak rate
    soft: float = 3.0
    sharp: float = 8.0
    fine_share: float = 0.44
    seed: int = 1
    captions: int = 24_000  # for the prompt reader
    figures: int = 8000  # batches of the figures, which learn after the stage

    def rate(self, step: int) -> float:
        """The learning rate: a short warm-up, then a cosine to zero."""
        warm = min(1.0, (step + 1) / 150)
        return self.peak_rate * warm * (0.5 + 0.5 * cos(pi * min(1.0, step / self.steps)))

    def steepness(self, step: int) -> float:
        """How sharp edges are at this step."""
        return self.soft + (self.sharp - self.soft) * min(1.0, step / (0.8 * self.steps))

    def same_pixels_until(self, step: int) -> int:
        """The first step after `step` at which pictures change their size, or the end."""
        fine = round((1 - self.fine_share) * self.steps)
        return fine if step < fine else self.steps

    def pixels(self, step: int) -> tuple[int, int]:
        """The size of the pictures at this step."""
        return (256, 144) if step < round((1 - self.fine_share) * self.steps) else (512, 288)


def beginners() -> tuple[HousePlanes, HouseView]:
    """Networks as they are trained, with nothing learned yet."""
    growths = len(GROWTHS)
    planes, view = HousePlanes(coarse_channels=12 + 1 + growths), HouseView(growths=growths)
    return planes, view.to(memory_format=torch.channels_last)


def seed_planes(planes: HousePlanes, painter: Painter) -> None:
    """Starts every plane from the painter's layer, scaled down: colour, cover and windows in the first channels."""
    with torch.no_grad():
        for scale, tables in ((1, planes.coarse), (2, planes.fine)):
            rows = planes.rows * scale
            for depth, table in enumerate(tables):
                width = planes.widths[depth] * scale
                view = table.view(len(PLACES), width, -1, rows)
                for index, place in enumerate(PLACES):
                    layer = panorama.colours(painter.places[place][depth], depth, width, rows)
                    view[index, :, :5] = torch.from_numpy(layer).permute(1, 2, 0)


def seed_growths(planes: HousePlanes, painter: Painter) -> None:
    """Draws what grows where into the last channels of every coarse plane. It is not learned."""
    with torch.no_grad():
        for depth, table in enumerate(planes.coarse):
            width = planes.widths[depth]
            view = table.view(len(PLACES), width, -1, planes.rows)
            for index, place in enumerate(PLACES):
                grown = panorama.growths(painter.places[place][depth], depth, width, planes.rows)
                view[index, :, -grown.shape[2] :] = torch.from_numpy(grown).permute(1, 2, 0)


def begin_with(folder: Path, planes: HousePlanes, view: HouseView) -> None:
    """Fills both with the weights of a model in diffusers layout, as far as it has them: what came into the networks
    after it stays as it is. Raises `ModelError` where they do not fit."""
    for name, part in (("planes", planes), ("view", view)):
        weights = folder / name / "diffusion_pytorch_model.safetensors"
        try:
            if isinstance(part, HousePlanes):
                older = HousePlanes.from_pretrained(
                    folder / name, local_files_only=True, low_cpu_mem_usage=False
                ).unpack()
                with torch.no_grad():
                    for (_, table), (_, known) in zip(part.tables(), older.tables(), strict=True):
                        table[:, : known.shape[1]] = known  # channels come first in a row of features
            else:
                lacking, strange = part.load_state_dict(
                    {key: value.float() for key, value in load_file(weights).items()}, strict=False
                )
                if strange or any(not key.startswith("turning.") for key in lacking):
                    raise RuntimeError(f"{[*lacking, *strange]}")
        except (OSError, SafetensorError) as error:
            raise ModelError(f"training cannot begin with {weights}: {error}") from error
        except RuntimeError as error:
            raise ModelError(f"training cannot begin with {weights}: {OTHER_SHAPE}") from error


def write(
    folder: Path, planes: HousePlanes, view: HouseView, figures: HouseFigures, reader: PromptReader, steepness: float
) -> None:
    """The model as a folder in diffusers layout: bytes for the planes, half precision for the networks."""
    view, figures, reader = copy.deepcopy(view).half(), copy.deepcopy(figures).half(), copy.deepcopy(reader).half()
    pipeline = HousePipeline(copy.deepcopy(planes).pack(), view, figures, reader, steepness)
    pipeline.save_pretrained(folder, safe_serialization=True)


def train(output: Path, plan: Plan, say: Say = print, minutes: float | None = None, start: Path | None = None) -> bool:
    """Trains to the plan's end, or for `minutes`, going on from the checkpoint in `output`; then writes the model
    there. Without a checkpoint it begins with the model in the folder `start`, or with nothing.

    True when the end was reached. A checkpoint is written every 200 steps, so a kill costs a few minutes, and a
    sheet of samples beside it.
    """
    torch.manual_seed(plan.seed)
    checkpoint = output / CHECKPOINT
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    planes, view = beginners()
    optimiser = torch.optim.AdamW(
        [{"params": planes.parameters(), "weight_decay": 0.0}, {"params": view.parameters(), "weight_decay": 0.01}],
        lr=plan.peak_rate, betas=(0.9, 0.98),
    )  # fmt: skip
    step, seconds = 0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        planes.load_state_dict(state["planes"])
        view.load_state_dict(state["view"])
        optimiser.load_state_dict(state["optimiser"])
        step, seconds = state["step"], state["seconds"]
        say(f"going on from step {step}")
    elif start is not None:
        say(f"beginning with the model in {start}")
        begin_with(start, planes, view)
        begin_figures_with(start, HouseFigures())  # their turn is later, but what is wrong with them is told now
        seed_growths(planes, Painter())
    else:
        say("drawing the planes' first state")
        painter = Painter()
        seed_planes(planes, painter)
        seed_growths(planes, painter)
    began = time.monotonic()
    recent: deque[float] = deque(maxlen=50)
    while step < plan.steps:
        loader = DataLoader(
            Paintings(plan.seed, plan.steps, plan.batch, plan.pixels(step)), batch_size=None,
            sampler=range(step, plan.same_pixels_until(step)), num_workers=1, prefetch_factor=3,
        )  # fmt: skip
        for batch in loader:
            loss, picture = _step(planes, view, optimiser, plan, step, batch)
            recent.append(loss)
            step += 1
            spent = seconds + time.monotonic() - began
            if step % 25 == 0:
                say(f"step {step} of {plan.steps}, loss {np.mean(recent):.4f}, {spent / 60:.1f} min")
            ended = minutes is not None and time.monotonic() - began > minutes * 60
            if step % 200 == 0 or step == plan.steps or ended:
                state = {
                    "planes": planes.state_dict(), "view": view.state_dict(), "optimiser": optimiser.state_dict(),
                    "step": step, "seconds": spent,
                }  # fmt: skip
                torch.save(state, checkpoint.with_suffix(".new"))
                os.replace(checkpoint.with_suffix(".new"), checkpoint)
                sample_sheet(checkpoint.parent / f"sample-{step:06d}.png", batch.pictures.float() / 255, picture)
            if ended and step < plan.steps:
                return False
    left = None if minutes is None else minutes - (time.monotonic() - began) / 60
    figures = train_figures(output, FigurePlan(steps=plan.figures, sharp=plan.sharp, seed=plan.seed), say, left, start)
    if figures is None:
        return False
    write(output, planes, view, figures, train_reader(plan.captions, say=say), plan.sharp)
    return True


def _step(
    planes: HousePlanes, view: HouseView, optimiser: torch.optim.Optimizer, plan: Plan, step: int, batch: Batch
) -> tuple[float, Tensor]:
    """The loss, and what was painted."""
    for group, times in zip(optimiser.param_groups, (plan.plane_rate, 1.0), strict=True):
        group["lr"] = plan.rate(step) * times
    truth = batch.pictures.float() / 255
    camera, scene = tensors(batch.settings)
    with half_precision():
        fields, colours, sky = view(*planes(camera), scene)
    picture = lay(fields, colours, (truth.shape[3], truth.shape[2]), plan.steepness(step))
    open_sky = F.binary_cross_entropy_with_logits(sky, batch.sky.float() / 255)
    loss = likeness_loss(picture, truth, edge_weights(truth), blunt=0.01) + 0.02 * open_sky
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(view.parameters(), 1.0)
    optimiser.step()
    return float(loss.detach()), picture.detach()
