"""Picks: what a viewer does at a question, as one writes it, and the message that the server gets for it.

`left` takes a choice, `glow=0.5` moves a control, `"why is it dark"` in double quotes is typed.
"""

from __future__ import annotations

import re
from typing import Any

from forkreel.errors import WatchError

_PICK = re.compile(r'\s*("[^"]*"|[^,]+)\s*(?:,|$)')


def picks_of(text: str) -> list[str]:
    """Picks with commas between them; a comma within quotes is part of what is typed."""
    return [pick.strip() for pick in _PICK.findall(text) if pick.strip()]


def message_of(pick: str, ask: dict[str, Any]) -> dict[str, Any]:
    """The message of a pick, without its id. Raises `WatchError` when the question has nothing of the kind."""
    controls = {str(control["id"]): control["kind"] for control in ask["controls"]}
    if len(pick) > 1 and pick[0] == pick[-1] == '"':
        if "text" not in controls.values():
            raise WatchError(f"{pick} cannot be said at {ask['prompt']!r}: it takes no typed answer.")
        return {"type": "say", "poll": ask["poll"], "text": pick[1:-1]}
    control, equals, value = pick.partition("=")
    if equals:
        dials = [name for name, kind in controls.items() if kind != "text"]
        if control not in dials:
            raise WatchError(f"{ask['prompt']!r} has no control {control!r}: {', '.join(dials) or 'none'} there is.")
        return {"type": "steer", "control": control, "value": _value(value)}
    open_ones = [str(choice["id"]) for choice in ask["choices"] if choice["available"]]
    if pick not in open_ones:
        raise WatchError(f"{pick!r} is not on offer at {ask['prompt']!r}: {', '.join(open_ones)} are.")
    return {"type": "choose", "poll": ask["poll"], "choice": pick}


def _value(text: str) -> float | bool | str:
    if text in ("true", "false"):
        return text == "true"
    try:
        return float(text)
    except ValueError:
        return text
