"""Where pictures with axes come from: a painter of one's own, or a folder of frames with a `metadata.jsonl`."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from forkreel.errors import AxisError, ModelError
from forkreel.model.learned.axes import AxisValue, Declared, declared_from

METADATA, AXES = "metadata.jsonl", "axes.json"
HELD = 10  # every tenth frame of a folder is kept out of training, to measure by
_LEAST = 20  # frames
_PROMPTS = 400


class Painter(Protocol):
    """A renderer to be distilled: a class that is made without arguments.

    class Disc:
        axes = (Declared("x"), Declared("colour", labels=("red", "blue")))

        def paint(self, axes, size): ...        # -> (height, width, 3) uint8 RGB; size is (width, height)

        def caption(self, axes): ...            # -> "a red disc on the left", or ""
    """

    @property
    def axes(self) -> Sequence[Declared]:
        """What may be asked of it."""
        ...

    def paint(self, axes: Mapping[str, AxisValue], size: tuple[int, int]) -> NDArray[np.uint8]:
        """A value for every axis as `(height, width, 3)` uint8 RGB; the same values give the same picture."""
        ...

    def caption(self, axes: Mapping[str, AxisValue]) -> str:
        """What a viewer might call that picture: from these prompts are read. It may be empty."""
        ...


@dataclass(frozen=True)
class Example:
    """Values of all axes, what somebody called the picture, and the picture `(height, width, 3)` uint8."""

    axes: Mapping[str, AxisValue]
    prompt: str
    picture: NDArray[np.uint8]


class Source(Protocol):
    """An endless stream of examples: the n-th is always the same. Those held out are never among the others."""

    @property
    def axes(self) -> Sequence[Declared]:
        """The axes of every example."""
        ...

    @property
    def grid(self) -> tuple[int, int]:
        """Columns and rows that a picture is cut into; its sides are whole multiples."""
        ...

    def example(self, n: int, size: tuple[int, int], held_out: bool = False) -> Example:
        """Example n, at `size`."""
        ...

    def prompts(self) -> list[tuple[str, Mapping[str, AxisValue]]]:
        """Some prompts with the axes of their pictures, to learn from what prompts mean."""
        ...


class Painted:
    """Examples by a painter, at random values of its axes."""

    def __init__(self, painter: Painter, seed: int = 1) -> None:
        self.axes = tuple(painter.axes)
        if not self.axes:
            raise ModelError("the painter declares no axes: there is nothing to learn")
        self.grid = (64, 36)
        self._painter, self._seed = painter, seed

    def _values(self, n: int, held_out: bool) -> dict[str, AxisValue]:
        rng = np.random.default_rng([self._seed, int(held_out), n])
        return {
            axis.name: str(rng.choice(axis.labels)) if axis.labels else float(rng.uniform(axis.low, axis.high))
            for axis in self.axes
        }

    def example(self, n: int, size: tuple[int, int], held_out: bool = False) -> Example:
        """See `Source.example`. Raises `ModelError` for a picture that is none."""
        values = self._values(n, held_out)
        picture = self._painter.paint(values, size)
        if not isinstance(picture, np.ndarray) or picture.shape != (size[1], size[0], 3) or picture.dtype != np.uint8:
            found = f"{picture.dtype} {picture.shape}" if isinstance(picture, np.ndarray) else type(picture).__name__
            raise ModelError(f"the painter gave {found} for a picture of uint8 ({size[1]}, {size[0]}, 3)")
        return Example(values, self._painter.caption(values), picture)

    def prompts(self) -> list[tuple[str, Mapping[str, AxisValue]]]:
        """See `Source.prompts`."""
        drawn = [self._values(n, False) for n in range(10 * _PROMPTS)]
        return [(text, values) for values in drawn if (text := self._painter.caption(values))]


class Frames:
    """Examples from a folder: frames with a `metadata.jsonl`, one JSON object a line: `file_name`, `prompt`, `axes`, as
    Hugging Face's imagefolder has it.

    Axes are what the lines hold, from the smallest value to the largest, words as labels; `axes.json`, an object of
    objects, may say more: `{"turn": {"low": 0, "high": 360, "turns": true, "meaning": "..."}}`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lines = [*_lines(folder)]
        if len(self._lines) < _LEAST:
            raise ModelError(f"{folder / METADATA} tells of {len(self._lines)} frames; at least {_LEAST} are needed")
        self.axes = _implied(folder, [axes for _, _, axes in self._lines])
        for n, (_, _, axes) in enumerate(self._lines):
            try:
                for axis in self.axes:
                    axis.checked(axes[axis.name])
            except AxisError as error:
                raise ModelError(f"{folder / METADATA}, line {n + 1}: {error}") from error
        width, height = self._open(0).size
        self.grid = (
            (64, max(4, round(64 * height / width))) if width >= height else (max(4, round(64 * width / height)), 64)
        )

    def _open(self, n: int) -> Image.Image:
        file = self._folder / self._lines[n][0]
        try:
            with Image.open(file) as picture:
                return picture.convert("RGB")
        except (OSError, ValueError, Image.DecompressionBombError) as error:
            raise ModelError(f"{self._folder / METADATA}, line {n + 1}: {file} is no picture: {error}") from error

    def example(self, n: int, size: tuple[int, int], held_out: bool = False) -> Example:
        """See `Source.example`: every tenth frame is held out; frames are scaled to `size`."""
        kept = range(0, len(self._lines), HELD)
        if held_out:
            line = kept[n % len(kept)]
        else:
            line = int(np.random.default_rng([7, n]).integers(len(self._lines)))
            line = line + 1 if line in kept else line
            line = line if line < len(self._lines) else 1
        _, prompt, axes = self._lines[line]
        return Example(axes, prompt, np.asarray(self._open(line).resize(size, Image.Resampling.BOX)))

    def prompts(self) -> list[tuple[str, Mapping[str, AxisValue]]]:
        """See `Source.prompts`."""
        return [(prompt, axes) for _, prompt, axes in self._lines if prompt]


