"""What is learned by: a likeness that looks at edges first. And a sheet to see how far it has come."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from torch import Tensor
from torch.nn import functional as F


def edge_weights(truth: Tensor) -> Tensor:
    """How much each pixel of pictures `(B, 3, H, W)` counts: 1 to 13 by blurred edge strength, twice that at the rim,
    where a convolution sees nothing beyond the picture. `(B, 1, H, W)`."""
    dx, dy = truth.diff(dim=3).abs().mean(1, True), truth.diff(dim=2).abs().mean(1, True)
    edges = F.pad(dx, (0, 1, 0, 0)) + F.pad(dy, (0, 0, 0, 1))
    weight = 1 + 12 * (F.avg_pool2d(edges, 5, 1, 2) * 8).clamp(max=1)
    rim = max(2, truth.shape[2] // 48)
    weight[..., :rim] *= 2
    weight[..., -rim:] *= 2
    return weight


def likeness_loss(picture: Tensor, truth: Tensor, weight: Tensor, blunt: float = 0.0) -> Tensor:
    """Weighted L1, plus half an L1 of gradients. Errors far below `blunt` count by their square (Charbonnier et al.,
    1994): else the sign of a tiny error, which is the same all over a paper, at last pulls other papers over it."""
    error = picture - truth

    def size(of: Tensor) -> Tensor:
        return (of * of + blunt * blunt).sqrt() - blunt if blunt else of.abs()

    gradients = size(error.diff(dim=3)).mean() + size(error.diff(dim=2)).mean()
    return (size(error) * weight).mean() / weight.mean() + 0.5 * gradients


def sample_sheet(path: Path, truth: Tensor, picture: Tensor, most: int = 4) -> None:
    """The first pictures of a batch `(B, 3, H, W)` in 0..1, truth above painted, into a file."""
    rows = [np.hstack(list(part[:most].permute(0, 2, 3, 1).float().numpy())) for part in (truth, picture.detach())]
    Image.fromarray((np.vstack(rows) * 255).round().clip(0, 255).astype(np.uint8)).save(path)
