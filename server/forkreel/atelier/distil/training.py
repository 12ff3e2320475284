"""Training of a learned model: resumes after a kill, says its losses, draws sample sheets, uses a GPU."""

from __future__ import annotations

import copy
import os
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from forkreel.atelier.distil.source import Source
from forkreel.atelier.evaluation.likeness import psnr
from forkreel.atelier.losses import edge_weights, likeness_loss, sample_sheet
from forkreel.errors import ModelError
from forkreel.model.house.compositor import lay
from forkreel.model.learned.axes import AxisValue, Declared, point_of, told
from forkreel.model.learned.network import AxesView
from forkreel.model.learned.pipeline import LearnedPipeline

CHECKPOINT = Path("training") / "state.pt"
HELD = 24  # examples to measure by


@dataclass(frozen=True)
class Course:
    """A run. Pictures are `times` as large as the grid each way; steepness rises from 3 to 8."""

    steps: int = 3200
    batch: int = 16
    peak_rate: float = 2e-3
    times: int = 4
    channels: int = 64
    depth: int = 5
    kept_every: int = 200

    def rate(self, step: int) -> float:
        """The learning rate: a short warm-up, then a cosine to zero."""
        return (
            self.peak_rate
            * min(1.0, (step + 1) / min(50, 1 + self.steps // 10))
            * (0.5 + 0.5 * cos(pi * min(1.0, step / self.steps)))
        )

    def steepness(self, step: int) -> float:
        """How sharp edges are cut at this step."""
        return 3.0 + 5.0 * min(1.0, step / (0.8 * self.steps))


def distil(
    source: Source, output: Path, course: Course, say: Callable[[str], None] = print, minutes: float | None = None
) -> bool:
    """Trains to the course's end, or for `minutes`, going on from the checkpoint in `output`; then writes the model
    there. True when the end was reached.

    Raises `ModelError` where the checkpoint is of other axes than the source's.
    """
    torch.manual_seed(1)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    columns, rows = source.grid
    size = (columns * course.times, rows * course.times)
    view = AxesView(
        axes=[axis.as_json() for axis in source.axes], prompts=spoken(source.axes, source.prompts()), rows=rows,
        columns=columns, channels=course.channels, depth=course.depth, steepness=course.steepness(course.steps),
    ).to(device)  # fmt: skip
    optimiser = torch.optim.AdamW(view.parameters(), lr=course.peak_rate, betas=(0.9, 0.98), weight_decay=0.01)
    checkpoint = output / CHECKPOINT
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    step = 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        if state["axes"] != [axis.as_json() for axis in source.axes]:
            raise ModelError(f"{checkpoint} is of a training with other axes: give another folder by --output")
        view.load_state_dict(state["view"])
        optimiser.load_state_dict(state["optimiser"])
        step = state["step"]
        say(f"going on from step {step}")
    began = time.monotonic()
    recent: deque[float] = deque(maxlen=50)
    while step < course.steps:
        for group in optimiser.param_groups:
            group["lr"] = course.rate(step)
        known, truth = _batch(source, range(step * course.batch, (step + 1) * course.batch), size)
        fields, colours = view(known.to(device))
        picture = lay(fields.cpu().float(), colours.cpu().float(), size, course.steepness(step))
        loss = likeness_loss(picture, truth, edge_weights(truth))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(view.parameters(), 1.0)
        optimiser.step()
        recent.append(float(loss.detach()))
        step += 1
        if step % 25 == 0 or step == course.steps:
            say(f"step {step} of {course.steps}, loss {np.mean(recent):.4f}")
        ended = minutes is not None and time.monotonic() - began > minutes * 60
        if step % course.kept_every == 0 or step == course.steps or ended:
            state = {
                "axes": [axis.as_json() for axis in source.axes], "view": view.state_dict(),
                "optimiser": optimiser.state_dict(), "step": step,
            }  # fmt: skip
            torch.save(state, checkpoint.with_suffix(".new"))
            os.replace(checkpoint.with_suffix(".new"), checkpoint)
            sample_sheet(checkpoint.parent / f"sample-{step:06d}.png", truth, picture.detach())
        if ended and step < course.steps:
            return False
    say(
        f"against {HELD} examples that it did not learn from: median PSNR {held_out(view, source, size, course):.1f} dB"
    )
    LearnedPipeline(copy.deepcopy(view).cpu().half()).save_pretrained(output, safe_serialization=True)
    return True


def held_out(view: AxesView, source: Source, size: tuple[int, int], course: Course) -> float:
    """The median PSNR of examples that were held out, in dB."""
    scores = []
    with torch.inference_mode():
        for n in range(HELD):
            example = source.example(n, size, held_out=True)
            known = torch.from_numpy(told(source.axes, point_of(source.axes, _own(source.axes, example.axes))))
            fields, colours = view(known[None].to(next(view.parameters()).device))
            picture = lay(fields.cpu().float(), colours.cpu().float(), size, course.steepness(course.steps))[0]
            painted = (picture.permute(1, 2, 0) * 255).round().clamp(0, 255).to(torch.uint8).numpy()
            scores.append(psnr(example.picture, painted))
    return float(np.median(scores))


def _own(axes: Sequence[Declared], values: Mapping[str, AxisValue]) -> dict[str, AxisValue]:
    return {axis.name: values[axis.name] for axis in axes}


def _batch(source: Source, numbers: range, size: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """What is told of the axes `(B, n)` and pictures `(B, 3, height, width)` in 0..1."""
    examples = [source.example(n, size) for n in numbers]
    known = np.stack([told(source.axes, point_of(source.axes, _own(source.axes, one.axes))) for one in examples])
    pictures = torch.from_numpy(np.stack([one.picture for one in examples]))
    return torch.from_numpy(known), pictures.permute(0, 3, 1, 2).float() / 255


def spoken(
    axes: Sequence[Declared], prompts: Sequence[tuple[str, Mapping[str, AxisValue]]], most: int = 400
) -> list[dict[str, object]]:
    """Of each prompt the axes that it speaks of: those in which its pictures differ less than half as much as all
    pictures do, or not at all in the word; with the middle of their values. The `most` frequent prompts are kept."""
    by_text: dict[str, list[Mapping[str, AxisValue]]] = {}
    for text, values in prompts:
        by_text.setdefault(text, []).append(values)
    found: list[dict[str, object]] = []
    for text, seen in sorted(by_text.items(), key=lambda one: (-len(one[1]), one[0]))[:most]:
        said: dict[str, AxisValue] = {}
        for axis in axes:
            if axis.labels:
                words = {str(values[axis.name]) for values in seen}
                if len(words) == 1:
                    said[axis.name] = words.pop()
                continue
            numbers = np.array([float(values[axis.name]) for values in seen])
            if np.ptp(numbers) < (axis.high - axis.low) / 2:
                said[axis.name] = float(np.median(numbers))
        found.append({"text": text, "axes": said})
    return found
