"""Ways to say what a thing looks like, and what is worn or carried."""

from __future__ import annotations

from collections.abc import Mapping

THINGS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "lantern": {
        "silent": ("",),
        "lit": (
            "with a lantern", "carrying a bright lantern", "with lantern", "with her lamp", "with his lamp",
            "with lamp", "by lamplight", "with a glowing lamp", "holding a light", "with a burning lantern",
            "lantern in its mouth", "with its lamp", "bearing a lantern", "holding up a lamp", "with a shining lantern",
            "with a light in its muzzle", "lantern in hand", "lighting the way", "its lantern burning",
            "with a lamp swinging",
            "[carrying|holding] [its|her|the] [bright|glowing|burning|shining] [lantern|lamp|light]",
            "[bearing|bringing] [its|her|the] [bright|glowing|burning|shining] [lantern|lamp|light]",
            "[carrying|holding|bearing|bringing] [its|her|the] [lit|warm|little|golden|] [lantern|lamp|light]",
            "[its|her|the|a] [lantern|lamp] [glows|burns|shines|is lit]",
            "[its|her|the|a] [lantern|lamp] [swings|lights the way|sheds light|is burning]",
            "[by|in] [the light|the glow|the shine] of [its|a|the|her] [lantern|lamp]",
            "[lantern|lamp] in [its mouth|its teeth|paw]", "[lighting|illuminating] [its|the] [way|path|ground]",
            "a lamp in its muzzle", "who carries a light",
        ),
        "dim": (
            "with a dim lantern", "its lantern nearly out", "with a faint lamp", "carrying a guttering light",
            "with a weak flame", "with a lantern that hardly glows", "its light almost spent",
            "[with|carrying|holding] [a|its] [dim|faint|weak|dying] [lantern|lamp|light|flame]",
            "[with|carrying|holding] [a|its] [feeble|low|fading|flickering] [lantern|lamp|light|flame]",
            "[its|the] [lantern|lamp|flame] [is nearly out|barely glows|is almost spent]",
            "[its|the] [lantern|lamp|flame] [flickers weakly|burns low|is dying|grows dim]",
            "by a [faint|dim|weak] lamp",
        ),
    },
    "scarf": {
        "silent": ("",),
        "red": (
            "in a red scarf", "wearing a scarlet scarf", "with a crimson shawl",
            "[in|with|wearing] [a|its|a bright|a long] [red|scarlet|crimson|cherry-red] [scarf|shawl|muffler]",
        ),
        "orange": (
            "in an orange scarf", "wearing a tangerine scarf",
            "[in|with|wearing] [a|its|a bright|a long] [orange|tangerine|apricot] [scarf|shawl|muffler]",
        ),
        "yellow": (
            "in a yellow scarf", "wearing a golden scarf", "with a mustard scarf",
            "[in|with|wearing] [a|its|a bright|a long] [yellow|golden|lemon|mustard] [scarf|shawl|muffler]",
        ),
        "green": (
            "in a green scarf", "wearing an emerald scarf", "with a scarf as green as moss",
            "[in|with|wearing] [a|its|a bright|a long] [green|emerald|moss-green|olive] [scarf|shawl|muffler]",
        ),
        "blue": (
            "in a blue scarf", "wearing a navy scarf", "with an azure scarf",
            "[in|with|wearing] [a|its|a bright|a long] [blue|navy|azure|sky-blue] [scarf|shawl|muffler]",
        ),
        "violet": (
            "in a violet scarf", "wearing a purple scarf", "with a lilac scarf",
            "[in|with|wearing] [a|its|a bright|a long] [violet|purple|lilac|lavender] [scarf|shawl|muffler]",
        ),
    },
    "body": {
        "silent": (
            "a lantern", "the lantern", "an old lamp", "a storm lantern", "a brass lamp",
            "[a|the|one] [lantern|storm lamp|hurricane lamp|oil lamp|lamp|metal lantern|camping lantern]",
        ),
        "red": (
            "a red lantern", "a copper lantern", "a red lamp", "a scarlet lantern", "a crimson lamp",
            "the lantern in red", "a ruby lantern",
            "[a|the] [red|scarlet|crimson|ruby|cherry-red|vermilion] [lantern|lamp|oil lamp]",
        ),
        "orange": (
            "an orange lantern", "a bronze lamp", "the lantern in orange",
            "[a|the] [orange|bronze|tangerine|rust-coloured] [lantern|lamp|oil lamp]",
        ),
        "yellow": (
            "a yellow lantern", "a yellow lamp", "a golden lantern", "the lantern in yellow", "an amber lantern",
            "[a|the] [yellow|golden|mustard|lemon|brass-yellow] [lantern|lamp|oil lamp]",
        ),
        "green": (
            "a green lantern", "a green lamp", "an emerald lamp", "the lantern in green", "a lime lamp",
            "[a|the] [green|emerald|olive|mint|jade] [lantern|lamp|oil lamp]",
        ),
        "blue": (
            "a blue lantern", "a blue lamp", "a navy blue lamp", "the lantern in blue", "a cobalt lantern",
            "[a|the] [blue|azure|cobalt|sky-blue|turquoise] [lantern|lamp|oil lamp]",
        ),
        "violet": (
            "a violet lantern", "a violet lamp", "a purple lamp", "the lantern in lilac",
            "[a|the] [violet|purple|lilac|lavender|magenta] [lantern|lamp|oil lamp]",
        ),
    },
    "finish": {
        "silent": ("",),
        "matt": (
            "in matt paint", "with a dull finish", "with matte paint", "unpolished", "matte", "powder-coated",
            "[matt|matte|dull|flat|unpolished|chalky] [finish|paint|surface|metal|coating]", "without any shine",
        ),
        "polished": (
            "polished", "with a shiny finish", "glossy", "gleaming", "in mirror-bright metal",
            "[polished|shiny|glossy|gleaming|mirror|high-gloss|lacquered] [finish|paint|surface|metal|chrome]",
            "buffed until it shines", "highly polished",
        ),
    },
    "backdrop": {
        "silent": ("",),
        "linen": (
            "before a cream backdrop", "on warm white", "on a linen background", "against beige paper",
            "[before|against|on|in front of] [a|] [cream|beige|linen] [backdrop|background|paper|wall]",
            "[before|against|on|in front of] [a|] [ivory|warm white|off-white] [backdrop|background|paper|wall]",
        ),
        "slate": (
            "before a grey backdrop", "on slate", "on a blue-grey background", "against grey paper",
            "[before|against|on|in front of] [a|] [grey|slate|blue-grey] [backdrop|background|paper|wall]",
            "[before|against|on|in front of] [a|] slate-coloured [backdrop|background|paper|wall]",
            "[before|against|on|in front of] [a|] [gray|stone-grey] [backdrop|background|paper|wall]",
        ),
        "plum": (
            "before a plum backdrop", "on purple paper", "on a mauve background", "against a wine-dark wall",
            "[before|against|on|in front of] [a|] [plum|purple|mauve] [backdrop|background|paper|wall]",
            "[before|against|on|in front of] [a|] [violet|burgundy|wine-red] [backdrop|background|paper|wall]",
        ),
    },
}  # fmt: skip
