"""render: a story told without viewers, and all that one telling gives: film, sound, stills, captions and overlays."""

from forkreel.render.order import Order, render
from forkreel.render.package import Rendered

__all__ = ["Order", "Rendered", "render"]
