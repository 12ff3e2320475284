"""The reel: a show told again from its journal, every frame from the first, without a clock or a viewer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from forkreel.errors import JournalError, Refused
from forkreel.latent.space import LatentPoint
from forkreel.stage.journal import Past
from forkreel.stage.protocol import Sound
from forkreel.stage.show import Show


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: its number, and the point that is painted."""

    number: int
    point: LatentPoint


def retold(show: Show, past: Past, sound: Sound | None = None) -> Iterator[Frame]:
    """Every frame of a fresh `show`, with all that happened to it, up to the last that `past` knows of.

    The points are those of the first telling, to the bit. `sound` is told of every moment, and leads the axes that
    speech leads. Raises `JournalError` when the story does not take an event.
    """
    show.open()
    if sound is not None:
        sound.moment(show.moment, 0, show.said)
    left = list(reversed(past.entries))
    told = past.entries[-1].frame + 1 if past.entries else 0
    for number in range(max(past.frame, told)):
        while left and left[-1].frame <= number:
            entry, before = left.pop(), show.moment
            try:
                show.apply(entry.event, entry.frame, entry.viewer)
            except Refused as refusal:
                raise JournalError(f"event {entry.seq} of the journal does not fit the story: {refusal}") from refusal
            if sound is not None and show.moment is not before:
                sound.moment(show.moment, number, show.said)
        yield Frame(number, show.at(number, {} if sound is None else sound.lips(number)))
