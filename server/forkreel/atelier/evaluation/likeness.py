"""How alike two pictures are: PSNR, HaarPSI, GMSD and the energy of edges.

HaarPSI and GMSD give what the package `piq` gives (a test holds its figures). It is not a dependency because it needs
torchvision, whose wheel on PyPI cannot be imported beside a build of torch for CPUs.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

Picture = NDArray[np.uint8]

_YIQ = torch.tensor([[0.299, 0.587, 0.114], [0.5959, -0.2746, -0.3213], [0.2115, -0.5227, 0.3112]])
_PREWITT = torch.tensor([[1.0, 0.0, -1.0]] * 3) / 3


def psnr(a: Picture, b: Picture) -> float:
    """Peak signal to noise ratio of two uint8 pictures, 10 log10(255² / mean squared error), in dB; 99 when they are
    equal."""
    error = float(np.mean((a.astype(np.float64) - b.astype(np.float64)) ** 2))
    return 99.0 if error == 0 else 10 * np.log10(255**2 / error)


def _yiq(picture: Picture) -> Tensor:
    """Brightness and two differences of colour, 0..255 `(1, 3, H/2, W/2)`: each the mean of four pixels."""
    rgb = torch.from_numpy(np.ascontiguousarray(picture)).float()
    return F.avg_pool2d((rgb @ _YIQ.T).permute(2, 0, 1)[None], 2)


def _alike(a: Tensor, b: Tensor, c: float) -> Tensor:
    return (2 * a * b + c) / (a * a + b * b + c)


def haarpsi(a: Picture, b: Picture) -> float:
    """Haar wavelet-based perceptual similarity of two uint8 pictures of even sides, 0..1.

    R. Reisenhofer, S. Bosse, G. Kutyniok, T. Wiegand: A Haar wavelet-based perceptual similarity index for image
    quality assessment, 2018 (arXiv 1607.06140). At each point the coefficients of two fine Haar wavelets are compared,
    across and down (and the colours once); the similarities, through a logistic function of slope 4.2, are averaged
    with the coefficients of the third, coarser wavelet as weights.
    """
    one, two = _yiq(a), _yiq(b)
    finer: list[tuple[Tensor, Tensor]] = []
    for size in (2, 4, 8):
        down = torch.ones(size, size) / size
        down[size // 2 :] *= -1
        kernels = torch.stack([down, down.T])[:, None]
        pad = (size // 2 - 1, size // 2) * 2
        first, second = (F.conv2d(F.pad(p[:, :1], pad), kernels).abs() for p in (one, two))
        finer.append((first, second))
    local = (_alike(*finer[0], 30.0) + _alike(*finer[1], 30.0)) / 2  # (1, 2, H/2, W/2): down, across
    weights = torch.maximum(*finer[2])
    tints = [F.avg_pool2d(F.pad(p[:, 1:], (0, 1, 0, 1)), 2, 1).abs() for p in (one, two)]
    local = torch.cat([local, _alike(tints[0], tints[1], 30.0).mean(1, True)], 1)
    weights = torch.cat([weights, weights.mean(1, True)], 1)
    mean = (torch.sigmoid(4.2 * local) * weights).sum() / weights.sum().clamp(min=1e-9)
    return min(1.0, float((torch.logit(mean.double()) / 4.2) ** 2))


def _gradients(picture: Picture) -> Tensor:
    """The length of the gradient of brightness, 0..1 a pixel, by Prewitt's filter at half the size."""
    bright = _yiq(picture)[:, :1] / 255
    kernels = torch.stack([_PREWITT, _PREWITT.T])[:, None]
    return F.conv2d(bright, kernels, padding=1).square().sum(1).sqrt()


def gmsd(a: Picture, b: Picture) -> float:
    """Gradient magnitude similarity deviation of two uint8 pictures of even sides: 0 when they are equal.

    Xue, Zhang, Mou, Bovik: Gradient magnitude similarity deviation, 2014 (arXiv 1308.3052): standard
    deviation over the picture of (2 g h + c) / (g² + h² + c); g and h are the lengths of the gradients, c = 170 / 255².
    """
    return float(_alike(_gradients(a), _gradients(b), 170 / 255**2).std(correction=0))


def edge_energy(picture: Picture) -> float:
    """The mean squared length of the gradient of brightness, in (grey values a pixel)²: blur lowers it, noise and
    ringing raise it."""
    bright = picture.astype(np.float32) @ _YIQ[0].numpy()
    return float(np.square(np.diff(bright, axis=0)).mean() + np.square(np.diff(bright, axis=1)).mean())
