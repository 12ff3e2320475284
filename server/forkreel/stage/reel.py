"""The reel: a show told again from its journal, every frame from the first, without a clock or a viewer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from forkreel.errors import JournalError, Refused
from forkreel.latent.space import LatentPoint
from forkreel.stage.journal import Past
from forkreel.stage.show import Show
from forkreel.story.moment import Moment


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: its number, the point that is painted, and the moments that began with it, mostly none."""

    number: int
    point: LatentPoint
    begun: tuple[Moment, ...]


def retold(show: Show, past: Past) -> Iterator[Frame]:
    """Every frame of a fresh `show`, with all that happened to it, up to the last that `past` knows of.

    The points are those of the first telling, to the bit. Raises `JournalError` when the story does not take an event.
    """
    show.open()
    begun = [show.moment]
    left = list(reversed(past.entries))
    told = past.entries[-1].frame + 1 if past.entries else 0
    for number in range(max(past.frame, told)):
        while left and left[-1].frame <= number:
            entry, before = left.pop(), show.moment
            try:
                show.apply(entry.event, entry.frame, entry.viewer)
            except Refused as refusal:
                raise JournalError(f"event {entry.seq} of the journal does not fit the story: {refusal}") from refusal
            if show.moment is not before:
                begun.append(show.moment)
        yield Frame(number, show.at(number), tuple(begun))
        begun.clear()
