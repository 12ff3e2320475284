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
                 "at the mere", "beside a pond", "at the lakeshore", "by the reeds of a lake"),
        "village": ("in the village", "between small houses", "on the village street", "past cottages with red roofs",
                    "in a hamlet with a bell tower",
                    "at the edge of town", "where people live", "by the farmhouses", "in a little town",
                    "under the church tower", "past the bell tower", "in the market town", "along a lane of cottages"),
        "mountain": ("in the mountains", "on the mountain pass", "under snowy peaks", "high in the alps",
                     "on a rocky ridge", "among cliffs and boulders",
                     "below the summit", "on the stony pass", "in the highlands", "up where only rock grows",
                    "on a cliff", "high among crags"),
        "meadow": ("in a meadow", "on open grassland", "in the fields", "through tall grass",
                   "over gentle green hills", "in a flowering pasture",
                   "on the prairie", "in a wide field with one oak", "across farmland", "on the heath",
                    "in the hayfield", "on the pasture"),
        "harbour": ("in the harbour", "on the quay", "by the sea", "at the docks", "beside sailing boats",
                    "near the lighthouse",
                    "in a seaside port", "at the waterfront with moored ships", "on the pier", "at the coast",
                    "by the ocean", "among masts and seagulls", "at the jetty", "below the lighthouse"),
        "desert": ("in the desert", "among sand dunes", "on hot sand between cacti", "in a dry land of mesas",
                   "past tall saguaros", "under palms at an oasis", "across the dunes", "where nothing but sand is",
                   "in a sandy waste", "near a nomad's tent", "in the Sahara", "in arid badlands"),
        "cave": ("in a cave", "inside a cavern", "under stalactites", "among glowing crystals", "underground",
                 "in a grotto", "at the mouth of a cave", "deep in the rock", "in a crystal cave", "below the earth",
                 "between stalagmites"),
        "pass": ("on a snowy pass", "in deep snow", "in a winter landscape", "by a snowed-in hut",
                 "among snow-laden spruces", "on snow-covered slopes", "in the frozen north", "on a white ridge",
                 "through a winter wood", "past a wayside shrine in the snow", "on the glacier", "in a snowfield",
                    "by a mountain hut in the snow", "under white peaks", "on a frozen ridge", "where snow lies thick"),
        "studio": ("in a studio", "on a turntable", "on a seamless backdrop", "a product photograph",
                    "a catalogue shot",
                   "as a packshot", "in a photo studio", "in an advertisement", "on a display stand",
                   "a product shot", "in a shop's catalogue"),
    },
    "hour": {
        "silent": ("",),
        "midnight": ("at midnight", "in the dead of night", "at twelve at night", "under the midnight moon",
                    "in deepest night", "at the darkest hour"),
        "dawn": ("at dawn", "at first light", "in the first light", "as day breaks", "before sunrise", "at daybreak",
                    "in the early grey"),
        "sunrise": ("at sunrise", "as the sun comes up", "with the sun just up", "when the sun rises",
                    "with the rising sun"),
        "morning": ("in the morning", "on a fresh morning", "one bright morning", "in the forenoon",
                    "in morning light", "early in the day"),
        "noon": ("at noon", "at midday", "in the noonday heat", "at lunchtime", "in broad daylight",
                    "under a high sun", "in the middle of the day"),
        "afternoon": ("in the afternoon", "on a lazy afternoon", "one afternoon", "late in the afternoon",
                    "after lunch", "in the later day"),
        "golden": ("in the golden hour", "in late golden light", "before sunset", "with long warm shadows",
                    "in the last golden light", "in late light",
                   "in honey-coloured light"),
        "sunset": ("at sunset", "as the sun goes down", "at sundown, the sky aflame", "while the sun sets",
                    "in a red sunset", "under a red evening sky", "when the sun sinks", "at sundown"),
        "dusk": ("at dusk", "at twilight", "in the blue hour", "at nightfall", "as evening falls", "in the evening",
                    "in evening light", "in the gloaming"),
        "night": ("at night", "under the stars", "in moonlight", "on a moonlit night", "after dark", "by moonlight",
                    "under a full moon", "tonight", "in the nighttime",
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
        "standing": ("a fox standing", "a fox stands still", "fox standing", "the fox pauses", "the fox waits",
                    "a fox that has stopped",
                     "the fox looks around"),
        "walking": ("a fox walking", "the fox walks", "a fox trotting along", "the fox wanders", "a fox trots by",
                    "the fox plods along", "a fox sneaks past", "a fox roams", "fox walking", "the fox strolls home",
                    "the vixen pads along", "a fox on its way",
                    "the fox strolls", "a fox hurrying"),
        "sitting": ("a fox sitting", "the fox sits", "the fox sits quietly", "fox sitting", "a seated fox",
                    "the fox rests", "a fox sitting down",
                    "the fox has sat down"),
        "running": ("a fox running", "the fox runs", "a fox tears across", "the fox runs for shelter",
                    "a fox gallops", "fox running", "a galloping fox", "a fox racing along", "the fox sprints",
                    "a fox dashing", "a fox bolting", "the fox chases", "a fox at full speed"),
        "sleeping": ("a sleeping fox", "the fox sleeps", "the vixen naps", "fox asleep", "a fox curled up asleep",
                    "the fox dreams", "a fox napping",
                     "a dozing fox", "the fox slumbers", "a fox rolled up, fast asleep", "the fox has gone to sleep"),
    },
    "mouth": {
        "silent": ("",),
        "open": ("with its mouth open", "barking", "howling", "calling out", "singing", "yawning", "speaking",
                 "its jaws agape", "telling a story"),
    },
    "fox": {
        "here": ("",),
        "empty": ("nobody is there", "an empty landscape", "no fox to be seen", "no one around",
                  "a scene without animals", "deserted"),
    },
    "lantern": {
        "silent": ("",),
        "lit": ("with a lantern", "carrying a bright lantern", "with lantern", "with her lamp", "with his lamp",
                    "with lamp", "by lamplight", "with a glowing lamp", "holding a light",
                "with a burning lantern", "lantern in its mouth"),
        "dim": ("with a dim lantern", "its lantern nearly out", "with a faint lamp", "carrying a guttering light",
                "with a weak flame"),
    },
    "face": {
        "silent": ("",),
        "left": ("looking left", "facing left", "heading to the left", "going left"),
        "right": ("looking right", "facing right", "heading to the right", "going right"),
    },
    "other": {
        "silent": ("",),
        "heron": ("with a heron", "beside a heron", "and a heron", "a grey heron stands there",
                    "next to a tall wading bird",
                  "where a heron waits on one leg", "meeting a heron"),
        "child": ("with a child", "beside a child", "and a little girl", "with a small boy", "next to a kid in a coat",
                  "where a child is waiting", "a child with a scarf stands there", "meeting a young child"),
        "scarecrow": ("with a scarecrow", "beside a scarecrow", "and a straw man", "where a scarecrow stands",
                      "next to a scarecrow in a hat", "in front of a scarecrow", "meeting a man of straw"),
    },
    "scarf": {
        "silent": ("",),
        "red": ("in a red scarf", "wearing a scarlet scarf", "with a crimson shawl"),
        "orange": ("in an orange scarf", "wearing a tangerine scarf"),
        "yellow": ("in a yellow scarf", "wearing a golden scarf", "with a mustard scarf"),
        "green": ("in a green scarf", "wearing an emerald scarf", "with a scarf as green as moss"),
        "blue": ("in a blue scarf", "wearing a navy scarf", "with an azure scarf"),
        "violet": ("in a violet scarf", "wearing a purple scarf", "with a lilac scarf"),
    },
    "body": {
        "silent": ("a lantern", "the lantern", "an old lamp", "a storm lantern", "a brass lamp"),
        "red": ("a red lantern", "a copper lantern", "a red lamp", "a scarlet lantern", "a crimson lamp",
                    "the lantern in red"),
        "orange": ("an orange lantern", "a bronze lamp", "the lantern in orange"),
        "yellow": ("a yellow lantern", "a yellow lamp", "a golden lantern", "the lantern in yellow"),
        "green": ("a green lantern", "a green lamp", "an emerald lamp", "the lantern in green"),
        "blue": ("a blue lantern", "a blue lamp", "a navy blue lamp", "the lantern in blue"),
        "violet": ("a violet lantern", "a violet lamp", "a purple lamp", "the lantern in lilac"),
    },
    "finish": {
        "silent": ("",),
        "matt": ("in matt paint", "with a dull finish", "with matte paint", "unpolished", "matte", "powder-coated"),
        "polished": ("polished", "with a shiny finish", "glossy", "gleaming", "in mirror-bright metal"),
    },
    "backdrop": {
        "silent": ("",),
        "linen": ("before a cream backdrop", "on warm white", "on a linen background", "against beige paper"),
        "slate": ("before a grey backdrop", "on slate", "on a blue-grey background", "against grey paper"),
        "plum": ("before a plum backdrop", "on purple paper", "on a mauve background", "against a wine-dark wall"),
    },
}  # fmt: skip

