"""Whether prompts in other words than those of training are understood."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from forkreel.model.house.house import HouseModel
from forkreel.model.house.setting import Setting
from forkreel.model.house.space import setting_of

PARAPHRASES = Path(__file__).with_name("paraphrases.jsonl")
KINDS = ("place", "hour", "weather", "character")

# An hour is right when it is near enough to that of the word: hour and tolerance.
_HOURS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "midnight": (0.5, 2.5), "dawn": (5.6, 1.3), "sunrise": (6.7, 1.3), "morning": (8.8, 1.7), "noon": (12.0, 1.5),
        "afternoon": (15.3, 1.7), "golden": (17.4, 1.3), "sunset": (18.5, 1.3), "dusk": (19.3, 1.5),
        "night": (23.5, 4.0),
    }
)  # fmt: skip
_RIGHT: Mapping[str, Callable[[Setting], bool]] = MappingProxyType(
    {
        "clear": lambda s: s.haze <= 0.2 and max(s.rain, s.snow, s.storm) == 0,
        "mist": lambda s: s.haze >= 0.4,
        "fog": lambda s: s.haze >= 0.8,
        "rain": lambda s: s.rain >= 0.3,
        "snow": lambda s: s.snow >= 0.3,
        "storm": lambda s: s.storm >= 0.5,
        "aurora": lambda s: s.aurora >= 0.5,
        "fireflies": lambda s: s.fireflies >= 0.5,
        "walk": lambda s: s.fox > 0.5 and s.gait > 0.5 and max(s.sit, s.sleep, s.run) < 0.5,
        "run": lambda s: s.fox > 0.5 and s.run > 0.5 and max(s.sit, s.sleep) < 0.5,
        "sit": lambda s: s.fox > 0.5 and s.sit > 0.5 and s.sleep < 0.5,
        "sleep": lambda s: s.fox > 0.5 and s.sleep > 0.5,
        "mouth": lambda s: s.fox > 0.5 and s.mouth > 0.5,
        "lantern": lambda s: s.lantern > 0.3,
        "nobody": lambda s: s.fox < 0.5,
        "heron": lambda s: s.company > 0.5 and s.who == "heron",
        "child": lambda s: s.company > 0.5 and s.who == "child",
        "scarecrow": lambda s: s.company > 0.5 and s.who == "scarecrow",
    }
)


@dataclass(frozen=True)
class Understanding:
    """Of each of `KINDS`: how many wishes the paraphrases hold, the share that was met, and the texts that were not
    understood, with the word that they mean."""

    wishes: dict[str, int]
    share: dict[str, float]
    missed: dict[str, list[str]]


def _met(setting: Setting, kind: str, word: str) -> bool:
    if kind == "place":
        return setting.place == word
    if kind == "hour":
        hour, tolerance = _HOURS[word]
        return abs((setting.hour - hour + 12) % 24 - 12) <= tolerance
    return _RIGHT[word](setting)


def understanding(model: HouseModel) -> Understanding:
    """Reads 200 sentences that were written apart from the captions of training (`paraphrases.jsonl`; each says the
    place, hour, weather and characters that it means) and looks at the setting that the model makes of each.

    A share is wishes that were met : wishes. An hour is met within one to two hours of the word's, at night within
    four; weather and characters are met when their axis is up, fog from a haze of 0.8 on.
    """
    wishes, missed = dict.fromkeys(KINDS, 0), {kind: list[str]() for kind in KINDS}
    for line in PARAPHRASES.read_text(encoding="utf-8").splitlines():
        wish = json.loads(line)
        setting = setting_of(model.point(wish["text"], {}, 0))
        for kind in KINDS:
            words = wish.get(kind, [])
            for word in [words] if isinstance(words, str) else words:
                wishes[kind] += 1
                if not _met(setting, kind, word):
                    missed[kind].append(f"{wish['text']} ({word})")
    return Understanding(wishes, {kind: 1 - len(missed[kind]) / wishes[kind] for kind in KINDS}, missed)
