"""Seeded random walks through a story: what they saw, where they ended, and where they got stuck."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from forkreel.errors import Refused, StoryError
from forkreel.story.graph import dead_ends
from forkreel.story.moment import Advance, Ask, Choose, Event, Expire, Say, Slider, Steer, Swatches, TextField, Value
from forkreel.story.playthrough import Playthrough
from forkreel.story.rehearsal import WAIT
from forkreel.story.story import Story

MAX_MOMENTS = 500  # of one walk; then it is given up
MAX_TOLD = 10  # troubles that are described; the walks that ended in others are counted
MAX_PICKS = 30  # of a walk that are printed
_NONSENSE = 0.05  # how often it asks for what nobody understands
_PATIENCE = 0.15  # how often a walk lets a timer run out
_NUMBER = re.compile(r"(?<=\s)-?\d+(?:\.\d+)?")  # in a message, not in its place: walks differ in it

Trouble = Literal["fault", "dead-end", "cap"]


@dataclass(frozen=True, slots=True)
class Stray:
    """What kept `walks` of the walks from an ending: seed and picks are those of the one that picked least, `inputs` is
    how it had set the controls last."""

    trouble: Trouble
    scene: str
    message: str
    seed: int
    picks: tuple[str, ...]
    inputs: Mapping[str, Value] = field(default_factory=dict)
    walks: int = 1

    def as_json(self) -> dict[str, object]:
        """The stray as plain values."""
        return {
            "trouble": self.trouble,
            "scene": self.scene,
            "message": self.message,
            "seed": self.seed,
            "picks": list(self.picks),
            "inputs": dict(self.inputs),
            "walks": self.walks,
        }

    def render(self) -> str:
        """The stray for people, in two lines."""
        more = ", ..." if len(self.picks) > MAX_PICKS else ""
        given = ", ".join(f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in self.inputs.items())
        return (
            f"    {self.trouble} in '{self.scene}', {_walks(self.walks)}: {self.message}\n"
            f"      seed {self.seed}, {f'inputs {{{given}}}, ' if given else ''}"
            f"picks [{', '.join(self.picks[:MAX_PICKS])}{more}]"
        )


@dataclass(slots=True)
class Walks:
    """What the walks through a story saw. `scenes`, `choices` (`scene.choice`) and `lines` count how often.

    `shortest` has, for each ending, the seed and the picks of the walk that chose least on the way there. `strays` has
    what kept walks from an ending, each thing once, `troubles` counts those walks by kind.
    """

    story: Story
    seed: int
    runs: int = 0
    scenes: Counter[str] = field(default_factory=Counter)
    choices: Counter[str] = field(default_factory=Counter)
    lines: Counter[str] = field(default_factory=Counter)
    endings: Counter[str] = field(default_factory=Counter)
    shortest: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    picks: list[int] = field(default_factory=list)
    troubles: Counter[str] = field(default_factory=Counter)
    _strays: dict[tuple[Trouble, str], Stray] = field(default_factory=dict)

    @property
    def strays(self) -> tuple[Stray, ...]:
        """What kept walks from an ending, in the order in which they met it; at most `MAX_TOLD`."""
        return tuple(self._strays.values())

    def lose(self, stray: Stray) -> None:
        """Count a walk that reached no ending, with those that were lost to the same."""
        self.troubles[stray.trouble] += 1
        kind = stray.trouble, _NUMBER.sub("0", stray.message)
        if (known := self._strays.get(kind)) is not None:
            shortest = stray if len(stray.picks) < len(known.picks) else known
            self._strays[kind] = replace(shortest, walks=known.walks + 1)
        elif len(self._strays) < MAX_TOLD:
            self._strays[kind] = stray

    @property
    def ok(self) -> bool:
        """Whether no walk ended in a fault of the story or in a place from which no ending can be reached."""
        return not (self.troubles["fault"] or self.troubles["dead-end"])

    @property
    def steps(self) -> int:
        """How many moments were seen, all walks together."""
        return sum(self.scenes.values())

    def coverage(self) -> dict[str, tuple[int, int]]:
        """How many of the scenes, choices, lines and endings were seen, and how many there are."""
        scenes = self.story.scenes.values()
        known = {
            "scenes": len(scenes),
            "choices": sum(len(scene.question.ways) for scene in scenes if scene.question),
            "lines": sum(len(list(scene.all_speeches)) for scene in scenes),
            "endings": len(self.story.endings),
        }
        return {kind: (known[kind] - len(missing), known[kind]) for kind, missing in self.never().items()}

    def never(self) -> dict[str, list[str]]:
        """Scenes, choices, lines and endings that no walk saw, in the order of the file."""
        scenes = self.story.scenes.values()
        answers = [(scene.id, name) for scene in scenes if scene.question for name in scene.question.ways]
        return {
            "scenes": _missing(self.story.scenes, self.scenes),
            "choices": _missing((f"{scene}.{choice}" for scene, choice in answers), self.choices),
            "lines": _missing((speech.id for scene in scenes for speech in scene.all_speeches), self.lines),
            "endings": _missing((ending.id for ending in self.story.endings), self.endings),
        }

    def as_json(self) -> dict[str, object]:
        """Everything as plain values."""
        endings = {
            name: {"walks": number, "seed": self.shortest[name][0], "shortest": list(self.shortest[name][1])}
            for name, number in _ordered(self.endings, (ending.id for ending in self.story.endings)).items()
        }
        return {
            "story": self.story.name,
            "seed": self.seed,
            "runs": self.runs,
            "steps": self.steps,
            "coverage": {kind: {"seen": seen, "of": known} for kind, (seen, known) in self.coverage().items()},
            "scenes": _ordered(self.scenes, self.story.scenes),
            "choices": dict(sorted(self.choices.items())),
            "lines": dict(sorted(self.lines.items())),
            "endings": endings,
            "never": self.never(),
            "picks": self._spread(),
            "troubles": dict(sorted(self.troubles.items())),
            "strays": [stray.as_json() for stray in self.strays],
        }

    def render(self) -> str:
        """The report for people."""
        total = sum(self.endings.values())
        rows = [f"{self.story.title}: {_walks(self.runs)}, seed {self.seed}; {total} reached an ending"]
        titles = {ending.id: ending.title for ending in self.story.endings}
        for name, title in titles.items():
            seed, picks = self.shortest.get(name, (0, ()))
            way = f"   shortest seen: {' '.join(picks) or 'no choice'} (seed {seed})" if name in self.shortest else ""
            rows.append(f"  ending {name} ({title}): {self.endings[name]}, {self.endings[name] / self.runs:.1%}{way}")
        spread = self._spread()
        if spread["mean"] is not None:
            rows.append(f"  choices to an ending: mean {spread['mean']:.1f}, {spread['min']} to {spread['max']}")
        coverage = self.coverage()
        for kind, missing in self.never().items():
            seen, known = coverage[kind]
            rows.append(f"  {kind}: {seen} of {known} seen; never seen: {', '.join(missing) or 'none'}")
        for trouble, number in sorted(self.troubles.items()):
            rows.append(f"  {_CALLED[trouble]}: {_walks(number)}")
        rows += [stray.render() for stray in self.strays]
        if untold := self.troubles.total() - sum(stray.walks for stray in self.strays):
            rows.append(f"    and in other ways: {_walks(untold)}")
        return "\n".join(rows)

    def _spread(self) -> Mapping[str, float | None]:
        if not self.picks:
            return {"mean": None, "min": None, "max": None}
        return {"mean": round(sum(self.picks) / len(self.picks), 2), "min": min(self.picks), "max": max(self.picks)}


_CALLED = {
    "fault": "ended by a fault of the story",
    "dead-end": "ended where no ending can be reached",
    "cap": f"given up after {MAX_MOMENTS} moments",
}


def walk(story: Story, runs: int, seed: int = 0, look: Callable[[Playthrough, list[str]], None] | None = None) -> Walks:
    """`runs` random walks. The same story, runs and seed give the same walks.

    `look` sees every moment before it is answered, with the picks that led there.
    """
    walks, lost = Walks(story, seed), dead_ends(story)
    for number in range(runs):
        dice = random.Random(f"{seed}/{number}")
        _walk(walks, lost, dice, dice.randrange(2**31), look)
    return walks


def _walk(
    walks: Walks,
    lost: frozenset[str],
    dice: random.Random,
    seed: int,
    look: Callable[[Playthrough, list[str]], None] | None,
) -> None:
    picks: list[str] = []
    inputs: dict[str, Value] = {}

    def stray(trouble: Trouble, scene: str, message: str) -> None:
        walks.lose(Stray(trouble, scene, message, seed, tuple(picks), inputs))

    walks.runs += 1
    try:
        play = Playthrough.start(walks.story, seed)
    except StoryError as error:
        stray("fault", walks.story.start, str(error))
        return
    event: Event
    moment = play.moment
    for _ in range(MAX_MOMENTS):
        walks.scenes[moment.scene] += 1
        if look is not None:
            look(play, picks)
        for line in moment.lines:
            walks.lines[line.id] += 1
        if moment.ending is not None:
            _arrived(walks, moment.ending.id, seed, tuple(picks))
            return
        try:
            if moment.ask is None:
                pick, event = "", Advance(moment.number)
            else:
                pick, event = _answer(play, moment.ask, dice, inputs)
            if pick:
                picks.append(pick)
                taken = play.moment.ask.default if pick == WAIT and play.moment.ask else pick
                walks.choices[f"{moment.scene}.{taken}"] += 1
            chosen = play.state.chosen
            moment = play.apply(event)
            if isinstance(event, Advance) and play.state.chosen is not chosen:  # the fallback was taken
                walks.choices.update(key for key, times in play.state.chosen.items() if times != chosen.get(key, 0))
        except Refused as refusal:
            stray("fault", moment.scene, str(refusal))
            return
    scene = play.moment.scene
    if scene in lost:
        stray("dead-end", scene, f"no way leads from '{scene}' to an ending")
    else:
        stray("cap", scene, f"no ending after {MAX_MOMENTS} moments")


def _answer(play: Playthrough, ask: Ask, dice: random.Random, inputs: dict[str, Value]) -> tuple[str, Event]:
    """What the walk picks, and the event of it; controls are moved first, as their viewers would, and `inputs` keeps
    where to.

    A control can close the question: then nothing is picked, and the story goes on.
    """
    for control in ask.controls:
        if isinstance(control, Slider):
            value = float(f"{dice.uniform(control.low, control.high):.4g}")  # which the report can tell
            inputs[control.id] = min(max(value, control.low), control.high)
        elif isinstance(control, Swatches):
            inputs[control.id] = dice.choice(control.options).value
        else:
            continue
        play.apply(Steer(control.id, inputs[control.id]))
        if play.moment.ask is None:
            return "", Advance(play.moment.number)
        ask = play.moment.ask
    if ask.timer_s is not None and dice.random() < _PATIENCE:
        return WAIT, Expire(ask.poll)
    ways = [one.id for one in ask.choices if one.available]
    said: dict[str, Say] = {}
    for control in ask.controls:
        if not isinstance(control, TextField):
            continue
        if ask.topics:
            said |= {topic.id: Say(ask.poll, topic.examples[0], topic.id) for topic in ask.topics}
            if dice.random() < _NONSENSE:
                ways, said = [], {"?": Say(ask.poll, "?", None)}
        else:
            said[control.id] = Say(ask.poll, "walker"[: control.max_length])
    pick = dice.choice([*ways, *said])
    return pick, said.get(pick) or Choose(ask.poll, pick)


def _arrived(walks: Walks, ending: str, seed: int, picks: tuple[str, ...]) -> None:
    walks.endings[ending] += 1
    walks.picks.append(len(picks))
    if ending not in walks.shortest or len(picks) < len(walks.shortest[ending][1]):
        walks.shortest[ending] = (seed, picks)


def _missing(known: Iterable[str], seen: Mapping[str, int]) -> list[str]:
    return [name for name in known if name not in seen]


def _ordered(counts: Mapping[str, int], order: Iterable[str]) -> dict[str, int]:
    return {name: counts[name] for name in order if name in counts}


def _walks(number: int) -> str:
    return f"{number} walk{'s' if number != 1 else ''}"
