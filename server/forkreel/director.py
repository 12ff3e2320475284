"""director: turns a change of `Moment` into a `Move`: to which shot, over how many frames, with which easing.

Knows the story's values and nothing of models: a `Move` names its goal by prompt and axes, the model makes a point
of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from forkreel.story.moment import AxisValue, Moment


@dataclass(frozen=True, slots=True)
class Move:
    """A way through latent space, before any model has seen it.

    `frames` is the number of frames it takes, at least 1 (1 is a cut). `drift` holds speeds in units a second that go
    on after the move; `via` holds axes that are passed half way; `hold` by how much axes sway to either side, once in
    `hold_s` seconds, after it. `path` is "lerp" or "slerp" where the author wants noise and embeddings to go straight
    or along the great circle, and "direct" where they go as the model has it. With `steady` whatever is on its way to
    the same goal already, at the same speed, goes on undisturbed.
    """

    prompt: str
    axes: Mapping[str, AxisValue]
    frames: int
    easing: str = "in-out"
    drift: Mapping[str, float] = field(default_factory=dict)
    via: Mapping[str, AxisValue] = field(default_factory=dict)
    hold: Mapping[str, float] = field(default_factory=dict)
    hold_s: float = 8.0
    path: str = "direct"
    steady: bool = False


def direct(before: Moment | None, now: Moment, fps: int) -> Move | None:
    """The move from one moment to the next, or None when both show the same shot. The first moment is cut to."""
    if before is not None and before.shot == now.shot:
        return None
    cut = before is None or now.motion.path == "cut"
    return Move(
        prompt=now.shot.prompt,
        axes=now.shot.axes,
        frames=1 if cut else max(1, round(now.motion.duration_s * fps)),
        easing=now.motion.easing,
        drift=now.shot.drift,
        via=now.motion.via if now.motion.path == "via" else {},
        hold=now.shot.hold,
        hold_s=now.shot.hold_s,
        path=now.motion.path if now.motion.path in ("lerp", "slerp") else "direct",
        steady=before is not None and now.stays and now.scene == before.scene,
    )
