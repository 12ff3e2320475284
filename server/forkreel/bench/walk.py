"""How fast random walks are: many steps through a story of a hundred scenes, on one core."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from forkreel.story.check import load
from forkreel.story.walks import walk

_RUNS = 500  # walks between two looks at how many steps they were

_HEAD = """\
story: A hundred scenes
vars:
  oil: {type: int, default: 3, range: [0, 9]}
  met: false
conditions: {lit: oil > 0}
cast: {fox: {name: The fox, look: a small red fox}}
scenes:
"""
_SCENE = """\
  s{here}:
    prompt: "{{{{ look('fox') }}}} in wood {here}{{{{ ' at night' if not lit }}}}"
    axes: {{haze: "{{{{ oil / 10 }}}}"}}
    say:
      - Here the wood has the number {here}.
      - fox: "{{{{ oil }}}} spoons of oil{{{{ ', and a friend' if met }}}}. {{{{ shuffle('Hm.', 'Well.', 'So.') }}}}"
    ask:
      prompt: Which way?
      timer: 20
      default: on
      choices:
        - id: on
          label: Go on
          set: {{oil: "max(oil - 1, 0)"}}
          goto: [{{when: "roll(1, 12) == 1", goto: home}}, s{on}]
        - {{id: rest, label: "Rest, with {{{{ oil }}}} spoons", when: oil < 7, set: {{oil: oil + 2}}, goto: s{rest}}}
        - {{id: call, label: Call, when: lit and visits('s{here}') < 3, set: {{met: true}}, goto: s{call}}}
"""
_END = "  home: {say: [Home.], ending: Home}\n"


@dataclass(frozen=True, slots=True)
class Walked:
    """Steps are moments seen; `cpu_s` is the time of one core that they took."""

    scenes: int
    steps: int
    cpu_s: float

    @property
    def steps_a_second(self) -> float:
        """Of one core's time."""
        return self.steps / self.cpu_s

    def as_json(self) -> dict[str, float]:
        """The figures, by name."""
        return {**asdict(self), "steps_a_second": round(self.steps_a_second)}


def tale(scenes: int = 100) -> str:
    """A story of so many scenes, with templates, conditions, chance and timers in each but the last."""
    ways = scenes - 1
    wood = (
        _SCENE.format(here=here, on=(here + 1) % ways, rest=(here * 7 + 3) % ways, call=(here * 13 + 5) % ways)
        for here in range(ways)
    )
    return _HEAD + "".join(wood) + _END


def run(say: Callable[[str], object], steps: int = 1_000_000) -> Walked:
    """Walk until there were so many steps, and say how long it took."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hundred.yaml"
        path.write_text(tale(), encoding="utf-8")
        story = load(path)
    done, seed, began_s = 0, 0, time.process_time()
    while done < steps:
        done += walk(story, _RUNS, seed).steps
        seed += _RUNS
    walked = Walked(len(story.scenes), done, time.process_time() - began_s)
    say(
        f"random walks through {walked.scenes} scenes: {walked.steps} steps in {walked.cpu_s:.1f} s of one core,"
        f" {walked.steps_a_second:.0f} a second"
    )
    return walked
