"""From the `sfx` of a scene to its cues."""

from __future__ import annotations

from collections.abc import Iterator

from forkreel.story.diagnostic import Findings, did_you_mean
from forkreel.story.document import Node, Scalar
from forkreel.story.fields import Fields, open_block
from forkreel.story.language import SOUNDS
from forkreel.story.moment import Cue

MAX_AT_S = 600.0


def read_cues(fields: Fields, findings: Findings) -> Iterator[Cue]:
    """The cues of a scene: `- bell`, or `- {sound: bell, at: 1.5}`."""
    for node in fields.items("sfx") or ():
        cue = _cue(fields, node, findings)
        if cue is not None:
            yield cue


def _cue(fields: Fields, node: Node, findings: Findings) -> Cue | None:
    if isinstance(node, Scalar):
        scalar = fields.text_of(node, "sfx")
        if scalar is None or scalar.text in SOUNDS:
            return Cue(scalar.text) if scalar else None
        hint = did_you_mean(scalar.text, SOUNDS, f"there are {', '.join(SOUNDS)}")
        findings.error(scalar.spot, "unknown-word", f"there is no sound '{scalar.text[:40]}'", hint)
        return None
    block = open_block(node, "sfx", findings)
    if block is None:
        return None
    if "sound" not in block:
        findings.error(block.spot, "missing-key", "the cue has no sound", "sound: bell")
    sound, at_s = block.one_of("sound", SOUNDS), block.number("at", 0.0, MAX_AT_S)
    return Cue(sound, at_s or 0.0) if sound else None
