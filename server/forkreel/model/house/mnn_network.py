"""Networks in MNN, for processors that have AVX2 but not AVX-512.

There its 3x3 convolutions are as fast as multiplying can be, and only fewer multiplications help: MNN takes Winograd's
algorithm (Lavin and Gray, arXiv:1509.09308), which needs less than half of them. A picture is one core's.

Of MNN only the engine and the converter's own function are used: the package `MNN.tools` reports its use to a stranger.
"""

from __future__ import annotations

import ctypes
import logging
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from queue import LifoQueue, Queue
from typing import Any

import numpy as np
import torch
from torch import nn

from forkreel.model.house.flat import FloatArray

logger = logging.getLogger(__name__)

_OUTPUTS = ("fields", "paints")
_OUT_OF_MEMORY = 1  # in MNN/ErrorCode.hpp
_MOST_KEPT = 12  # networks in the cache: of other weights, or other versions; a model has four


class MnnError(Exception):
    """MNN cannot read or run the network."""


class MnnNetwork:
    """A module's inputs to fields and colours, for `streams` threads at a time; who comes when all are busy waits.

    Raises `ImportError` where MNN, or onnx, by way of which it reads the network, is not installed, and `MnnError`
    where MNN cannot read it.
    """

    def __init__(self, module: nn.Module, example: list[FloatArray], streams: int) -> None:
        self._idle: Queue[_Session] = LifoQueue(streams)
        with _stdout_to_stderr(), tempfile.TemporaryDirectory() as fresh:
            path = _converted(module, example, Path(fresh))
            for _ in range(streams):
                self._idle.put(_Session(path))

    def __call__(self, inputs: list[FloatArray]) -> tuple[FloatArray, FloatArray]:
        """See `engine.Network`."""
        session = self._idle.get()
        try:
            return session(inputs)
        finally:
            self._idle.put(session)


class _Session:
    """One picture at a time. Sessions of one interpreter would wait for each other, so each has its own."""

    def __init__(self, path: Path) -> None:
        import MNN

        self._mnn = MNN
        try:
            self._interpreter = MNN.Interpreter(str(path))
        except Exception as error:  # it raises nothing more special
            path.unlink()  # to be made anew the next time
            raise MnnError(f"{path}: {error}") from error
        self._session = self._interpreter.createSession({"backend": "CPU", "numThread": 1, "precision": "high"})
        inputs = self._interpreter.getSessionInputAll(self._session)
        self._inputs = [inputs[_input(n)] for n in range(len(inputs))]
        self._outputs = [self._interpreter.getSessionOutput(self._session, name) for name in _OUTPUTS]

    def __call__(self, inputs: list[FloatArray]) -> tuple[FloatArray, FloatArray]:
        for tensor, array in zip(self._inputs, inputs, strict=True):
            tensor.copyFrom(self._host(np.ascontiguousarray(array)))
        if failed := self._interpreter.runSession(self._session):
            if failed == _OUT_OF_MEMORY:
                raise MemoryError
            raise MnnError(f"MNN stopped with error {failed}")
        fields, paints = (self._read(output) for output in self._outputs)
        return fields, paints

    def _read(self, tensor: Any) -> FloatArray:
        host = self._host(np.empty(tensor.getShape(), np.float32))
        tensor.copyToHostTensor(host)
        return np.array(host.getNumpyData()[0])

    def _host(self, array: FloatArray) -> Any:
        mnn = self._mnn
        return mnn.Tensor(array.shape, mnn.Halide_Type_Float, array, mnn.Tensor_DimensionType_Caffe)


def _input(n: int) -> str:
    return f"input{n}"


def _converted(module: nn.Module, example: list[FloatArray], fresh: Path) -> Path:
    """The network's file: from the user's cache, else made in the folder `fresh`, in some seconds, and kept."""
    made, kept = fresh / "network.mnn", _kept(_key(module))
    if kept is not None and kept.is_file():
        return kept
    _convert(module, example, made)
    if kept is not None:
        _keep(made, kept)
    return made


def _kept(key: str) -> Path | None:
    """Where the user's cache has the network; None for a user without a home."""
    try:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:
        return None
    return cache / "forkreel" / "networks" / f"{key}.mnn"


def _keep(made: Path, kept: Path) -> None:
    folder = kept.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as whole:  # nobody finds half a file
            shutil.copy(made, whole)
            (Path(whole) / made.name).replace(kept)
        for old in sorted(folder.glob("*.mnn"), key=lambda other: other.stat().st_mtime)[:-_MOST_KEPT]:
            old.unlink(missing_ok=True)
    except OSError as error:
        logger.info("the network is converted for MNN anew with each start: %s", error)


def _key(module: nn.Module) -> str:
    """A hash of all that decides the file: weights, our code, and who converts."""
    found = sha256("".join(version(package) for package in ("torch", "onnx", "MNN")).encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        found.update(source.read_bytes())
    for name, tensor in sorted(module.state_dict().items()):
        found.update(name.encode())
        found.update(tensor.numpy())
    return found.hexdigest()[:32]


def _convert(module: nn.Module, example: list[FloatArray], path: Path) -> None:
    import _tools

    onnx = path.with_suffix(".onnx")
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of sizes that tracing fixes, and that torch has a newer exporter
        torch.onnx.export(
            module.eval(),
            tuple(torch.from_numpy(array) for array in example),
            onnx,
            dynamo=False,
            input_names=[_input(n) for n in range(len(example))],
            output_names=list(_OUTPUTS),
            opset_version=18,
        )
    _tools.mnnconvert(["", "-f", "ONNX", "--modelFile", str(onnx), "--MNNModel", str(path), "--bizCode", "forkreel"])


@contextmanager
def _stdout_to_stderr() -> Iterator[None]:
    """MNN tells stdout what it does, where a command's own output belongs."""
    c = ctypes.CDLL(None)
    sys.stdout.flush()
    c.fflush(None)
    kept = os.dup(1)
    try:
        os.dup2(2, 1)
        yield
    finally:
        c.fflush(None)
        os.dup2(kept, 1)
        os.close(kept)
