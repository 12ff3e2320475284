"""From the `cast` of a story to the names that are shown and the manners of speaking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from forkreel.story.axes import AxisLike
from forkreel.story.cast import FORMANT, MOUTH, PACE, PITCH, Manner, manners
from forkreel.story.diagnostic import Findings, did_you_mean
from forkreel.story.document import Pair, Table
from forkreel.story.fields import Fields, open_block
from forkreel.story.language import KEYS

SILENT = "none"


class CastReader:
    """Reads who speaks. `axes` are the model's, None when they are not known."""

    def __init__(self, findings: Findings, axes: Mapping[str, AxisLike] | None) -> None:
        self._findings = findings
        self._axes = axes

    def cast(self, fields: Fields) -> dict[str, tuple[str, Manner, str]]:
        """The name, the manner and the look of each member, by its id; without a look it looks as it is called."""
        cast: dict[str, tuple[str, Manner, str]] = {}
        pairs = list(fields.pairs("cast", "a map of ids to names"))
        usual = manners(pair.key.text for pair in pairs)
        for pair in pairs:
            member = self._member(fields, pair, usual[pair.key.text])
            if pair.key.text in KEYS["line"]:
                message = f"'{pair.key.text}' is a key of a line and cannot be an id of the cast"
                self._findings.error(pair.key.spot, "bad-id", message)
            elif fields.is_identifier(pair.key, "cast") and member is not None:
                cast[pair.key.text] = member
        return cast

    def _member(self, fields: Fields, pair: Pair, usual: Manner) -> tuple[str, Manner, str] | None:
        if not isinstance(pair.value, Table):
            scalar = fields.words_of(pair.value, pair.key.text)
            return (scalar.text.strip(), usual, scalar.text.strip()) if scalar else None
        member = open_block(pair.value, "cast member", self._findings)
        if member is None:
            return None
        scalar, look = member.words("name"), member.text("look")
        if scalar is None and "name" in member:
            return None
        manner = replace(self._voice(member, usual), mouth=self._mouth(member))
        name = scalar.text.strip() if scalar else pair.key.text
        return name, manner, look.text.strip() if look else name

    def _voice(self, member: Fields, usual: Manner) -> Manner:
        """What the author leaves out of a voice is neutral; without a voice the member has its usual one."""
        node = member.node("voice")
        voice = open_block(node, "voice", self._findings) if node is not None else None
        if voice is None:
            return usual
        pitch, formant, pace = (
            voice.number(key, *limits) for key, limits in (("pitch", PITCH), ("formant", FORMANT), ("pace", PACE))
        )
        return Manner(
            0.0 if pitch is None else pitch, 1.0 if formant is None else formant, 1.0 if pace is None else pace
        )

    def _mouth(self, member: Fields) -> str | None:
        scalar = member.text("mouth")
        if scalar is None:
            return MOUTH
        if scalar.text == SILENT:
            return None
        if self._axes is not None and scalar.text not in self._axes:
            hint = did_you_mean(scalar.text, self._axes, f"there are {', '.join(self._axes)}; or `mouth: {SILENT}`")
            self._findings.error(scalar.spot, "unknown-axis", f"the model has no axis '{scalar.text}'", hint)
        return scalar.text
