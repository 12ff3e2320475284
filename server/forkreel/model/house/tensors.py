"""Settings to the tensors that the networks take."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from forkreel.model.house.geometry import PLACES, moon_at, on_table, sink_of, sun_at
from forkreel.model.house.planes import Camera
from forkreel.model.house.setting import Setting
from forkreel.model.house.view import Scene


def tensors(settings: Sequence[Setting]) -> tuple[Camera, Scene]:
    """A batch of settings as the camera of `HousePlanes` and the scene of `HouseView`, float32 on the CPU."""

    def column(name: str) -> torch.Tensor:
        return torch.tensor([getattr(s, name) for s in settings], dtype=torch.float32)

    camera = Camera(
        layers=torch.tensor([[PLACES.index(s.layer_of(depth)) for depth in range(6)] for s in settings]),
        other=torch.tensor([PLACES.index(s.other) for s in settings]),
        presence=column("presence"),
        pan=column("pan"),
        pans=torch.tensor([[s.pan_of(depth) for depth in range(6)] for s in settings], dtype=torch.float32),
        clouds=column("clouds"),
        sinks=torch.tensor([[sink_of(depth, s.presence, s.place) for depth in range(5)] for s in settings]),
    )
    product = torch.tensor([on_table(s.place, s.presence) for s in settings], dtype=torch.float32)
    backdrops = torch.tensor([s.backdrop for s in settings])
    scene = Scene(
        hour=column("hour") / 24,
        season=column("season"),
        haze=column("haze"),
        presence=camera.presence,
        fox=column("fox"),
        lantern=column("lantern") * (1 - product),
        pose=torch.tensor([[s.walk, s.gait, s.sit, s.run, s.sleep] for s in settings]),
        fox_x=column("fox_x"),
        face=column("face"),
        sun=torch.tensor([sun_at(s.hour) for s in settings]),
        moon=torch.tensor([moon_at(s.hour) for s in settings]),
        company=column("company"),
        product=product,
        lit=column("lantern") * product,
        backdrop=backdrops * product[:, None],
    )
    return camera, scene
