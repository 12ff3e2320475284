"""Networks compiled for this processor with OpenVINO: a third faster than torch, and at ease on one core."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from queue import LifoQueue, Queue

import openvino as ov
import torch
from openvino.frontend import FrontEndManager
from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder
from torch import nn

from forkreel.model.house.flat import FloatArray

_ABREAST = 2  # pictures at a time without bf16, where one core needs longer for one than a frame lasts


def has_bf16() -> bool:
    """Whether OpenVINO calculates in bf16 on this processor, at twice the speed."""
    return "BF16" in ov.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


class OpenVinoNetwork:
    """A module's inputs to fields and colours, for several threads at a time; who comes when all are busy waits.

    With bf16 (`half`) as many as `cores`, each on one of them; else two, which share them.
    """

    def __init__(self, module: nn.Module, example: list[FloatArray], cores: int, *, half: bool) -> None:
        abreast = cores if half else min(_ABREAST, cores)
        core = ov.Core()
        model = _converted(core, module, example)
        model.reshape({port: list(array.shape) for port, array in zip(model.inputs, example, strict=True)})
        compiled = core.compile_model(
            model,
            "CPU",
            {
                "NUM_STREAMS": abreast,
                "INFERENCE_NUM_THREADS": cores,
                "ENABLE_CPU_PINNING": False,  # a core that somebody else uses must not be waited for
                "INFERENCE_PRECISION_HINT": "bf16" if half else "f32",
            },
        )
        self._idle: Queue[ov.InferRequest] = LifoQueue(abreast)
        for _ in range(abreast):
            self._idle.put(compiled.create_infer_request())

    def __call__(self, inputs: list[FloatArray]) -> tuple[FloatArray, FloatArray]:
        """See `engine.Network`."""
        request = self._idle.get()
        try:
            (fields,), (paints,) = request.infer(inputs, share_inputs=False, share_outputs=False).values()
        finally:
            self._idle.put(request)
        return fields, paints


def _converted(core: ov.Core, module: nn.Module, example: list[FloatArray]) -> ov.Model:
    """A module as OpenVINO's graph, by its front end: `openvino.convert_model` would report its use to a stranger."""
    front = FrontEndManager().load_by_framework("pytorch")
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of sizes that tracing fixes: they are the same for every picture
        inputs = tuple(torch.from_numpy(array) for array in example)
        decoder = TorchScriptPythonDecoder(  # must outlive the conversion
            module.eval(), example_input=inputs, trace_kwargs={"check_trace": False}
        )
        model = front.convert(front.load(decoder))
    with tempfile.TemporaryDirectory() as folder:  # read back, the graph holds on to no memory of torch's or Python's
        ov.save_model(model, Path(folder) / "network.xml", compress_to_fp16=False)
        core.set_property({"ENABLE_MMAP": False})
        return core.read_model(Path(folder) / "network.xml")
