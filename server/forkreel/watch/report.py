"""What a viewer saw: counted, and measured where the picture is the test card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class CardSeen:
    """One decoded test card: what stands on it, and when it was decoded, in seconds since the watch began."""

    frame: int
    scene: int
    seen_s: float


@dataclass(frozen=True, slots=True)
class ChoiceMade:
    """A choice that the show took: sent at `sent_s`, applied at `frame`, leading to a scene.

    `scene_index` is its place in the story's file, None when the server did not say.
    """

    choice: str
    sent_s: float
    frame: int
    scene: str
    scene_index: int | None


@dataclass(frozen=True, slots=True)
class WatchReport:
    """A whole watch. Times are seconds since it began; `cards` is empty when the model is not the test card.

    `underruns` is how often a player with a fifth of a second in hand would have run out of sound.
    """

    story: str
    session: str
    watched_s: float
    pictures: int
    sound_s: float
    size: tuple[int, int] | None
    moments: tuple[str, ...]
    choices: tuple[ChoiceMade, ...]
    ending: str | None
    cards: tuple[CardSeen, ...] = field(repr=False)
    unreadable_cards: int
    recorded: str | None = None
    underruns: int = 0

    @property
    def gaps(self) -> tuple[tuple[int, int], ...]:
        """Where the numbers on the cards do not follow each other: the number before, and the one after."""
        numbers = [card.frame for card in self.cards]
        return tuple((a, b) for a, b in pairwise(numbers) if b != a + 1)

    @property
    def choice_to_picture_s(self) -> tuple[float, ...]:
        """For each choice, from sending it to the first decoded card of the scene it leads to.

        A choice whose picture never came, or which leads to the scene that was on already, is left out.
        """
        latencies = (self._latency(made) for made in self.choices)
        return tuple(latency for latency in latencies if latency is not None)

    def _latency(self, made: ChoiceMade) -> float | None:
        before = [card.scene for card in self.cards if card.frame < made.frame]
        for card in self.cards:
            if card.frame < made.frame or (before and card.scene == before[-1]):
                continue
            return card.seen_s - made.sent_s if made.scene_index in (None, card.scene) else None
        return None

    def as_json(self) -> dict[str, Any]:
        """The report as a dictionary that `json.dumps` takes; the cards as pairs of frame and scene."""
        fields = asdict(self) | {
            "cards": [(card.frame, card.scene) for card in self.cards],
            "gaps": [list(gap) for gap in self.gaps],
        }
        latencies = self.choice_to_picture_s
        fields["choice_to_picture_ms"] = {
            "choices": len(latencies),
            "median": _ms(median(latencies)) if latencies else None,
            "p95": _ms(percentile(latencies, 95)) if latencies else None,
        }
        return fields


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest of `values` that so many per cent of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -int(-len(ordered) * percent // 100) - 1)]


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
