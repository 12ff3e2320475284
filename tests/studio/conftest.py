"""A small story with a ring, a still that is kept, and a scene that looks as one came to it."""

from __future__ import annotations

from pathlib import Path

import pytest

TALE = """
story: Tale
vars: {dark: false}
scenes:
  fork:
    prompt: a forest
    axes: {grey: 0.2}
    ask:
      prompt: Which way?
      choices:
        - {id: left, label: Left, goto: lake, set: {dark: true}}
        - {id: right, label: Right, goto: lake}
  lake:
    prompt: a lake
    axes: {grey: "{{ 0.1 if dark else 0.9 }}"}
    goto: still
  still:
    say: [Nothing moves.]
    ask: {prompt: And now?, choices: [{id: back, label: Back, goto: fork}, {id: on, label: On, goto: end}]}
  end: {prompt: a village, axes: {grey: 0.5}, ending: Over}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "tale.yaml"
    path.write_text(TALE)
    return path
