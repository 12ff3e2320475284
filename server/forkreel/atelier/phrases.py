"""What captions are made of: for each row of `reader.ROWS` and each of its choices, ways to say it in English.

None of them may stand in `evaluation/paraphrases.jsonl`, by which the reader is measured: a test sees to it.
"""

from __future__ import annotations

from collections.abc import Mapping

PHRASES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "sky": {
        "silent": ("",),
        "rain": (
            "in the rain", "while it rains", "under pouring rain", "on a rainy day", "in a drizzle", "and it pours",
            "dripping wet", "in wet weather", "as raindrops fall", "soaked by a shower", "in a cloudburst",
            "while water runs off the roofs", "in steady rainfall", "on a soggy day", "as it drips from everything",
            "under rain clouds", "in a torrential shower",
        ),
        "snow": (
            "while snow falls", "in a snowfall", "as snowflakes drift down", "it snows", "as flakes whirl",
            "with snow in the air", "while it is snowing", "with flakes on its fur", "as the first snow comes",
            "under falling snow", "in a flurry of snow", "as flakes sink to the ground", "with snow coming down",
        ),
        "storm": (
            "in a storm", "under thunder and lightning", "in a tempest", "while a gale blows", "in a hurricane",
            "as thunder rumbles", "in wild wind", "under black storm clouds", "with lightning in the sky",
            "as a storm breaks", "when the wind roars", "in stormy weather", "as the storm wind bends the trees",
        ),
        "aurora": (
            "under northern lights", "with an aurora in the sky", "beneath polar lights",
            "as green lights wave in the sky", "with ribbons of green light above", "under the aurora borealis",
            "as the sky glows green and violet", "with dancing lights in the northern sky",
        ),
        "fireflies": (
            "among fireflies", "with glow-worms around", "as fireflies dance", "while lightning bugs blink",
            "with glowing insects in the air", "surrounded by tiny flying lights",
            "as little sparks of living light drift by",
        ),
    },
    "place": {
        "forest": (
            "in the forest", "among tall spruces", "between the pines", "in deep woods", "under old fir trees",
            "on a woodland path", "in the wood", "where the trees stand close", "in a thicket of conifers",
            "in the wildwood", "in the taiga", "amid pine trees", "beneath the canopy of firs",
            "on a trail through spruces", "in the shade of tall trees", "in a clearing", "among mossy trunks",
            "in the pine wood", "where needles cover the ground", "forest", "deep among evergreens",
            "at the forest's edge", "on the forest path", "among larch and fir", "woods", "under dense branches",
            "in the backwoods",
        ),
        "lake": (
            "by the lake", "at the water's edge", "on the shore of a still lake", "beside the mirror of a tarn",
            "at a mountain lake", "near the pond with reeds", "along the lakeside",
            "by calm water that mirrors the peaks", "at the mere", "beside a pond", "at the lakeshore",
            "by the reeds of a lake", "over the lake", "lake", "where the water lies still", "on the bank of a lake",
            "beside the tarn", "a mountain lake", "at a fishing pond", "with water lilies and rushes",
            "near the water's surface", "where mountains are mirrored", "along the shoreline of the lake",
            "by the reservoir", "with a rowing boat on the water", "at a pool of clear water",
        ),
        "village": (
            "in the village", "between small houses", "on the village street", "past cottages with red roofs",
            "in a hamlet with a bell tower", "at the edge of town", "where people live", "by the farmhouses",
            "in a little town", "under the church tower", "past the bell tower", "in the market town",
            "along a lane of cottages", "village", "amid farmhouses and gardens", "in front of a cottage",
            "on the main street of a small village", "in the old town", "where chimneys smoke", "near the church",
            "among houses with lit windows", "by the well", "at a crossroads between houses",
            "under the eaves of a house", "behind the barn", "in a rural community", "among roofs and gables",
            "next to somebody's house", "past garden fences",
        ),
        "mountain": (
            "in the mountains", "on the mountain pass", "under snowy peaks", "high in the alps", "on a rocky ridge",
            "among cliffs and boulders", "below the summit", "on the stony pass", "in the highlands",
            "up where only rock grows", "on a cliff", "high among crags", "mountain", "mountains",
            "on the mountainside", "on bare rock", "beside a precipice", "near the top of a mountain",
            "in an alpine valley of stone", "on a high trail above the valley", "between two summits",
            "on a steep slope of scree", "where the eagles nest", "over a ravine", "in a rocky gorge",
            "on a craggy height", "with a view of the peaks", "up in the rocks",
        ),
        "meadow": (
            "in a meadow", "on open grassland", "in the fields", "through tall grass", "over gentle green hills",
            "in a flowering pasture", "on the prairie", "in a wide field with one oak", "across farmland",
            "on the heath", "in the hayfield", "on the pasture", "meadow", "grassland", "among wild flowers",
            "on a hillside of grass", "in the pastures", "where cows graze", "between haystacks",
            "in a field of barley", "across the open country", "on a grassy plain", "amid dandelions and daisies",
            "near a lonely tree in the fields", "in the green countryside", "along a hedge between fields",
            "on the steppe", "in knee-high grass",
        ),
        "harbour": (
            "in the harbour", "on the quay", "by the sea", "at the docks", "beside sailing boats",
            "near the lighthouse", "in a seaside port", "at the waterfront with moored ships", "on the pier",
            "at the coast", "by the ocean", "among masts and seagulls", "at the jetty", "below the lighthouse",
            "harbour", "harbor", "port", "on the seashore", "on the waterfront", "between fishing boats",
            "at the landing stage", "by the harbour wall", "where ships are moored", "beside a lighthouse",
            "near the sea", "at the ferry dock", "on a wooden jetty", "among sails and rigging", "at a marina",
            "where waves lap against boats",
        ),
        "desert": (
            "in the desert", "among sand dunes", "on hot sand between cacti", "in a dry land of mesas",
            "past tall saguaros", "under palms at an oasis", "across the dunes", "where nothing but sand is",
            "in a sandy waste", "near a nomad's tent", "in the Sahara", "in arid badlands", "desert", "on a dune",
            "in the sand", "in the dry wilderness", "between mesas", "in a parched valley", "beside a cactus",
            "where it never rains", "on the edge of an oasis", "by the palms of a water hole", "in the Kalahari",
            "in a sandy plain", "along a ridge of sand", "among red buttes", "in the scorching wilderness",
            "in the Arizona desert", "beside a nomads' camp",
        ),
        "cave": (
            "in a cave", "inside a cavern", "under stalactites", "among glowing crystals", "underground",
            "in a grotto", "at the mouth of a cave", "deep in the rock", "in a crystal cave", "below the earth",
            "between stalagmites", "cave", "cavern", "in an underground chamber", "inside the mountain's hollow",
            "in a rocky tunnel", "between dripstones", "beneath the surface of the earth", "in a dark den",
            "surrounded by crystals", "in a mine", "in the depths of a cavern", "where crystals grow on the walls",
            "in a subterranean gallery", "by an underground pool",
        ),
        "pass": (
            "on a snowy pass", "in deep snow", "in a winter landscape", "by a snowed-in hut",
            "among snow-laden spruces", "on snow-covered slopes", "in the frozen north", "on a white ridge",
            "through a winter wood", "past a wayside shrine in the snow", "on the glacier", "in a snowfield",
            "by a mountain hut in the snow", "under white peaks", "on a frozen ridge", "where snow lies thick",
            "snowy pass", "in a snowy landscape", "in white winter", "amid snowdrifts", "on an icy saddle",
            "through powdery snow", "in the snowy mountains", "by a chalet covered in snow", "in the Arctic",
            "in wintry heights", "where everything is frozen", "across a snow slope", "with snow on every branch",
            "on the icy side of the mountain", "in the cold white mountains", "up on a wintry col",
        ),
        "studio": (
            "in a studio", "on a turntable", "on a seamless backdrop", "a product photograph", "a catalogue shot",
            "as a packshot", "in a photo studio", "in an advertisement", "on a display stand", "a product shot",
            "in a shop's catalogue", "studio", "a shop's picture of the article", "on a rotating platform",
            "a packshot", "for an online catalogue", "a photo for the packaging", "an advertising photo",
            "a commercial picture", "under studio lamps", "for sale",
        ),
    },
    "hour": {
        "silent": ("",),
        "midnight": (
            "at midnight", "in the dead of night", "at twelve at night", "under the midnight moon",
            "in deepest night", "at the darkest hour", "midnight", "on the stroke of twelve",
            "when the clock shows twelve at night", "at the dead hour", "at 12 a.m.",
            "in the very middle of the night", "half past midnight", "at 1 a.m.",
        ),
        "dawn": (
            "at dawn", "at first light", "in the first light", "as day breaks", "before sunrise", "at daybreak",
            "in the early grey", "dawn", "before the sun is up", "when the sky begins to pale", "as the night ends",
            "at five o'clock, barely light", "at 5 a.m.", "at half past five in the morning",
            "when the first birds sing", "at break of day", "while it grows light",
        ),
        "sunrise": (
            "at sunrise", "as the sun comes up", "with the sun just up", "when the sun rises", "with the rising sun",
            "sunrise", "just after the sun has come up", "as the sun peeps over the horizon",
            "with the sun low in the east", "at half past six in the morning", "when the morning sun appears",
            "in the first sunshine", "with the new sun",
        ),
        "morning": (
            "in the morning", "on a fresh morning", "one bright morning", "in the forenoon", "in morning light",
            "early in the day", "morning", "before noon", "at nine o'clock", "at 9 a.m.", "at ten in the morning",
            "around 8:30", "after breakfast", "on a dewy morning", "while the morning is young", "in mid-morning",
            "at 9:30 a.m.", "at eight in the morning", "with the morning sun", "this morning",
            "in the early hours of a bright day",
        ),
        "noon": (
            "at noon", "at midday", "in the noonday heat", "at lunchtime", "in broad daylight", "under a high sun",
            "in the middle of the day", "noon", "midday", "at twelve o'clock", "at 12 p.m.",
            "with the sun at its peak", "when the sun is highest", "at high noon", "under a blazing sun overhead",
            "at the hottest hour", "when shadows are shortest", "at half past twelve", "in the full light of day",
        ),
        "afternoon": (
            "in the afternoon", "on a lazy afternoon", "one afternoon", "late in the afternoon", "after lunch",
            "in the later day", "afternoon", "at three o'clock", "at 3 p.m.", "at four in the afternoon",
            "around 15:00", "at half past three", "in the sleepy hours past noon", "at teatime",
            "in the middle of the afternoon", "at 4 p.m.", "one warm afternoon", "on a sunny afternoon",
            "well past midday",
        ),
        "golden": (
            "in the golden hour", "in late golden light", "before sunset", "with long warm shadows",
            "in the last golden light", "in late light", "in honey-coloured light", "golden hour",
            "at five in the evening, all is gold", "in warm low sunlight", "when the light turns to gold",
            "with the sun low in the west", "in amber light", "while the sun is about to set",
            "at half past five p.m.", "late, with golden sunbeams", "in the glow of a low sun",
        ),
        "sunset": (
            "at sunset", "as the sun goes down", "at sundown, the sky aflame", "while the sun sets",
            "in a red sunset", "under a red evening sky", "when the sun sinks", "at sundown", "sunset",
            "when the sun meets the horizon", "with a burning evening sky", "as the sun dips",
            "while the sun vanishes", "under a sky of orange and red", "with the setting sun",
            "as the last of the sun disappears", "at half past six p.m.", "in a glowing red evening",
        ),
        "dusk": (
            "at dusk", "at twilight", "in the blue hour", "at nightfall", "as evening falls", "in the evening",
            "in evening light", "in the gloaming", "dusk", "twilight", "after sunset", "once the sun is gone",
            "in the fading light", "as it is getting dark", "when the lamps are lit", "in early evening",
            "at seven p.m.", "at half past seven in the evening", "as night draws near",
            "under a deep blue evening sky", "when daylight fades", "between day and night", "at the onset of night",
            "this evening",
        ),
        "night": (
            "at night", "under the stars", "in moonlight", "on a moonlit night", "after dark", "by moonlight",
            "under a full moon", "tonight", "in the nighttime", "late in the evening", "by night", "night",
            "nighttime", "at ten p.m.", "at eleven at night", "in the dark", "under a starry sky",
            "with the moon in the sky", "beneath the moon and stars", "when all are asleep",
            "by the light of the moon", "late at night", "at 3 a.m.", "in the middle of the night",
            "in the starlight", "on a dark night", "through the night",
        ),
    },
    "haze": {
        "silent": ("",),
        "clear": (
            "in clear air", "on a clear day", "with crisp far views", "without a trace of mist",
            "in crystal clear weather", "clear", "with a view for miles", "in sharp clear light",
            "on a cloudless day", "in transparent air", "with far mountains in sight", "under a spotless sky",
            "everything distinct to the far horizon",
        ),
        "misty": (
            "in light mist", "in haze", "with mist in the valleys", "in soft hazy air", "slightly foggy", "misty",
            "hazy", "with a little fog", "in a light haze", "veiled by mist", "as mist rises", "in thin fog",
            "behind a veil of haze", "with wisps of mist", "on a hazy day",
        ),
        "foggy": (
            "in thick fog", "in dense fog", "swallowed by fog", "where one can hardly see", "wrapped in heavy mist",
            "foggy", "in heavy fog", "lost in fog", "fog everywhere", "in fog so thick that nothing is seen",
            "in a wall of fog", "shrouded in fog", "with zero visibility", "fogbound", "under a blanket of fog",
        ),
    },
    "pose": {
        "silent": ("a fox", "the fox", "one small fox", "the little red fox", "a vixen"),
        "standing": (
            "a fox standing", "a fox stands still", "fox standing", "the fox pauses", "the fox waits",
            "a fox that has stopped", "the fox looks around", "a fox on the lookout", "the fox stops",
            "a motionless fox", "the fox stands there", "a fox halts",
        ),
        "walking": (
            "a fox walking", "the fox walks", "a fox trotting along", "the fox wanders", "a fox trots by",
            "the fox plods along", "a fox sneaks past", "a fox roams", "fox walking", "the fox strolls home",
            "the vixen pads along", "a fox on its way", "the fox strolls", "a fox hurrying", "a fox on the move",
            "the fox marches on", "a fox makes its way", "the fox saunters", "a fox passing by", "the fox tramps",
            "a wandering fox", "the fox goes on foot", "a fox slinks along", "the fox wades on",
            "a fox takes a stroll", "the fox travels", "a prowling fox", "the fox climbs up",
        ),
        "sitting": (
            "a fox sitting", "the fox sits", "the fox sits quietly", "fox sitting", "a seated fox", "the fox rests",
            "a fox sitting down", "the fox has sat down", "a fox that sits", "the fox is sitting",
            "the fox sits down", "a fox takes a seat", "the fox crouches down to rest", "a fox sits and waits",
            "the fox perches there", "a fox sits upright", "the vixen is sitting", "a fox squatting",
            "the fox sits and gazes",
        ),
        "running": (
            "a fox running", "the fox runs", "a fox tears across", "the fox runs for shelter", "a fox gallops",
            "fox running", "a galloping fox", "a fox racing along", "the fox sprints", "a fox dashing",
            "a fox bolting", "the fox chases", "a fox at full speed", "a fox at a run", "a fox bounding along",
            "the fox is running", "a fox speeds by", "the fox rushes", "a fox in full gallop", "the fox flees",
            "a fox that hurries as fast as it can", "the fox darts away", "a fox hunting at speed", "the vixen runs",
            "a fox storming ahead", "the fox flies over the ground",
        ),
        "sleeping": (
            "a sleeping fox", "the fox sleeps", "the vixen naps", "fox asleep", "a fox curled up asleep",
            "the fox dreams", "a fox napping", "a dozing fox", "the fox slumbers", "a fox rolled up, fast asleep",
            "the fox has gone to sleep", "a fox asleep", "the fox is fast asleep", "a slumbering vixen",
            "the fox lies curled up", "a fox snoring", "the fox has dozed off", "a fox resting with closed eyes",
            "the vixen lies asleep in a ball", "a fox deep asleep", "the fox takes a nap", "a fox snoozing",
        ),
    },
    "mouth": {
        "silent": ("",),
        "open": (
            "with its mouth open", "barking", "howling", "calling out", "singing", "yawning", "speaking",
            "its jaws agape", "telling a story", "howling at the sky", "with a yawn", "calling loudly",
            "as it talks", "shouting", "mouth wide open", "saying something", "in conversation", "that barks",
            "as it sings",
        ),
    },
    "fox": {
        "here": ("",),
        "empty": (
            "nobody is there", "an empty landscape", "no fox to be seen", "no one around", "a scene without animals",
            "deserted", "nobody", "empty", "without anyone", "not a soul in sight", "no living being", "abandoned",
            "no animals at all", "completely deserted", "without the fox", "an uninhabited scene",
            "only the land itself",
        ),
    },
    "lantern": {
        "silent": ("",),
        "lit": (
            "with a lantern", "carrying a bright lantern", "with lantern", "with her lamp", "with his lamp",
            "with lamp", "by lamplight", "with a glowing lamp", "holding a light", "with a burning lantern",
            "lantern in its mouth", "with its lamp", "bearing a lantern", "holding up a lamp",
            "with a shining lantern", "with a light in its muzzle", "lantern in hand", "lighting the way",
            "its lantern burning", "with a lamp swinging",
        ),
        "dim": (
            "with a dim lantern", "its lantern nearly out", "with a faint lamp", "carrying a guttering light",
            "with a weak flame", "with a lantern that hardly glows", "its light almost spent",
        ),
    },
    "face": {
        "silent": ("",),
        "left": (
            "looking left", "facing left", "heading to the left", "going left", "turned to the left",
            "westward, to the left",
        ),
        "right": (
            "looking right", "facing right", "heading to the right", "going right", "turned to the right",
            "towards the right",
        ),
    },
    "other": {
        "silent": ("",),
        "heron": (
            "with a heron", "beside a heron", "and a heron", "a grey heron stands there",
            "next to a tall wading bird", "where a heron waits on one leg", "meeting a heron",
            "with a stork-like grey bird", "and a long-legged bird", "a heron beside it",
            "in the company of a heron", "talking to a heron", "a tall bird with a long beak stands near",
            "a crane waits", "with a bird that fishes", "heron", "an egret is with it",
        ),
        "child": (
            "with a child", "beside a child", "and a little girl", "with a small boy", "next to a kid in a coat",
            "where a child is waiting", "a child with a scarf stands there", "meeting a young child",
            "with a little kid", "a small girl is there", "a boy beside it", "in the company of a child",
            "talking to a child", "with a youngster in a coat", "a pupil stands near", "a little human waits",
            "child", "a toddler is with it",
        ),
        "scarecrow": (
            "with a scarecrow", "beside a scarecrow", "and a straw man", "where a scarecrow stands",
            "next to a scarecrow in a hat", "in front of a scarecrow", "meeting a man of straw",
            "with a figure of straw", "a scarecrow is there", "in the company of a scarecrow",
            "talking to a scarecrow", "a straw-filled man in a hat stands near", "with a puppet that scares birds",
            "scarecrow", "a dummy of rags is with it", "together with a man stuffed with hay",
        ),
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
        "red": (
            "a red lantern", "a copper lantern", "a red lamp", "a scarlet lantern", "a crimson lamp",
            "the lantern in red", "a ruby lantern",
        ),
        "orange": ("an orange lantern", "a bronze lamp", "the lantern in orange"),
        "yellow": (
            "a yellow lantern", "a yellow lamp", "a golden lantern", "the lantern in yellow", "an amber lantern",
        ),
        "green": ("a green lantern", "a green lamp", "an emerald lamp", "the lantern in green", "a lime lamp"),
        "blue": ("a blue lantern", "a blue lamp", "a navy blue lamp", "the lantern in blue", "a cobalt lantern"),
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

# Weather that is not there: the reader must not hear any.
CALM = (
    "in the dry", "without a drop of rain", "with rain long past", "without rain", "after the rain",
    "the rain has stopped", "no snow falls", "the storm is over", "in calm weather", "in dry weather",
    "no wind at all", "before the storm",
)  # fmt: skip
