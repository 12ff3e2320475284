"""The view network compiled for this processor with OpenVINO: a third faster than torch, and at ease on one core.

Torch's own threads wait for each other at every layer, which stalls a picture whenever another thread (an encoder, a
second show) holds a core. Here, where the processor has bf16, each picture is one core's, and as many are painted at
a time as there are streams: two cores give almost twice the pictures. Without bf16 one core would come too late, so
all paint one picture after the other. The same point gives the same bits whatever is painted beside it.
"""

from __future__ import annotations

import tempfile
import warnings
from copy import deepcopy
from dataclasses import fields
from pathlib import Path
from queue import LifoQueue, Queue

import numpy as np
import openvino as ov
import torch
from numpy.typing import NDArray
from openvino.frontend import FrontEndManager
from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder
from torch import Tensor, nn
from torch.nn import functional as F

from forkreel.model.house.planes import HousePlanes
from forkreel.model.house.setting import Setting
from forkreel.model.house.tensors import tensors
from forkreel.model.house.view import HouseView, Scene
from forkreel.model.house.window import Window

FloatArray = NDArray[np.float32]
Cut = tuple[FloatArray, FloatArray, FloatArray]
"""Fields `(K, 72, 128)`, colours `(K+1, 3, 72, 128)` and open sky `(72, 128)`, both 0..1."""


class _Flat(nn.Module):
    """The view with its scene as plain tensors, as a tracer wants it; colours and sky are cut apart outside."""

    def __init__(self, view: HouseView) -> None:
        super().__init__()
        self.view = view

    def forward(self, coarse: Tensor, fine: Tensor, *scene: Tensor) -> tuple[Tensor, Tensor]:
        fields, paints = self.view.sheets(coarse, fine, Scene(*scene))
        return fields, torch.sigmoid(paints)


class _Norm(nn.Module):
    """`nn.GroupNorm` by sums over each channel, which leave the channels last, as convolutions want them.

    OpenVINO's own wants them first, and turning there and back took an eighth of a picture's time. It sums squares, for
    which bf16 is too coarse.
    """

    within: Tensor

    def __init__(self, norm: nn.GroupNorm) -> None:
        super().__init__()
        groups, each = norm.num_groups, norm.num_channels // norm.num_groups
        self.register_buffer("within", torch.kron(torch.eye(groups), torch.full((each, each), 1 / each)))
        self.eps = norm.eps

    def forward(self, x: Tensor) -> Tensor:
        mean, square = (F.linear(sums.mean((2, 3)), self.within)[:, :, None, None] for sums in (x, x * x))
        return (x - mean) * torch.rsqrt(square - mean * mean + self.eps)


class Engine:
    """Settings to cut paper, for up to `streams` threads at a time; the next one waits.

    `half` is whether it calculates in bf16; asked for None, it is what this processor does fast.
    """

    half: bool

    def __init__(self, planes: HousePlanes, view: HouseView, streams: int, half: bool | None = None) -> None:
        torch.set_num_threads(1)  # what torch is left with is too little to share out
        self._window = Window(planes)
        example = self._inputs(Setting())
        core = ov.Core()
        if half is None:
            half = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        self.half = half
        model = _converted(core, view if half else _evenly(view), example)
        model.reshape({port: list(array.shape) for port, array in zip(model.inputs, example, strict=True)})
        compiled = core.compile_model(
            model,
            "CPU",
            {
                "NUM_STREAMS": streams if half else 1,  # without bf16 a picture needs all cores to come in time
                "INFERENCE_NUM_THREADS": streams,
                "ENABLE_CPU_PINNING": False,  # a core that somebody else uses must not be waited for
                "INFERENCE_PRECISION_HINT": "bf16" if half else "f32",
            },
        )
        self._idle: Queue[ov.InferRequest] = LifoQueue(streams)
        for _ in range(streams):
            self._idle.put(compiled.create_infer_request())

    def cut(self, setting: Setting) -> Cut:
        """A setting to its papers."""
        inputs = self._inputs(setting)
        request = self._idle.get()
        try:
            (fields,), (paints,) = request.infer(inputs, share_inputs=False, share_outputs=False).values()
        finally:
            self._idle.put(request)
        return fields, paints[:-1].reshape(-1, 3, *paints.shape[1:]), paints[-1]

    @torch.inference_mode()
    def _inputs(self, setting: Setting) -> list[FloatArray]:
        _, scene = tensors([setting])
        return [*self._window.look(setting), *(part.numpy() for part in _parts(scene))]


def _evenly(view: HouseView) -> HouseView:
    """The same network with `_Norm` for its norms."""
    view = deepcopy(view)
    for block in (*view.low, *view.middle, *view.high):
        block.norm = _Norm(block.norm)
    return view


def _converted(core: ov.Core, view: HouseView, example: list[FloatArray]) -> ov.Model:
    """The view as OpenVINO's graph, by its front end: `openvino.convert_model` would report its use to a stranger."""
    front = FrontEndManager().load_by_framework("pytorch")
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of sizes that tracing fixes: they are the same for every picture
        inputs = tuple(torch.from_numpy(array) for array in example)
        decoder = TorchScriptPythonDecoder(  # must outlive the conversion
            _Flat(view).eval(), example_input=inputs, trace_kwargs={"check_trace": False}
        )
        model = front.convert(front.load(decoder))
    with tempfile.TemporaryDirectory() as folder:  # read back, the graph holds on to no memory of torch's or Python's
        ov.save_model(model, Path(folder) / "view.xml", compress_to_fp16=False)
        core.set_property({"ENABLE_MMAP": False})
        return core.read_model(Path(folder) / "view.xml")


def _parts(scene: Scene) -> tuple[Tensor, ...]:
    return tuple(getattr(scene, part.name) for part in fields(scene))