# Said of the weather, which `weather_words` hears: here it only must not lead the reader astray.
CHATTER = (
    "in the rain", "while it rains", "under pouring rain", "on a rainy day", "in a drizzle", "and it pours",
                    "dripping wet",
    "in wet weather", "while snow falls", "in a snowfall", "as snowflakes drift down", "it snows", "as flakes whirl",
    "with snow in the air", "in a storm", "under thunder and lightning", "in a tempest", "while a gale blows",
    "under northern lights", "with an aurora in the sky", "among fireflies", "with glow-worms around",
)  # fmt: skip

_SILENCE = {
    "hour": 0.3, "haze": 0.6, "pose": 0.3, "mouth": 0.85, "fox": 0.88, "lantern": 0.55,
    "face": 0.8, "other": 0.6, "scarf": 0.65, "body": 0.35, "finish": 0.6, "backdrop": 0.5,
}  # fmt: skip
_THINGS = ("body", "finish", "backdrop")
_FOXES = ("pose", "mouth", "face")
_OPENINGS = (
    "",
    "",
    "",
    "",
    "a picture of ",
    "an illustration: ",
    "paper-cut scene, ",
    "we see ",
    "wide shot, ",
    "show me ",
)
_SUFFIXES = ("", "", "", "", ", cut paper", ", beautiful light", ", storybook illustration")


