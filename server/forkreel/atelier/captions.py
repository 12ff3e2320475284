"""Captions for the prompt reader: free English about what the house model can show, with the row choices that it
means."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

PHRASES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "place": {
        "forest": ("in the forest", "among tall spruces", "between the pines", "in deep woods", "under old fir trees",
                   "on a woodland path",
                   "in the wood", "where the trees stand close", "in a thicket of conifers", "in the wildwood",
                   "in the taiga"),
        "lake": ("by the lake", "at the water's edge", "on the shore of a still lake", "beside the mirror of a tarn",
                 "at a mountain lake",
                 "near the pond with reeds", "along the lakeside", "by calm water that mirrors the peaks",
                 "at the mere"),
        "village": ("in the village", "between small houses", "on the village street", "past cottages with red roofs",
                    "in a hamlet with a bell tower",
                    "at the edge of town", "where people live", "by the farmhouses", "in a little town",
                    "under the church tower"),
        "mountain": ("in the mountains", "on the mountain pass", "under snowy peaks", "high in the alps",
                     "on a rocky ridge", "among cliffs and boulders",
                     "below the summit", "on the stony pass", "in the highlands", "up where only rock grows"),
        "meadow": ("in a meadow", "on open grassland", "in the fields", "through tall grass",
                   "over gentle green hills", "in a flowering pasture",
                   "on the prairie", "in a wide field with one oak", "across farmland", "on the heath"),
        "harbour": ("in the harbour", "on the quay", "by the sea", "at the docks", "beside sailing boats",
                    "near the lighthouse",
                    "in a seaside port", "at the waterfront with moored ships", "on the pier", "at the coast",
                    "by the ocean"),
    },
    "hour": {
        "silent": ("",),
        "midnight": ("at midnight", "in the dead of night", "in deepest night", "at the darkest hour"),
        "dawn": ("at dawn", "at first light", "before sunrise", "at daybreak", "in the early grey"),
        "sunrise": ("at sunrise", "as the sun comes up", "when the sun rises", "with the rising sun"),
        "morning": ("in the morning", "on a fresh morning", "in morning light", "early in the day"),
        "noon": ("at noon", "at midday", "in broad daylight", "under a high sun", "in the middle of the day"),
        "afternoon": ("in the afternoon", "on a lazy afternoon", "after lunch", "in the later day"),
        "golden": ("in the golden hour", "in late golden light", "before sunset", "with long warm shadows",
                   "in honey-coloured light"),
        "sunset": ("at sunset", "as the sun goes down", "under a red evening sky", "when the sun sinks", "at sundown"),
        "dusk": ("at dusk", "at twilight", "in the blue hour", "at nightfall", "as evening falls", "in the gloaming"),
        "night": ("at night", "under the stars", "in moonlight", "on a moonlit night", "after dark",
                  "late in the evening", "by night"),
    },
    "haze": {
        "silent": ("",),
        "clear": ("in clear air", "on a clear day", "with crisp far views", "without a trace of mist",
                  "in crystal clear weather"),
        "misty": ("in light mist", "in haze", "with mist in the valleys", "in soft hazy air", "slightly foggy"),
        "foggy": ("in thick fog", "in dense fog", "swallowed by fog", "where one can hardly see",
                  "wrapped in heavy mist"),
    },
    "pose": {
        "silent": ("a fox", "the fox", "one small fox", "the little red fox", "a vixen"),
        "standing": ("a fox standing", "a fox stands still", "the fox waits", "a fox that has stopped",
                     "the fox looks around"),
        "walking": ("a fox walking", "the fox walks", "a fox trotting along", "the fox wanders", "a fox on its way",
                    "the fox strolls", "a fox hurrying"),
        "sitting": ("a fox sitting", "the fox sits", "a seated fox", "the fox rests", "a fox sitting down",
                    "the fox has sat down"),
    },
    "fox": {
        "here": ("",),
        "empty": ("nobody is there", "an empty landscape", "no fox to be seen", "no one around",
                  "a scene without animals", "deserted"),
    },
    "lantern": {
        "silent": ("",),
        "lit": ("with a lantern", "carrying a bright lantern", "with a glowing lamp", "holding a light",
                "with a burning lantern", "lantern in its mouth"),
        "dim": ("with a dim lantern", "its lantern nearly out", "with a faint lamp", "carrying a guttering light",
                "with a weak flame"),
    },
    "face": {
        "silent": ("",),
        "left": ("looking left", "facing left", "heading to the left", "going left"),
        "right": ("looking right", "facing right", "heading to the right", "going right"),
    },
}  # fmt: skip

_SILENCE = {"hour": 0.3, "haze": 0.6, "pose": 0.35, "fox": 0.88, "lantern": 0.55, "face": 0.8}
_OPENINGS = ("", "", "", "a picture of ", "an illustration: ", "paper-cut scene, ", "we see ", "wide shot, ")


def caption(rng: np.random.Generator) -> tuple[str, dict[str, str]]:
    """A random caption and, for each row of `reader.ROWS`, the choice that it means."""
    meant: dict[str, str] = {}
    said: dict[str, str] = {}
    for row, choices in PHRASES.items():
        names = list(choices)
        silent = rng.random() < _SILENCE.get(row, 0.0)
        meant[row] = names[0] if silent else str(rng.choice(names[1:] if row in _SILENCE else names))
        said[row] = str(rng.choice(choices[meant[row]]))
    if meant["fox"] == "empty":
        for row in ("pose", "lantern", "face"):
            meant[row] = "silent"
        subject = said["fox"]
        others = [said["place"], said["hour"], said["haze"]]
    else:
        subject = said["pose"]
        others = [said[row] for row in ("place", "hour", "haze", "lantern", "face")]
    rng.shuffle(others)
    parts = [part for part in others if part]
    if rng.random() < 0.3 and parts:
        cut = int(rng.integers(1, len(parts) + 1))
        text = ", ".join([*parts[:cut], subject, *parts[cut:]])
    elif rng.random() < 0.25:
        text = " ".join([subject, *parts])
    else:
        text = subject + " " + ", ".join(parts)
    text = str(rng.choice(_OPENINGS)) + text
    return (text.capitalize() + "." if rng.random() < 0.3 else text), meant
