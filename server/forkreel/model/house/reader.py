"""`PromptReader`: the tokens of a prompt, embedded, to the axes that it speaks of, learned from captions alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import torch
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn

from forkreel.model.house.encoder import WIDTH
from forkreel.model.house.geometry import BACKDROPS, OTHERS, PLACES

Meaning = Mapping[str, float | str]

# What a prompt can say, one choice a row. An empty meaning is silence: the axis keeps its default.
_HUES = {"red": 0.0, "orange": 0.1, "yellow": 0.23, "green": 0.32, "blue": 0.66, "violet": 0.79}
ROWS: Mapping[str, Mapping[str, Meaning]] = MappingProxyType(
    {
        "sky": {
            "silent": {}, "rain": {"rain": 0.7}, "snow": {"snow": 0.6}, "storm": {"storm": 0.9},
            "aurora": {"aurora": 1.0, "hour": 23.0}, "fireflies": {"fireflies": 1.0, "hour": 21.8},
        },
        "place": {place: {"place": place} if place != "studio" else {"place": place, "fox": 0.0} for place in PLACES},
        "hour": {
            "silent": {}, "midnight": {"hour": 0.5}, "dawn": {"hour": 5.6}, "sunrise": {"hour": 6.7},
            "morning": {"hour": 8.8}, "noon": {"hour": 12.0}, "afternoon": {"hour": 15.3}, "golden": {"hour": 17.4},
            "sunset": {"hour": 18.5}, "dusk": {"hour": 19.3}, "night": {"hour": 22.3},
        },
        "haze": {"silent": {}, "clear": {"haze": 0.05}, "misty": {"haze": 0.6}, "foggy": {"haze": 0.95}},
        "pose": {
            "silent": {}, "standing": {"gait": 0.0, "sit": 0.0}, "walking": {"gait": 1.0}, "sitting": {"sit": 1.0},
            "running": {"run": 1.0}, "sleeping": {"sleep": 1.0},
        },
        "mouth": {"silent": {}, "open": {"mouth": 1.0}},
        "fox": {"here": {}, "empty": {"fox": 0.0}},
        "lantern": {"silent": {}, "lit": {"lantern": 1.0}, "dim": {"lantern": 0.35}},
        "face": {"silent": {}, "left": {"fox_face": -1.0}, "right": {"fox_face": 1.0}},
        "other": {"silent": {}, **{other: {"other": other} for other in OTHERS}},
        "scarf": {"silent": {}, **{name: {"scarf": hue} for name, hue in _HUES.items()}},
        "body": {"silent": {}, **{name: {"body": hue} for name, hue in _HUES.items()}},
        "finish": {"silent": {}, "matt": {"finish": 0.0}, "polished": {"finish": 1.0}},
        "backdrop": {"silent": {}, **{backdrop: {"backdrop": backdrop} for backdrop in BACKDROPS}},
    }
)  # fmt: skip


class PromptReader(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """A softmax for each row of `ROWS`, over what the row's own attention picks among a sentence's tokens, in as many
    places at a time as it has `heads`.

    A mean over all tokens drowns the two words that tell the hour in the twenty that tell of something else.
    """

    @register_to_config
    def __init__(
        self, width: int = WIDTH, hidden: int = 256, heads: int = 2, known_rows: Sequence[str] = tuple(ROWS)
    ) -> None:
        super().__init__()
        self.names, self.heads = tuple(known_rows), heads
        self.attention = nn.Linear(width, len(self.names) * heads)
        self.trunk = nn.Sequential(nn.Dropout(0.1), nn.Linear((heads + 1) * width, hidden), nn.SiLU(), nn.Dropout(0.2))
        self.rows = nn.ModuleDict({name: nn.Linear(hidden, len(ROWS[name])) for name in self.names})

    def forward(self, tokens: Tensor, spoken: Tensor) -> dict[str, Tensor]:
        """Tokens `(n, T, 384)`, of which `spoken` `(n, T)` are not padding, to the logits `(n, choices)` of every
        row."""
        silent = ~spoken.unsqueeze(-1)
        shares = self.attention(tokens).masked_fill(silent, -torch.inf).softmax(dim=1)  # (n, T, rows x heads)
        picked = torch.einsum("ntr,ntw->nrw", shares, tokens).unflatten(1, (-1, self.heads)).flatten(2)
        mean = tokens.masked_fill(silent, 0.0).sum(1) / spoken.sum(1, keepdim=True).clamp(min=1)
        whole = mean.unsqueeze(1).expand(-1, len(self.names), -1)
        known = self.trunk(torch.cat([picked, whole], dim=2))  # (n, rows, hidden)
        return {name: self.rows[name](known[:, n]) for n, name in enumerate(self.names)}

    @torch.inference_mode()
    def read(self, tokens: Tensor, spoken: Tensor) -> dict[str, float | str]:
        """One sentence's tokens `(1, T, 384)` to the axes that the prompt speaks of."""
        axes: dict[str, float | str] = {}
        for name, logits in self(tokens, spoken).items():
            axes.update(list(ROWS[name].values())[int(logits[0].argmax())])
        return axes