def _lines(folder: Path) -> list[tuple[str, str, Mapping[str, AxisValue]]]:
    told = folder / METADATA
    try:
        text = told.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{told} cannot be read: {error}") from error
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        where = f"{told}, line {number}"
        try:
            one = json.loads(line)
        except ValueError as error:
            raise ModelError(f"{where}: no JSON: {error}") from error
        if (
            not isinstance(one, dict)
            or not isinstance(one.get("file_name"), str)
            or not isinstance(one.get("axes"), dict)
        ):
            raise ModelError(f'{where}: {{"file_name": ..., "prompt": ..., "axes": {{...}}}} is wanted')
        file = (folder / one["file_name"]).resolve()
        if not file.is_relative_to(folder.resolve()) or not file.is_file():
            raise ModelError(f"{where}: there is no file {one['file_name']} in {folder}")
        for name, value in one["axes"].items():
            if isinstance(value, bool) or not isinstance(value, (int, float, str)) or value != value:
                raise ModelError(f"{where}: the axis {name} is a number or a word, not {value!r}")
        found.append((one["file_name"], str(one.get("prompt") or ""), one["axes"]))
        if found[0][2].keys() != one["axes"].keys():
            raise ModelError(f"{where}: has the axes {', '.join(one['axes'])}; line 1 has {', '.join(found[0][2])}")
    return found


def _implied(folder: Path, values: Sequence[Mapping[str, AxisValue]]) -> tuple[Declared, ...]:
    more: Mapping[str, Mapping[str, object]] = {}
    if (folder / AXES).is_file():
        try:
            more = json.loads((folder / AXES).read_text(encoding="utf-8"))
        except ValueError as error:
            raise ModelError(f"{folder / AXES} is no JSON: {error}") from error
    if not isinstance(more, dict) or not all(isinstance(one, dict) for one in more.values()):
        raise ModelError(f"{folder / AXES} holds an object for each axis that it tells of")
    if strange := next((name for name in more if name not in values[0]), None):
        raise ModelError(f"{folder / AXES} tells of an axis {strange!r}, which no frame has")
    axes: list[Declared] = []
    for name in values[0]:
        seen = [one[name] for one in values]
        numbers = [value for value in seen if not isinstance(value, str)]
        if numbers and len(numbers) < len(seen):
            raise ModelError(f"{folder / METADATA}: the axis {name} is a number in some lines and a word in others")
        implied: dict[str, object] = (
            {"low": min(numbers), "high": max(numbers)} if numbers else {"labels": sorted({str(one) for one in seen})}
        )
        if numbers and min(numbers) == max(numbers) and name not in more:
            continue  # always the same: nothing to learn
        wanted = {**implied, **more.get(name, {})}
        try:
            axes += declared_from([{"name": name, **wanted}])
        except TypeError as error:
            raise ModelError(f"{folder / AXES}: {name}: {error}") from error
    if not axes:
        raise ModelError(f"{folder / METADATA}: the frames differ in no axis: there is nothing to learn")
    return tuple(axes)


def open_painter(name: str) -> Painter:
    """The painter `module:Class`, looked for in the working directory, too. Raises `ModelError`."""
    module, _, attribute = name.partition(":")
    if not module or not attribute:
        raise ModelError(f"a painter is MODULE:CLASS, not {name!r}")
    sys.path.insert(0, str(Path.cwd()))
    try:
        painter: Painter = getattr(importlib.import_module(module), attribute)()
    except (ImportError, AttributeError, TypeError) as error:
        raise ModelError(f"there is no painter {name}: {error}") from error
    finally:
        sys.path.remove(str(Path.cwd()))
    if lacking := [part for part in ("axes", "paint", "caption") if not hasattr(painter, part)]:
        raise ModelError(f"{name} is no painter: it lacks {', '.join(lacking)}")
    return painter
