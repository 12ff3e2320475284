"""Captions as the two formats that players and editors read: WebVTT (W3C) and SubRip."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from forkreel.stage.messages import Caption


def webvtt(captions: Sequence[Caption], fps: int) -> str:
    """Captions as WebVTT, with who speaks as the voice of the cue."""
    cues = [
        f"{_time(one.start_frame, fps, '.')} --> {_time(one.end_frame, fps, '.')}\n"
        + (f"<v {escape(one.who, quote=False)}>" if one.who else "")
        + escape(one.text, quote=False)
        for one in captions
    ]
    return "\n\n".join(["WEBVTT", *cues]) + "\n"


def subrip(captions: Sequence[Caption], fps: int) -> str:
    """Captions as SubRip, with who speaks before a colon."""
    cues = [
        f"{n}\n{_time(one.start_frame, fps, ',')} --> {_time(one.end_frame, fps, ',')}\n"
        + (f"{one.who}: {one.text}" if one.who else one.text)
        for n, one in enumerate(captions, 1)
    ]
    return "\n\n".join(cues) + "\n"


def _time(frame: int, fps: int, point: str) -> str:
    thousandths = round(frame * 1000 / fps)
    seconds, thousandths = divmod(thousandths, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{thousandths:03}"
