"""Training of the house model's planes and view: paints as it learns, survives a kill, writes a diffusers folder."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import cos, pi
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812
from torch.utils.data import DataLoader

from forkreel.atelier.data import Batch, Paintings, fox_box
from forkreel.atelier.painter import Painter
from forkreel.model.house.compositor import lay
from forkreel.model.house.geometry import PLACES
from forkreel.model.house.planes import HousePlanes
from forkreel.model.house.tensors import tensors
from forkreel.model.house.view import HouseView


@dataclass(frozen=True)
class Plan:
    """A training run. Steepness rises from `soft` to `sharp`; the last `fine_share` of the steps sees 512x288."""

    steps: int = 4000
    batch: int = 16
    peak_rate: float = 1.5e-3
    plane_rate: float = 5.0  # times the peak rate
    soft: float = 3.0
    sharp: float = 8.0
    fine_share: float = 0.35
    seed: int = 1

    def rate(self, step: int) -> float:
        """The learning rate: a short warm-up, then a cosine to zero."""
        warm = min(1.0, (step + 1) / 150)
        return self.peak_rate * warm * (0.5 + 0.5 * cos(pi * min(1.0, step / self.steps)))

    def steepness(self, step: int) -> float:
        """How sharp edges are at this step."""
        return self.soft + (self.sharp - self.soft) * min(1.0, step / (0.8 * self.steps))

    def pixels(self, step: int) -> tuple[int, int]:
        """The size of the pictures at this step."""
        return (512, 288) if step >= (1 - self.fine_share) * self.steps else (256, 144)


def seed_planes(planes: HousePlanes, painter: Painter) -> None:
    """Starts every plane from the painter's layer, scaled down: colour, cover and windows in the first channels."""
    with torch.no_grad():
        for scale, tables in ((1, planes.coarse), (2, planes.fine)):
            rows = planes.rows * scale
            for depth, table in enumerate(tables):
                width = planes.widths[depth] * scale
                view = table.view(len(PLACES), width, -1, rows)
                for index, place in enumerate(PLACES):
                    layer = painter.panorama(place, depth, width, rows)
                    view[index, :, :5] = torch.from_numpy(layer).permute(1, 2, 0)


def loss_of(picture: Tensor, truth: Tensor, batch: Batch) -> Tensor:
    """L1 weighted 1 to 13 by blurred edge strength and by the fox's box, plus half an L1 of gradients."""
    dx, dy = truth.diff(dim=3).abs().mean(1, True), truth.diff(dim=2).abs().mean(1, True)
    edges = F.pad(dx, (0, 1, 0, 0)) + F.pad(dy, (0, 0, 0, 1))
    weight = 1 + 12 * (F.avg_pool2d(edges, 5, 1, 2) * 8).clamp(max=1)
    height, width = truth.shape[2:]
    for n, setting in enumerate(batch.settings):
        if (box := fox_box(setting, (width, height))) is not None:
            weight[n, :, box[1] : box[3], box[0] : box[2]] *= 1.6
    error = picture - truth
    gradients = error.diff(dim=3).abs().mean() + error.diff(dim=2).abs().mean()
    return (error.abs() * weight).mean() / weight.mean() + 0.5 * gradients


def train(out: Path, checkpoints: Path, plan: Plan, say: Callable[[str], None] = print, minutes: float | None = None) -> None:
    """Trains to the plan's end, or for `minutes`, going on from the newest checkpoint; then writes `out/planes`, `out/view`."""
    torch.manual_seed(plan.seed)
    planes, view = HousePlanes(), HouseView().to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(
        [{"params": planes.parameters(), "weight_decay": 0.0}, {"params": view.parameters(), "weight_decay": 0.01}],
        lr=plan.peak_rate, betas=(0.9, 0.98),
    )  # fmt: skip
    checkpoint = checkpoints / "state.pt"
    step, seen = 0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        planes.load_state_dict(state["planes"])
        view.load_state_dict(state["view"])
        optimiser.load_state_dict(state["optimiser"])
        step, seen = state["step"], state["seconds"]
        say(f"going on from step {step}")
    else:
        say("drawing the planes' first state")
        seed_planes(planes, Painter())
    began = time.monotonic()
    recent: list[float] = []
    while step < plan.steps:
        pixels = plan.pixels(step)
        last = plan.steps if pixels == (512, 288) else round((1 - plan.fine_share) * plan.steps)
        loader = DataLoader(
            Paintings(plan.seed, plan.steps, plan.batch, pixels), batch_size=None, sampler=range(step, last),
            num_workers=1, prefetch_factor=3,
        )  # fmt: skip
        for batch in loader:
            loss = _step(planes, view, optimiser, plan, step, batch)
            recent = [*recent[-49:], loss]
            step += 1
            if step % 25 == 0:
                took = seen + time.monotonic() - began
                say(f"step {step}/{plan.steps}  loss {np.mean(recent):.4f}  {took / 60:.1f} min  {1e3 * (time.monotonic() - began):.0f}")
            ended = minutes is not None and time.monotonic() - began > minutes * 60
            if step % 200 == 0 or step == plan.steps or ended:
                checkpoints.mkdir(parents=True, exist_ok=True)
                state = {
                    "planes": planes.state_dict(), "view": view.state_dict(), "optimiser": optimiser.state_dict(),
                    "step": step, "seconds": seen + time.monotonic() - began,
                }  # fmt: skip
                torch.save(state, checkpoint.with_suffix(".new"))
                os.replace(checkpoint.with_suffix(".new"), checkpoint)
                planes.save_pretrained(out / "planes", variant=None)
                view.save_pretrained(out / "view")
            if ended:
                return


def _step(
    planes: HousePlanes, view: HouseView, optimiser: torch.optim.Optimizer, plan: Plan, step: int, batch: Batch
) -> float:
    for group, times in zip(optimiser.param_groups, (plan.plane_rate, 1.0), strict=True):
        group["lr"] = plan.rate(step) * times
    truth = batch.pictures.float() / 255
    camera, scene = tensors(batch.settings)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        fields, colours, sky = view(*planes(camera), scene)
    picture = lay(fields, colours, (truth.shape[3], truth.shape[2]), plan.steepness(step))
    open_sky = F.binary_cross_entropy_with_logits(sky, batch.sky.float() / 255)
    loss = loss_of(picture, truth, batch) + 0.02 * open_sky
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(view.parameters(), 1.0)
    optimiser.step()
    return float(loss)
