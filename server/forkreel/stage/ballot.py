"""The ballot: one vote for each viewer of a room, counted when the poll closes. Knows no time and no network."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from forkreel.errors import Refused
from forkreel.story.moment import Ask

FIRST_VOTE_S = 20.0
"""How long a question without a timer stays open after its first vote."""


@dataclass(frozen=True, slots=True)
class Vote:
    """A viewer's vote; a later one takes its place while the poll is open."""

    poll: str
    choice: str


@dataclass(frozen=True, slots=True)
class Open:
    """The host starts the poll's time anew: it closes after so many seconds."""

    poll: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Extend:
    """The host gives a poll so many seconds more."""

    poll: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Close:
    """The host closes a poll now: the votes decide."""

    poll: str


@dataclass(frozen=True, slots=True)
class Skip:
    """The host passes over a poll: its default is taken, or the first choice, whatever the votes say."""

    poll: str


RoomEvent = Vote | Open | Extend | Close | Skip


class Ballot:
    """The votes on one asking of one question."""

    def __init__(self, ask: Ask) -> None:
        self.ask = ask
        self._available = [choice.id for choice in ask.choices if choice.available]
        self._votes: dict[int, str] = {}

    @property
    def voters(self) -> int:
        """How many have voted."""
        return len(self._votes)

    @property
    def fallback(self) -> str:
        """What is taken without votes: the default, else the first choice that can be taken."""
        return self.ask.default or self._available[0]

    @property
    def open(self) -> bool:
        """Whether there is anything to vote for."""
        return bool(self._available)

    def carried(self, ask: Ask) -> Ballot:
        """The ballot of the same question as it stands now, with the votes for what can still be taken."""
        ballot = Ballot(ask)
        ballot._votes = {viewer: choice for viewer, choice in self._votes.items() if choice in ballot._available}
        return ballot

    def cast(self, viewer: int, choice: str) -> None:
        """Count a vote, in the place of an earlier one. Raises `Refused`."""
        if choice not in {offered.id for offered in self.ask.choices}:
            raise Refused("not_on_offer", f"'{choice[:70]}' is none of the choices: {', '.join(self._available)}")
        if choice not in self._available:
            raise Refused("unavailable", f"'{choice}' cannot be taken now")
        self._votes[viewer] = choice

    def counts(self) -> dict[str, int]:
        """Votes by choice, for every choice that can be taken, in the order of the question."""
        votes = list(self._votes.values())
        return {choice: votes.count(choice) for choice in self._available}

    def shares(self) -> Mapping[str, float]:
        """The part of the votes that each choice has, 0..1."""
        return {choice: count / max(1, self.voters) for choice, count in self.counts().items()}

    def decide(self, seed: int) -> str | None:
        """The choice that the votes have made, None where they were too few. Ties and chance go by seed and poll."""
        if self.voters < max(1, self.ask.voting.quorum):
            return None
        counts, chance = self.counts(), random.Random(f"{seed}/{self.ask.poll}")
        if self.ask.voting.rule == "proportional":
            return chance.choices(list(counts), list(counts.values()))[0]
        most = max(counts.values())
        return chance.choice([choice for choice, count in counts.items() if count == most])
