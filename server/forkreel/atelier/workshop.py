"""What `forkreel train` does, apart from reading its arguments."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from forkreel.atelier.distil.source import Frames, Painted, open_painter
from forkreel.atelier.distil.training import Course, distil
from forkreel.errors import ForkreelError

Say = Callable[[str], None]


def learn(
    output: Path, say: Say, *, steps: int, minutes: float | None, start: Path | None, data: Path | None,
    painter: str | None,
) -> None:  # fmt: skip
    """Trains into `output`, or goes on with it: a model of the frames in `data` or of `painter`, else a house model."""
    if data is not None and painter is not None:
        raise ForkreelError("--data and --painter are two sources: give one of them")
    if data is not None or painter is not None:
        if start is not None:
            raise ForkreelError("--from is for house models: a model of one's own goes on from its --output")
        source = Frames(data) if data is not None else Painted(open_painter(painter or ""))
        ended = distil(source, output, Course(steps=steps), say, minutes)
    else:
        _need_skia()
        from forkreel.atelier.train import Plan, train

        ended = train(output, Plan(steps=steps), say, minutes, start)
    if not ended:
        say(f"stopped before the end; the same command goes on from {output}")


def look(folder: Path, say: Say, *, figures: bool, quick: bool, as_json: bool, kind: str, drawn: Path | None) -> None:
    """Measures, and draws a sheet of, the model in `folder` if it is there, else the shipped one."""
    _need_skia()
    from forkreel.atelier.evaluation.report import QUICK, Counts, evaluate
    from forkreel.atelier.sheets import sheet
    from forkreel.model.house import HouseModel

    where = folder if folder.is_dir() else None
    model = HouseModel.open(where)
    try:
        if drawn is not None:
            sheet(model, kind, drawn)
            say(f"{drawn}: {kind}")
        if figures:
            report = evaluate(model, where, QUICK if quick else Counts(), say)
            for line in report.lines():
                say(line)
            if as_json:
                print(json.dumps(report.as_json(), indent=2))
    finally:
        model.close()


def _need_skia() -> None:
    """The house model's painter draws with Skia; models of other sources do without."""
    try:
        import skia  # noqa: F401 - whether it loads, with its libraries, is the question
    except ImportError as error:
        raise ForkreelError(
            f"the painter is not installed ({error}): pip install 'forkreel[train]', libegl1, libgl1"
        ) from None
