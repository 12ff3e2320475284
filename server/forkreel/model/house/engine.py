"""The view and the figures in the engine that is fastest on this processor.

Torch's own threads wait for each other at every layer, which stalls a picture whenever another thread (an encoder, a
second show) holds a core. Here each picture is one core's where that is fast enough, and as many are painted at a time
as there are streams: two cores give almost twice the pictures. The same point gives the same bits whatever is painted
beside it.
"""

from __future__ import annotations

import logging
from typing import Literal, NamedTuple, Protocol

import torch
from torch import nn

from forkreel.model.house.figure_knobs import FIGURES, Name, knobs
from forkreel.model.house.figures import HouseFigures
from forkreel.model.house.flat import Flat, FloatArray, evenly, tensors_of
from forkreel.model.house.mnn_network import MnnError, MnnNetwork
from forkreel.model.house.openvino_network import OpenVinoNetwork, has_bf16
from forkreel.model.house.planes import HousePlanes
from forkreel.model.house.setting import Setting
from forkreel.model.house.standing import Standing, share_of, stand
from forkreel.model.house.tensors import tensors
from forkreel.model.house.view import HouseView
from forkreel.model.house.window import Window

logger = logging.getLogger(__name__)

_UNSEEN = 0.01  # how little of a figure is left out

Kind = Literal["OpenVINO bf16", "OpenVINO", "MNN"]


class Cut(NamedTuple):
    """What a picture is laid of: fields `(K, 144, 256)`, colours `(K+1, 3, 72, 128)` and open sky `(72, 128)` of the
    stage, the latter two 0..1; and the figures that stand on it, far to near."""

    fields: FloatArray
    colours: FloatArray
    sky: FloatArray
    figures: tuple[Standing, ...]


class Network(Protocol):
    """A module as an engine runs it."""

    def __call__(self, inputs: list[FloatArray]) -> tuple[FloatArray, FloatArray]:
        """What the module takes to what it gives, without the batch: of `flat.Flat` fields, and colours with open sky
        last; of a figure fields and colours."""
        ...


class Engine:
    """Settings to cut paper, for up to `streams` threads at a time; the next one waits.

    `kind` is what runs the network; asked for None, it is what this processor does fast.
    """

    kind: Kind

    def __init__(
        self, planes: HousePlanes, view: HouseView, figures: HouseFigures, streams: int, kind: Kind | None = None
    ) -> None:
        torch.set_num_threads(1)  # what torch is left with is too little to share out
        self._window = Window(planes)
        self.kind = kind or fastest()
        self._stage = self._made(
            Flat(view if self.kind == "OpenVINO bf16" else evenly(view)), self._seen(Setting()), streams
        )
        self._figures = {name: self._made(getattr(figures, name), _told(name, Setting()), streams) for name in FIGURES}

    def cut(self, setting: Setting) -> Cut:
        """A setting to its papers."""
        fields, paints = self._stage(self._seen(setting))
        figures = tuple(
            stand(name, setting, *self._figures[name](_told(name, setting)))
            for name in FIGURES
            if share_of(name, setting) > _UNSEEN
        )
        return Cut(fields, paints[:-1].reshape(-1, 3, *paints.shape[1:]), paints[-1], figures)

    def _made(self, module: nn.Module, example: list[FloatArray], streams: int) -> Network:
        if self.kind == "MNN":
            try:
                return MnnNetwork(module, example, streams)
            except (ImportError, MnnError) as error:
                logger.warning("the house model paints more slowly than it could: it cannot use MNN (%s)", error)
                self.kind = "OpenVINO"
        return OpenVinoNetwork(module, example, streams, half=self.kind == "OpenVINO bf16")

    @torch.inference_mode()
    def _seen(self, setting: Setting) -> list[FloatArray]:
        _, scene = tensors([setting])
        return [*self._window.look(setting), *(part.numpy() for part in tensors_of(scene))]


@torch.inference_mode()
def _told(name: Name, setting: Setting) -> list[FloatArray]:
    return [part.numpy() for part in knobs(name, [setting])]


def fastest() -> Kind:
    """What paints most pictures a second on this processor, by what `forkreel bench` says of such ones."""
    if has_bf16():
        return "OpenVINO bf16"
    return "MNN" if torch.backends.cpu.get_cpu_capability() == "AVX2" else "OpenVINO"
