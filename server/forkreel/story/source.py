"""A story file's bytes as text, or diagnostics that say why there is none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from forkreel.story.diagnostic import Findings, Spot

MAX_BYTES = 512 << 10
TOP = Spot(1, 1)

# What YAML 1.2 calls non-printable (section 5.1); the byte order mark is taken off before.
_UNPRINTABLE = re.compile("[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a story file with `\\n` as the only line break."""

    file: str
    text: str
    lines: tuple[str, ...]


def read(path: Path) -> tuple[Source, Findings]:
    """The file's text and what is wrong with it so far; on an error that leaves nothing to read the text is empty."""
    findings = Findings(str(path))
    text = decode(_bytes(path, findings), findings)
    lines = tuple(text.split("\n"))
    findings.lines = lines
    if text and not any(line.strip() and not line.lstrip().startswith("#") for line in lines):
        findings.error(
            TOP, "file-empty", "the file has nothing but comments", "docs/writing-stories.md has a first story"
        )
        text = ""
    clean = _UNPRINTABLE.sub(" ", text)
    for match in list(_UNPRINTABLE.finditer(text))[:20]:
        findings.error(
            _spot_of(text, match.start()),
            "control-character",
            f"the character U+{ord(match[0]):04X} may not stand in YAML",
            "delete it, or write it as an escape in double quotes",
        )
    return Source(str(path), clean, tuple(clean.split("\n"))), findings


def decode(data: bytes | None, findings: Findings) -> str:
    """UTF-8 bytes as text, without a byte order mark, with `\\n` line breaks; empty, with a finding, when it is not."""
    if data is None:
        return ""
    if not data.strip():
        findings.error(TOP, "file-empty", "the file is empty", "docs/writing-stories.md has a first story")
        return ""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        good = data[: error.start].decode("utf-8-sig", errors="replace")
        encoding = "UTF-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "another encoding"
        findings.error(
            _spot_of(good, len(good)),
            "not-utf8",
            f"byte 0x{data[error.start]:02X} is not UTF-8; the file seems to be in {encoding}",
            "save the file as UTF-8",
        )
        return ""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _bytes(path: Path, findings: Findings) -> bytes | None:
    try:
        if path.is_dir():
            findings.error(TOP, "file-is-folder", "this is a folder, not a story file", f"try {path / '*.yaml'}")
            return None
        if not path.exists():
            findings.error(TOP, "file-missing", "there is no such file")
            return None
        if not path.is_file():
            findings.error(TOP, "file-unreadable", "this is not a regular file")
            return None
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        findings.error(TOP, "file-unreadable", f"the file cannot be read: {getattr(error, 'strerror', None) or error}")
        return None
    if len(data) > MAX_BYTES:
        findings.error(TOP, "file-too-large", f"the file is larger than {MAX_BYTES >> 10} KiB")
        return None
    return data


def _spot_of(text: str, index: int) -> Spot:
    before = text[:index].replace("\r\n", "\n").replace("\r", "\n")
    return Spot(before.count("\n") + 1, len(before) - before.rfind("\n"))
