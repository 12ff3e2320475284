"""Training of `HouseFigures`: cutouts before plain papers of any colour, a figure a batch, in turn."""

from __future__ import annotations

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
from torch.utils.data import DataLoader, Dataset

from forkreel.atelier.cutouts import SIZES, Cutouts, CutoutStream
from forkreel.atelier.losses import edge_weights, likeness_loss, sample_sheet
from forkreel.atelier.precision import half_precision
from forkreel.errors import ModelError
from forkreel.model.house.compositor import lay
from forkreel.model.house.figure_knobs import Name, knobs
from forkreel.model.house.figures import Figure, HouseFigures

CHECKPOINT = Path("training") / "figures.pt"
FLAT = 0.01  # what change of colour within a paper costs
EYE = 0.05  # what an eye costs that is not on the front paper
TURNS: tuple[Name, ...] = ("fox", "other", "product")

OTHER_SHAPE = "its networks are not shaped as this version's; begin with a model of this version, or with nothing"


@dataclass(frozen=True)
class FigurePlan:
    """A training run. Steepness rises from `soft` to `sharp` over its first half."""

    steps: int = 6000
    batch: int = 12
    peak_rate: float = 2e-3
    soft: float = 3.0
    sharp: float = 8.0
    seed: int = 5

    def rate(self, step: int) -> float:
        """The learning rate: a short warm-up, then a cosine to zero."""
        return self.peak_rate * min(1.0, (step + 1) / 100) * (0.5 + 0.5 * cos(pi * min(1.0, step / self.steps)))

    def steepness(self, step: int) -> float:
        """How sharp edges are at this step."""
        return self.soft + (self.sharp - self.soft) * min(1.0, step / (0.5 * self.steps))


class _Turns(Dataset[Cutouts]):
    def __init__(self, plan: FigurePlan) -> None:
        self._streams = {name: CutoutStream(name, plan.seed, plan.steps, plan.batch) for name in TURNS}
        self._steps = plan.steps

    def __len__(self) -> int:
        return self._steps

    def __getitem__(self, n: int) -> Cutouts:
        return self._streams[TURNS[n % len(TURNS)]][n]


def over(fields: Tensor, colours: Tensor, paper: Tensor, size: tuple[int, int], steepness: float) -> Tensor:
    """A figure's papers over plain paper of a colour `(B, 3)`: `(B, 3, height, width)`."""
    ground = paper[:, None, :, None, None].expand(-1, 1, -1, *colours.shape[3:])
    return lay(fields, torch.cat([colours, ground], dim=1), size, steepness)


def blindness(front: Tensor, regards: Tensor) -> Tensor:
    """How far a front paper `(B, h, w)` is from covering the middle of an open eye, as `regards` `(B, 1, H, W)` tell.

    Without this hint no eye is found: the coat would have to be cut just where a dark paper already lay behind it.
    """
    eye = F.avg_pool2d(regards, 2).squeeze(1) > 1 + 7 * 0.88
    lack = (0.3 - front).clamp(min=0) * eye
    return lack.sum() / eye.sum().clamp(min=1)


def begin_figures_with(folder: Path, figures: HouseFigures) -> None:
    """Fills them with those of a model in diffusers layout; one that has none leaves them as they are."""
    weights = folder / "figures" / "diffusion_pytorch_model.safetensors"
    if weights.is_file():
        try:
            figures.load_state_dict({key: value.float() for key, value in load_file(weights).items()})
        except (OSError, SafetensorError) as error:
            raise ModelError(f"training cannot begin with {weights}: {error}") from error
        except RuntimeError as error:
            raise ModelError(f"training cannot begin with {weights}: {OTHER_SHAPE}") from error


def train_figures(
    output: Path, plan: FigurePlan, say: Callable[[str], None] = print, minutes: float | None = None,
    start: Path | None = None,
) -> HouseFigures | None:  # fmt: skip
    """Trains to the plan's end, or for `minutes`, going on from the checkpoint in `output`, or beginning with those of
    the model in the folder `start`; None when time was up."""
    torch.manual_seed(plan.seed)
    checkpoint = output / CHECKPOINT
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    figures = HouseFigures().to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(figures.parameters(), lr=plan.peak_rate, betas=(0.9, 0.98), weight_decay=0.01)
    step, began = 0, time.monotonic()
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        figures.load_state_dict(state["figures"])
        optimiser.load_state_dict(state["optimiser"])
        step = state["step"]
        say(f"the figures go on from step {step}")
    elif start is not None:
        begin_figures_with(start, figures)
    loader = DataLoader(
        _Turns(plan), batch_size=None, sampler=range(step, plan.steps), num_workers=1, prefetch_factor=4
    )
    recent: dict[Name, deque[float]] = {name: deque(maxlen=40) for name in TURNS}
    for batch in loader:
        name = TURNS[step % len(TURNS)]
        for group in optimiser.param_groups:
            group["lr"] = plan.rate(step)
        truth = batch.pictures.float() / 255
        paper = torch.rand(len(truth), 3)
        truth = truth[:, :3] + (1 - truth[:, 3:]) * paper[:, :, None, None]
        figure: Figure = getattr(figures, name)
        with half_precision():
            fields, colours = figure(*knobs(name, batch.settings))
        picture = over(fields, colours, paper, SIZES[name], plan.steepness(step))
        loss = likeness_loss(picture, truth, edge_weights(truth) * batch.regards, blunt=0.02)
        flat = colours.diff(dim=3).abs().mean() + colours.diff(dim=4).abs().mean()  # papers are of one colour, mostly
        loss = loss + FLAT * flat + EYE * blindness(fields[:, 0], batch.regards)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(figure.parameters(), 1.0)
        optimiser.step()
        recent[name].append(float(loss.detach()))
        step += 1
        ended = minutes is not None and time.monotonic() - began > minutes * 60
        if step % 50 == 0:
            told = ", ".join(f"{one} {np.mean(losses):.4f}" for one, losses in recent.items() if losses)
            say(f"step {step} of {plan.steps}: {told}, {(time.monotonic() - began) / 60:.1f} min")
        if 0 < step % 200 <= len(TURNS):
            sample_sheet(checkpoint.parent / f"figures-{name}.png", truth, picture)
        if step % 200 == 0 or step == plan.steps or ended:
            torch.save({"figures": figures.state_dict(), "optimiser": optimiser.state_dict(), "step": step},
                       checkpoint.with_suffix(".new"))  # fmt: skip
            os.replace(checkpoint.with_suffix(".new"), checkpoint)
        if ended and step < plan.steps:
            return None
    return figures
