"""latent: points in a model's latent space, and the walker that moves between them. numpy only; knows no model."""

from forkreel.latent.easing import EASINGS, ease
from forkreel.latent.interpolate import circular, linear, norm_preserving, short_way, slerp, wrap
from forkreel.latent.space import Axis, Component, Interpolation, LatentPoint, Space
from forkreel.latent.walker import Walker

__all__ = [
    "EASINGS",
    "Axis",
    "Component",
    "Interpolation",
    "LatentPoint",
    "Space",
    "Walker",
    "circular",
    "ease",
    "linear",
    "norm_preserving",
    "short_way",
    "slerp",
    "wrap",
]
