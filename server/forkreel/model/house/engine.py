"""The view network compiled for this processor with OpenVINO: a third faster than torch, and at ease on one core.

Torch's own threads wait for each other at every layer, which stalls a picture whenever another thread (an encoder, a
second show) holds a core. Here each picture is one core's, and as many are painted at a time as there are streams: two
cores give almost twice the pictures, and the same point gives the same bits whatever is painted beside it.
"""

from __future__ import annotations

import tempfile
import warnings
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

from forkreel.model.house.planes import HousePlanes
from forkreel.model.house.setting import Setting
from forkreel.model.house.tensors import tensors
from forkreel.model.house.view import HouseView, Scene
from forkreel.model.house.window import Window

FloatArray = NDArray[np.float32]
Cut = tuple[FloatArray, FloatArray, FloatArray]
"""Fields `(K, 72, 128)`, colours `(K+1, 3, 72, 128)` and open sky `(72, 128)`, both 0..1."""


class _Flat(nn.Module):
    """The view with its scene as plain tensors, as a tracer wants it."""

    def __init__(self, view: HouseView) -> None:
        super().__init__()
        self.view = view

    def forward(self, coarse: Tensor, fine: Tensor, *scene: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        fields, colours, sky = self.view(coarse, fine, Scene(*scene))
        return fields, colours, torch.sigmoid(sky)


class Engine:
    """Settings to cut paper, for up to `streams` threads at a time; the next one waits."""

    def __init__(self, planes: HousePlanes, view: HouseView, streams: int) -> None:
        torch.set_num_threads(1)  # what torch is left with is too little to share out
        self._window = Window(planes)
        example = self._inputs(Setting())
        core = ov.Core()
        model = _converted(core, view, example)
        model.reshape({port: list(array.shape) for port, array in zip(model.inputs, example, strict=True)})
        half = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        compiled = core.compile_model(
            model,
            "CPU",
            {
                "NUM_STREAMS": streams,
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
            papers, paints, sky = request.infer(inputs, share_inputs=False, share_outputs=False).values()
        finally:
            self._idle.put(request)
        return papers[0], paints[0], sky[0, 0]

    @torch.inference_mode()
    def _inputs(self, setting: Setting) -> list[FloatArray]:
        _, scene = tensors([setting])
        return [*self._window.look(setting), *(part.numpy() for part in _parts(scene))]


def _converted(core: ov.Core, view: HouseView, example: list[FloatArray]) -> ov.Model:
    """The view as OpenVINO's graph, by its front end: `openvino.convert_model` would report its use to a stranger."""
    front = FrontEndManager().load_by_framework("pytorch")
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of sizes that tracing fixes: they are the same for every picture
        inputs = tuple(torch.from_numpy(array) for array in example)
        decoder = TorchScriptPythonDecoder(_Flat(view).eval(), example_input=inputs)  # must outlive the conversion
        model = front.convert(front.load(decoder))
    with tempfile.TemporaryDirectory() as folder:  # read back, the graph holds on to no memory of torch's or Python's
        ov.save_model(model, Path(folder) / "view.xml", compress_to_fp16=False)
        core.set_property({"ENABLE_MMAP": False})
        return core.read_model(Path(folder) / "view.xml")


def _parts(scene: Scene) -> tuple[Tensor, ...]:
    return tuple(getattr(scene, part.name) for part in fields(scene))
