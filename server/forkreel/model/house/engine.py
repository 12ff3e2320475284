"""The view network in the engine that is fastest on this processor.

Torch's own threads wait for each other at every layer, which stalls a picture whenever another thread (an encoder, a
second show) holds a core. Here each picture is one core's where that is fast enough, and as many are painted at a time
as there are streams: two cores give almost twice the pictures. The same point gives the same bits whatever is painted
beside it.
"""

from __future__ import annotations

import logging
from typing import Literal, Protocol

import torch

from forkreel.model.house.flat import FloatArray, tensors_of
from forkreel.model.house.mnn_network import MnnError, MnnNetwork
from forkreel.model.house.openvino_network import OpenVinoNetwork, has_bf16
from forkreel.model.house.planes import HousePlanes
from forkreel.model.house.setting import Setting
from forkreel.model.house.tensors import tensors
from forkreel.model.house.view import HouseView
from forkreel.model.house.window import Window

logger = logging.getLogger(__name__)

Cut = tuple[FloatArray, FloatArray, FloatArray]
"""Fields `(K, 72, 128)`, colours `(K+1, 3, 72, 128)` and open sky `(72, 128)`, both 0..1."""

Kind = Literal["OpenVINO bf16", "OpenVINO", "MNN"]


class Network(Protocol):
    """The view as an engine runs it."""

    def __call__(self, inputs: list[FloatArray]) -> tuple[FloatArray, FloatArray]:
        """What `flat.Flat` takes to what it gives, without the batch: fields, and colours with the open sky last."""
        ...


class Engine:
    """Settings to cut paper, for up to `streams` threads at a time; the next one waits.

    `kind` is what runs the network; asked for None, it is what this processor does fast.
    """

    kind: Kind

    def __init__(self, planes: HousePlanes, view: HouseView, streams: int, kind: Kind | None = None) -> None:
        torch.set_num_threads(1)  # what torch is left with is too little to share out
        self._window = Window(planes)
        self.kind = kind or fastest()
        self._network = self._made(view, streams)

    def cut(self, setting: Setting) -> Cut:
        """A setting to its papers."""
        fields, paints = self._network(self._inputs(setting))
        return fields, paints[:-1].reshape(-1, 3, *paints.shape[1:]), paints[-1]

    def _made(self, view: HouseView, streams: int) -> Network:
        example = self._inputs(Setting())
        if self.kind == "MNN":
            try:
                return MnnNetwork(view, example, streams)
            except (ImportError, MnnError) as error:
                logger.warning("the house model paints more slowly than it could: it cannot use MNN (%s)", error)
                self.kind = "OpenVINO"
        return OpenVinoNetwork(view, example, streams, half=self.kind == "OpenVINO bf16")

    @torch.inference_mode()
    def _inputs(self, setting: Setting) -> list[FloatArray]:
        _, scene = tensors([setting])
        return [*self._window.look(setting), *(part.numpy() for part in tensors_of(scene))]


def fastest() -> Kind:
    """What paints most pictures a second on this processor, by what `forkreel bench` says of such ones."""
    if has_bf16():
        return "OpenVINO bf16"
    return "MNN" if torch.backends.cpu.get_cpu_capability() == "AVX2" else "OpenVINO"
