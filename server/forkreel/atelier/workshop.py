"""What `forkreel train` does, apart from reading its arguments."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from forkreel.atelier.evaluation.report import QUICK, Counts, evaluate
from forkreel.atelier.sheets import sheet
from forkreel.atelier.train import Plan, train
from forkreel.model.house import HouseModel

Say = Callable[[str], None]


def learn(output: Path, plan: Plan, say: Say, minutes: float | None, start: Path | None) -> None:
    """Trains a house model into `output`, or goes on with it."""
    if not train(output, plan, say, minutes, start):
        say(f"stopped before the end; the same command goes on from {output}")


def look(folder: Path, say: Say, *, figures: bool, quick: bool, as_json: bool, kind: str, drawn: Path | None) -> None:
    """Measures, and draws a sheet of, the model in `folder` if it is there, else the shipped one."""
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
