"""From the `audio` of a scene to its clips: files that lie beside the story."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from forkreel.story.diagnostic import Findings, Spot, did_you_mean
from forkreel.story.document import Items, Node, Scalar
from forkreel.story.fields import MAX_SECONDS, Fields, open_block
from forkreel.story.language import BUSES
from forkreel.story.moment import Clip

SUFFIXES = (".ogg", ".mp3", ".wav")
MAX_BYTES = 64 << 20
MAX_CLIPS = 8  # of one scene
MAX_VOLUME = 2.0


def read_clips(fields: Fields, findings: Findings) -> Iterator[Clip]:
    """The clips of a scene: `audio: rain.ogg`, or a list of such, or of `{file: rain.ogg, loop: true}`."""
    node = fields.node("audio")
    if node is None:
        return
    nodes = fields.items("audio") or () if isinstance(node, Items) else (node,)
    if len(nodes) > MAX_CLIPS:
        findings.error(nodes[MAX_CLIPS].spot, "too-long", f"a scene has at most {MAX_CLIPS} clips")
    for one in nodes[:MAX_CLIPS]:
        clip = _clip(fields, one, findings)
        if clip is not None:
            yield clip


def _clip(fields: Fields, node: Node, findings: Findings) -> Clip | None:
    if isinstance(node, Scalar):
        scalar = fields.text_of(node, "audio")
        file = _file(scalar, findings) if scalar else None
        return Clip(file) if file else None
    block = open_block(node, "audio", findings)
    if block is None:
        return None
    if "file" not in block:
        findings.error(block.spot, "missing-key", "the clip has no file", "file: rain.ogg")
    scalar = block.text("file")
    file = _file(scalar, findings) if scalar else None
    volume, at_s = block.number("volume", 0.0, MAX_VOLUME), block.number("at", 0.0, MAX_SECONDS)
    bus, loop = block.one_of("bus", BUSES), block.flag("loop")
    if file is None:
        return None
    return Clip(file, loop, 1.0 if volume is None else volume, at_s or 0.0, bus or Clip(file).bus)


def _file(scalar: Scalar, findings: Findings) -> str | None:
    """The file's path, whether or not it is there: a show goes on without it. None for what no story may name."""
    home = Path(findings.file).parent.resolve()
    base = Path(scalar.spot.file or findings.file).parent
    target = (base / scalar.text).resolve() if "\0" not in scalar.text else base
    inside = not Path(scalar.text).is_absolute() and target.is_relative_to(home)
    if not inside or target.suffix.lower() not in SUFFIXES:
        message = f"'{scalar.text[:70]}' is no audio file in the story's own folder"
        hint = f"name a file with the ending {', '.join(SUFFIXES)}, by its path from here"
        findings.error(scalar.spot, "audio-outside", message, hint)
        return None
    _look_at(target, scalar.spot, scalar.text, findings)
    return str(target)


def _begins_well(file: Path) -> bool:
    """Whether a file begins as what its name ends with does: that much of a broken one is seen without a decoder."""
    try:
        with file.open("rb") as opened:
            head = opened.read(12)
    except OSError:
        return False
    if file.suffix.lower() == ".wav":
        return head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE"
    if file.suffix.lower() == ".ogg":
        return head.startswith(b"OggS")
    return head.startswith(b"ID3") or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0)


def _look_at(target: Path, spot: Spot, named: str, findings: Findings) -> None:
    try:
        size = target.stat().st_size if target.is_file() else None
        beside = sorted(file.name for file in target.parent.glob("*") if file.suffix in SUFFIXES)
    except OSError:  # a name that is too long, a folder that nobody may look into
        size, beside = None, []
    if size is None:
        hint = did_you_mean(target.name, beside, "its path counts from the file that names it")
        findings.warning(spot, "audio-missing", f"there is no file '{named[:70]}': nothing will be heard", hint)
        return
    if size and not _begins_well(target):
        what = f"the file '{named[:70]}' is broken, or no {target.suffix[1:]}"
        findings.warning(spot, "audio-broken", f"{what}: nothing will be heard")
    elif not 0 < size <= MAX_BYTES:
        what = "is empty" if size == 0 else f"has {size >> 20} MiB, and at most {MAX_BYTES >> 20} are played"
        findings.warning(spot, "audio-size", f"the file '{named[:70]}' {what}: nothing will be heard")