def caption(rng: np.random.Generator) -> tuple[str, dict[str, str]]:
    """A random caption and, for each row of `reader.ROWS`, the choice that it means."""
    meant: dict[str, str] = {}
    said: dict[str, str] = {}

    def choose(row: str, silent: bool) -> None:
        names = list(PHRASES[row])
        meant[row] = names[0] if silent else str(rng.choice(names[1:] if row in _SILENCE else names))
        said[row] = str(rng.choice(PHRASES[row][meant[row]]))

    for row in PHRASES:
        choose(row, rng.random() < _SILENCE.get(row, 0.0))
    studio = meant["place"] == "studio"
    unsaid = {"fox", *_FOXES, "other", "scarf", "haze"} if studio else set(_THINGS)
    if meant["fox"] == "empty" and not studio:
        unsaid |= {*_FOXES, "lantern", "other", "scarf"}
    if meant["other"] != "child":
        unsaid.add("scarf")
    if meant["pose"] == "sleeping":
        unsaid.add("mouth")
    for row in unsaid:
        choose(row, True)
    if studio:
        subject = said["body"]
        said["lantern"] = {
            "silent": "",
            "lit": str(rng.choice(["lit", "burning", "switched on", "aglow"])),
            "dim": str(rng.choice(["dimly lit", "barely glowing", "with a weak flame"])),
        }[meant["lantern"]]
        others = [said[row] for row in ("place", "hour", "lantern", "finish", "backdrop")]
    elif meant["fox"] == "empty":
        subject = said["fox"]
        others = [said[row] for row in ("place", "hour", "haze")]
    else:
        subject = said["pose"]
        company = " ".join(part for part in (said["other"], said["scarf"]) if part)
        others = [company, *(said[row] for row in ("place", "hour", "haze", "mouth", "lantern", "face"))]
    if not studio and rng.random() < 0.35:
        others.append(str(rng.choice(CHATTER)))
    rng.shuffle(others)
    parts = [part for part in others if part]
    if rng.random() < 0.3 and parts:
        cut = int(rng.integers(1, len(parts) + 1))
        text = ", ".join([*parts[:cut], subject, *parts[cut:]])
    elif rng.random() < 0.25:
        text = " ".join([subject, *parts])
    else:
        text = subject + " " + ", ".join(parts)
    text = str(rng.choice(_OPENINGS)) + text + str(rng.choice(_SUFFIXES))
    return (text.capitalize() + "." if rng.random() < 0.3 else text), meant
