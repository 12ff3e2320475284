"""`HousePlanes`: the places, as learned feature planes one a depth, as wide as their worlds, and the view's window
on them.

A plane is stored as a table of columns, so that a view is a look-up of neighbouring columns mixed in pairs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn
from torch.nn import functional as F

from forkreel.model.house.geometry import ASPECT, CIRCUMFERENCE, CLOUDS_CIRCUMFERENCE, PLACES


def _step_of(table: str) -> str:
    return "step_" + table.replace(".", "_")


@dataclass(frozen=True)
class Camera:
    """Where a batch of views looks, as tensors of length B: `layers` `(B, 6)` and `other` int64 indices of places,
    `presence` 0.5..1 of the first, `pan` and `clouds` 0..1, `pans` `(B, 6)` 0..1 for each layer, and `sinks` `(B, 5)`:
    how far each layer but the ground has gone down, in picture heights.
    """

    layers: Tensor
    other: Tensor
    presence: Tensor
    pan: Tensor
    pans: Tensor
    clouds: Tensor
    sinks: Tensor


class HousePlanes(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """Columns of features for every place, depth and x; `coarse` at 64x36 a screen, `fine` at 128x72.

    In a file the tables are packed, a byte a number, which costs a picture nothing that could be measured (under 0.01
    dB) and halves the weights.
    """

    @register_to_config
    def __init__(
        self,
        coarse_channels: int = 12,
        fine_channels: int = 6,
        cloud_channels: int = 6,
        columns: int = 64,
        rows: int = 36,
    ) -> None:
        super().__init__()
        self.columns, self.rows = columns, rows
        self.widths = [round(c / ASPECT * columns) for c in CIRCUMFERENCE]
        self.cloud_width = round(CLOUDS_CIRCUMFERENCE / ASPECT * columns)
        places = len(PLACES)
        self.coarse = nn.ParameterList(
            nn.Parameter(torch.randn(places * w, coarse_channels * rows) * 0.1) for w in self.widths
        )
        self.fine = nn.ParameterList(
            nn.Parameter(torch.randn(places * w * 2, fine_channels * rows * 2) * 0.1) for w in self.widths
        )
        self.sky_coarse = nn.Parameter(torch.randn(self.cloud_width, cloud_channels * rows) * 0.1)
        self.sky_fine = nn.Parameter(torch.randn(self.cloud_width * 2, cloud_channels * rows * 2) * 0.1)
        for name, table in self.tables():
            self.register_buffer(_step_of(name), torch.ones(table.shape[1]))

    def tables(self) -> Iterator[tuple[str, nn.Parameter]]:
        """The tables of columns with their names."""
        yield from ((name, table) for name, table in self.named_parameters())

    @torch.no_grad()
    def pack(self) -> HousePlanes:
        """Makes the tables int8 -127..127, each row of features in steps of its own (uniform quantisation by the
        largest magnitude); for writing only."""
        for name, table in self.tables():
            step = (table.float().abs().amax(0) / 127).clamp(min=1e-12)
            self.get_buffer(_step_of(name)).copy_(step)
            table.requires_grad_(False)
            table.data = (table.float() / step).round().to(torch.int8)
        return self

    @torch.no_grad()
    def unpack(self) -> HousePlanes:
        """Tables of whole numbers, as a file has them, to what they stand for; does nothing the second time."""
        for name, table in self.tables():
            step = self.get_buffer(_step_of(name))
            table.data = table.data.float() * step
            step.fill_(1)
        return self

    def forward(self, camera: Camera) -> tuple[Tensor, Tensor]:
        """What the camera sees: coarse `(B, C, 36, 64)` and fine `(B, c, 72, 128)` features, channels last in
        memory."""
        return self._sample(camera, self.coarse, self.sky_coarse, 1), self._sample(camera, self.fine, self.sky_fine, 2)

    def _sample(self, camera: Camera, tables: nn.ParameterList, sky: Tensor, scale: int) -> Tensor:
        across, rows = self.columns * scale, self.rows * scale
        layers: list[Tensor] = []
        for depth, table in enumerate(tables):
            width = self.widths[depth] * scale
            pan = camera.pans[:, depth]
            view = self._columns(table, camera.layers[:, depth] * width, width, pan, across, CIRCUMFERENCE[depth], rows)
            if depth == len(tables) - 1:
                if bool((camera.presence < 1).any()):
                    other = self._columns(table, camera.other * width, width, pan, across, CIRCUMFERENCE[depth], rows)
                    view = torch.lerp(other, view, camera.presence.view(-1, 1, 1, 1).to(view.dtype))
            else:
                view = self._sunk(view, camera.sinks[:, depth] * rows)
            layers.append(view)
        nowhere = torch.zeros_like(camera.other)
        drift = (camera.pan + camera.clouds) % 1
        layers.append(self._columns(sky, nowhere, self.cloud_width * scale, drift, across, CLOUDS_CIRCUMFERENCE, rows))
        return torch.cat(layers, dim=2).permute(0, 2, 3, 1)  # (B, across, C, rows) -> (B, C, rows, across)

    def _columns(
        self, table: Tensor, first: Tensor, width: int, turn: Tensor, across: int, circumference: float, rows: int
    ) -> Tensor:
        """The columns under the view, each mixed from its two neighbours: `(B, across, C, rows)`."""
        at = torch.arange(across, device=table.device, dtype=torch.float32) + 0.5
        x = turn.view(-1, 1) * width + at * (ASPECT / across) * (width / circumference) - 0.5
        left = torch.floor(x)
        t = (x - left).to(table.dtype).unsqueeze(-1)
        left_index = left.long() % width
        a = F.embedding(first.view(-1, 1) + left_index, table)
        b = F.embedding(first.view(-1, 1) + (left_index + 1) % width, table)
        return torch.lerp(a, b, t).unflatten(2, (-1, rows))

    @staticmethod
    def _sunk(view: Tensor, down: Tensor) -> Tensor:
        """Moves views down by `down` rows each (any fraction); what comes in at the top is empty."""
        moving = (down > 0).nonzero().flatten()
        if len(moving) == 0:
            return view
        batch, across, channels, rows = view.shape
        y = torch.arange(rows, device=view.device, dtype=torch.float32) - down[moving].view(-1, 1)
        top = torch.floor(y)
        t = (y - top).to(view.dtype)
        padded = F.pad(view[moving], (1, 0))
        above = (top.long() + 1).clamp(0, rows)[:, None, None, :].expand(-1, across, channels, -1)
        below = (top.long() + 2).clamp(0, rows)[:, None, None, :].expand(-1, across, channels, -1)
        shifted = torch.lerp(padded.gather(3, above), padded.gather(3, below), t[:, None, None, :])
        if len(moving) == batch:
            return shifted
        return view.index_copy(0, moving, shifted)
